"""The one row that says which installation this is."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, SQLModel

from orchestrator.clock import utc_now
from orchestrator.database.columns import UtcDateTime
from orchestrator.database.engine import Database
from orchestrator.ids import new_uid

_ONLY = 1


class InstallationRow(SQLModel, table=True):
    """Made at the first start and never changed: calendars hold on to ``uid``."""

    __tablename__: ClassVar[str] = "installation"

    id: int = Field(primary_key=True)
    uid: str
    created: datetime = Field(sa_type=UtcDateTime)


async def installation(database: Database) -> str:
    """The installation's id; it ends every calendar UID made here."""
    async with database.reading() as session:
        if (row := await session.get(InstallationRow, _ONLY)) is not None:
            return row.uid
    uid = new_uid()
    try:
        async with database.transaction() as session:
            session.add(InstallationRow(id=_ONLY, uid=uid, created=utc_now()))
    except IntegrityError:  # another process made it in the meantime
        return await installation(database)
    return uid
