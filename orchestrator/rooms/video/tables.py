"""What providers gave to be kept. Only ``rooms/video/store.py`` imports this."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, String
from sqlmodel import Column, Field, SQLModel

from orchestrator.database import UtcDateTime


class RoomPlaceRow(SQLModel, table=True):
    """A room that was made on a connection, and the provider's own name of it."""

    __tablename__: ClassVar[str] = "room_place"
    __table_args__ = (Index(None, "connection", "reference"),)

    room_id: str = Field(
        sa_column=Column(String, ForeignKey("room.id"), primary_key=True)
    )
    connection: str = Field(primary_key=True)
    reference: str


class RoomGuestRow(SQLModel, table=True):
    """What a provider gave to be kept of somebody: it may hold his own way in.

    ``version`` is that of the personal links by which he came then.
    """

    __tablename__: ClassVar[str] = "room_guest"

    room_id: str = Field(
        sa_column=Column(String, ForeignKey("room.id"), primary_key=True)
    )
    connection: str = Field(primary_key=True)
    registrant_id: str = Field(
        sa_column=Column(
            String, ForeignKey("registrant.id"), primary_key=True, index=True
        )
    )
    kept: str
    version: int


class RoomEndingRow(SQLModel, table=True):
    """That a room is to be ended on a connection, or was.

    ``closed`` is the last closing of its doors for which it is or was, by the event's
    clock; None where it was only moved. ``due`` is when a provider is to be told next,
    None for never.
    """

    __tablename__: ClassVar[str] = "room_ending"

    room_id: str = Field(
        sa_column=Column(String, ForeignKey("room.id"), primary_key=True)
    )
    connection: str = Field(primary_key=True)
    closed: datetime | None = Field(default=None, sa_type=UtcDateTime)
    due: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    tries: int = 0
