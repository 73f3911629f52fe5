"""How questions are stored. Only ``questions/store.py`` imports this.

Names of people are not here: they are those of the registrants.
"""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, String, text
from sqlmodel import Column, Field, SQLModel

from orchestrator.database import UtcDateTime

_TAKEN = text("state = 'taken'")


class QuestionRow(SQLModel, table=True):
    """One question. At most one of a talk is taken: the limit is the table's.

    ``event_id`` is no foreign key: who asks is not to wait for a chair who has locked
    the event's row.
    """

    __tablename__: ClassVar[str] = "question"
    __table_args__ = (
        Index(
            "ix_question_taken",
            "talk_id",
            unique=True,
            sqlite_where=_TAKEN,
            postgresql_where=_TAKEN,
        ),
    )

    id: str = Field(primary_key=True)
    event_id: str = Field(index=True)
    talk_id: str = Field(
        sa_column=Column(String, ForeignKey("talk.id"), index=True, nullable=False)
    )
    registrant_id: str = Field(
        sa_column=Column(
            String, ForeignKey("registrant.id"), index=True, nullable=False
        )
    )
    text: str
    asked: datetime = Field(sa_type=UtcDateTime)
    state: str


class QuestionVoteRow(SQLModel, table=True):
    """Somebody wants a question asked; a second time he has no row."""

    __tablename__: ClassVar[str] = "question_vote"

    question_id: str = Field(
        sa_column=Column(String, ForeignKey("question.id"), primary_key=True)
    )
    registrant_id: str = Field(
        sa_column=Column(
            String, ForeignKey("registrant.id"), primary_key=True, index=True
        )
    )
