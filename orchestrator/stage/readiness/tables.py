"""What speakers tell of themselves. Only ``readiness/store.py`` imports this."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, String
from sqlmodel import Column, Field, SQLModel

from orchestrator.database import UtcDateTime


class ReadinessRow(SQLModel, table=True):
    """What one speaker told of one talk.

    ``event_id`` is no foreign key: see ``QuestionRow``.
    """

    __tablename__: ClassVar[str] = "readiness"

    talk_id: str = Field(
        sa_column=Column(String, ForeignKey("talk.id"), primary_key=True)
    )
    registrant_id: str = Field(
        sa_column=Column(
            String, ForeignKey("registrant.id"), primary_key=True, index=True
        )
    )
    event_id: str = Field(index=True)
    phone: str = ""
    wish: str | None = None
    tested: datetime | None = Field(default=None, sa_type=UtcDateTime)
