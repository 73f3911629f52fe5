"""How meetings are stored. Only ``programme/store.py`` imports this.

What is asked for by itself is a column; what is only ever shown with the rest
(people, links, themes, sections) is a JSON document of the value.
"""

from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar, Self

from pydantic import TypeAdapter
from sqlalchemy import ForeignKey, String
from sqlmodel import Column, Field, SQLModel

from calendars.revision import Stamp
from orchestrator.database import Json, UtcDateTime
from orchestrator.ids import EventId, SessionId, TalkId
from orchestrator.programme.document import Document, document_of
from orchestrator.programme.model import (
    Event,
    Kind,
    Link,
    Person,
    Programme,
    Remark,
    Session,
    Slot,
    Talk,
)

_PEOPLE = TypeAdapter(tuple[Person, ...])
_LINKS = TypeAdapter(tuple[Link, ...])
_DOCUMENT = TypeAdapter(Document)
_REMARKS = TypeAdapter(tuple[Remark, ...])

# JSON columns hold what a TypeAdapter wrote; their type is checked by it.
Written = Any


def stamped(stamp: Stamp | None) -> dict[str, Any]:  # Any: columns of a row
    """The columns of ``stamp``; a value without one was never meant to be stored."""
    if stamp is None:
        raise ValueError("only what has an identity is stored")
    return {
        "uid": stamp.uid,
        "sequence": stamp.sequence,
        "created": stamp.created,
        "revised": stamp.revised,
        "cancelled": stamp.cancelled,
    }


def stamp_of(row: "SessionRow | TalkRow") -> Stamp:
    return Stamp(
        uid=row.uid,
        sequence=row.sequence,
        created=row.created,
        revised=row.revised,
        cancelled=row.cancelled,
    )


def lasting(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def seconds(length: timedelta | None) -> float | None:
    return None if length is None else length.total_seconds()


def _told(event: Event) -> dict[str, Any]:  # Any: columns of a row
    programme = event.programme
    return {
        "title": programme.title,
        "zone": programme.zone,
        "first_day": programme.first_day,
        "last_day": programme.last_day,
        "capacity": programme.capacity,
        "document": _DOCUMENT.dump_python(document_of(programme), mode="json"),
        "remarks": _REMARKS.dump_python(event.remarks, mode="json"),
        "sequence": event.stamp.sequence,
        "revised": event.stamp.revised,
        "revision": event.revision,
    }


class EventRow(SQLModel, table=True):
    """One meeting."""

    __tablename__: ClassVar[str] = "event"

    id: str = Field(primary_key=True)
    slug: str = Field(unique=True, index=True)
    title: str
    zone: str
    first_day: date | None
    last_day: date | None
    capacity: int | None
    document: Written = Field(sa_type=Json)
    remarks: Written = Field(sa_type=Json)
    uid: str
    sequence: int
    created: datetime = Field(sa_type=UtcDateTime)
    revised: datetime = Field(sa_type=UtcDateTime)
    revision: int
    access_epoch: int = 0
    clock_offset: float = 0.0

    @classmethod
    def of(cls, event: Event) -> Self:
        return cls(
            id=event.id,
            slug=event.slug,
            uid=event.stamp.uid,
            created=event.stamp.created,
            clock_offset=event.clock_offset.total_seconds(),
            **_told(event),
        )

    def fill(self, event: Event) -> None:
        """Take over what the programme of ``event`` says, not its identity."""
        for name, value in _told(event).items():
            setattr(self, name, value)

    def value(self, sessions: tuple[Session, ...]) -> Programme:
        """The programme again, with the sessions given."""
        document = _DOCUMENT.validate_python(self.document)
        return document.programme(
            slug=self.slug,
            title=self.title,
            zone=self.zone,
            first_day=self.first_day,
            last_day=self.last_day,
            capacity=self.capacity,
            sessions=sessions,
        )


class SessionRow(SQLModel, table=True):
    """One session of a meeting; ``cancelled`` ones stay for the calendars."""

    __tablename__: ClassVar[str] = "session"

    id: str = Field(primary_key=True)
    event_id: str = Field(
        sa_column=Column(String, ForeignKey("event.id"), index=True, nullable=False)
    )
    position: int
    title: str
    starts: datetime | None = Field(sa_type=UtcDateTime)
    ends: datetime | None = Field(sa_type=UtcDateTime)
    room: str
    chairs: Written = Field(sa_type=Json)
    uid: str
    sequence: int
    created: datetime = Field(sa_type=UtcDateTime)
    revised: datetime = Field(sa_type=UtcDateTime)
    cancelled: datetime | None = Field(default=None, sa_type=UtcDateTime)
    self_of: str = ""
    opens_before: float | None = None
    """Seconds, as ``closes_after``; None for what is usual."""
    closes_after: float | None = None

    @classmethod
    def of(cls, session: Session, event: EventId, position: int) -> Self:
        return cls(
            id=session.id,
            event_id=event,
            position=position,
            title=session.title,
            starts=session.starts,
            ends=session.ends,
            room=session.room,
            chairs=_PEOPLE.dump_python(session.chairs, mode="json"),
            opens_before=seconds(session.opens_before),
            closes_after=seconds(session.closes_after),
            self_of=session.self_of,
            **stamped(session.stamp),
        )

    def value(self, talks: tuple[Talk, ...]) -> Session:
        return Session(
            id=SessionId(self.id),
            title=self.title,
            starts=self.starts,
            ends=self.ends,
            room=self.room,
            chairs=_PEOPLE.validate_python(self.chairs),
            talks=talks,
            opens_before=lasting(self.opens_before),
            closes_after=lasting(self.closes_after),
            stamp=stamp_of(self),
            self_of=SessionId(self.self_of),
        )


class TalkRow(SQLModel, table=True):
    """One talk, break or discussion; ``cancelled`` ones stay for the calendars."""

    __tablename__: ClassVar[str] = "talk"

    id: str = Field(primary_key=True)
    event_id: str = Field(
        sa_column=Column(String, ForeignKey("event.id"), index=True, nullable=False)
    )
    session_id: str = Field(
        sa_column=Column(String, ForeignKey("session.id"), index=True, nullable=False)
    )
    position: int
    title: str
    kind: str
    speakers: Written = Field(sa_type=Json)
    coauthors: Written = Field(sa_type=Json)
    abstract: str
    links: Written = Field(sa_type=Json)
    language: str
    track: str
    seconds: float | None
    given_starts: datetime | None = Field(sa_type=UtcDateTime)
    given_ends: datetime | None = Field(sa_type=UtcDateTime)
    not_before: time | None
    uid: str
    sequence: int
    created: datetime = Field(sa_type=UtcDateTime)
    revised: datetime = Field(sa_type=UtcDateTime)
    cancelled: datetime | None = Field(default=None, sa_type=UtcDateTime)
    self_of: str = ""

    @classmethod
    def of(cls, talk: Talk, event: EventId, session: SessionId, position: int) -> Self:
        return cls(
            id=talk.id,
            event_id=event,
            session_id=session,
            position=position,
            title=talk.title,
            kind=talk.kind.value,
            speakers=_PEOPLE.dump_python(talk.speakers, mode="json"),
            coauthors=list(talk.coauthors),
            abstract=talk.abstract,
            links=_LINKS.dump_python(talk.links, mode="json"),
            language=talk.language,
            track=talk.track,
            seconds=talk.duration.total_seconds() if talk.duration else None,
            given_starts=talk.starts,
            given_ends=talk.ends,
            not_before=talk.not_before,
            self_of=talk.self_of,
            **stamped(talk.stamp),
        )

    def value(self) -> Talk:
        return Talk(
            id=TalkId(self.id),
            title=self.title,
            kind=Kind(self.kind),
            speakers=_PEOPLE.validate_python(self.speakers),
            coauthors=tuple(self.coauthors),
            abstract=self.abstract,
            links=_LINKS.validate_python(self.links),
            language=self.language,
            track=self.track,
            duration=lasting(self.seconds),
            starts=self.given_starts,
            ends=self.given_ends,
            not_before=self.not_before,
            stamp=stamp_of(self),
            self_of=TalkId(self.self_of),
        )


class SlotRow(SQLModel, table=True):
    """When a talk is, and when it really was."""

    __tablename__: ClassVar[str] = "slot"

    talk_id: str = Field(
        sa_column=Column(String, ForeignKey("talk.id"), primary_key=True)
    )
    starts: datetime = Field(sa_type=UtcDateTime)
    ends: datetime = Field(sa_type=UtcDateTime)
    actual_starts: datetime | None = Field(default=None, sa_type=UtcDateTime)
    actual_ends: datetime | None = Field(default=None, sa_type=UtcDateTime)
    skipped: bool = False

    @classmethod
    def of(cls, slot: Slot) -> Self:
        return cls(
            talk_id=slot.talk.id,
            starts=slot.starts,
            ends=slot.ends,
            actual_starts=slot.actual_starts,
            actual_ends=slot.actual_ends,
            skipped=slot.skipped,
        )
