"""The calendar of an event holds its sessions and talks, and what was cancelled."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from calendars.entry import CalendarEntry, Status
from orchestrator.feeds.selection import EVERYTHING, Selection
from orchestrator.programme.model import Kind, Person, TimedSession
from tests.orchestrator.feeds.meeting import (
    CREATED,
    LATER,
    REVISED,
    at,
    empty,
    entries,
    meeting,
    session,
    slot,
    stamp,
    talk,
)

GONE = {"sequence": 1, "revised": LATER, "cancelled": LATER}


def uids(event, wanted=EVERYTHING, **options):
    found = entries(event, wanted, **options)
    return [entry.uid.partition("@")[0] for entry in found]


@pytest.mark.promise("properties")
def test_talk_says_all_that_the_programme_says():
    event = meeting(
        session(
            "s1",
            slot(
                talk(
                    "t1",
                    title="Du bruit, et des modèles",
                    kind=Kind.INVITED,
                    track="Calcul",
                    coauthors=("Bo Lind", "Cy Roux"),
                    abstract="Un *résumé*.\n\nAvec [un lien](https://a.example).",
                    stamp=stamp("t1", sequence=4, revised=LATER),
                ),
                10,
            ),
            room="Amphi A",
        ),
        place="Lyon",
    )

    _, entry = entries(event)

    assert entry == CalendarEntry(
        uid="talk-t1@install.example",
        sequence=4,
        created=CREATED,
        revised=LATER,
        summary="Du bruit, et des modèles",
        starts=at(10),
        ends=at(10, 30),
        description=(
            "Ada Morel (Institut du Lac)\nAvec Bo Lind, Cy Roux\n\n"
            "Un résumé.\n\nAvec un lien (https://a.example).\n\n"
            "https://conf.example/e/jour/t/t1"
        ),
        location="Amphi A, Lyon",
        url="https://conf.example/e/jour/t/t1",
        categories=("Exposé invité", "Calcul"),
    )
    assert entry.starts.isoformat() == "2027-06-28T10:00:00+02:00"


def test_session_does_not_make_busy_beside_its_talks():
    event = meeting(
        session(
            "s1",
            slot(talk("t1"), 10),
            chairs=(Person(name="Dee Faure", email="dee@secret.example"),),
            starts=at(10),
            ends=at(12),
        )
    )

    entry, _ = entries(event)

    assert entry == CalendarEntry(
        uid="session-s1@install.example",
        created=CREATED,
        revised=REVISED,
        summary="Session s1 – Journée d’été",
        starts=at(10),
        ends=at(12),
        description="Présidence : Dee Faure\n\nhttps://conf.example/e/jour/s/s1",
        url="https://conf.example/e/jour/s/s1",
        categories=("Session",),
        transparent=True,
    )


def test_session_that_names_the_event_names_it_once():
    event = meeting(session("s1", slot(talk("t1"), 10), title="Journée d’été, matin"))

    assert entries(event)[0].summary == "Journée d’été, matin"


def test_session_without_talks_makes_busy():
    pause = slot(talk("p", kind=Kind.BREAK), 10)
    event = meeting(
        session("s1", pause), session("s2", starts=at(14), ends=at(15), title="")
    )

    assert [(entry.summary, entry.transparent) for entry in entries(event)] == [
        ("Session s1 – Journée d’été", False),
        ("Session – Journée d’été", False),
    ]


@pytest.mark.parametrize("kind", [Kind.BREAK, Kind.DISCUSSION])
def test_breaks_and_discussions_have_no_entry(kind):
    event = meeting(session("s1", slot(talk("t1", kind=kind), 10)))

    assert uids(event) == ["session-s1"]
    assert entries(event, Selection(talk="t1")) == []


def test_what_was_never_stored_has_no_entry():
    timed = session("s1", slot(talk("t1", stamp=None), 10), stamp=None)

    assert uids(meeting(timed, session("s2"))) == ["event-e1"]


@pytest.mark.parametrize(
    ("language", "speakers", "summary"),
    [
        ("fr", ("Gérard Biau",), "Exposé à annoncer – Gérard Biau"),
        ("fr-FR", (), "Exposé à annoncer"),
        ("en", ("Ada", "Bo"), "Talk to be announced – Ada, Bo"),
    ],
)
def test_talk_to_be_announced_is_in_the_language_of_the_event(
    language, speakers, summary
):
    people = tuple(Person(name=name) for name in speakers)
    unknown = talk("t1", title="", speakers=people)
    event = meeting(session("s1", slot(unknown, 10)), language=language)

    assert entries(event)[1].summary == summary


@pytest.mark.parametrize(
    ("language", "summary"),
    [("fr", "Annulé : Exposé t1"), ("en", "Cancelled: Exposé t1")],
)
def test_cancelled_talk_stays_and_says_so(language, summary):
    gone = slot(talk("t1", stamp=stamp("t1", **GONE)), 10)
    event = meeting(
        session("s1", slot(talk("t2"), 11)),
        withdrawn=(session("s1", gone),),
        language=language,
    )

    entry = entries(event)[-1]

    assert uids(event) == ["session-s1", "talk-t2", "talk-t1"]
    assert (entry.status, entry.summary) == (Status.CANCELLED, summary)
    assert (entry.sequence, entry.revised, entry.url) == (
        1,
        LATER,
        "https://conf.example/e/jour",
    )
    assert entries(event, Selection(talk="t1")) == [entry]


def test_cancelled_session_stays():
    event = meeting(
        session("s1", slot(talk("t1"), 10)),
        withdrawn=(
            session("s2", starts=at(14), ends=at(15), stamp=stamp("s2", **GONE)),
        ),
    )

    entry = entries(event)[-1]

    assert (entry.uid, entry.status, entry.summary) == (
        "session-s2@install.example",
        Status.CANCELLED,
        "Annulé : Session s2 – Journée d’été",
    )


def test_withdrawn_ones_can_be_left_out():
    gone = slot(talk("t1", stamp=stamp("t1", **GONE)), 10)
    event = meeting(
        session("s1", slot(talk("t2"), 11)), withdrawn=(session("s1", gone),)
    )

    assert uids(event, withdrawn=False) == ["session-s1", "talk-t2"]
    assert entries(event, Selection(talk="t1"), withdrawn=False) == []


def test_talk_that_moved_is_there_once():
    gone = slot(talk("t1", stamp=stamp("t1", **GONE)), 10)
    event = meeting(
        session("s2", slot(talk("t1"), 14)),
        withdrawn=(
            session("s1", gone, stamp=stamp("s1", **GONE)),
            session("s1", gone, stamp=stamp("s1", **GONE)),
        ),
    )

    assert uids(event) == ["session-s2", "talk-t1", "session-s1"]


def test_talk_entry_is_that_of_the_feed():
    event = meeting()

    assert entries(event, Selection(talk="t2")) == entries(event)[2:]
    assert entries(event, Selection(talk="t3")) == []


@pytest.mark.promise("never-empty")
def test_event_without_sessions_is_whole_days():
    event = empty(
        last_day=date(2027, 6, 29), place="Lyon", summary="Deux *jours*.", language="en"
    )

    assert entries(event) == [
        CalendarEntry(
            uid="event-e1@install.example",
            created=CREATED,
            revised=REVISED,
            summary="Journée d’été",
            starts=date(2027, 6, 28),
            ends=date(2027, 6, 30),
            description="Deux jours.\n\nhttps://conf.example/e/jour",
            location="Lyon",
            url="https://conf.example/e/jour",
            transparent=True,
        )
    ]


def test_event_without_a_date_is_tentative():
    (entry,) = entries(empty(first_day=None))

    assert (entry.status, entry.summary, entry.starts, entry.ends) == (
        Status.TENTATIVE,
        "Journée d’été (date à annoncer)",
        date(2027, 1, 5),
        date(2027, 1, 6),
    )


@pytest.mark.promise("times")
def test_times_in_the_repeated_hour_keep_their_instants():
    night = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    late = replace(slot(talk("t1"), 10), starts=night, ends=night + timedelta(hours=1))
    event = meeting(session("s1", late))

    entry = entries(event)[1]

    assert entry.starts.astimezone(UTC) == night
    assert entry.ends.astimezone(UTC) == night + timedelta(hours=1)


def test_session_that_has_neither_times_nor_talks_has_no_entry():
    timed = TimedSession(session=session("s1").session, slots=())

    assert uids(meeting(timed)) == ["event-e1"]


@pytest.mark.promise("public")
def test_public_entries_hold_no_mail_address():
    person = Person(name="Ada", email="ada@secret.example")
    event = meeting(
        session("s1", slot(talk("t1", speakers=(person,)), 10), chairs=(person,))
    )

    assert "secret" not in repr(entries(event))
