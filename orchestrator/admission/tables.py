"""How seats are stored. Only ``admission/store.py`` imports this."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlmodel import Column, Field, SQLModel

from orchestrator.database import UtcDateTime


class SeatRow(SQLModel, table=True):
    """One seat. A 601st has no row, and nobody can hold two: the limit is the
    table's, not the code's.
    """

    __tablename__: ClassVar[str] = "seat"
    __table_args__ = (
        UniqueConstraint("room_id", "registrant_id"),
        Index(None, "room_id", "until"),
    )

    room_id: str = Field(
        sa_column=Column(String, ForeignKey("room.id"), primary_key=True)
    )
    number: int = Field(primary_key=True)
    registrant_id: str | None = Field(
        sa_column=Column(String, ForeignKey("registrant.id"), nullable=True)
    )
    taken: datetime | None = Field(default=None, sa_type=UtcDateTime)
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)
