"""A small stored meeting, for tests about its people."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from calendars.revision import Stamp
from orchestrator.ids import EventId, SessionId, TalkId
from orchestrator.programme import store
from orchestrator.programme.model import (
    Event,
    Kind,
    Person,
    Programme,
    Session,
    Slot,
    Talk,
    TimedSession,
    Timetable,
)

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
STAMP = Stamp(uid="", sequence=0, created=NINE, revised=NINE)
EVENT = EventId("evt2345bcdfg")
MORNING = SessionId("ses2345bcdfg")
EVENING = SessionId("ses3456bcdfg")
TIDES = TalkId("tlk2345bcdfg")
DUNES = TalkId("tlk3456bcdfg")

ORGANISER = Person(name="Odile Organ", email="odile@example.org", affiliation="Lab O")
INA = Person(name="Ina Tides", affiliation="Lab T")
SVEN = Person(name="Sven Dunes", email="sven@example.org")
CARLA = Person(name="Carla Chair", email="carla@example.org")


def talk(ident, title, *speakers):
    stamp = replace(STAMP, uid=f"uid-{ident}")
    return Talk(id=ident, title=title, speakers=speakers, stamp=stamp)


def session(ident, title, *talks, chairs=(), starts=NINE):
    stamp = replace(STAMP, uid=f"uid-{ident}")
    return Session(
        id=ident,
        title=title,
        starts=starts,
        ends=starts + timedelta(hours=2),
        talks=talks,
        chairs=chairs,
        stamp=stamp,
    )


def meeting(
    *sessions, organisers=(ORGANISER,), capacity=None, ident=EVENT, slug="shore"
):
    """An event of ``sessions``; without any: a morning (Ina) and an evening (Sven)."""
    if not sessions:
        sessions = (
            session(MORNING, "Water", talk(TIDES, "On tides", INA)),
            session(
                EVENING,
                "Sand",
                talk(DUNES, "On dunes", SVEN),
                Talk(
                    id=TalkId("brk2345bcdfg"),
                    title="Tea",
                    kind=Kind.BREAK,
                    stamp=replace(STAMP, uid="uid-tea"),
                ),
                starts=NINE + timedelta(hours=5),
            ),
        )
    programme = Programme(
        title="Shore",
        slug=slug,
        zone="UTC",
        organisers=organisers,
        capacity=capacity,
        sessions=sessions,
    )
    timed = tuple(TimedSession(session=one, slots=_slots(one)) for one in sessions)
    return Event(
        id=ident,
        slug=slug,
        programme=programme,
        timetable=Timetable(sessions=timed),
        stamp=replace(STAMP, uid=f"uid-{ident}"),
        revision=1,
    )


def _slots(one):
    half = timedelta(minutes=30)
    return tuple(
        Slot(talk=each, starts=one.starts + n * half, ends=one.starts + (n + 1) * half)
        for n, each in enumerate(one.talks)
    )


async def stored(database, event):
    """``event``, as the programme's service leaves it in the database."""
    async with database.transaction() as session:
        await store.save(session, event)
    return event
