"""Small programmes for the tests of the rules."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count, repeat
from zoneinfo import ZoneInfo

from calendars.revision import Stamp
from orchestrator.programme.model import (
    Event,
    Kind,
    Person,
    Programme,
    Session,
    Talk,
)
from orchestrator.programme.revision import advance, compare, pair
from orchestrator.programme.timetable import lay_out

PARIS = ZoneInfo("Europe/Paris")


def at(clock, day=28, month=6, zone=PARIS):
    """The moment ``"10:30"`` of a day of 2021."""
    hour, minute = map(int, clock.split(":"))
    return datetime(2021, month, day, hour, minute, tzinfo=zone)


def minutes(number):
    return timedelta(minutes=number)


def talk(title, *, by="", **fields):
    """A talk by the people named; each speaker has their own name by default."""
    speakers = fields.pop("speakers", None)
    if speakers is None:
        names = by.split(", ") if by else [f"Speaker of {title}"]
        speakers = tuple(Person(name=name) for name in names)
    return Talk(title=title, speakers=speakers, **fields)


def invited(title, **fields):
    return talk(title, kind=Kind.INVITED, **fields)


def pause(**fields):
    return Talk(title="Coffee", kind=Kind.BREAK, **fields)


def session(title, window="", talks=(), *, day=28, **fields):
    """A session of ``"10:00-12:00"``, or without a window."""
    starts, _, ends = window.partition("-")
    return Session(
        title=title,
        starts=at(starts, day) if starts else None,
        ends=at(ends, day) if ends else None,
        talks=tuple(talks),
        **fields,
    )


def programme(*sessions, talks=(), **fields):
    return Programme(
        title="A day of theory", sessions=sessions, talks=tuple(talks), **fields
    )


def times(timetable):
    """``"10:00-10:15 Title"`` of every slot, by session; a filler has ``…``."""
    return [
        [
            f"{slot.starts:%H:%M}-{slot.ends:%H:%M} {slot.talk.title or '…'}"
            for slot in timed.slots
        ]
        for timed in timetable.sessions
    ]


def model_day(**fields):
    """The shape of the real day: ten talks and one more, in two sessions."""
    titles = ["one", "two", "three", "four", "five", "six", "seven", "eight"]
    talks = [
        *map(talk, titles),
        invited("nine", by="Mikhail Belkin"),
        talk("ten"),
        invited("", by="Gérard Biau"),
    ]
    two = session("Session 1", "10:00-12:00"), session("Session 2", "16:00-18:00")
    return programme(*two, talks=talks, **fields)


def numbered(prefix):
    """Ids of a test: ``a1``, ``a2``…"""
    return map("{}{}".format, repeat(prefix), count(1)).__next__


IDS, UIDS = numbered("id"), numbered("uid")


def imported(source, before=None, *, now=datetime(2021, 5, 1, tzinfo=UTC)):
    """``source`` stored over ``before``: the event, and what that changed."""
    paired, change = compared(source, before)
    stored, timetable, withdrawn = advance(
        before, paired, lay_out(paired), now, new_id=IDS, new_uid=UIDS
    )
    event = Event(
        id=before.id if before else "event",
        slug="theory",
        programme=stored,
        timetable=timetable,
        stamp=Stamp(uid="event", sequence=0, created=now, revised=now),
        revision=before.revision + 1 if before else 1,
        withdrawn=withdrawn,
    )
    return event, change


def compared(source, before=None):
    """``source`` paired with ``before``, and what it changes."""
    timetable = lay_out(source)
    sessions = tuple(timed.session for timed in timetable.sessions)
    placed = replace(source, sessions=sessions, talks=())
    paired = pair(before.programme, placed) if before else placed
    return paired, compare(before, paired, lay_out(paired))
