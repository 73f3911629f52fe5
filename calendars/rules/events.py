"""VEVENT (RFC 5545, section 3.6.1), whoever reads it."""

import re
from datetime import UTC, datetime

from calendars.content import Component, Line
from calendars.rules.frame import a_picture, escaped
from calendars.rules.rule import (
    ALL,
    Fault,
    Found,
    Rules,
    absent,
    at_most_once,
    once,
    one_of,
    sound,
    web_address,
)
from calendars.rules.times import instant_of, is_utc, moment, of_days
from calendars.text import LONGEST_LINE
from calendars.zones import repeated

_COUNT = re.compile(r"[0-9]{1,10}")
_VISIBLE = re.compile(r"[!-~]{1,255}")


def says_when_it_changed(event: Component) -> Found:
    """DTSTAMP is the time of the last change, not that of the writing."""
    stamp, modified = event.sole("DTSTAMP"), event.sole("LAST-MODIFIED")
    if stamp and modified and stamp.value != modified.value:
        yield Fault(stamp.number, "DTSTAMP is not LAST-MODIFIED")


def was_made_before_it_changed(event: Component) -> Found:
    """CREATED is not after LAST-MODIFIED."""
    made, changed = event.sole("CREATED"), event.sole("LAST-MODIFIED")
    if not (made and changed and is_utc(made) and is_utc(changed)):
        return
    if made.value > changed.value:
        yield Fault(made.number, "CREATED is after LAST-MODIFIED")


def starts_and_ends_alike(event: Component) -> Found:
    """DTSTART and DTEND are both dates or both moments."""
    starts, ends = event.sole("DTSTART"), event.sole("DTEND")
    if starts and ends and of_days(starts) != of_days(ends):
        yield Fault(ends.number, "DTEND has not the type of DTSTART")


def ends_after_it_starts(event: Component) -> Found:
    """DTEND is a later instant than DTSTART."""
    starts, ends = event.sole("DTSTART"), event.sole("DTEND")
    if not (starts and ends):
        return
    first, last = instant_of(starts), instant_of(ends)
    if first is not None and last is not None and last <= first:
        yield Fault(ends.number, "DTEND is not later than DTSTART")


def has_one_line_of_title(event: Component) -> Found:
    """SUMMARY is one line, not too long."""
    for line in event.all("SUMMARY"):
        text = line.text
        if "\n" in text:
            yield Fault(line.number, "SUMMARY has a line break")
        if len(text) > LONGEST_LINE:
            text = f"SUMMARY has {len(text)} characters, over {LONGEST_LINE}"
            yield Fault(line.number, text)


def holds_nothing_but_alarms(event: Component) -> Found:
    """There is no component but VALARM."""
    for part in event.parts:
        if part.name != "VALARM":
            yield Fault(part.number, f"{part.name} has no place in VEVENT")


def _certain(line: Line) -> bool:
    """Whether every reader takes the time for the same instant: it exists, and
    comes once that day. One that cannot be read is another rule's.
    """
    at = moment(line)
    if not isinstance(at, datetime):
        return True
    back = at.astimezone(UTC).astimezone(at.tzinfo).replace(tzinfo=None)
    return back == at.replace(tzinfo=None) and not repeated(at)


_STAMPS = ("DTSTAMP", "LAST-MODIFIED", "CREATED")
_TIMES = ("DTSTART", "DTEND")

RULES: Rules = (
    *((once(name), ALL) for name in ("UID", *_STAMPS, *_TIMES, "SUMMARY")),
    *(
        (at_most_once(name), ALL)
        for name in ("DESCRIPTION", "LOCATION", "URL", "CONFERENCE")
    ),
    (
        sound(
            "UID",
            lambda line: _VISIBLE.fullmatch(line.value) is not None,
            "has to be up to 255 visible ASCII characters",
        ),
        ALL,
    ),
    *((sound(name, is_utc, "has to be a moment in UTC"), ALL) for name in _STAMPS),
    (says_when_it_changed, ALL),
    (was_made_before_it_changed, ALL),
    (once("SEQUENCE"), ALL),
    (
        sound(
            "SEQUENCE",
            lambda line: _COUNT.fullmatch(line.value) is not None,
            "has to be a number from 0",
        ),
        ALL,
    ),
    (one_of("STATUS", "CONFIRMED", "TENTATIVE", "CANCELLED"), ALL),
    (one_of("TRANSP", "OPAQUE", "TRANSPARENT"), ALL),
    *(
        (
            sound(
                name,
                lambda line: moment(line) is not None,
                "has to be a date, or a time in a known zone or in UTC",
            ),
            ALL,
        )
        for name in _TIMES
    ),
    *(
        (sound(name, _certain, "is in an hour that is skipped or repeated"), ALL)
        for name in _TIMES
    ),
    (absent("DURATION", "several readers need DTEND"), ALL),
    (starts_and_ends_alike, ALL),
    (ends_after_it_starts, ALL),
    (has_one_line_of_title, ALL),
    *((escaped(name), ALL) for name in ("SUMMARY", "DESCRIPTION", "LOCATION")),
    (
        sound("URL", lambda line: web_address(line.value), "has to be an http address"),
        ALL,
    ),
    (sound("IMAGE", a_picture, "has to be an address, with VALUE and FMTTYPE"), ALL),
    (holds_nothing_but_alarms, ALL),
)
