"""Meetings stored in one transaction with all that follows, and read from memory."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text as sql

from orchestrator.database import DatabaseClock, DatabaseUnavailable
from orchestrator.errors import Invalid
from orchestrator.hub.hub import Hub
from orchestrator.programme import service as service_module
from orchestrator.programme import store
from orchestrator.programme.errors import (
    BadDoors,
    NoSuchEvent,
    NoSuchSession,
    SlugTaken,
)
from orchestrator.programme.model import Reading, Remark
from orchestrator.programme.service import Programmes
from tests.fakes import FakeTransport
from tests.orchestrator.app_client import dump
from tests.orchestrator.programme.made import at, minutes, programme, session, talk
from tests.waiting import until

MOST = timedelta(seconds=5)


def day(*titles, slug="day", on=28, **fields):
    """A reading of a morning of these talks."""
    morning = session("Morning", "10:00-12:00", map(talk, titles), day=on)
    first = at("10:00", on).date()
    return Reading(programme=programme(morning, slug=slug, first_day=first, **fields))


def service(database, *listeners):
    return Programmes(database, DatabaseClock(), Hub(), listeners)


def ids(event):
    return {slot.talk.title: slot.talk.id for slot in event.timetable.slots}


@pytest.fixture
def programmes(database):
    return service(database)


async def test_what_is_stored_is_found_as_it_was(programmes, database):
    stored = await programmes.store(day("one", "two"))

    found = await service(database).find("day")

    assert found == stored
    assert [slot.talk.title for slot in found.timetable.slots] == ["one", "two"]
    assert [slot.starts for slot in found.timetable.slots] == [at("10:00"), at("11:00")]
    assert (found.revision, found.stamp.sequence) == (1, 0)


async def test_slug_is_made_of_the_title_when_none_is_given(programmes):
    event = await programmes.store(day("one", slug=""))

    assert event.slug == "a-day-of-theory"


@pytest.mark.parametrize("slug", ["nothing", "", "../day", "A-Day", "x" * 61])
async def test_unknown_meeting_is_said_so(programmes, slug):
    with pytest.raises(NoSuchEvent, match="There is no meeting called"):
        await programmes.find(slug)


async def test_a_process_that_just_started_reads_a_meeting_once_for_all_who_ask(
    programmes, database, monkeypatch
):
    stored = await programmes.store(day("one"))
    read, get = [], store.get

    async def counted(session, slug):
        read.append(slug)
        return await get(session, slug)

    monkeypatch.setattr(store, "get", counted)
    just_started = service(database)

    found = await asyncio.gather(*(just_started.find("day") for _ in range(50)))

    assert found == [stored] * 50
    assert read == ["day"]


async def test_meetings_come_with_the_latest_first(programmes):
    for on, slug in ((27, "early"), (29, "late"), (29, "again")):
        await programmes.store(day(slug, slug=slug, on=on))

    assert [event.slug for event in await programmes.all()] == [
        "again",
        "late",
        "early",
    ]


async def test_importing_again_keeps_every_id(programmes):
    before = await programmes.store(day("one", "two", "three"))

    after = await programmes.store(day("three", "one", "four"))

    kept = {title: ids(before)[title] for title in ("one", "three")}
    assert {title: ids(after)[title] for title in kept} == kept
    assert ids(after)["four"] not in ids(before).values()
    assert (after.id, after.revision) == (before.id, 2)
    gone = [s.talk.title for timed in after.withdrawn for s in timed.slots]
    assert gone == ["two"]


async def test_same_programme_again_changes_no_entry(programmes):
    before = await programmes.store(day("one", "two"))

    draft = await programmes.draft(day("one", "two").programme)
    after = await programmes.store(day("one", "two"))

    assert draft.change.is_empty
    assert after.stamp == before.stamp
    assert after.timetable == before.timetable


async def test_looking_at_a_change_stores_nothing(programmes, database):
    await programmes.store(day("one", "two"))
    before = await dump(database)

    draft = await programmes.draft(day("one").programme)

    assert not draft.change.is_empty
    assert await dump(database) == before


async def test_another_meeting_does_not_replace_one_of_the_same_title(
    programmes, database
):
    await programmes.store(day("one", "two"))
    before = await dump(database)

    with pytest.raises(SlugTaken, match=r"of 2021-06-28, is at day.*--slug"):
        await programmes.store(day("three", "four", on=29))

    assert await dump(database) == before


async def test_new_meeting_only_refuses_a_slug_in_use(programmes):
    await programmes.store(day("one"))

    with pytest.raises(SlugTaken, match="Choose another slug"):
        await programmes.store(day("one"), new_only=True)


async def test_programme_that_does_not_fit_leaves_everything_as_it_was(
    programmes, database
):
    await programmes.store(day("one"))
    before = await dump(database)
    long = replace(talk("one"), duration=timedelta(hours=3))
    reading = Reading(programme=programme(session("S", "10:00-12:00", [long])))

    with pytest.raises(Invalid):
        await programmes.store(reading, slug="day")

    assert await dump(database) == before


async def leave_a_mark(session, _event):
    await session.exec(sql("UPDATE event SET revision = 100"))


async def fail(_session, _event):
    raise RuntimeError("the listener failed")


async def test_listeners_work_in_the_storing_transaction(database):
    event = await service(database, leave_a_mark).store(day("one"))

    assert event.revision == 100


async def test_failing_listener_leaves_the_database_as_it_was(database):
    await service(database).store(day("one"))
    before = await dump(database)

    with pytest.raises(RuntimeError, match="the listener failed"):
        await service(database, leave_a_mark, fail).store(day("one", "two"))

    assert await dump(database) == before
    assert list(ids(await service(database).find("day"))) == ["one"]


async def test_event_has_a_clock_of_its_own(programmes):
    event = await programmes.store(day("one"))

    moved = await programmes.set_now("day", at("10:05"))

    assert abs(programmes.now(moved) - at("10:05")) < MOST
    assert moved.revision == event.revision + 1
    assert programmes.now(event) - programmes.now(moved) > timedelta(days=365)


async def test_clock_stays_moved_when_the_programme_is_stored_again(programmes):
    await programmes.store(day("one"))
    moved = await programmes.set_now("day", at("10:05"))

    after = await programmes.store(day("one", "two"))

    assert after.clock_offset == moved.clock_offset


def two_sessions():
    parts = session("Morning", "10:00-12:00"), session("Evening", "16:00-18:00")
    return Reading(programme=programme(*parts, slug="day"))


def doors(event):
    timed = event.timetable.sessions
    return [(one.session.opens_before, one.session.closes_after) for one in timed]


async def test_doors_of_one_session_and_of_all_are_stored(programmes, database):
    stored = await programmes.store(two_sessions())
    morning = stored.timetable.sessions[0].session.id

    await programmes.set_doors("day", session=morning, before=minutes(60))
    event = await programmes.set_doors("day", after=minutes(0))

    found = await service(database).find("day")
    assert doors(found) == doors(event) == [(minutes(60), minutes(0)), (None, minutes(0))]  # fmt: skip
    assert found.revision == stored.revision + 2
    assert [one.session.stamp for one in found.timetable.sessions] == [
        one.session.stamp for one in stored.timetable.sessions
    ]


async def test_doors_stay_when_the_programme_is_stored_again(programmes):
    await programmes.store(two_sessions())
    event = await programmes.set_doors("day", before=minutes(0), after=minutes(240))

    draft = await programmes.draft(two_sessions().programme)
    after = await programmes.store(two_sessions())

    assert draft.change.is_empty
    assert doors(after) == doors(event) == [(minutes(0), minutes(240))] * 2


async def test_import_at_the_same_moment_carries_the_doors(programmes, database):
    await programmes.store(two_sessions())
    other = service(database)

    for number in range(1, 6):
        await asyncio.gather(
            programmes.set_doors("day", before=minutes(number)),
            other.store(two_sessions()),
        )

        found = await service(database).find("day")
        assert doors(found) == [(minutes(number), None)] * 2


@pytest.mark.parametrize(
    "given",
    [
        {"before": minutes(241)},
        {"after": minutes(-1)},
        {"before": timedelta(seconds=90)},
    ],
)
async def test_doors_that_cannot_be_change_nothing(programmes, database, given):
    await programmes.store(two_sessions())
    before = await dump(database)

    with pytest.raises(BadDoors, match="from 0 to 240"):
        await programmes.set_doors("day", **given)

    assert await dump(database) == before


async def test_doors_of_a_session_of_another_meeting_are_left_alone(
    programmes, database
):
    other = await programmes.store(day("one", slug="other"))
    await programmes.store(two_sessions())
    before = await dump(database)

    with pytest.raises(NoSuchSession):
        await programmes.set_doors(
            "day", session=other.programme.sessions[0].id, before=minutes(5)
        )

    assert await dump(database) == before


async def test_other_process_is_seen_and_told_to_browsers(database):
    hub = Hub()
    ours = Programmes(database, DatabaseClock(), hub)
    await ours.store(day("one"))

    screen = FakeTransport()
    hub.subscribe(screen, ("day",), chunked=False)
    await service(database).store(day("one", "two"))
    before = tuple(screen.written)
    await ours.look()
    await ours.look()
    hub.close()

    (told,) = screen.written
    assert before == ()
    assert b"event: programme" in told
    assert list(ids(await ours.find("day"))) == ["one", "two"]


async def test_others_are_told_of_what_is_stored(database):
    told = []
    programmes = Programmes(database, DatabaseClock(), Hub(), tell=told.append)

    await programmes.store(day("one"))
    await programmes.set_now("day", at("10:05"))

    assert told == ["day", "day"]


async def test_one_that_is_woken_looks_at_once(database, monkeypatch):
    monkeypatch.setattr(service_module, "_SECONDS_BETWEEN_LOOKS", 3600)
    await service(database).store(day("one"))
    hub, screen = Hub(), FakeTransport()
    hub.subscribe(screen, ("day",), chunked=False)
    ours = Programmes(database, DatabaseClock(), hub)
    event = await ours.find("day")
    watching = asyncio.create_task(ours.watch())
    await until(lambda: ours.access_epoch(event.id) is not None)

    await service(database).store(day("one", "two"))
    ours.wake("day")

    await until(lambda: screen.written)
    watching.cancel()
    hub.close()


class Compared(DatabaseClock):
    """A clock whose first comparisons find no database."""

    def __init__(self, away):
        super().__init__()
        self.away, self.asked = away, 0

    async def measure(self, database):
        self.asked += 1
        if self.asked <= self.away:
            raise DatabaseUnavailable("away")
        await super().measure(database)


async def test_clock_that_could_not_be_compared_is_compared_at_the_next_look(
    database, monkeypatch
):
    monkeypatch.setattr(service_module, "_SECONDS_BETWEEN_LOOKS", 0)
    clock, looks = Compared(away=2), []
    ours = Programmes(database, clock, Hub())

    async def look():
        looks.append(clock.asked)

    monkeypatch.setattr(ours, "look", look)
    watching = asyncio.create_task(ours.watch())
    await until(lambda: len(looks) >= 5)
    watching.cancel()

    assert looks[:5] == [3] * 5


async def test_time_is_known_before_anybody_is_answered(programmes, monkeypatch):
    clock = Compared(away=0)
    monkeypatch.setattr(programmes, "_clock", clock)

    await programmes.begin()

    assert clock.asked == 1


async def test_entitlements_have_an_epoch_only_while_others_are_followed(programmes):
    event = await programmes.store(day("one"))

    assert programmes.access_epoch(event.id) is None


async def test_what_the_import_doubted_is_kept_for_the_organiser(programmes, database):
    reading = replace(
        day("one"),
        remarks=(Remark(line=3, text="two spellings"),),
        leftovers=(Remark(line=9, text="Access: by tram"),),
    )
    await programmes.store(reading)

    found = await service(database).find("day")

    assert [(one.line, one.text) for one in found.remarks] == [
        (3, "two spellings"),
        (9, "Not understood: Access: by tram"),
    ]


async def test_moved_clock_is_seen_elsewhere_without_a_new_revision(database):
    here, there = service(database), service(database)
    event = await here.store(day("one"))
    there._watching = True  # as a process that serves does
    await there.look()
    assert (await there.find("day")).clock_offset == timedelta()

    await here.move_clock(event, at("10:30"))
    await there.look()

    found = await there.find("day")
    assert found.revision == event.revision
    assert abs(there.now(found) - at("10:30")) < MOST
