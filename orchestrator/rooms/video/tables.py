"""What providers gave to be kept. Only ``rooms/video/store.py`` imports this."""

from typing import ClassVar

from sqlalchemy import ForeignKey, Index, String
from sqlmodel import Column, Field, SQLModel


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
