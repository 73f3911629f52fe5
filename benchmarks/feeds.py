"""A large calendar: built for the first time, and again after one change."""

import asyncio
import random
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from benchmarks.figures import Figure
from calendars.publish import publish
from calendars.revision import Stamp
from orchestrator.cli.running import settle
from orchestrator.feeds.plain import plain
from orchestrator.feeds.publisher import Publisher
from orchestrator.feeds.selection import drafts
from orchestrator.feeds.service import Feeds
from orchestrator.ids import EventId, SessionId, TalkId
from orchestrator.programme.model import (
    Event,
    Person,
    Programme,
    Session,
    Slot,
    Talk,
    TimedSession,
    Timetable,
)

TALKS = 1000
_PUBLISHER = Publisher(base_url="https://conf.example", install="bench")
_MADE = datetime(2027, 1, 5, 8, tzinfo=UTC)
_STARTS = datetime(2027, 6, 28, 7, tzinfo=UTC)
_WORDS = [
    "borne",
    "réseau",
    "profond",
    "noyau",
    "aléatoire",
    "parcimonie",
    "descente",
    "échantillon",
    "marge",
    "convexe",
    "spectre",
    "régularité",
    "généralisation",
    "mesure",
    "gradient",
    "couche",
    "norme",
    "taux",
]


def changing(*, rounds):
    """How many times faster than a full build the feed is ready after one change,
    and for how long the first rendering answers nobody else.
    """
    settle()
    seen, held = asyncio.run(_changed(rounds))
    note = f"{TALKS} talks with abstracts; gzip, ETag and headers included"
    yield Figure("Feed after one change, to a full build", seen, "", ">=", 50, note)
    yield Figure("Longest hold of the loop by a feed", held, " ms", "<", 20)


async def _changed(rounds):
    find, seen, held = _Find(_event()), [], []
    for number in range(1, rounds + 1):
        feeds = Feeds(find, _PUBLISHER, clock=lambda: _MADE)
        plain.cache_clear()
        held.append(1000 * await _longest_hold(feeds.feed("bench")))
        full = _seconds_to_build(find.event)
        find.event = _retitled(find.event, number)
        began = time.perf_counter()
        await feeds.feed("bench")
        seen.append(full / (time.perf_counter() - began))
    return tuple(seen), tuple(held)


class _Find:
    """Knows one event, which changes."""

    def __init__(self, event):
        self.event = event

    async def __call__(self, _slug):
        return self.event


def _seconds_to_build(event):
    """All entries written by icalendar; what they say is there already."""
    entries = [one.make() for one in drafts(event, _PUBLISHER)]
    began = time.perf_counter()
    publish(entries)
    return time.perf_counter() - began


async def _longest_hold(work):
    """Seconds of this thread's work for which the loop answered nobody."""
    longest, seen = 0.0, time.thread_time()
    task = asyncio.ensure_future(work)
    while not task.done():
        await asyncio.sleep(0)
        now = time.thread_time()
        longest, seen = max(longest, now - seen), now
    await task
    return longest


def _event():
    chance = random.Random(7)
    slots = tuple(_slot(number, chance) for number in range(TALKS))
    session = Session(
        title="Tout",
        id=SessionId("s1"),
        stamp=Stamp.first("s1", _MADE),
        talks=tuple(slot.talk for slot in slots),
    )
    return Event(
        id=EventId("bench"),
        slug="bench",
        programme=Programme(title="Un grand congrès"),
        timetable=Timetable(sessions=(TimedSession(session=session, slots=slots),)),
        stamp=Stamp.first("bench", _MADE),
        revision=1,
    )


def _slot(number, chance):
    starts = _STARTS + timedelta(minutes=number)
    talk = Talk(
        title=" ".join(chance.choices(_WORDS, k=8)).capitalize(),
        id=TalkId(f"t{number}"),
        stamp=Stamp.first(f"t{number}", _MADE),
        speakers=(Person(name=f"Person {number}", affiliation="Institut"),),
        abstract=" ".join(chance.choices(_WORDS, k=90)),
    )
    return Slot(talk=talk, starts=starts, ends=starts + timedelta(minutes=1))


def _retitled(event, number):
    """The event with another title of one talk, as the database gives it back: each
    value is a new one.
    """
    (timed,) = event.timetable.sessions
    slots = [replace(slot, talk=replace(slot.talk)) for slot in timed.slots]
    slots = [
        replace(slot, talk=replace(slot.talk, stamp=replace(slot.talk.stamp)))
        for slot in slots
    ]
    at = number * 97 % TALKS
    talk = slots[at].talk
    stamp = talk.stamp.changed(_MADE + timedelta(hours=number))
    slots[at] = replace(slots[at], talk=replace(talk, title="Autre", stamp=stamp))
    talks = tuple(slot.talk for slot in slots)
    timed = TimedSession(
        session=replace(timed.session, talks=talks), slots=tuple(slots)
    )
    return replace(
        event, revision=event.revision + 1, timetable=Timetable(sessions=(timed,))
    )
