"""A person is told what concerns him: once, and as his calendar says it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from icalendar import Calendar

from calendars.conformance import Kind, faults
from calendars.itip import Party
from orchestrator.access.feed_keys.model import FeedChoice, FeedKey, Per
from orchestrator.access.model import Grant, Role
from orchestrator.feeds.letters import due, letters
from orchestrator.feeds.own import Owner, own_drafts
from orchestrator.ids import EventId, RegistrantId, SessionId, TalkId
from orchestrator.registration.model import Registrant, Standing
from tests.orchestrator.feeds.meeting import (
    CREATED,
    LATER,
    PUBLISHER,
    meeting,
    session,
    slot,
    stamp,
    talk,
)

ORGANISER = Party("jour@conf.example", "Journée d’été")


def owner(*grants, email="ada@lac.example", standing=Standing.CONFIRMED, **choice):
    who, event = RegistrantId("r1"), EventId("e1")
    return Owner(
        key=FeedKey(
            registrant=who,
            event=event,
            digest="d",
            salt="s",
            version=1,
            choice=FeedChoice(**choice),
            created=CREATED,
            chosen=CREATED,
        ),
        registrant=Registrant(
            id=who,
            event=event,
            name="Ada Morel",
            email=email,
            registered=CREATED,
            standing=standing,
            grants=grants,
        ),
        turns={},
    )


def owed(event, who, told=()):
    return list(
        letters(event, PUBLISHER, who, {one.uid: one for one in told}, ORGANISER)
    )


def read(letter):
    """Method, title, status and the attendee's parameters."""
    _, invitation = letter
    calendar = Calendar.from_ical(invitation.calendar)
    (one,) = calendar.events
    person = one["ATTENDEE"].params
    return (
        str(calendar["METHOD"]),
        str(one["SUMMARY"]),
        str(person["ROLE"]),
        str(person["PARTSTAT"]),
        str(person["RSVP"]),
    )


def one_session(**changes):
    return meeting(session("s1", slot(talk("t1", **changes), 10)))


def test_registrant_is_told_of_each_session():
    assert [read(one) for one in owed(meeting(), owner())] == [
        (
            "REQUEST",
            "Session s1 – Journée d’été",
            "REQ-PARTICIPANT",
            "ACCEPTED",
            "FALSE",
        )
    ]


def test_chair_and_speaker_are_asked_to_come():
    chair = Grant(Role.CHAIR, session=SessionId("s1"))
    speaker = Grant(Role.SPEAKER, talk=TalkId("t2"))

    assert [read(one) for one in owed(meeting(), owner(chair, speaker))] == [
        ("REQUEST", "Session s1 – Journée d’été", "CHAIR", "NEEDS-ACTION", "TRUE"),
        ("REQUEST", "Exposé t2", "REQ-PARTICIPANT", "NEEDS-ACTION", "TRUE"),
    ]


@pytest.mark.promise("agree")
def test_message_is_what_the_calendar_says_without_its_reminder():
    who = owner(per=Per.TALK, alarm=60)
    mine = [draft.make() for draft in own_drafts(meeting(), PUBLISHER, who)]

    told = [entry for entry, _ in owed(meeting(), who)]

    assert told == [replace(one, alarm=None) for one in mine]


def test_every_message_is_sound():
    for _, invitation in owed(meeting(), owner(per=Per.TALK)):
        assert faults(invitation.calendar, kind=Kind.MESSAGE) == ()
        mail = invitation.message(subject="Exposé", text="À 10 h", html="<p>À 10 h</p>")
        assert (mail["From"], mail["To"]) == (
            "Journée d’été <jour@conf.example>",
            "Ada Morel <ada@lac.example>",
        )


def test_what_was_told_is_not_told_again():
    told = [entry for entry, _ in owed(meeting(), owner())]

    assert owed(meeting(), owner(), told) == []


@pytest.mark.promise("telling")
def test_new_title_or_abstract_is_no_mail():
    who = owner(per=Per.TALK)
    told = [entry for entry, _ in owed(one_session(), who)]
    risen = stamp("t1", sequence=1, revised=LATER)

    changed = one_session(title="Autre", abstract="Neuf.", stamp=risen)

    assert owed(changed, who, told) == []


@pytest.mark.promise("telling")
def test_another_time_is_told_under_the_same_uid_with_a_higher_sequence():
    who = owner(per=Per.TALK)
    (before, _), *_ = owed(one_session(), who)
    moved = talk("t1", stamp=stamp("t1", sequence=3, revised=LATER))

    ((after, invitation),) = owed(
        meeting(session("s1", slot(moved, 14))), who, [before]
    )

    (read_back,) = Calendar.from_ical(invitation.calendar).events
    assert (after.uid, str(read_back["UID"])) == (before.uid, before.uid)
    assert int(read_back["SEQUENCE"]) == 3 > before.sequence


def test_time_that_was_moved_back_meanwhile_is_no_news():
    who = owner(per=Per.TALK)
    told = [entry for entry, _ in owed(one_session(), who)]
    moved_twice = one_session(stamp=stamp("t1", sequence=2, revised=LATER))

    assert owed(moved_twice, who, told) == []


@pytest.mark.promise("telling")
def test_cancellation_is_told_to_those_who_were_told_before():
    who = owner(per=Per.TALK)
    told = [entry for entry, _ in owed(one_session(), who)]
    gone = stamp("t1", sequence=1, revised=LATER, cancelled=LATER)
    off = meeting(
        session("s1", slot(talk("t2"), 11)),
        withdrawn=(session("s1", slot(talk("t1", stamp=gone), 10)),),
    )

    again = [read(one)[:2] for one in owed(off, who, told)]

    assert again == [("REQUEST", "Exposé t2"), ("CANCEL", "Annulé : Exposé t1")]
    assert [read(one)[0] for one in owed(off, who)] == ["REQUEST"]


def test_what_he_has_no_more_is_cancelled():
    """Sessions, for who has an entry for each talk from now on."""
    ((before, _),) = owed(meeting(), owner())

    sent = owed(meeting(), owner(per=Per.TALK), [before])

    told = {entry.uid: read((entry, message))[0] for entry, message in sent}
    assert told[before.uid] == "CANCEL"
    assert sorted(told.values()) == ["CANCEL", "REQUEST", "REQUEST"]
    (gone,) = (entry for entry, _ in sent if entry.uid == before.uid)
    assert (gone.sequence, gone.conference) == (before.sequence + 1, None)


def test_who_unregisters_is_sent_cancellations():
    told = [entry for entry, _ in owed(meeting(), owner())]

    ((entry, _),) = sent = owed(meeting(), owner(standing=Standing.CANCELLED), told)

    assert [read(one)[0] for one in sent] == ["CANCEL"]
    assert entry.conference is None


@pytest.mark.parametrize("email", ["", "JOUR@conf.example"])
def test_nobody_without_an_address_and_not_the_organiser(email):
    assert owed(meeting(), owner(email=email)) == []


@pytest.mark.promise("telling")
@pytest.mark.parametrize(("minutes", "told"), [(0, False), (9, False), (10, True)])
def test_changes_of_ten_minutes_are_one_mail(minutes, told):
    assert due(LATER, LATER + timedelta(minutes=minutes)) is told
