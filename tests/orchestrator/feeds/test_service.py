"""A calendar is rendered once per revision and season, in small steps."""

import asyncio
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from icalendar import Calendar

from orchestrator.feeds import rendering, service
from orchestrator.feeds.errors import NoSuchEntry
from orchestrator.feeds.plain import plain
from orchestrator.feeds.service import Feeds
from orchestrator.programme.errors import NoSuchEvent
from orchestrator.programme.model import Timetable
from tests.orchestrator.feeds.meeting import (
    BEFORE,
    LATER,
    PUBLISHER,
    REVISED,
    Programmes,
    at,
    large,
    meeting,
    session,
    slot,
    stamp,
    talk,
)


class Hand:
    """A clock that a test sets."""

    def __init__(self):
        self.now = BEFORE

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Hand()


@pytest.fixture
def programmes():
    return Programmes(meeting())


@pytest.fixture
def feeds(programmes, clock):
    return Feeds(programmes.find, PUBLISHER, clock=clock)


def read(file):
    return Calendar.from_ical(file.plain.body)


def uids(file):
    return [str(event["UID"]).partition("@")[0] for event in read(file).events]


async def test_feed_holds_the_event(feeds):
    file = await feeds.feed("jour")

    calendar = read(file)
    assert uids(file) == ["session-s1", "talk-t1", "talk-t2"]
    assert (str(calendar["NAME"]), str(calendar["SOURCE"]), str(calendar["URL"])) == (
        "Journée d’été",
        "https://conf.example/e/jour.ics",
        "https://conf.example/e/jour",
    )
    assert calendar.get_missing_tzids() == set()
    assert file.modified == REVISED.replace(microsecond=0)


async def test_talk_file_holds_the_talk_as_the_feed_does(feeds):
    feed, file = await feeds.feed("jour"), await feeds.talk("jour", "t2")

    (alone,) = read(file).events
    assert alone in read(feed).events


async def test_files_of_one_thing_can_be_subscribed_to(feeds):
    """Each says what it is, where it is fetched from and how often to come."""
    files = (
        await feeds.talk("jour", "t2"),
        await feeds.session("jour", "s1"),
        await feeds.session("jour", "s1", talks=True),
    )

    names = ("NAME", "SOURCE", "URL")
    page = "https://conf.example/e/jour"
    assert [tuple(str(read(file)[name]) for name in names) for file in files] == [
        ("Exposé t2", f"{page}/t/t2.ics", f"{page}/t/t2"),
        ("Session s1 – Journée d’été", f"{page}/s/s1.ics", f"{page}/s/s1"),
        ("Session s1 – Journée d’été", f"{page}/s/s1.ics?talks=1", f"{page}/s/s1"),
    ]
    assert {read(file)["REFRESH-INTERVAL"].dt for file in files} == {timedelta(hours=1)}


@pytest.mark.parametrize("name", ["t9", "pause", "s1", "", "e1"])
async def test_talk_that_is_not_there(feeds, name):
    with pytest.raises(NoSuchEntry):
        await feeds.talk("jour", name or "t0")


async def test_event_that_is_not_there(feeds):
    with pytest.raises(NoSuchEvent):
        await feeds.feed("nuit")
    with pytest.raises(NoSuchEvent):
        await feeds.talk("nuit", "t1")


async def test_kept_file_is_the_same_object(feeds, programmes):
    first = await feeds.feed("jour"), await feeds.talk("jour", "t1")
    programmes.event = replace(programmes.event)

    again = await feeds.feed("jour"), await feeds.talk("jour", "t1")

    assert [one is other for one, other in zip(first, again, strict=True)] == [
        True,
        True,
    ]


async def test_new_revision_changes_the_talk_that_changed(feeds, programmes):
    before = await feeds.feed("jour")
    moved = talk("t1", stamp=stamp("t1", sequence=1, revised=LATER))
    programmes.event = meeting(
        session("s1", slot(talk("t2"), 11), slot(moved, 14)), revision=2
    )

    after = await feeds.feed("jour")

    assert [
        (str(one["UID"]), int(one["SEQUENCE"]), one.start)
        for one in read(after).events[1:]
    ] == [
        ("talk-t2@install.example", 0, at(11)),
        ("talk-t1@install.example", 1, at(14)),
    ]
    assert after.modified == LATER.replace(microsecond=0)
    assert after.plain.etag != before.plain.etag


async def test_unchanged_state_of_a_new_revision_has_the_same_bytes(feeds, programmes):
    before = await feeds.feed("jour")
    programmes.event = replace(programmes.event, revision=2)

    after = await feeds.feed("jour")

    assert after is not before
    assert after.plain.body == before.plain.body
    assert after.zipped.body == before.zipped.body


async def test_many_at_once_cost_one_rendering(feeds, monkeypatch):
    renderings = Counter()
    real = service.drafts

    def counted(*arguments, **options):
        renderings["feed"] += 1
        return real(*arguments, **options)

    monkeypatch.setattr(service, "drafts", counted)

    files = await asyncio.gather(*(feeds.feed("jour") for _ in range(100)))

    assert renderings == {"feed": 1}
    assert len({id(file) for file in files}) == 1


@pytest.mark.promise("head")
@pytest.mark.promise("cancelled")
async def test_each_season_has_its_bytes(feeds, programmes, clock):
    gone = slot(talk("t3", stamp=stamp("t3", cancelled=LATER, revised=LATER)), 9)
    programmes.event = replace(programmes.event, withdrawn=(session("s1", gone),))
    seen = []

    for now in (
        BEFORE,
        at(12),
        at(12) + timedelta(days=1),
        at(12) + timedelta(days=91),
    ):
        clock.now = now
        file = await feeds.feed("jour")
        ttl = read(file)["REFRESH-INTERVAL"].dt
        seen.append((ttl, len(read(file).events), file.modified))

    hour, quarter = timedelta(hours=1), timedelta(minutes=15)
    midnight = at(0)
    assert seen == [
        (hour, 4, LATER.replace(microsecond=0)),
        (quarter, 4, midnight),
        (hour, 4, midnight + timedelta(days=1)),
        (hour, 3, midnight + timedelta(days=91)),
    ]
    with pytest.raises(NoSuchEntry):
        await feeds.talk("jour", "t3")


async def test_clock_may_go_back_to_an_earlier_season(feeds, clock):
    clock.now = at(12)
    await feeds.feed("jour")
    clock.now = BEFORE

    file = await feeds.feed("jour")

    assert read(file)["REFRESH-INTERVAL"].dt == timedelta(hours=1)


async def test_rehearsal_has_the_season_of_its_own_clock(feeds, programmes, clock):
    ahead = at(12) - clock.now
    programmes.event = replace(programmes.event, clock_offset=ahead)

    file = await feeds.feed("jour")

    assert read(file)["REFRESH-INTERVAL"].dt == timedelta(minutes=15)
    assert file.modified == at(0) - ahead


async def test_only_so_many_events_are_kept(feeds, programmes, monkeypatch):
    monkeypatch.setattr(service, "_MOST_EVENTS", 2)
    first = await feeds.feed("jour")
    for name in ("e2", "e3"):
        programmes.event = replace(meeting(), id=name)
        await feeds.feed("jour")
    programmes.event = meeting()

    again = await feeds.feed("jour")

    assert again is not first
    assert len(feeds._shelves) == 2


async def longest_wait(work):
    """Seconds of work for which the loop answered nobody while ``work`` was done.

    Of this thread's own work: others on the machine must not count.
    """
    longest, seen = 0.0, time.thread_time()
    task = asyncio.ensure_future(work)
    while not task.done():
        await asyncio.sleep(0)
        now = time.thread_time()
        longest, seen = max(longest, now - seen), now
    await task
    return longest


def large_feeds(clock):
    """Feeds of a large event, with nothing kept from an earlier test."""
    plain.cache_clear()
    programmes = Programmes(large(300))
    return Feeds(programmes.find, PUBLISHER, clock=clock)


async def test_large_feed_leaves_the_loop_to_others(clock):
    for _ in range(5):  # another process may take the machine now and then
        wait = await longest_wait(large_feeds(clock).feed("jour"))
        if wait < 0.02:
            break

    assert wait < 0.02


async def test_feed_whose_zone_changed_its_rule_leaves_the_loop_to_others(clock):
    """Its entries are written a second time, in UTC: once, and in small steps."""
    event = large(300)
    (timed,) = event.timetable.sessions
    early = replace(timed.slots[0], starts=at(6, 0) - timedelta(days=8 * 365))
    early = replace(early, ends=early.starts + timedelta(minutes=1))
    slots = (early, *timed.slots[1:])
    mexico = replace(event.programme, zone="America/Mexico_City")
    event = replace(
        event,
        programme=mexico,
        timetable=Timetable(sessions=(replace(timed, slots=slots),)),
    )
    feeds = Feeds(Programmes(event).find, PUBLISHER, clock=clock)

    for _ in range(5):
        wait = await longest_wait(feeds.feed("jour"))
        if wait < 0.02:
            break
        feeds = Feeds(Programmes(event).find, PUBLISHER, clock=clock)

    assert wait < 0.02
    body = (await feeds.feed("jour")).plain.body
    assert b"TZID" not in body
    assert body.count(b"BEGIN:VEVENT") == 301


async def test_without_slices_a_large_feed_would_hold_the_loop(clock, monkeypatch):
    """The twin of the test above."""
    monkeypatch.setattr(rendering, "_SLICE", 60)

    assert await longest_wait(large_feeds(clock).feed("jour")) > 0.02
