"""How hands are stored. Only ``floor/store.py`` imports this.

Who speaks by the rundown is stored nowhere: it is worked out.
"""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, String
from sqlmodel import Column, Field, SQLModel

from orchestrator.database import UtcDateTime


class HandRow(SQLModel, table=True):
    """A raised hand, or a floor that was ``given``; lowered, it has no row."""

    __tablename__: ClassVar[str] = "hand"

    room_id: str = Field(
        sa_column=Column(String, ForeignKey("room.id"), primary_key=True)
    )
    registrant_id: str = Field(
        sa_column=Column(
            String, ForeignKey("registrant.id"), primary_key=True, index=True
        )
    )
    raised: datetime = Field(sa_type=UtcDateTime)
    given: datetime | None = Field(default=None, sa_type=UtcDateTime)
