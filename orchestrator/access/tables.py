"""How known browsers and roles are stored. Only ``access/store.py`` imports this."""

from datetime import datetime
from typing import ClassVar, Self

from sqlalchemy import ForeignKey, String
from sqlmodel import Column, Field, SQLModel

from orchestrator.access.model import Grant
from orchestrator.database import UtcDateTime
from orchestrator.ids import EventId, RegistrantId, new_id


class BrowserSessionRow(SQLModel, table=True):
    """One browser known at one event.

    ``digest`` is the SHA-256 of the cookie, which is stored nowhere; a browser
    known at several events has a row for each under one digest. ``version`` is
    that of the registrant's links when the browser became known.
    """

    __tablename__: ClassVar[str] = "browser_session"

    digest: str = Field(primary_key=True)
    event_id: str = Field(
        sa_column=Column(String, ForeignKey("event.id"), primary_key=True)
    )
    registrant_id: str = Field(
        sa_column=Column(
            String, ForeignKey("registrant.id"), index=True, nullable=False
        )
    )
    version: int
    created: datetime = Field(sa_type=UtcDateTime)
    expires: datetime = Field(sa_type=UtcDateTime)


class RoleGrantRow(SQLModel, table=True):
    """One role of one registrant, in a session or a talk or in all."""

    __tablename__: ClassVar[str] = "role_grant"

    id: str = Field(primary_key=True)
    registrant_id: str = Field(
        sa_column=Column(
            String, ForeignKey("registrant.id"), index=True, nullable=False
        )
    )
    event_id: str = Field(
        sa_column=Column(String, ForeignKey("event.id"), index=True, nullable=False)
    )
    role: str
    session_id: str | None = Field(
        sa_column=Column(String, ForeignKey("session.id"), nullable=True)
    )
    talk_id: str | None = Field(
        sa_column=Column(String, ForeignKey("talk.id"), nullable=True)
    )
    source: str

    @classmethod
    def of(cls, grant: Grant, registrant: RegistrantId, event: EventId) -> Self:
        return cls(
            id=new_id(),
            registrant_id=registrant,
            event_id=event,
            role=grant.role.value,
            session_id=grant.session,
            talk_id=grant.talk,
            source=grant.source.value,
        )
