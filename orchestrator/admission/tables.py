"""How seats and queues are stored. Only ``admission/store.py`` imports this.

No table here refers to ``event``: whoever changes an event locks its row, and
nobody at the door is to wait for that.
"""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlmodel import Column, Field, SQLModel

from orchestrator.database import UtcDateTime

_FREE = text("registrant_id IS NULL")


class SeatRow(SQLModel, table=True):
    """One seat. A 601st has no row, and nobody can hold two: the limit is the
    table's, not the code's. ``staff`` seats are given to staff only.
    """

    __tablename__: ClassVar[str] = "seat"
    __table_args__ = (
        UniqueConstraint("room_id", "registrant_id"),
        Index(
            "ix_seat_free",
            "room_id",
            "staff",
            "number",
            sqlite_where=_FREE,
            postgresql_where=_FREE,
        ),
    )

    room_id: str = Field(
        sa_column=Column(String, ForeignKey("room.id"), primary_key=True)
    )
    number: int = Field(primary_key=True)
    staff: bool = False
    registrant_id: str | None = Field(
        sa_column=Column(String, ForeignKey("registrant.id"), nullable=True)
    )
    device: str | None = None
    taken: datetime | None = Field(default=None, sa_type=UtcDateTime)
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    seen: datetime | None = Field(default=None, sa_type=UtcDateTime)


class WaitingRow(SQLModel, table=True):
    """One person in the queue of a room."""

    __tablename__: ClassVar[str] = "waiting"
    __table_args__ = (UniqueConstraint("room_id", "number"),)

    room_id: str = Field(
        sa_column=Column(String, ForeignKey("room.id"), primary_key=True)
    )
    registrant_id: str = Field(
        sa_column=Column(String, ForeignKey("registrant.id"), primary_key=True)
    )
    number: int
    staff: bool
    standby: bool
    device: str
    since: datetime = Field(sa_type=UtcDateTime)
    seen: datetime = Field(sa_type=UtcDateTime)
    watching: bool = False


class ArrivalRow(SQLModel, table=True):
    """Somebody was seen at a room's door in the opening that began at ``opens``.

    Written only while seats are kept for confirmed people: afterwards nobody asks.
    """

    __tablename__: ClassVar[str] = "arrival"

    room_id: str = Field(
        sa_column=Column(String, ForeignKey("room.id"), primary_key=True)
    )
    opens: datetime = Field(sa_type=UtcDateTime, primary_key=True)
    registrant_id: str = Field(
        sa_column=Column(String, ForeignKey("registrant.id"), primary_key=True)
    )
    at: datetime = Field(sa_type=UtcDateTime)


class DepartureRow(SQLModel, table=True):
    """A seat came free, and how. Estimates of the queue rest on it."""

    __tablename__: ClassVar[str] = "departure"
    __table_args__ = (Index(None, "room_id", "at"),)

    id: int | None = Field(
        default=None, sa_column=Column(Integer, primary_key=True, autoincrement=True)
    )
    room_id: str = Field(
        sa_column=Column(String, ForeignKey("room.id"), nullable=False)
    )
    registrant_id: str = Field(
        sa_column=Column(String, ForeignKey("registrant.id"), nullable=False)
    )
    at: datetime = Field(sa_type=UtcDateTime)
    why: str


class ExclusionRow(SQLModel, table=True):
    """Somebody was sent out of an event's rooms by ``by_id``, and stays out."""

    __tablename__: ClassVar[str] = "exclusion"

    registrant_id: str = Field(
        sa_column=Column(String, ForeignKey("registrant.id"), primary_key=True)
    )
    event_id: str = Field(index=True)
    by_id: str = Field(
        sa_column=Column(String, ForeignKey("registrant.id"), nullable=False)
    )
    at: datetime = Field(sa_type=UtcDateTime)


class OccupancyRow(SQLModel, table=True):
    """The most people inside, and waiting, within one minute of the event."""

    __tablename__: ClassVar[str] = "occupancy"

    room_id: str = Field(
        sa_column=Column(String, ForeignKey("room.id"), primary_key=True)
    )
    minute: datetime = Field(sa_type=UtcDateTime, primary_key=True)
    inside: int
    waiting: int
