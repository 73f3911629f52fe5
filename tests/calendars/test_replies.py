"""Replies of the clients in use are read; anything else is refused with a reason.

The mails of ``tests/data/replies`` are made up, in the manner of these clients.
"""

from contextlib import suppress
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.errors import CalendarError, ReplyRefused
from calendars.itip import Participation
from calendars.replies import (
    LARGEST_CALENDAR,
    LARGEST_MAIL,
    Reply,
    read_reply,
    reply_in,
)

MAILS = Path(__file__).parent.parent / "data" / "replies"
ACCEPTED = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//client.example//EN
METHOD:REPLY
BEGIN:VEVENT
UID:talk-1@install.example
SEQUENCE:2
DTSTAMP:20270301T141503Z
ORGANIZER:mailto:day@conf.example
ATTENDEE;PARTSTAT=ACCEPTED:mailto:ada@u.example
COMMENT:Bien sûr\\, à lundi
END:VEVENT
END:VCALENDAR
"""
READ = Reply(
    uid="talk-1@install.example",
    sequence=2,
    attendee="ada@u.example",
    participation=Participation.ACCEPTED,
    stamp=datetime(2027, 3, 1, 14, 15, 3, tzinfo=UTC),
    comment="Bien sûr, à lundi",
)
FROM_CLIENTS = {
    "google": Reply(
        uid="talk-1@install.example",
        sequence=2,
        attendee="Ada.Lovelace@u.example",
        participation=Participation.ACCEPTED,
        stamp=datetime(2027, 3, 1, 14, 15, 3, tzinfo=UTC),
        comment='Avec plaisir, j’amène "Note G"',
    ),
    "exchange": Reply(
        uid="talk-1@install.example",
        sequence=2,
        attendee="grace.hopper@navy.example",
        participation=Participation.TENTATIVE,
        stamp=datetime(2027, 3, 2, 8, 9, 12, tzinfo=UTC),
        comment="Je dois d’abord voir, à bientôt\n\nGrace",
    ),
    "apple": Reply(
        uid="talk-1@install.example",
        sequence=0,
        attendee="emmy@algebra.example",
        participation=Participation.DECLINED,
        stamp=datetime(2027, 3, 3, 7, 10, 1, tzinfo=UTC),
        comment="Je suis en voyage!",
    ),
}


def mail(calendar, *, kind="text/calendar; charset=utf-8; method=REPLY"):
    """A mail of text and that calendar, as octets."""
    return (
        b"From: ada@u.example\nContent-Type: multipart/mixed; boundary=b1\n\n"
        b"--b1\nContent-Type: text/plain\n\nYes\n"
        b"--b1\nContent-Transfer-Encoding: 8bit\nContent-Type: "
        + kind.encode()
        + b"\n\n"
        + calendar
        + b"\n--b1--\n"
    )


@pytest.mark.promise("replies")
@pytest.mark.parametrize("client", FROM_CLIENTS)
@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_reply_of_a_client_is_read(client, ending):
    octets = (MAILS / f"{client}.eml").read_bytes().replace(b"\n", ending)

    assert reply_in(octets) == FROM_CLIENTS[client]
    for rules in (policy.default, policy.compat32):
        assert (
            reply_in(message_from_bytes(octets, policy=rules)) == FROM_CLIENTS[client]
        )


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_calendar_is_read_whatever_ends_its_lines(ending):
    assert read_reply(ACCEPTED.replace("\n", ending).encode()) == READ


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("mailto:ada", "MAILTO:ada"),
        ("mailto:ada@u", "mailto:ada%40u"),
        ("METHOD:REPLY", "method:reply"),
        ("BEGIN:VCALENDAR", "\N{BOM}BEGIN:VCALENDAR"),
        ("ATTENDEE;PARTSTAT", 'ATTENDEE;CN="a:b; c";PARTSTAT'),
        ("PARTSTAT=ACCEPTED", "partstat=accepted"),
        ("PARTSTAT=ACCEPTED", 'PARTSTAT="ACCEPTED"'),
        ("ATTENDEE;PARTSTAT", "ATTENDEE;PART\n STAT"),
        ("mailto:ada@u.example", "mailto:ada@\n\tu.example"),
        ("SEQUENCE:2", "SEQUENCE: 2 "),
    ],
)
def test_habits_of_clients_change_nothing(old, new):
    assert read_reply(ACCEPTED.replace(old, new).encode()) == READ


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (ACCEPTED, "", "There are 0 VCALENDAR and not one."),
        (ACCEPTED, ACCEPTED * 2, "There are 2 VCALENDAR and not one."),
        ("METHOD:REPLY\n", "", "VCALENDAR has 0 METHOD and not one."),
        ("METHOD:REPLY", "METHOD:REQUEST", "METHOD is 'REQUEST' and not REPLY."),
        ("METHOD:REPLY", "METHOD:COUNTER", "METHOD is 'COUNTER' and not REPLY."),
        ("VEVENT", "VTODO", "There are 0 VEVENT and not one."),
        ("UID:talk-1@install.example\n", "", "VEVENT has 0 UID and not one."),
        ("UID:talk-1", "UID:talk 1", "UID is not 1 to 255 visible ASCII characters."),
        ("SEQUENCE:2", "SEQUENCE:two", "SEQUENCE is no number from 0."),
        ("DTSTAMP:20270301T141503Z\n", "", "VEVENT has 0 DTSTAMP and not one."),
        ("141503Z", "141503", "DTSTAMP is no moment in UTC."),
        ("20270301", "20271301", "DTSTAMP is no moment in UTC."),
        ("COMMENT", "ATTENDEE:mailto:b@u.example\nCOMMENT", "VEVENT has 2 ATTENDEE and not one."),
        ("ATTENDEE", "X-ATTENDEE", "VEVENT has 0 ATTENDEE and not one."),
        ("mailto:ada@u.example", "ada", "ATTENDEE has no mail address."),
        ("mailto:ada@u.example", "mailto:ada@u.example%0ABcc:x@y", "ATTENDEE has no mail address."),
        (";PARTSTAT=ACCEPTED", "", "PARTSTAT of the ATTENDEE is none of NEEDS-ACTION, ACCEPTED, DECLINED, TENTATIVE."),
        ("=ACCEPTED", "=MAYBE", "PARTSTAT of the ATTENDEE is none of NEEDS-ACTION, ACCEPTED, DECLINED, TENTATIVE."),
    ],
)  # fmt: skip
def test_refusal_says_what_is_missing(old, new, reason):
    with pytest.raises(ReplyRefused) as refused:
        read_reply(ACCEPTED.replace(old, new).encode())

    assert str(refused.value) == reason
    assert isinstance(refused.value, CalendarError)


@pytest.mark.parametrize(
    "kind",
    [
        "text/calendar; method=REPLY",
        'TEXT/CALENDAR; charset="x-nothing"',
        "application/ics; name=invite.ics",
    ],
)
def test_calendar_is_found_by_its_type(kind):
    assert reply_in(mail(ACCEPTED.encode(), kind=kind)) == READ


def test_calendar_is_read_in_its_character_set():
    octets = mail(ACCEPTED.encode("latin-1"), kind="text/calendar; charset=iso-8859-1")

    assert reply_in(octets) == READ


def test_attachment_serves_where_the_text_is_cut_short():
    octets = (MAILS / "google.eml").read_bytes()
    cut = octets.replace(b"UID:talk-1", b"X-UID:talk-1", 1)
    assert cut != octets

    assert reply_in(cut) == FROM_CLIENTS["google"]


def test_mail_that_is_the_calendar_is_read():
    assert reply_in(b"Content-Type: text/calendar\n\n" + ACCEPTED.encode()) == READ


def test_reply_within_an_attached_mail_is_not_a_reply():
    inner = (MAILS / "exchange.eml").read_bytes()
    outer = EmailMessage()
    outer.set_content("Forwarded")
    outer.add_attachment(message_from_bytes(inner, policy=policy.default))

    with pytest.raises(ReplyRefused, match=r"The mail has no calendar\."):
        reply_in(outer.as_bytes())


def test_calendar_over_the_bound_is_refused():
    padding = f"COMMENT:{'x' * LARGEST_CALENDAR}\n"

    with pytest.raises(ReplyRefused, match="octets, too many"):
        read_reply(ACCEPTED.replace("COMMENT", padding + "COMMENT").encode())


def test_mail_over_the_bound_is_refused():
    with pytest.raises(ReplyRefused, match="octets, too many"):
        reply_in(mail(ACCEPTED.encode()) + b"x" * LARGEST_MAIL)


def test_mail_of_very_many_parts_is_refused():
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (depth, depth)
        for depth in range(2000)
    )

    with pytest.raises(ReplyRefused, match="too many parts"):
        reply_in(nested + mail(ACCEPTED.encode()))


@pytest.mark.promise("replies")
@given(st.binary(max_size=1000))
def test_any_octets_are_read_or_refused(octets):
    for read in (read_reply, reply_in):
        with pytest.raises(ReplyRefused):
            read(octets)


@given(
    st.sampled_from(sorted(FROM_CLIENTS)),
    st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 40), st.binary(max_size=40)),
        min_size=1,
        max_size=6,
    ),
)
def test_mail_spoilt_anywhere_is_read_or_refused(client, changes):
    octets = (MAILS / f"{client}.eml").read_bytes()
    for where, removed, added in changes:
        at = int(where * len(octets))
        octets = octets[:at] + added + octets[at + removed :]

    with suppress(ReplyRefused):
        assert isinstance(reply_in(octets), Reply)
