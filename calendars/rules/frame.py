"""The calendar around its entries (RFC 5545, section 3.6; RFC 7986)."""

import re
from itertools import pairwise

from calendars.content import Component, Line
from calendars.rules.rule import (
    ALL,
    FEEDS,
    Fault,
    Found,
    Kind,
    Rule,
    Rules,
    absent,
    at_most_once,
    misplaced,
    once,
    one_of,
    sound,
    web_address,
)
from calendars.rules.times import instant_of, is_utc, length_of_time

_ORDER = {"VTIMEZONE": 0, "VEVENT": 1}
_UNESCAPED = re.compile(r"(?:[^\\;,]|\\[\\;,nN])*+")
_WORD = re.compile(r"[A-Za-z]+")


def escaped(name: str) -> Rule:
    """Each text of that name has its commas, semicolons and backslashes escaped."""
    return sound(
        name,
        lambda line: _UNESCAPED.fullmatch(line.value) is not None,
        "has a comma, semicolon or backslash that is not escaped",
    )


def an_address(line: Line) -> bool:
    """Whether the property says that it is an address, and is one: RFC 7986 gives
    it no default type.
    """
    return line.parameter("VALUE") == "URI" and web_address(line.value)


def a_picture(line: Line) -> bool:
    """Whether the property is a picture by address and not within the stream."""
    return an_address(line) and "/" in line.parameter("FMTTYPE")


def same(name: str, older: str) -> Rule:
    """Both names of one text are there with the same value, or neither is."""

    def rule(calendar: Component) -> Found:
        one, other = ([x.value for x in calendar.all(key)] for key in (name, older))
        if one != other or len(one) > 1:
            text = f"{name} and {older} have to be the same, once each"
            yield misplaced(calendar, name, text)

    return rule


def says_how_often_to_come(calendar: Component) -> Found:
    """REFRESH-INTERVAL says its type, and Outlook's X-PUBLISHED-TTL the same."""
    interval = calendar.sole("REFRESH-INTERVAL")
    if (
        interval is None
        or interval.parameter("VALUE") != "DURATION"
        or not length_of_time(interval.value)
    ):
        text = "REFRESH-INTERVAL has to be a duration with VALUE=DURATION, once"
        yield misplaced(calendar, "REFRESH-INTERVAL", text)
        return
    if [line.value for line in calendar.all("X-PUBLISHED-TTL")] != [interval.value]:
        text = "X-PUBLISHED-TTL has to be the same as REFRESH-INTERVAL"
        yield misplaced(calendar, "X-PUBLISHED-TTL", text)


def holds_an_event(calendar: Component) -> Found:
    """There is at least one VEVENT: several clients refuse a file without."""
    if not calendar.inner("VEVENT"):
        yield Fault(calendar.number, "VCALENDAR has no VEVENT")


def holds_zones_and_events_only(calendar: Component) -> Found:
    """There is no other component."""
    for part in calendar.parts:
        if part.name not in _ORDER:
            yield Fault(part.number, f"{part.name} has no place in VCALENDAR")


def puts_properties_first(calendar: Component) -> Found:
    """No property of the calendar follows a component."""
    first = calendar.parts[0].number if calendar.parts else 0
    late = [
        line
        for lines in calendar.lines.values()
        if first and (line := lines[-1]).number > first
    ]
    for line in late:
        text = f"{line.name} of the calendar comes after a component"
        yield Fault(line.number, text)


def puts_zones_before_events(calendar: Component) -> Found:
    """No VTIMEZONE follows a VEVENT."""
    known = [part for part in calendar.parts if part.name in _ORDER]
    for former, part in pairwise(known):
        if _ORDER[part.name] < _ORDER[former.name]:
            yield Fault(part.number, "VTIMEZONE comes after a VEVENT")


def puts_events_in_order(calendar: Component) -> Found:
    """The VEVENTs come by their start."""
    latest = None
    for event in calendar.inner("VEVENT"):
        line = event.sole("DTSTART")
        if line is None or (starts := instant_of(line)) is None:
            continue
        if latest is not None and starts < latest:
            yield Fault(line.number, "VEVENT starts before the one that precedes it")
        latest = starts


def gives_each_event_its_uid(calendar: Component) -> Found:
    """No two VEVENTs have one UID."""
    seen: set[str] = set()
    for event in calendar.inner("VEVENT"):
        for line in event.all("UID")[:1]:
            if line.value in seen:
                yield Fault(line.number, "another VEVENT has this UID")
            seen.add(line.value)


RULES: Rules = (
    (one_of("VERSION", "2.0"), ALL),
    (once("PRODID"), ALL),
    (one_of("CALSCALE", "GREGORIAN"), ALL),
    (absent("UID", "readers take the calendar's for that of each event"), ALL),
    (absent("X-WR-TIMEZONE", "each event names its own zone"), ALL),
    (absent("METHOD", "a feed has none"), FEEDS),
    (
        sound("METHOD", lambda line: line.value == "PUBLISH", "can only be PUBLISH"),
        frozenset({Kind.FILE}),
    ),
    (one_of("METHOD", "REQUEST", "CANCEL"), frozenset({Kind.MESSAGE})),
    (once("NAME"), FEEDS),
    (same("NAME", "X-WR-CALNAME"), FEEDS),
    (same("DESCRIPTION", "X-WR-CALDESC"), FEEDS),
    *((escaped(name), ALL) for name in ("NAME", "DESCRIPTION")),
    (says_how_often_to_come, FEEDS),
    (once("SOURCE"), frozenset({Kind.FEED})),
    (absent("SOURCE", "the address is a secret"), frozenset({Kind.PERSONAL})),
    (
        sound("SOURCE", an_address, "has to be an http address with VALUE=URI"),
        frozenset({Kind.FEED}),
    ),
    (once("URL"), FEEDS),
    (
        sound("URL", lambda line: web_address(line.value), "has to be an http address"),
        FEEDS,
    ),
    (once("LAST-MODIFIED"), FEEDS),
    (sound("LAST-MODIFIED", is_utc, "has to be a moment in UTC"), FEEDS),
    (at_most_once("COLOR"), ALL),
    (
        sound(
            "COLOR",
            lambda line: _WORD.fullmatch(line.value) is not None,
            "has to be a colour name of CSS3",
        ),
        ALL,
    ),
    (sound("IMAGE", a_picture, "has to be an address, with VALUE and FMTTYPE"), ALL),
    (holds_an_event, ALL),
    (holds_zones_and_events_only, ALL),
    (puts_properties_first, ALL),
    (puts_zones_before_events, ALL),
    (puts_events_in_order, ALL),
    (gives_each_event_its_uid, ALL),
)
