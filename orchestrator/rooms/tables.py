"""How rooms are stored. Only ``rooms/store.py`` imports this."""

from typing import ClassVar, Self

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlmodel import Column, Field, SQLModel

from orchestrator.ids import EventId, RoomId
from orchestrator.rooms.model import Room


class RoomRow(SQLModel, table=True):
    """One room; its seats are rows of admission."""

    __tablename__: ClassVar[str] = "room"
    __table_args__ = (UniqueConstraint("event_id", "name"),)

    id: str = Field(primary_key=True)
    event_id: str = Field(
        sa_column=Column(String, ForeignKey("event.id"), index=True, nullable=False)
    )
    name: str
    capacity: int
    connection: str
    url: str
    staff_seats: int | None = None
    overflow: str = ""
    own_capacity: int | None = None
    fallback: str = ""

    @classmethod
    def of(cls, room: Room) -> Self:
        return cls(
            id=room.id,
            event_id=room.event,
            name=room.name,
            capacity=room.capacity,
            connection=room.connection,
            url=room.url,
            staff_seats=room.staff_seats,
            overflow=room.overflow,
            own_capacity=room.own_capacity,
            fallback=room.fallback,
        )

    def value(self) -> Room:
        return Room(
            id=RoomId(self.id),
            event=EventId(self.event_id),
            name=self.name,
            capacity=self.capacity,
            connection=self.connection,
            url=self.url,
            staff_seats=self.staff_seats,
            overflow=self.overflow,
            own_capacity=self.own_capacity,
            fallback=self.fallback,
        )
