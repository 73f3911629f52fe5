"""How the stage is stored. Only ``stage/store.py`` imports this."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlmodel import Column, Field, SQLModel

from orchestrator.database import Json, UtcDateTime

Written = Any  # Any: JSON that a TypeAdapter wrote, which checks it


class RundownRow(SQLModel, table=True):
    """What is kept of a session beside its slots, once a chair has pressed.

    ``revision`` is that of the event that the last press made.
    """

    __tablename__: ClassVar[str] = "rundown"

    session_id: str = Field(
        sa_column=Column(String, ForeignKey("session.id"), primary_key=True)
    )
    event_id: str = Field(
        sa_column=Column(String, ForeignKey("event.id"), index=True, nullable=False)
    )
    revision: int
    version: int
    refused: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lengths: Written = Field(sa_type=Json)
    told: Written = Field(sa_type=Json)


class ActionRow(SQLModel, table=True):
    """One press that was carried out: the step of a session to ``version``.

    ``before`` is the snapshot that takes it back, ``after`` the print of what it led
    to. ``stands`` until it is taken back; an undo never does. ``other_session`` and
    ``other_version`` name the same press in the other session of a transfer.
    """

    __tablename__: ClassVar[str] = "rundown_action"
    __table_args__ = (UniqueConstraint("session_id", "key"),)

    session_id: str = Field(
        sa_column=Column(String, ForeignKey("session.id"), primary_key=True)
    )
    version: int = Field(primary_key=True)
    key: str | None = None
    registrant_id: str = Field(
        sa_column=Column(String, ForeignKey("registrant.id"), nullable=False)
    )
    name: str
    at: datetime = Field(sa_type=UtcDateTime)
    action: Written = Field(sa_type=Json)
    before: Written = Field(sa_type=Json)
    after: str
    other_session: str | None = None
    other_version: int | None = None
    stands: bool
    undone: int | None = None
