"""A made-up meeting, and a ``find`` that knows only it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from calendars.revision import Stamp
from orchestrator.feeds.publisher import Publisher
from orchestrator.feeds.selection import EVERYTHING, drafts
from orchestrator.ids import EventId, SessionId, TalkId
from orchestrator.programme.errors import NoSuchEvent
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

PARIS = ZoneInfo("Europe/Paris")
CREATED = datetime(2027, 1, 5, 8, tzinfo=UTC)
REVISED = datetime(2027, 2, 6, 9, 30, 15, 250, tzinfo=UTC)
LATER = REVISED + timedelta(days=3)
BEFORE = datetime(2027, 3, 1, 12, tzinfo=UTC)
DAY = date(2027, 6, 28)
BASE_URL = "https://conf.example"
INSTALL = "install.example"
PUBLISHER = Publisher(base_url=BASE_URL, install=INSTALL)


def stamp(name, **changes):
    values = {"uid": name, "sequence": 0, "created": CREATED, "revised": REVISED}
    return Stamp(**{**values, **changes})


def at(hour, minute=0):
    """That moment of the day, as the database gives it back."""
    return datetime(2027, 6, 28, hour, minute, tzinfo=PARIS).astimezone(UTC)


def talk(name, **changes):
    values = {
        "title": f"Exposé {name}",
        "id": TalkId(name),
        "stamp": stamp(name),
        "speakers": (Person(name="Ada Morel", affiliation="Institut du Lac"),),
    }
    return Talk(**{**values, **changes})


def slot(one, hour, minute=0, *, minutes=30):
    starts = at(hour, minute)
    return Slot(talk=one, starts=starts, ends=starts + timedelta(minutes=minutes))


def session(name, *slots, **changes):
    values = {
        "title": f"Session {name}",
        "id": SessionId(name),
        "stamp": stamp(name),
        "talks": tuple(one.talk for one in slots),
    }
    return TimedSession(session=Session(**{**values, **changes}), slots=slots)


def meeting(*sessions, withdrawn=(), revision=1, clock_offset=timedelta(), **programme):
    """An event of ``sessions``; two talks and a break in one if none is given."""
    if not sessions:
        sessions = (
            session(
                "s1",
                slot(talk("t1", abstract="Un *résumé*."), 10),
                slot(talk("pause", title="Pause", kind=Kind.BREAK), 10, 30),
                slot(talk("t2", kind=Kind.INVITED, track="Calcul"), 11),
            ),
        )
    values = {"title": "Journée d’été", "slug": "jour", "first_day": DAY}
    return Event(
        id=EventId("e1"),
        slug="jour",
        programme=Programme(**{**values, **programme}),
        timetable=Timetable(sessions=tuple(sessions)),
        stamp=stamp("e1"),
        revision=revision,
        clock_offset=clock_offset,
        withdrawn=tuple(withdrawn),
    )


def empty(**programme):
    """An event before its first session."""
    return replace(meeting(**programme), timetable=Timetable(sessions=()))


def entries(event, wanted=EVERYTHING, **options):
    """The entries of what ``wanted`` says, in the order in which they are found."""
    return [one.make() for one in drafts(event, PUBLISHER, wanted, **options)]


def large(talks):
    """An event of so many talks, one a minute, with abstracts."""
    first = at(6)
    slots = tuple(
        Slot(
            talk=talk(f"t{number}", abstract=f"Mesure **{number}**, en détail. " * 30),
            starts=first + timedelta(minutes=number),
            ends=first + timedelta(minutes=number + 1),
        )
        for number in range(talks)
    )
    return meeting(session("s1", *slots))


class Programmes:
    """Finds one event, which a test may replace."""

    def __init__(self, event):
        self.event = event

    async def find(self, slug):
        if slug != self.event.slug:
            raise NoSuchEvent("Look at the list of events.")
        return self.event
