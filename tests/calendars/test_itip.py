"""Invitations are what mail clients take for invitations."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from calendars.conformance import Kind, faults
from calendars.entry import Conference, Status
from calendars.errors import CalendarError, InvitationRefused
from calendars.itip import (
    INVITED,
    INVITED_TO_CHAIR,
    REGISTERED,
    Attendance,
    ParticipantRole,
    Participation,
    Party,
    cancel,
    request,
)
from calendars.publish import publish
from tests.calendars.samples import PARIS, entry, events, lines

DAY = Party("day@conf.example", "Journée d’été, 2027")
ADA = Party("Ada.Lovelace+conf@u.example", 'Lovelace, "Ada"')
DOOR = "https://conf.example/e/day/room"
TEXTS = {
    "subject": "Votre place",
    "text": f"Bonjour,\n\nà bientôt : {DOOR}\n",
    "html": f"<p>À bientôt : <a href='{DOOR}'>{DOOR}</a></p>\n",
}
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=300)


def private(**changes):
    """An entry as one person has it: with the door and an alarm."""
    return entry(
        conference=Conference(url=DOOR, label="Rejoindre"),
        location=DOOR,
        description=f"{DOOR}\n\nAda Lovelace",
        alarm=timedelta(minutes=10),
        url="https://conf.example/e/day/t/1",
        **changes,
    )


def cancelled(**changes):
    return private(status=Status.CANCELLED, sequence=3, **changes)


def invited(one=None, **options):
    return request(one or private(), organiser=DAY, attendee=ADA, **options)


def received(mail):
    """``mail`` after it has been written as for SMTP, and read."""
    return message_from_bytes(mail.as_bytes(policy=policy.SMTP), policy=policy.default)


def shape(part):
    kind = part.get_content_type()
    return (
        (kind, [shape(one) for one in part.iter_parts()])
        if part.is_multipart()
        else kind
    )


def person(invitation, name):
    (event,) = events(invitation.calendar)
    return event[name]


@pytest.mark.promise("parties")
@pytest.mark.promise("agree")
@pytest.mark.parametrize(
    ("starts", "named"),
    [
        (datetime(2027, 6, 28, 10, tzinfo=PARIS), True),
        (datetime(2027, 10, 31, 2, 30, tzinfo=PARIS), False),
        (datetime(2027, 6, 28, 10, tzinfo=UTC), False),
    ],
)
def test_calendar_is_the_single_file_with_two_people_and_a_method(starts, named):
    one = private(starts=starts)

    written = lines(invited(one).calendar)

    people = [x for x in written if x.startswith(("ORGANIZER", "ATTENDEE", "METHOD"))]
    assert [x for x in written if x not in people] == lines(publish([one]))
    assert [x.partition(";")[0] for x in people] == [
        "METHOD:REQUEST",
        "ATTENDEE",
        "ORGANIZER",
    ]
    assert ("TZID:Europe/Paris" in written) is named


@pytest.mark.parametrize("attendance", [REGISTERED, INVITED, INVITED_TO_CHAIR])
def test_messages_are_without_fault(attendance):
    asked = invited(attendance=attendance)
    taken_back = cancel(cancelled(), organiser=DAY, attendee=ADA, attendance=attendance)

    assert faults(asked.calendar, kind=Kind.MESSAGE) == ()
    assert faults(taken_back.calendar, kind=Kind.MESSAGE) == ()


@pytest.mark.parametrize(
    ("attendance", "written"),
    [
        (REGISTERED, ("REQ-PARTICIPANT", "ACCEPTED", "FALSE")),
        (INVITED, ("REQ-PARTICIPANT", "NEEDS-ACTION", "TRUE")),
        (INVITED_TO_CHAIR, ("CHAIR", "NEEDS-ACTION", "TRUE")),
        (
            Attendance(
                role=ParticipantRole.OPTIONAL, participation=Participation.TENTATIVE
            ),
            ("OPT-PARTICIPANT", "TENTATIVE", "FALSE"),
        ),
    ],
)
def test_attendee_takes_part_as_was_said(attendance, written):
    attendee = person(invited(attendance=attendance), "ATTENDEE")

    seen = attendee.params
    assert (seen["ROLE"], seen["PARTSTAT"], seen["RSVP"]) == written
    assert seen["CUTYPE"] == "INDIVIDUAL"


def test_people_are_bare_addresses_with_a_name():
    invitation = invited()

    organiser, attendee = (person(invitation, x) for x in ("ORGANIZER", "ATTENDEE"))

    assert str(organiser) == "mailto:day@conf.example"
    assert organiser.params["CN"] == "Journée d’été, 2027"
    assert set(organiser.params) == {"CN"}
    assert str(attendee) == "mailto:Ada.Lovelace+conf@u.example"
    assert attendee.params["CN"] == 'Lovelace, "Ada"'


def test_name_may_be_missing():
    invitation = request(private(), organiser=Party("day@conf.example"), attendee=ADA)

    assert "ORGANIZER:mailto:day@conf.example" in lines(invitation.calendar)


def test_cancellation_keeps_uid_and_people():
    asked = invited(private(sequence=2))

    taken_back = cancel(cancelled(), organiser=DAY, attendee=ADA)

    (before,), (after,) = events(asked.calendar), events(taken_back.calendar)
    for name in ("UID", "ORGANIZER", "ATTENDEE"):
        assert after[name] == before[name]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["STATUS"] == "CANCELLED"
    assert after.alarms.times == []
    assert Calendar.from_ical(taken_back.calendar)["METHOD"] == "CANCEL"


def test_invitation_is_the_same_in_every_process():
    program = (
        "import sys; from tests.calendars.test_itip import invited;"
        "sys.stdout.buffer.write(invited().calendar)"
    )
    written = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    ]

    assert written[0] == written[1] == invited().calendar


@pytest.mark.parametrize(
    ("field", "ask"),
    [
        ("status", lambda: invited(cancelled())),
        ("status", lambda: cancel(private(), organiser=DAY, attendee=ADA)),
        ("attendee", lambda: request(private(), organiser=DAY, attendee=Party("DAY@conf.Example"))),
        ("attendee", lambda: cancel(cancelled(), organiser=ADA, attendee=replace(ADA, name=""))),
        ("subject", lambda: invited().message(subject=" \n", text="", html="")),
    ],
)  # fmt: skip
def test_refusal_names_what_was_given(field, ask):
    with pytest.raises(InvitationRefused) as refused:
        ask()

    assert refused.value.field == field
    assert isinstance(refused.value, CalendarError)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "@u.example",
        "ada@",
        "ada@u..example",
        ".ada@u.example",
        "ada lovelace@u.example",
        "ada@u.example\r\nBcc: b@u.example",
        "ada@u.example\n",
        "ada@u.example,b@u.example",
        "Ada <ada@u.example>",
        "mailto:ada@u.example",
        '"ada lovelace"@u.example',
        "ada@[127.0.0.1]",
        "adaé@u.example",
        "ada@université.example",
        "ada\x00@u.example",
        f"{'a' * 65}@u.example",
        f"a@{'b' * 253}",
    ],
)
def test_address_that_a_header_cannot_carry_is_refused(address):
    with pytest.raises(InvitationRefused) as refused:
        Party(address)

    assert refused.value.field == "address"


@pytest.mark.parametrize(
    ("address", "uri"),
    [
        ("o'brien@xn--universit-i1a.example", "mailto:o'brien@xn--universit-i1a.example"),
        ("a/b?c%d@u.example", "mailto:a%2Fb%3Fc%25d@u.example"),
        ("bounce+day=u.example@localhost", "mailto:bounce+day=u.example@localhost"),
    ],
)  # fmt: skip
def test_unusual_address_is_written_as_a_mailto(address, uri):
    invitation = request(private(), organiser=DAY, attendee=Party(address))

    assert str(person(invitation, "ATTENDEE")) == uri
    assert faults(invitation.calendar, kind=Kind.MESSAGE) == ()
    assert received(invitation.message(**TEXTS))["To"].addresses[0].addr_spec == address


@pytest.mark.promise("message")
def test_mail_has_the_calendar_as_an_alternative_and_attached():
    mail = received(invited().message(**TEXTS))

    assert shape(mail) == (
        "multipart/mixed",
        [
            ("multipart/alternative", ["text/plain", "text/html", "text/calendar"]),
            "application/ics",
        ],
    )


@pytest.mark.promise("message")
@pytest.mark.parametrize(
    ("invitation", "method"),
    [
        (invited(), "REQUEST"),
        (cancel(cancelled(), organiser=DAY, attendee=ADA), "CANCEL"),
    ],
)
def test_both_calendars_of_a_mail_are_the_same_octets(invitation, method):
    mail = received(invitation.message(**TEXTS))

    alternatives, attached = mail.iter_parts()
    *_, calendar = alternatives.iter_parts()

    assert calendar.get_payload(decode=True) == invitation.calendar
    assert attached.get_payload(decode=True) == invitation.calendar
    assert calendar["Content-Transfer-Encoding"] == "base64"
    assert calendar["Content-Type"].params == {"charset": "utf-8", "method": method}
    assert f"METHOD:{method}" in lines(invitation.calendar)
    assert attached.get_content_disposition() == "attachment"
    assert attached.get_filename() == "invite.ics"


@pytest.mark.promise("message")
def test_method_is_written_without_quotation_marks():
    octets = invited().message(**TEXTS).as_bytes(policy=policy.SMTP)

    assert b"Content-Type: text/calendar; charset=utf-8; method=REQUEST\r\n" in octets


@pytest.mark.promise("parties")
@pytest.mark.promise("replies")
def test_mail_is_from_the_organiser_to_the_attendee_alone():
    mail = received(invited().message(**TEXTS))

    (sender,), (reader,) = mail["From"].addresses, mail["To"].addresses
    assert (sender.addr_spec, reader.addr_spec) == (DAY.address, ADA.address)
    assert (sender.display_name, reader.display_name) == (
        "Journée d’été 2027",
        "Lovelace Ada",
    )
    assert mail["Subject"] == "Votre place"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert sorted(mail.keys()) == [
        "Auto-Submitted",
        "Content-Type",
        "From",
        "MIME-Version",
        "Subject",
        "To",
    ]


@pytest.mark.promise("once")
def test_mail_to_who_follows_the_calendar_says_the_same_without_it():
    """He has the entry under that UID already; it would stand there twice."""
    mail = received(invited().message(**TEXTS, attached=False))

    assert shape(mail) == ("multipart/alternative", ["text/plain", "text/html"])
    whole = received(invited().message(**TEXTS))
    for part in ("plain", "html"):
        assert (
            mail.get_body((part,)).get_content()
            == whole.get_body((part,)).get_content()
        )
    for name in ("From", "To", "Subject", "Auto-Submitted"):
        assert mail[name] == whole[name]


def test_bodies_are_those_of_the_caller():
    mail = received(invited().message(**TEXTS))

    bodies = [mail.get_body((name,)).get_content() for name in ("plain", "html")]
    assert [body.replace("\r\n", "\n") for body in bodies] == [
        TEXTS["text"],
        TEXTS["html"],
    ]


@given(ANY_TEXT)
def test_no_text_adds_a_header_a_reader_or_a_part(text):
    organiser, attendee = Party(DAY.address, text), Party(ADA.address, text)
    invitation = request(private(), organiser=organiser, attendee=attendee)

    written = invitation.message(subject=f"x{text}", text=text, html=text)
    mail = received(written)

    assert len(mail.keys()) == 6
    for name, party in (("From", organiser), ("To", attendee)):
        assert [one.addr_spec for one in mail[name].addresses] == [party.address]
    assert shape(mail) == shape(invited().message(**TEXTS))
    assert faults(invitation.calendar, kind=Kind.MESSAGE) == ()
    assert max(map(len, written.as_bytes(policy=policy.SMTP).split(b"\r\n"))) <= 998


@pytest.mark.parametrize("name", ["é, evil@u.example" * 9, "<b@u.example>, é " * 9])
def test_long_name_does_not_become_further_addresses(name):
    invitation = request(private(), organiser=DAY, attendee=Party(ADA.address, name))

    mail = received(invitation.message(**TEXTS))

    assert [one.addr_spec for one in mail["To"].addresses] == [ADA.address]
