"""VTIMEZONE (RFC 5545, section 3.6.5), as even the simplest reader takes it.

Outlook reads one yearly rule each way and no RDATE ([MS-STANOICAL] 2.2.47).
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from calendars.content import Component, Line
from calendars.rules.rule import ALL, Fault, Found, Rules, misplaced, once
from calendars.rules.times import moment, zone_known

_OFFSET = re.compile(r"[+-][0-9]{4}(?:[0-9]{2})?")
_CLOCK = re.compile(r"[0-9]{8}T[0-9]{6}")
_YEARLY = re.compile(
    r"(?=.*;BYDAY=-?[1-4](?:MO|TU|WE|TH|FR|SA|SU))"
    r"(?=.*;BYMONTH=[0-9]{1,2})FREQ=YEARLY(?:;BY[A-Z]+=[^;]+){2}"
)


def names_each_zone_once_in_order(calendar: Component) -> Found:
    """The VTIMEZONEs come by TZID, each once."""
    latest = ""
    for zone in calendar.inner("VTIMEZONE"):
        if (line := zone.sole("TZID")) is None:
            continue
        if line.value == latest:
            yield Fault(line.number, f"{line.value} is defined twice")
        elif line.value < latest:
            yield Fault(line.number, f"{line.value} is not in order of the names")
        latest = line.value


def defines_each_zone_used(calendar: Component) -> Found:
    """Each TZID of a property has its VTIMEZONE."""
    defined = {
        line.value for zone in calendar.inner("VTIMEZONE") for line in zone.all("TZID")
    }
    for line in _lines(calendar.inner("VEVENT")):
        name = line.parameter("TZID")
        if "TZID" in line.parameters and name not in defined:
            defined.add(name)
            yield Fault(line.number, f"the zone {name} is not defined")


def names_places(calendar: Component) -> Found:
    """Each zone has a full name of the tz database: readers take an abbreviation
    such as GMT for different zones.
    """
    for zone in calendar.inner("VTIMEZONE"):
        line = zone.sole("TZID")
        if line is not None and not ("/" in line.value and zone_known(line.value)):
            yield Fault(line.number, f"{line.value} is no full IANA name")


def has_one_name(calendar: Component) -> Found:
    """Each VTIMEZONE has one TZID."""
    for zone in calendar.inner("VTIMEZONE"):
        yield from _named(zone)


def has_yearly_rules(calendar: Component) -> Found:
    """One observance for good, or one of each kind with its yearly RRULE."""
    for zone in calendar.inner("VTIMEZONE"):
        names = sorted(part.name for part in zone.parts)
        ruled = [_has_rule(part) for part in zone.parts]
        steady = names == ["STANDARD"] and not any(ruled)
        if not steady and not (names == ["DAYLIGHT", "STANDARD"] and all(ruled)):
            text = "VTIMEZONE needs one STANDARD, or STANDARD and DAYLIGHT with RRULE"
            yield Fault(zone.number, text)


def changes_when_the_clocks_do(calendar: Component) -> Found:
    """The first onset of each observance is a change of the tz database, or no
    change if both offsets are one: written by the clock before it is put forward.
    """
    for zone in calendar.inner("VTIMEZONE"):
        name = line.value if (line := zone.sole("TZID")) else ""
        for part in zone.parts if zone_known(name) else ():
            if not _true(part, ZoneInfo(name)):
                text = f"{part.name} is no change of clocks in {name}"
                yield misplaced(part, "DTSTART", text)


def lists_no_dates(calendar: Component) -> Found:
    """There is no RDATE: most readers take the first of a list or none."""
    for part in _observances(calendar):
        for name in ("RDATE", "EXDATE"):
            for line in part.all(name):
                yield Fault(line.number, f"{name} has no place in VTIMEZONE")


def says_each_change(calendar: Component) -> Found:
    """Each observance has its first onset, by the clock, and both offsets."""
    formats = {"DTSTART": _CLOCK, "TZOFFSETFROM": _OFFSET, "TZOFFSETTO": _OFFSET}
    for part in _observances(calendar):
        for name, form in formats.items():
            line = part.sole(name)
            if line is None or line.parameters or not form.fullmatch(line.value):
                text = f"{part.name} needs one {name}, by the clock"
                yield misplaced(part, name, text)


RULES: Rules = (
    (names_each_zone_once_in_order, ALL),
    (defines_each_zone_used, ALL),
    (names_places, ALL),
    (has_one_name, ALL),
    (has_yearly_rules, ALL),
    (changes_when_the_clocks_do, ALL),
    (lists_no_dates, ALL),
    (says_each_change, ALL),
)

_named = once("TZID")


def _has_rule(observance: Component) -> bool:
    line = observance.sole("RRULE")
    return line is not None and _YEARLY.fullmatch(line.value) is not None


def _true(observance: Component, zone: ZoneInfo) -> bool:
    """Whether the clocks of ``zone`` change so; also if that cannot be read, which
    is another rule's.
    """
    found = [observance.sole(name) for name in ("TZOFFSETFROM", "TZOFFSETTO")]
    offsets = [_offset(line.value) for line in found if line]
    onset = observance.sole("DTSTART")
    # As if in UTC, so as to have the moment of the clock.
    clock = moment(onset._replace(value=f"{onset.value}Z")) if onset else None
    if len(offsets) != len(found) or not isinstance(clock, datetime):
        return True
    at = clock - offsets[0]
    around = (at - timedelta(seconds=1), at)
    return offsets == [one.astimezone(zone).utcoffset() for one in around]


def _offset(written: str) -> timedelta:
    """``+0130`` as a length of time; none at all for what is no offset."""
    if not _OFFSET.fullmatch(written):
        return timedelta()
    hours, minutes, seconds = (int(written[at : at + 2] or 0) for at in (1, 3, 5))
    ahead = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return -ahead if written[0] == "-" else ahead


def _observances(calendar: Component) -> Iterator[Component]:
    for zone in calendar.inner("VTIMEZONE"):
        yield from zone.parts


def _lines(components: list[Component]) -> Iterator[Line]:
    for component in components:
        for lines in component.lines.values():
            yield from lines
