"""What depends on who reads an event: the public, one person, a mail client."""

import re

from calendars.content import Component, Line
from calendars.rules.rule import (
    PUBLIC,
    Fault,
    Found,
    Kind,
    Rules,
    absent,
    once,
    one_of,
    sound,
    web_address,
)
from calendars.rules.times import length_of_time

MAILBOX = re.compile(r"mailto:[!#-+\--9=?A-Z^-~]+@[A-Z0-9.-]+", re.IGNORECASE)
"""An address by itself: no name, no second address, no subject."""

_FEATURES = {"AUDIO", "VIDEO"}
_PRIVATE = frozenset({Kind.PERSONAL, Kind.MESSAGE})
_MESSAGE = frozenset({Kind.MESSAGE})


def tells_no_mail_address(event: Component) -> Found:
    """No property has a mail address, in whatever parameter."""
    for line in (line for lines in event.lines.values() for line in lines):
        written = (line.value, *line.parameters.values())
        if any("mailto:" in text.lower() for text in written):
            yield Fault(line.number, f"{line.name} has a mail address")


def rings_for_nobody(event: Component) -> Found:
    """There is no alarm."""
    for alarm in event.inner("VALARM"):
        yield Fault(alarm.number, "VALARM: a public event has none")


def offers_sound_and_picture(event: Component) -> Found:
    """CONFERENCE says its type and lists its features, without quotation marks,
    which would make one odd feature of them.
    """
    for line in event.all("CONFERENCE"):
        features = line.parameters.get("FEATURE", "").split(",")
        if line.parameter("VALUE") != "URI":
            yield Fault(line.number, "CONFERENCE has no VALUE=URI")
        if not set(features) >= _FEATURES:
            yield Fault(line.number, "CONFERENCE has no FEATURE=AUDIO,VIDEO")
        if not line.parameter("LABEL"):
            yield Fault(line.number, "CONFERENCE has no LABEL")


def has_an_address_no_reader_cuts(event: Component) -> Found:
    """The address of CONFERENCE has no comma, semicolon or blank."""
    for line in event.all("CONFERENCE"):
        if not web_address(line.value) or set(line.value) & set(",;"):
            text = (
                "CONFERENCE has to be an http address without comma, semicolon or blank"
            )
            yield Fault(line.number, text)


def repeats_the_door(event: Component) -> Found:
    """What CONFERENCE says is also LOCATION and the first line of DESCRIPTION:
    hardly any client shows CONFERENCE.
    """
    if (door := event.sole("CONFERENCE")) is None:
        return
    for name in ("LOCATION", "DESCRIPTION"):
        line = event.sole(name)
        text = line.text if line else ""
        if name == "DESCRIPTION":
            text = text.partition("\n")[0]
        if text != door.value:
            number = line.number if line else event.number
            yield Fault(number, f"{name} does not begin with the CONFERENCE")


def rings_before_the_start(event: Component) -> Found:
    """Each alarm shows a text some time before the start."""
    for alarm in event.inner("VALARM"):
        for rule in _ALARM:
            yield from rule(alarm)


def rings_only_for_what_takes_place(event: Component) -> Found:
    """A cancelled event has no alarm."""
    status = event.sole("STATUS")
    if status is not None and status.value == "CANCELLED":
        for alarm in event.inner("VALARM"):
            yield Fault(alarm.number, "VALARM: a cancelled event has none")


def invites_one_person(event: Component) -> Found:
    """There is one ATTENDEE: nobody learns of the others."""
    if event.sole("ATTENDEE") is None:
        yield Fault(event.number, "VEVENT needs one ATTENDEE")


def says_how_one_takes_part(event: Component) -> Found:
    """Each ATTENDEE has what mail clients ask for."""
    for line in event.all("ATTENDEE"):
        for name in ("CUTYPE", "ROLE", "PARTSTAT", "RSVP"):
            if not line.parameter(name):
                yield Fault(line.number, f"ATTENDEE has no {name}")


def does_not_invite_itself(event: Component) -> Found:
    """The ATTENDEE is not the ORGANIZER: clients take it for their own event."""
    organizer, attendee = event.sole("ORGANIZER"), event.sole("ATTENDEE")
    if organizer and attendee and _mail(organizer.value) == _mail(attendee.value):
        yield Fault(attendee.number, "ATTENDEE is the ORGANIZER")


def cancels_what_is_cancelled(calendar: Component) -> Found:
    """STATUS is CANCELLED in a CANCEL, and in nothing else."""
    if (method := calendar.sole("METHOD")) is None:
        return
    for event in calendar.inner("VEVENT"):
        status = event.sole("STATUS")
        if status and (method.value == "CANCEL") != (status.value == "CANCELLED"):
            yield Fault(status.number, f"STATUS contradicts METHOD:{method.value}")


def is_of_one_event(calendar: Component) -> Found:
    """There is one VEVENT: clients show the first only."""
    for event in calendar.inner("VEVENT")[1:]:
        yield Fault(event.number, "a message is of one VEVENT")


def _mail(address: str) -> str:
    return address.strip().casefold()


def _before(line: Line) -> bool:
    """Whether a TRIGGER is some time before the start, not the end or an hour."""
    return (
        not line.parameters
        and line.value.startswith("-")
        and length_of_time(line.value[1:])
        and any(digit in line.value for digit in "123456789")
    )


_ALARM = (
    one_of("ACTION", "DISPLAY"),
    once("DESCRIPTION"),
    once("TRIGGER"),
    sound("TRIGGER", _before, "has to be before the start"),
)

RULES: Rules = (
    *(
        (absent(name, "a public event has none"), PUBLIC)
        for name in ("CONFERENCE", "ATTENDEE", "ORGANIZER")
    ),
    (tells_no_mail_address, PUBLIC),
    (rings_for_nobody, PUBLIC),
    (offers_sound_and_picture, _PRIVATE),
    (has_an_address_no_reader_cuts, _PRIVATE),
    (repeats_the_door, _PRIVATE),
    (rings_before_the_start, _PRIVATE),
    (rings_only_for_what_takes_place, _PRIVATE),
    (once("ORGANIZER"), _MESSAGE),
    (invites_one_person, _MESSAGE),
    (says_how_one_takes_part, _MESSAGE),
    (does_not_invite_itself, _MESSAGE),
    *(
        (
            sound(
                name,
                lambda line: MAILBOX.fullmatch(line.value) is not None,
                "has to be a mail address alone, after mailto:",
            ),
            _MESSAGE,
        )
        for name in ("ORGANIZER", "ATTENDEE")
    ),
)

CALENDAR_RULES: Rules = (
    (cancels_what_is_cancelled, _MESSAGE),
    (is_of_one_event, _MESSAGE),
)
