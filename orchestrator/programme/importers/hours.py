"""Hours and windows as French and English pages write them.

``9h45``, ``9 h 30``, ``14:00``, ``2pm``, ``midi``; ``10h-12h``, ``16-18h``,
``10h à 12h``, ``2-3:30pm``. A time that no day has raises
``UnreadableProgramme`` with its line, as does a window that ends before it
starts.
"""

import re
from dataclasses import dataclass, replace
from datetime import time, timedelta

from orchestrator.programme.importers.errors import UnreadableProgramme
from orchestrator.programme.importers.inline import fold

_MERIDIEM = r"(?:am|pm|a\.m\.?|p\.m\.?)"
_CLOCK = rf"""(?:
    (?:[01]?\d|2\d|\d\d)(?:
        :\d\d(?:\s?h\b)?(?:\s?{_MERIDIEM}(?!\w))?
      | (?:\.\d\d)?\s?{_MERIDIEM}(?!\w)
      | h\d\d(?!\d)(?:\s?mi?n\b)?
      | h\s\d\d(?=\s*(?:[-–—:)\]|]|a\s|to\s|$))
      | \s(?:h|heures?)\s\d\d(?!\d)
      | \s?(?:h|heures?|hrs?)(?![\w'])
    )
  | (?:midi|noon)(?!\w) )"""
_DASH = r"\s*(?:-|–|—|\u2212|→|/|~|\sa\s|\sto\s|\suntil\s|\sjusqu'a\s|>)\s*"
_FROM = r"(?:(?:de|des|from|entre|between)\s+)?"
_WINDOW = rf"""{_FROM}
    (?P<first>{_CLOCK}|\d{{1,2}}|\d{{1,2}}\.\d\d)
    (?:{_DASH}|\s(?:et|and)\s)
    (?P<last>{_CLOCK}|(?<=[.\d][-–\s])\d{{1,2}}\.\d\d|(?<=h[-–])\d{{1,2}}(?![\w.:]))"""
_LEADING = re.compile(
    rf"(?:(?:a|at|@)\s+)?(?:{_WINDOW}|(?P<only>{_CLOCK}))", re.VERBOSE
)
_SEARCH = re.compile(rf"(?<![\w:.,/-]){_WINDOW}(?!\w)", re.VERBOSE)
_SINGLE = re.compile(rf"(?<![\w:.,/-])(?P<only>{_CLOCK})", re.VERBOSE)
_HALF = re.compile(_MERIDIEM)
_BARE = re.compile(r"(?P<first>\d{1,2})\s*[-–]\s*(?P<last>\d{1,2})")
_NUMBERS = re.compile(r"\d+")
_LENGTH = re.compile(
    r"(?<![\w:])(?:(?P<hours>\d{1,2})\s?(?:h|heures?|hours?)\s?(?P<rest>\d\d)?(?!\w)"
    r"|(?P<minutes>\d{1,3})\s?(?:min(?:utes?|s)?\b\.?|mn\b|'|’))",
    re.IGNORECASE,
)
_NOON = 12
_HOURS = 24
_MINUTES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """A start, perhaps an end, and where the text says so."""

    starts: time
    ends: time | None
    start: int
    end: int


def leading_hours(text: str, *, line: int) -> Hours | None:
    """The hour or window that ``text`` begins with."""
    found = _LEADING.match(fold(text))
    return _hours(found, line=line) if found else None


def part_of(hours: Hours, place: int, number: int) -> Hours:
    """The part at ``place`` of a window divided into ``number`` equal ones, in minutes."""
    if hours.ends is None or hours.ends <= hours.starts:
        return hours
    first = hours.starts.hour * _MINUTES + hours.starts.minute
    length = hours.ends.hour * _MINUTES + hours.ends.minute - first
    starts, ends = (first + length * n // number for n in (place, place + 1))
    return replace(
        hours,
        starts=time(*divmod(starts, _MINUTES)),
        ends=time(*divmod(ends, _MINUTES)),
    )


def begins_with_hours(text: str) -> bool:
    """Whether ``text`` begins with an hour or a window, possible or not."""
    return _LEADING.match(fold(text)) is not None


def window_in(text: str, *, line: int) -> Hours | None:
    """The first window (start and end) anywhere in ``text``."""
    found = _SEARCH.search(fold(text))
    return _hours(found, line=line) if found else None


def windows_in(text: str, *, line: int) -> tuple[Hours, ...]:
    """Every window in ``text``, in order."""
    found = _SEARCH.finditer(fold(text))
    return tuple(_hours(match, line=line) for match in found)


def has_window(text: str) -> bool:
    """Whether ``text`` holds a window, possible or not."""
    return _SEARCH.search(fold(text)) is not None


def hours_in(text: str, *, line: int) -> Hours | None:
    """The first window anywhere in ``text``, else the first single hour."""
    if (hours := window_in(text, line=line)) is not None:
        return hours
    found = _SINGLE.search(fold(text))
    return _hours(found, line=line) if found else None


def bare_window(text: str, *, line: int) -> Hours | None:
    """``10-12``: hours only where nothing else is meant, as in a column of hours."""
    found = _BARE.fullmatch(text.strip())
    return _hours(found, line=line) if found else None


def length_in(text: str) -> timedelta | None:
    """``30 min``, ``45'``, ``1h30``, ``20 minutes`` as a positive length, or None."""
    if (found := _LENGTH.search(text)) is None:
        return None
    if found["minutes"]:
        minutes = int(found["minutes"])
    else:
        minutes = int(found["hours"]) * _MINUTES + int(found["rest"] or 0)
    return timedelta(minutes=minutes) if minutes else None


def _hours(found: re.Match[str], *, line: int) -> Hours:
    groups = found.groupdict()
    first = groups.get("first") or groups["only"]
    starts, meridiem = _clock(first, line=line)
    ends = None
    if last := groups.get("last"):
        ends, later = _clock(last, line=line)
        if later and not meridiem:
            starts = _same_half(starts, ends, later)
        if ends <= starts:
            raise UnreadableProgramme(
                f"Line {line}: “{found[0].strip()}” ends before it starts;"
                " write the earlier time first, as in 10h-12h.",
                line=line,
            )
    return Hours(starts=starts, ends=ends, start=found.start(), end=found.end())


def _clock(text: str, *, line: int) -> tuple[time, str]:
    """The time, and "a" or "p" when it is written with am or pm."""
    text = text.strip()
    if text in ("midi", "noon"):
        return time(_NOON), "p"
    hour, minute = (*map(int, _NUMBERS.findall(text)), 0)[:2]
    half = _HALF.search(text)
    meridiem = half[0][0] if half else ""
    if meridiem and hour <= _NOON:
        hour = hour % _NOON + (_NOON if meridiem == "p" else 0)
    if hour >= _HOURS or minute >= _MINUTES:
        raise UnreadableProgramme(
            f"Line {line}: “{text}” is no time of day;"
            " write one from 0h00 to 23h59, such as 10h30.",
            line=line,
        )
    return time(hour, minute), meridiem


def _same_half(starts: time, ends: time, meridiem: str) -> time:
    """``2`` of ``2-3pm`` is 14h; ``11`` of ``11-1pm`` stays in the morning."""
    if meridiem == "p" and starts.hour < _NOON:
        afternoon = starts.replace(hour=starts.hour + _NOON)
        return afternoon if afternoon < ends else starts
    if meridiem == "a" and starts.hour == _NOON:
        return starts.replace(hour=0)
    return starts
