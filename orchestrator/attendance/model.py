"""Presence as it is told, and what it adds up to.

All moments are aware and in UTC, by the event's clock. Spans are half-open:
the end is no part of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from integrations.video.events import Came, Closed, Went
from orchestrator.ids import EventId, RegistrantId, RoomId, TalkId


class Source(StrEnum):
    """Who tells. ``POLL`` is the provider's list of participants, asked for."""

    PAGE = "page"
    PROVIDER = "provider"
    POLL = "poll"
    OVERFLOW = "overflow"


class SignKind(StrEnum):
    """He came; he is there; he has gone."""

    IN = "in"
    HERE = "here"
    OUT = "out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One line of the journal: a sign of life, or of leaving.

    ``stream`` tells the devices, or the provider's connections, of one person
    apart; a poll knows people only, so its signs have an empty one. ``key`` is
    unique within its source: what is told again has the same.
    """

    event: EventId
    room: RoomId
    registrant: RegistrantId
    source: Source
    kind: SignKind
    stream: str
    key: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What the provider of a connection told of a room, by its own clock. ``key`` is
    its own, for ever; ``received`` is real time.
    """

    connection: str
    news: Came | Went | Closed
    key: str
    received: datetime


class Closing(NamedTuple):
    """What a room was on a connection was closed at a moment of the event."""

    connection: str
    at: datetime


class Interval(NamedTuple):
    """From one instant to a later one."""

    starts: datetime
    ends: datetime

    @property
    def length(self) -> timedelta:
        return self.ends - self.starts


Intervals = tuple[Interval, ...]
"""In order, none touching the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """When one person was where; ``overflow`` is what he followed from outside."""

    rooms: Mapping[RoomId, Intervals]
    overflow: Mapping[RoomId, Intervals]


class Half(StrEnum):
    """Half of a day: before and after 13:00 in the event's zone."""

    MORNING = "morning"
    AFTERNOON = "afternoon"


class HalfDay(NamedTuple):
    """The unit of attestations; ``day`` is a local one."""

    day: date
    half: Half


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfDayStay:
    """One person's half-day: first arrival, last departure, and the stay between
    them without the absences.
    """

    half_day: HalfDay
    arrives: datetime
    leaves: datetime
    stay: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFigures:
    """The attendance of one person.

    ``intervals`` are those in any room, whole. All the rest counts only what
    lies inside a session: ``stay`` in all, ``slots`` by talk (breaks and
    discussions too; without those he missed), ``half_days`` in order.
    ``attended`` are the talks at which he stayed long enough. ``overflow`` was
    followed from outside and is in no other figure. ``estimated``: he was in a
    room whose provider reports nobody.
    """

    registrant: RegistrantId
    intervals: Intervals = ()
    stay: timedelta = timedelta()
    slots: Mapping[TalkId, timedelta]
    attended: frozenset[TalkId] = frozenset()
    half_days: tuple[HalfDayStay, ...] = ()
    overflow: timedelta = timedelta()
    estimated: bool = False

    def during(self, half_day: HalfDay) -> HalfDayStay | None:
        """His stay in ``half_day``, None if he was not there."""
        stays = (stay for stay in self.half_days if stay.half_day == half_day)
        return next(stays, None)


class Count(NamedTuple):
    """How many people were inside at a moment."""

    at: datetime
    inside: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFigures:
    """The attendance of an event.

    ``half_days`` are those in which it has a session, in order. ``curve`` has a
    point for each minute of the openings until now. ``peak`` is the most people inside
    at once, at the first moment of that; None while nobody came.
    """

    people: Mapping[RegistrantId, PersonFigures]
    half_days: tuple[HalfDay, ...]
    curve: tuple[Count, ...]
    peak: Count | None
    estimated: bool


class Format(StrEnum):
    """How attendance is given out; ``SHEET`` is the list by half-day to sign."""

    CSV = "csv"
    JSON = "json"
    SHEET = "sheet"
