"""Invitations and cancellations by mail.

iTIP (RFC 5546) says what is in the calendar, iMIP (RFC 6047) how a mail carries
it. One message is of one entry and for one person. Gmail and Outlook take it for
an invitation only if the calendar is an alternative of the text, METHOD agrees
with the header, the organiser is the sender and the reader is the one attendee;
so all of these follow from one ``Invitation``.

Nothing here sends: ``Invitation.message`` is given to a mailer, which adds Date
and Message-ID. The answers are read by ``calendars.replies``.
"""

import base64
import re
from dataclasses import dataclass, replace
from email.headerregistry import Address
from email.message import EmailMessage
from enum import StrEnum
from urllib.parse import quote

from icalendar import Calendar, vCalAddress

from calendars.entry import CalendarEntry, Status
from calendars.errors import InvitationRefused
from calendars.publish import PRODID, component, write
from calendars.text import clean, one_line
from calendars.zones import write_zone

_END = b"END:VCALENDAR\r\n"
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_MAILBOX = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
# RFC 5322, section 3.2.3, but the full stop of initials.
_SPECIAL = re.compile(r'[()<>\[\]:;@\\,"]')
# RFC 5321, sections 4.5.3.1.1 and 4.5.3.1.3.
_LONGEST_LOCAL, _LONGEST_ADDRESS = 64, 254
# Characters of an address that a mailto: URI (RFC 6068) takes as they are.
_PLAIN = "!$&'*+-.=@_~"


class Method(StrEnum):
    """What a message does (RFC 5546, section 1.4)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


class ParticipantRole(StrEnum):
    """What somebody is there for (RFC 5545, section 3.2.16)."""

    CHAIR = "CHAIR"
    REQUIRED = "REQ-PARTICIPANT"
    OPTIONAL = "OPT-PARTICIPANT"
    INFORMED = "NON-PARTICIPANT"


class Participation(StrEnum):
    """Whether somebody comes (RFC 5545, section 3.2.12)."""

    NEEDS_ACTION = "NEEDS-ACTION"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    TENTATIVE = "TENTATIVE"


def is_mailbox(address: str) -> bool:
    """Whether ``address`` is ``local@domain`` in ASCII, unquoted, of a length
    that mail servers take (RFC 5321).
    """
    return (
        len(address) <= _LONGEST_ADDRESS
        and address.find("@") <= _LONGEST_LOCAL
        and _MAILBOX.fullmatch(address) is not None
    )


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody with a mail address; ``name`` is written as one line.

    Raises ``InvitationRefused`` for an address that a ``mailto:`` and a mail
    header cannot both carry: blanks, control characters, quoted local parts,
    anything but ASCII. Give an international domain as ``xn--…``; clients do not
    know international local parts.
    """

    address: str
    name: str = ""

    def __post_init__(self) -> None:
        if not is_mailbox(self.address):
            raise InvitationRefused(
                "address",
                f"{self.address[:80]!a} is no mail address in ASCII, such as "
                "ada@conf.example; write a domain with accents as xn--….",
            )

    @property
    def uri(self) -> str:
        """The address as ``mailto:`` (RFC 6068)."""
        return f"mailto:{quote(self.address, safe=_PLAIN)}"

    def same_as(self, other: "Party") -> bool:
        """Whether both have one address, capitals or not."""
        return self.address.casefold() == other.address.casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """How a person takes part: ``role``, what is known of whether they come, and
    whether they are asked to say so (``rsvp``). ``REGISTERED`` and ``INVITED`` are
    the usual ones.
    """

    role: ParticipantRole = ParticipantRole.REQUIRED
    participation: Participation = Participation.ACCEPTED
    rsvp: bool = False


REGISTERED = Attendance()
"""Of somebody who registered: they come, and nothing is asked."""

INVITED = Attendance(participation=Participation.NEEDS_ACTION, rsvp=True)
"""Of a speaker who is asked to come."""

INVITED_TO_CHAIR = replace(INVITED, role=ParticipantRole.CHAIR)
"""Of the chair of a session who is asked to come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A calendar for one person, and what its mail has to say alike.

    ``calendar`` is the iCalendar stream: the same values give the same bytes.
    """

    method: Method
    calendar: bytes
    organiser: Party
    attendee: Party

    def message(
        self, *, subject: str, text: str, html: str, attached: bool = True
    ) -> EmailMessage:
        """The mail, from the organiser to the attendee (RFC 6047, section 2)::

            multipart/mixed
              multipart/alternative
                text/plain
                text/html
                text/calendar; charset=utf-8; method=REQUEST
              application/ics, attached as invite.ics: the same octets

        ``text`` and ``html`` say all of it, the address of the room included:
        Outlook shows them in place of the entry's own description. ``subject`` is
        written as one line; ``InvitationRefused`` if nothing is left of it.

        Not ``attached`` the mail says the same in its two texts alone: for somebody
        who follows a calendar that holds the entry, and would have it twice.
        """
        if not (title := one_line(subject)):
            raise InvitationRefused("subject", "give the mail a subject.")
        mail = EmailMessage()
        mail["From"] = _mailbox(self.organiser)
        mail["To"] = _mailbox(self.attendee)
        mail["Subject"] = title
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(clean(text), cte="quoted-printable")
        mail.add_alternative(clean(html), subtype="html", cte="quoted-printable")
        if not attached:
            return mail
        mail.attach(self._alternative())
        mail.add_attachment(
            self.calendar, maintype="application", subtype="ics", filename="invite.ics"
        )
        return mail

    def _alternative(self) -> EmailMessage:
        """The calendar as text; base64 keeps its CRLF and its folds."""
        part = EmailMessage()
        # Raw, or it would be written with quotation marks, which nobody else does.
        kind = f"text/calendar; charset=utf-8; method={self.method}"
        part.set_raw("Content-Type", kind)
        part["Content-Transfer-Encoding"] = "base64"
        part.set_payload(base64.encodebytes(self.calendar).decode("ascii"))
        return part


def request(
    entry: CalendarEntry,
    *,
    organiser: Party,
    attendee: Party,
    attendance: Attendance = REGISTERED,
) -> Invitation:
    """``entry`` for the calendar of ``attendee``, new or changed (RFC 5546,
    section 3.2.2): clients replace what they have of the same UID if SEQUENCE is
    higher.

    Raises ``InvitationRefused``, naming the field, for a cancelled entry and for
    an organiser who is the attendee.
    """
    if entry.status is Status.CANCELLED:
        raise InvitationRefused("status", "the entry is cancelled: send cancel().")
    return _invitation(Method.REQUEST, entry, organiser, attendee, attendance)


def cancel(
    entry: CalendarEntry,
    *,
    organiser: Party,
    attendee: Party,
    attendance: Attendance = REGISTERED,
) -> Invitation:
    """``entry`` taken out of the calendar of ``attendee`` (RFC 5546, section
    3.2.5): UID and organiser as in the request, SEQUENCE higher.

    Raises ``InvitationRefused`` for an entry that is not cancelled, and for an
    organiser who is the attendee.
    """
    if entry.status is not Status.CANCELLED:
        raise InvitationRefused("status", "the entry is not cancelled.")
    return _invitation(Method.CANCEL, entry, organiser, attendee, attendance)


def _invitation(
    method: Method,
    entry: CalendarEntry,
    organiser: Party,
    attendee: Party,
    attendance: Attendance,
) -> Invitation:
    if organiser.same_as(attendee):
        raise InvitationRefused("attendee", "the organiser cannot be invited.")
    alone = write(entry)
    zone = write_zone(alone.zone, alone.starts, alone.ends) if alone.zone else None
    event = component(entry, alone.zone)
    event.add("organizer", _organizer(organiser))
    event.add("attendee", _attendee(attendee, attendance))
    lines: bytes = event.to_ical()
    return Invitation(
        method=method,
        calendar=b"".join((_head(method), zone or b"", lines, _END)),
        organiser=organiser,
        attendee=attendee,
    )


def _head(method: Method) -> bytes:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODID)
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method.value)
    lines: bytes = calendar.to_ical()
    return lines.removesuffix(_END)


def _organizer(party: Party) -> vCalAddress:
    return vCalAddress.new(party.uri, cn=one_line(party.name) or None)


def _attendee(party: Party, attendance: Attendance) -> vCalAddress:
    return vCalAddress.new(
        party.uri,
        cn=one_line(party.name) or None,
        cutype="INDIVIDUAL",
        partstat=attendance.participation.value,
        role=attendance.role.value,
        rsvp=attendance.rsvp,
    )


def _mailbox(party: Party) -> Address:
    # When email folds a long or accented name it can lose the quotation marks
    # around it: its commas and brackets would then be read as further addresses.
    name = " ".join(_SPECIAL.sub(" ", one_line(party.name)).split())
    return Address(display_name=name, addr_spec=party.address)
