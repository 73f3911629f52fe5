"""When a talk may be given: not before a time, and in its speakers' hours."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from orchestrator.programme.errors import BadTimes
from orchestrator.programme.model import Person, Talk

_DAY = timedelta(days=1)

REASONABLE = (time(7), time(22))
"""Hours at which somebody can speak of whom only the zone is known."""


class Span(NamedTuple):
    """From one instant to a later one, both in UTC."""

    starts: datetime
    ends: datetime


def zone_of(name: str, *, of: str) -> ZoneInfo:
    """The IANA zone ``name``; ``of`` says in the error whose it is."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise BadTimes(
            f"“{name}”, the time zone of {of}, does not exist; "
            "write one such as Europe/Paris."
        ) from error


def is_bound(talk: Talk) -> bool:
    """Whether ``talk`` cannot be given at any time."""
    return talk.not_before is not None or any(map(has_hours, talk.speakers))


def has_hours(person: Person) -> bool:
    """Whether ``person`` can speak at some local hours only."""
    return hours_of(person) is not None


def hours_of(person: Person) -> tuple[time, time] | None:
    """First and last local time at which ``person`` can speak; None for any.

    Who gave a zone and no hours is spared the night. Equal hours are a day.
    """
    if not person.zone:
        return None
    first, last = person.hours or REASONABLE
    return None if first == last else (first, last)


def allowed(talk: Talk, window: Span, zone: ZoneInfo) -> tuple[Span, ...]:
    """The parts of ``window`` inside which ``talk`` may be given, in order.

    ``zone`` is the event's; ``not_before`` is meant on the day the window
    begins there. Raises ``BadTimes`` for a speaker's zone that does not exist.
    """
    spans: tuple[Span, ...] = (window,)
    if talk.not_before is not None:
        day = window.starts.astimezone(zone).date()
        earliest = _instant(day, talk.not_before, zone)
        spans = _common(spans, (Span(earliest, max(earliest, window.ends)),))
    for person in talk.speakers:
        if (hours := hours_of(person)) is not None:
            zone_there = zone_of(person.zone, of=person.name)
            spans = _common(spans, _hours(zone_there, *hours, window))
    return spans


# The same few people and sessions are asked about for every unit that is tried.
@lru_cache(maxsize=4096)
def _hours(zone: ZoneInfo, first: time, last: time, window: Span) -> tuple[Span, ...]:
    """``first`` to ``last`` in ``zone``, on every day there that touches ``window``."""
    # An evening that began on the day before may reach into the window, and
    # hours such as 22:00 to 02:00 end on the next day.
    day = window.starts.astimezone(zone).date() - _DAY
    until = window.ends.astimezone(zone).date()
    night = _DAY if last < first else timedelta()
    spans = []
    while day <= until:
        spans.append(
            Span(_instant(day, first, zone), _instant(day + night, last, zone))
        )
        day += _DAY
    return tuple(spans)


def _common(some: tuple[Span, ...], others: tuple[Span, ...]) -> tuple[Span, ...]:
    shared = (
        Span(max(one.starts, other.starts), min(one.ends, other.ends))
        for one in some
        for other in others
    )
    return tuple(sorted(span for span in shared if span.starts < span.ends))


def _instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)
