"""VTIMEZONE (RFC 5545, section 3.6.5) as a yearly rule, from ``zoneinfo``.

Outlook reduces a VTIMEZONE to one STANDARD and one DAYLIGHT change a year and
reads RRULE, never RDATE ([MS-STANOICAL] 2.2.47); several other readers take
only the first date of an RDATE. So a zone is written with RRULE, exactly, or
not at all: the entries of a zone whose changes follow no yearly rule in those
years (Morocco, Gaza) are written in UTC.

``icalendar`` has a generator too. In 7.3 it dates the change to summer time by
the clock *after* the jump, and orders zones by a set; hence this one.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

# Since 1940 no zone of the tz database has left an offset and come back to it
# within fewer days, so looking once per stride misses no change.
_STRIDE = timedelta(days=5)
# Years written around those of the events: readers look for the change before
# the first one, and a feed is read for a while after the last.
_YEARS_BEFORE, _YEARS_AFTER = 1, 2

Observance = TimezoneDaylight | TimezoneStandard

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a zone's UTC offset, at an instant (UTC)."""

    at: datetime
    before: timedelta
    after: timedelta
    name: str

    @property
    def onset(self) -> datetime:
        """The clock on the wall at that instant, before it is changed."""
        return self.at.replace(tzinfo=None) + self.before

    @property
    def forward(self) -> bool:
        """Whether clocks are put forward, as for summer time."""
        return self.after > self.before


def repeated(moment: datetime) -> bool:
    """Whether the wall clock of ``moment`` comes twice that day.

    Readers disagree on which of the two is meant by a time with TZID.
    """
    return moment.replace(fold=0).utcoffset() != moment.replace(fold=1).utcoffset()


def write_zone(zone: ZoneInfo, first: datetime, last: datetime) -> bytes | None:
    """The VTIMEZONE of ``zone``, right from one year before ``first`` until two
    years after ``last``; None when its changes follow no yearly rule then.
    """
    return _written(zone, first.year - _YEARS_BEFORE, last.year + _YEARS_AFTER)


@lru_cache(maxsize=256)
def _written(zone: ZoneInfo, first_year: int, last_year: int) -> bytes | None:
    changes = tuple(_changes(zone, first_year, last_year))
    years = last_year - first_year + 1
    observances = _yearly(changes, years) if changes else [_steady(zone, first_year)]
    if not observances:
        return None
    timezone = Timezone()
    timezone.add("tzid", zone.key)
    for observance in observances:
        timezone.add_component(observance)
    lines: bytes = timezone.to_ical()
    return lines


def _steady(zone: ZoneInfo, year: int) -> Observance:
    """The one offset of a zone that has no change from ``year`` on."""
    start = datetime(year, 1, 1, tzinfo=UTC)
    offset = _offset(zone, start)
    return _observance(Change(start - offset, offset, offset, _name(zone, start)))


def _yearly(changes: Iterable[Change], years: int) -> list[Observance]:
    """STANDARD and DAYLIGHT; nothing if one of them follows no rule."""
    observances = []
    for forward in (False, True):
        some = [change for change in changes if change.forward is forward]
        if (rule := _rule(some, years=years)) is None:
            return []
        observances.append(_observance(some[0], rule))
    return observances


def _changes(zone: ZoneInfo, first_year: int, last_year: int) -> Iterator[Change]:
    at = datetime(first_year, 1, 1, tzinfo=UTC)
    end = datetime(last_year + 1, 1, 1, tzinfo=UTC)
    before = _offset(zone, at)
    while at < end:
        next_at = min(at + _STRIDE, end)
        after = _offset(zone, next_at)
        if after != before:
            change = _bisect(zone, at, next_at)
            yield Change(change, before, after, _name(zone, change))
        at, before = next_at, after


def _bisect(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The first instant, to the second, with the offset of ``high``."""
    after = _offset(zone, high)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        if _offset(zone, middle) == after:
            high = middle
        else:
            low = middle
    return high


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _name(zone: ZoneInfo, at: datetime) -> str:
    return at.astimezone(zone).tzname() or zone.key


def _rule(yearly: list[Change], *, years: int) -> dict[str, str | int] | None:
    """The rule after which all of ``yearly`` happen, once in each of ``years``
    years: same clock, same offsets, same weekday of the month; None if there is
    no such rule.
    """
    kinds = {
        (change.before, change.after, onset.month, onset.time(), onset.weekday())
        for change in yearly
        if (onset := change.onset)
    }
    if len(kinds) != 1 or len({change.onset.year for change in yearly}) != years:
        return None
    onset = yearly[0].onset
    if (rank := _rank([change.onset for change in yearly])) is None:
        return None
    day = f"{rank}{_WEEKDAYS[onset.weekday()]}"
    return {"FREQ": "YEARLY", "BYMONTH": onset.month, "BYDAY": day}


def _rank(days: list[datetime]) -> int | None:
    """Which one of its month's weekdays every one of ``days`` is: 1 to 4 from
    the start, -1 for the last; None if they differ.
    """
    if all(day.day + 7 > monthrange(day.year, day.month)[1] for day in days):
        return -1
    ranks = {(day.day + 6) // 7 for day in days}
    return ranks.pop() if len(ranks) == 1 else None


def _observance(change: Change, rule: dict[str, str | int] | None = None) -> Observance:
    # Summer time is what is ahead, also in Dublin, where the law calls summer
    # the standard: Outlook knows no other kind.
    observance = TimezoneDaylight() if change.forward else TimezoneStandard()
    observance.add("dtstart", change.onset)
    observance.add("tzoffsetfrom", change.before)
    observance.add("tzoffsetto", change.after)
    observance.add("tzname", change.name)
    if rule:
        observance.add("rrule", rule)
    return observance
