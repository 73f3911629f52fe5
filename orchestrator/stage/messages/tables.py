"""How messages are stored. Only ``messages/store.py`` imports this."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, Integer, String
from sqlmodel import Column, Field, SQLModel

from orchestrator.database import UtcDateTime


class StageMessageRow(SQLModel, table=True):
    """One message, kept when it was replaced or taken back. ``id`` rises, whatever
    the event's clock does: the highest is the latest.

    ``event_id`` is no foreign key: see ``QuestionRow``.
    """

    __tablename__: ClassVar[str] = "stage_message"

    id: int | None = Field(
        default=None, sa_column=Column(Integer, primary_key=True, autoincrement=True)
    )
    event_id: str = Field(index=True)
    session_id: str = Field(
        sa_column=Column(String, ForeignKey("session.id"), nullable=False)
    )
    talk_id: str | None = Field(
        sa_column=Column(String, ForeignKey("talk.id"), nullable=True)
    )
    registrant_id: str = Field(
        sa_column=Column(String, ForeignKey("registrant.id"), nullable=False)
    )
    name: str
    at: datetime = Field(sa_type=UtcDateTime)
    text: str = ""
    card: str | None = None
    taken_back: datetime | None = Field(default=None, sa_type=UtcDateTime)
