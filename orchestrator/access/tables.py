"""How known browsers and roles are stored. Only ``access/store.py`` imports this."""

from datetime import datetime
from typing import ClassVar, Self

from sqlalchemy import ForeignKey, String
from sqlmodel import Column, Field, SQLModel

from orchestrator.access.feed_keys.model import FeedChoice, FeedKey, Per
from orchestrator.access.model import Grant
from orchestrator.database import UtcDateTime
from orchestrator.ids import EventId, RegistrantId, new_id


class BrowserSessionRow(SQLModel, table=True):
    """One browser known at one event.

    ``digest`` is the SHA-256 of the cookie, which is stored nowhere; a browser
    known at several events has a row for each under one digest. ``version`` is
    that of the registrant's links when the browser became known, ``calendar`` the
    mark of the calendar whose link made it so.
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
    calendar: str = ""
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


class FeedKeyRow(SQLModel, table=True):
    """The key of somebody's own calendar, and what is to be in it.

    The key itself is stored nowhere; see ``FeedKey``.
    """

    __tablename__: ClassVar[str] = "feed_key"

    registrant_id: str = Field(
        sa_column=Column(String, ForeignKey("registrant.id"), primary_key=True)
    )
    event_id: str = Field(
        sa_column=Column(String, ForeignKey("event.id"), index=True, nullable=False)
    )
    digest: str = Field(unique=True, index=True)
    salt: str
    version: int
    per: str
    alarm: int
    with_link: bool
    created: datetime = Field(sa_type=UtcDateTime)
    chosen: datetime = Field(sa_type=UtcDateTime)
    turns: int
    turned: datetime | None = Field(sa_type=UtcDateTime)
    link_until: datetime | None = Field(sa_type=UtcDateTime)

    @classmethod
    def of(cls, key: FeedKey) -> Self:
        return cls(
            registrant_id=key.registrant,
            event_id=key.event,
            digest=key.digest,
            salt=key.salt,
            version=key.version,
            per=key.choice.per.value,
            alarm=key.choice.alarm,
            with_link=key.choice.with_link,
            created=key.created,
            chosen=key.chosen,
            turns=key.turns,
            turned=key.turned,
            link_until=key.link_until,
        )

    def value(self) -> FeedKey:
        return FeedKey(
            registrant=RegistrantId(self.registrant_id),
            event=EventId(self.event_id),
            digest=self.digest,
            salt=self.salt,
            version=self.version,
            choice=FeedChoice(
                per=Per(self.per), alarm=self.alarm, with_link=self.with_link
            ),
            created=self.created,
            chosen=self.chosen,
            turns=self.turns,
            turned=self.turned,
            link_until=self.link_until,
        )


class PartRow(SQLModel, table=True):
    """A part that somebody has or had in an event, for calendars to say so.

    ``session_id`` and ``talk_id`` are empty where they are not meant: they belong
    to the key.
    """

    __tablename__: ClassVar[str] = "part"

    registrant_id: str = Field(
        sa_column=Column(String, ForeignKey("registrant.id"), primary_key=True)
    )
    session_id: str = Field(primary_key=True, default="")
    talk_id: str = Field(primary_key=True, default="")
    event_id: str = Field(
        sa_column=Column(String, ForeignKey("event.id"), index=True, nullable=False)
    )
    turns: int
    since: datetime = Field(sa_type=UtcDateTime)
    ended: bool
