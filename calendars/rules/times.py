"""Moments and lengths of time as they are written (RFC 5545, section 3.3)."""

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from calendars.content import Line
from calendars.entry import instant

_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_TIME = re.compile(r"T([0-9]{2})([0-9]{2})([0-9]{2})(Z?)")
_LENGTH = re.compile(
    r"P(?:[0-9]{1,9}W|(?=[0-9T])(?:[0-9]{1,9}D)?"
    r"(?:T(?=[0-9])(?:[0-9]{1,9}H)?(?:[0-9]{1,9}M)?(?:[0-9]{1,9}S)?)?)"
)
# One day from both ends of what Python can say, since zones move moments.
_YEARS = range(2, 9999)


def length_of_time(value: str) -> bool:
    """Whether ``value`` is a duration without a sign, such as ``PT1H``."""
    return _LENGTH.fullmatch(value) is not None


def is_utc(line: Line) -> bool:
    """Whether ``line`` says a moment in UTC, by its ``Z``."""
    return line.value.endswith("Z") and isinstance(moment(line), datetime)


def of_days(line: Line) -> bool:
    """Whether ``line`` is of the type DATE."""
    return line.parameter("VALUE").upper() == "DATE"


def moment(line: Line) -> datetime | date | None:
    """The date or the aware moment that ``line`` says; None if it says neither:
    no such day, a time without zone, a zone that the tz database does not have.
    """
    if (day := _DATE.match(line.value)) is None:
        return None
    rest = line.value[day.end() :]
    try:
        on = date(int(day[1]), int(day[2]), int(day[3]))
        if of_days(line):
            return on if not rest and on.year in _YEARS else None
        return _at(on, rest, line.parameter("TZID"))
    except ValueError:
        return None


def instant_of(line: Line) -> datetime | None:
    """``moment(line)`` in UTC; a date counts from its midnight."""
    return instant(found) if (found := moment(line)) is not None else None


def zone_known(name: str) -> bool:
    """Whether the tz database has ``name``."""
    return name in _names()


def _at(on: date, rest: str, zone: str) -> datetime | None:
    clock = _TIME.fullmatch(rest)
    if clock is None or on.year not in _YEARS:
        return None
    at = datetime(
        on.year,
        on.month,
        on.day,
        int(clock[1]),
        int(clock[2]),
        int(clock[3]),
        tzinfo=UTC,
    )
    if clock[4]:
        return at if not zone else None
    return at.replace(tzinfo=ZoneInfo(zone)) if zone_known(zone) else None


# Asked once: a stream can name more zones than there is time to look for.
@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    return frozenset(available_timezones())
