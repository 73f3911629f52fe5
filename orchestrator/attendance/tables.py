"""How the journal is stored. Only ``attendance/store.py`` imports this."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, String
from sqlmodel import Column, Field, SQLModel

from orchestrator.database import UtcDateTime


class PresenceRow(SQLModel, table=True):
    """One line of the journal, never changed. ``received`` is the database's time.

    ``event_id`` is no foreign key: each line would lock the row of the event,
    for which whoever stores a programme would have to wait.
    """

    __tablename__: ClassVar[str] = "presence"
    __table_args__ = (
        Index(None, "event_id", "registrant_id"),
        Index(None, "room_id", "source", "at"),
    )

    source: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    event_id: str
    room_id: str = Field(
        sa_column=Column(String, ForeignKey("room.id"), nullable=False)
    )
    registrant_id: str = Field(
        sa_column=Column(String, ForeignKey("registrant.id"), nullable=False)
    )
    kind: str
    stream: str
    at: datetime = Field(sa_type=UtcDateTime)
    received: datetime = Field(sa_type=UtcDateTime)


class PolledRow(SQLModel, table=True):
    """When the provider of a room is to be asked again, by whichever process is first:
    a moment of the database.
    """

    __tablename__: ClassVar[str] = "polled"

    room_id: str = Field(
        sa_column=Column(String, ForeignKey("room.id"), primary_key=True)
    )
    due: datetime = Field(sa_type=UtcDateTime)


class ClosingRow(SQLModel, table=True):
    """What a room was on a connection was closed at a moment of the event: nobody was
    in it there any more.
    """

    __tablename__: ClassVar[str] = "closing"

    room_id: str = Field(
        sa_column=Column(String, ForeignKey("room.id"), primary_key=True)
    )
    connection: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime, primary_key=True)
