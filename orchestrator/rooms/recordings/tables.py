"""How recordings are stored. Only ``recordings/store.py`` imports this."""

from datetime import datetime
from typing import ClassVar, Self

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlmodel import Column, Field, SQLModel

from orchestrator.database import UtcDateTime
from orchestrator.ids import RoomId, SessionId
from orchestrator.rooms.recordings.model import State, Take


class RecordingRow(SQLModel, table=True):
    """One recording. ``due`` is when its file is to be fetched next, None for never."""

    __tablename__: ClassVar[str] = "recording"
    __table_args__ = (UniqueConstraint("connection", "reference"),)

    id: str = Field(primary_key=True)
    room_id: str = Field(
        sa_column=Column(String, ForeignKey("room.id"), index=True, nullable=False)
    )
    session_id: str | None = Field(
        sa_column=Column(String, ForeignKey("session.id"), nullable=True)
    )
    connection: str
    reference: str | None = None
    state: str
    noted: datetime = Field(sa_type=UtcDateTime)
    started: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended: datetime | None = Field(default=None, sa_type=UtcDateTime)
    seconds: float = 0
    size: int = Field(sa_column=Column(BigInteger, nullable=False))
    location: str = ""
    digest: str = ""
    tries: int = 0
    error: str = ""
    due: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)

    @classmethod
    def of(cls, take: Take) -> Self:
        return cls(
            id=take.id,
            room_id=take.room,
            session_id=take.session,
            connection=take.connection,
            reference=take.reference,
            state=take.state.value,
            noted=take.noted,
            started=take.started,
            ended=take.ended,
            seconds=take.seconds,
            size=take.size,
            location=take.location,
            digest=take.digest,
            tries=take.tries,
            error=take.error,
        )

    def value(self) -> Take:
        return Take(
            id=self.id,
            room=RoomId(self.room_id),
            connection=self.connection,
            state=State(self.state),
            noted=self.noted,
            reference=self.reference,
            session=None if self.session_id is None else SessionId(self.session_id),
            started=self.started,
            ended=self.ended,
            seconds=self.seconds,
            size=self.size,
            location=self.location,
            digest=self.digest,
            tries=self.tries,
            error=self.error,
        )


class RecordingTurnRow(SQLModel, table=True):
    """When the provider of a room may be asked for its recordings again."""

    __tablename__: ClassVar[str] = "recording_turn"

    room_id: str = Field(
        sa_column=Column(String, ForeignKey("room.id"), primary_key=True)
    )
    connection: str = Field(primary_key=True)
    due: datetime = Field(sa_type=UtcDateTime)
