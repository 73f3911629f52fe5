"""Answers to invitations (RFC 5546, section 3.2.3), as mail clients send them.

What is read is what is written, not who wrote it: compare the sender of the mail
and what was sent to whom before believing it, and ``stamp`` before letting a
reply replace another.

Clients differ: Google repeats the calendar as an attachment and hides the words
of the answer in a parameter, Exchange writes ``MAILTO:`` and no RSVP, Apple may
name the person by a path and the address in EMAIL only. Line ends, folds and
character sets get lost on the way. All of that is read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import Message
from urllib.parse import unquote

from calendars.content import Component, Line, read
from calendars.errors import ReplyRefused
from calendars.itip import Participation, is_mailbox
from calendars.text import clean

LARGEST_CALENDAR = 256 * 1024
"""Octets of a calendar that is read; a reply has one or two thousand."""

LARGEST_MAIL = 1024 * 1024
"""Octets of a mail that is read."""

_TYPES = ("text/calendar", "application/ics")
# Parts within parts: email's parser calls itself for each.
_MOST_PARTS = 40
_BOUNDARY = re.compile(rb"boundary[\s*0-9]*+=", re.IGNORECASE)
# Others are no text, or take Python long to decode (punycode, idna).
_CHARSET = re.compile(
    r"utf-?8|us-ascii|iso-8859-[0-9]{1,2}|windows-125[0-9]", re.IGNORECASE
)
_UID = re.compile(r"[!-~]{1,255}")
_COUNT = re.compile(r"[0-9]{1,9}")
# What email's parser lets through of headers that nobody would write.
_UNREADABLE = (
    MessageError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One person's answer.

    ``uid`` and ``sequence`` are those of the invitation answered, 0 where the
    client leaves SEQUENCE out. ``attendee`` is the mail address, capitals as they
    came. ``stamp`` is when the answer was given, in UTC; ``comment`` plain text.
    """

    uid: str
    sequence: int
    attendee: str
    participation: Participation
    stamp: datetime
    comment: str = ""


def reply_in(mail: bytes | Message) -> Reply:
    """The reply that ``mail`` carries: of its parts of type text/calendar, then
    application/ics, the first that can be read. Attached mails are not opened.

    Raises ``ReplyRefused`` if there is none, for a mail over ``LARGEST_MAIL`` or
    of very many parts; nothing else, whatever the octets.
    """
    refused = ReplyRefused("The mail has no calendar.")
    try:
        calendars = list(_calendars(_parsed(mail)))
    except _UNREADABLE as error:
        if isinstance(error, ReplyRefused):
            raise
        raise ReplyRefused("The mail cannot be taken apart.") from error
    for calendar in calendars:
        try:
            return read_reply(calendar)
        except ReplyRefused as reason:
            refused = reason
    raise refused


def read_reply(calendar: bytes) -> Reply:
    """The reply that a calendar of METHOD:REPLY is: one VEVENT, one ATTENDEE.

    Raises ``ReplyRefused``, saying what is missing, for anything else, and for a
    calendar over ``LARGEST_CALENDAR``; nothing else, whatever the octets.
    """
    if len(calendar) > LARGEST_CALENDAR:
        raise ReplyRefused(f"The calendar has {len(calendar)} octets, too many.")
    event = _event(_only_calendar(calendar))
    attendee = _sole(event, "ATTENDEE")
    return Reply(
        uid=_uid(event),
        sequence=_sequence(event),
        attendee=_address(attendee),
        participation=_participation(attendee),
        stamp=_stamp(event),
        comment=_comment(event, attendee),
    )


def _parsed(mail: bytes | Message) -> Message:
    if isinstance(mail, Message):
        return mail
    if len(mail) > LARGEST_MAIL:
        raise ReplyRefused(f"The mail has {len(mail)} octets, too many.")
    if sum(1 for _ in _BOUNDARY.finditer(mail)) > _MOST_PARTS:
        raise ReplyRefused("The mail has too many parts.")
    # compat32 takes headers for strings; the newer policies parse each of them.
    return message_from_bytes(mail, policy=policy.compat32)


def _calendars(mail: Message) -> Iterator[bytes]:
    parts = [part for part in _parts(mail) if part.get_content_type() in _TYPES]
    for part in sorted(parts, key=lambda part: _TYPES.index(part.get_content_type())):
        octets = part.get_payload(decode=True)
        if isinstance(octets, bytes):
            yield _utf8(octets, part.get_content_charset() or "utf-8")


def _parts(mail: Message) -> Iterator[Message]:
    """Every part in order, those of attached mails left out."""
    waiting = [mail]
    while waiting:
        part = waiting.pop()
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            waiting += [one for one in reversed(inner) if isinstance(one, Message)]
        else:
            yield part


def _utf8(octets: bytes, charset: str) -> bytes:
    if not _CHARSET.fullmatch(charset):
        return octets
    return octets.decode(charset, errors="replace").encode()


def _only_calendar(octets: bytes) -> Component:
    calendars = read(octets).root.inner("VCALENDAR")
    if len(calendars) != 1:
        raise ReplyRefused(f"There are {len(calendars)} VCALENDAR and not one.")
    method = _sole(calendars[0], "METHOD").value.strip().upper()
    if method != "REPLY":
        raise ReplyRefused(f"METHOD is {method[:40]!a} and not REPLY.")
    return calendars[0]


def _event(calendar: Component) -> Component:
    events = calendar.inner("VEVENT")
    if len(events) != 1:
        raise ReplyRefused(f"There are {len(events)} VEVENT and not one.")
    return events[0]


def _sole(component: Component, name: str) -> Line:
    if (line := component.sole(name)) is None:
        found = len(component.all(name))
        raise ReplyRefused(f"{component.name} has {found} {name} and not one.")
    return line


def _uid(event: Component) -> str:
    uid = _sole(event, "UID").text.strip()
    if not _UID.fullmatch(uid):
        raise ReplyRefused("UID is not 1 to 255 visible ASCII characters.")
    return uid


def _sequence(event: Component) -> int:
    if not event.all("SEQUENCE"):
        return 0
    number = _sole(event, "SEQUENCE").value.strip()
    if not _COUNT.fullmatch(number):
        raise ReplyRefused("SEQUENCE is no number from 0.")
    return int(number)


def _address(attendee: Line) -> str:
    """The address after ``mailto:``, or in EMAIL (RFC 7986) where Apple names the
    person by something else.
    """
    scheme, _, rest = attendee.value.strip().partition(":")
    written = unquote(rest) if scheme.lower() == "mailto" else ""
    address = (written or attendee.parameter("EMAIL")).strip()
    if not is_mailbox(address):
        raise ReplyRefused("ATTENDEE has no mail address.")
    return address


def _participation(attendee: Line) -> Participation:
    try:
        return Participation(attendee.parameter("PARTSTAT").strip().upper())
    except ValueError as error:
        known = ", ".join(Participation)
        raise ReplyRefused(f"PARTSTAT of the ATTENDEE is none of {known}.") from error


def _stamp(event: Component) -> datetime:
    # Without it nobody can tell which of two answers is the later one.
    written = _sole(event, "DTSTAMP").value.strip()
    try:
        return datetime.strptime(written, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise ReplyRefused("DTSTAMP is no moment in UTC.") from error


def _comment(event: Component, attendee: Line) -> str:
    texts = [line.text for line in event.all("COMMENT")]
    texts.append(attendee.parameter("X-RESPONSE-COMMENT"))
    return "\n".join(text for part in texts if (text := clean(part).strip()))
