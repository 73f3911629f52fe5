"""How deliveries are stored. Only ``inbox/store.py`` imports this."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import BigInteger, Index, Integer, UniqueConstraint, text
from sqlmodel import Column, Field, SQLModel

from orchestrator.database import UtcDateTime
from orchestrator.inbox.model import State

# Only numbers of this type are given by SQLite itself.
_Number = BigInteger().with_variant(Integer, "sqlite")


def _of(state: State) -> Index:
    """Nearly all rows are done: the others are found without them."""
    rows = text(f"state = '{state}'")
    return Index(
        f"ix_delivery_{state}", "number", sqlite_where=rows, postgresql_where=rows
    )


class DeliveryRow(SQLModel, table=True):
    """One delivery. ``body`` is None once it is forgotten. ``due`` is a moment of the
    database: it is not tried before.
    """

    __tablename__: ClassVar[str] = "delivery"
    __table_args__ = (
        UniqueConstraint("connection", "key"),
        _of(State.NEW),
        _of(State.ASIDE),
        Index(None, "received"),
    )

    number: int = Field(sa_column=Column(_Number, primary_key=True, autoincrement=True))
    connection: str
    key: str
    body: bytes | None = None
    received: datetime = Field(sa_type=UtcDateTime)
    state: str
    due: datetime = Field(sa_type=UtcDateTime)
    tries: int
    error: str
