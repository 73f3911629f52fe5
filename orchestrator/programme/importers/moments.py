"""Days, clock times, windows and lengths as people write them.

Each function takes a text and raises ``ValueError`` with a sentence that says
what was expected; the importers add the line and the field.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from zoneinfo import ZoneInfo, available_timezones

_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_FRENCH_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_CLOCK = re.compile(r"(\d{1,2})\s*(?:[:hH]\s*(\d{2})?(?::(\d{2}(?:\.\d{1,6})?))?)?")
_WINDOW = re.compile(r"(.+?)\s*(?:-|–|—|à|to)\s*(.+)")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]+\d\d:\d\d\S*")
_LENGTH = re.compile(
    r"(\d{1,3})\s*[:hH]\s*(\d{2})?(?::(\d{2}))?|(\d{1,5})\s*(?:min|mn|minutes?)?\.?"
)


@dataclass(frozen=True, slots=True)
class LocalTime:
    """A clock time of a day that is named elsewhere."""

    clock: time


def zone_named(name: str) -> ZoneInfo:
    """The IANA zone called ``name``."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        near = get_close_matches(name, sorted(available_timezones()), n=1)
        hint = near[0] if near else "Europe/Paris"
        raise ValueError(
            f"“{name}” is no time zone; did you mean {hint}?"
            if near
            else f"“{name}” is no time zone; write one such as {hint}."
        ) from None


def day(text: str) -> date:
    """``2021-06-28``, or ``28/06/2021`` as written in France."""
    if found := _DAY.fullmatch(text):
        year, month, number = found.groups()
    elif found := _FRENCH_DAY.fullmatch(text):
        number, month, year = found.groups()
    else:
        raise ValueError(f"“{text}” is no date; write it as 2021-06-28.")
    try:
        return date(int(year), int(month), int(number))
    except ValueError:
        raise ValueError(f"There is no such day as “{text}”.") from None


def clock(text: str) -> time:
    """``10:30``, ``10h30``, ``10h`` or ``10``; seconds are possible."""
    if (found := _CLOCK.fullmatch(text)) is None:
        raise ValueError(f"“{text}” is no time of day; write it as 10:30.")
    hours, minutes, seconds = found.groups()
    whole, _, fraction = (seconds or "0").partition(".")
    try:
        return time(
            int(hours), int(minutes or 0), int(whole), int(fraction.ljust(6, "0") or 0)
        )
    except ValueError:
        raise ValueError(f"There is no such time as “{text}”.") from None


def window(text: str) -> tuple[time, time]:
    """``10:00-12:00``, ``10h30 – 12h``, ``16-18h``; the end is the later one."""
    if (found := _WINDOW.fullmatch(text)) is None:
        raise ValueError(f"“{text}” is no window; write it as 10:00-12:00.")
    first, last = clock(found[1]), clock(found[2])
    if last <= first:
        raise ValueError(f"“{text}” ends before it starts; the later time comes last.")
    return first, last


def length(text: str) -> timedelta:
    """Minutes (``20``), or hours and minutes (``1:30``, ``1h30``)."""
    if (found := _LENGTH.fullmatch(text)) is None:
        raise ValueError(f"“{text}” is no length; write minutes, as 20.")
    hours, minutes, seconds, only = found.groups()
    if only:
        return timedelta(minutes=int(only))
    return timedelta(
        hours=int(hours), minutes=int(minutes or 0), seconds=int(seconds or 0)
    )


def moment(text: str) -> datetime | LocalTime:
    """A time of day, or a whole date-time (naive unless it names an offset)."""
    if _MOMENT.fullmatch(text) is None:
        return LocalTime(clock(text))
    try:
        return datetime.fromisoformat(re.sub(r"\s+", "T", text))
    except ValueError:
        raise ValueError(
            f"There is no such moment as “{text}”; write it as 2021-06-28 10:30."
        ) from None


def in_zone(given: datetime, zone: ZoneInfo) -> datetime:
    """``given`` in ``zone``; a naive one is a wall-clock time there.

    Of a time that the clocks show twice, the first is meant. Raises
    ``ValueError`` for one that they skip, or too far away to be a date there.
    """
    try:
        if given.tzinfo is not None:
            return given.astimezone(zone)
        local = given.replace(tzinfo=zone)
        back = local.astimezone(UTC).astimezone(zone)
    except OverflowError:
        raise ValueError(f"{given.isoformat()} is out of reach.") from None
    if back.replace(tzinfo=None) != given:
        raise ValueError(
            f"On {given:%Y-%m-%d} the clocks of {zone.key} skip {given:%H:%M};"
            f" write another time."
        )
    return local


def is_twice(local: datetime) -> bool:
    """Whether the clocks of its zone show this time twice on its day."""
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
