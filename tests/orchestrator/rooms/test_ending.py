"""Rooms are ended at their providers when the doors have closed, or they were moved."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from integrations.errors import Unreachable
from integrations.video.provider import Capabilities
from orchestrator.admission.terms import doors_closed
from orchestrator.ids import RoomId
from orchestrator.rooms.errors import NoSuchRoom
from orchestrator.rooms.model import LINK, Setting
from orchestrator.rooms.service import Rooms
from orchestrator.rooms.video import ending, store
from orchestrator.rooms.video import service as video_service
from orchestrator.rooms.video.ending import LATEST, Days, Endings, pause
from tests.orchestrator.attendance.made import ANNEX, HALL, minute, room
from tests.orchestrator.attendance.stored import with_people
from tests.orchestrator.registration.meeting import EVENING, MORNING, meeting, session
from tests.waiting import until

# Sessions of two hours at 9 and at 14: the doors of the hall close half an hour later.
SESSIONS = (
    replace(session(MORNING, "Water"), room="Hall"),
    replace(session(EVENING, "Sand", starts=minute(5 * 60)), room="Hall"),
)
FIRST, REOPENS, LAST = minute(150), minute(285), minute(450)
SECOND = timedelta(seconds=1)


class Server:
    """A provider that ends rooms; ``ended`` are their names, tries included."""

    capabilities = Capabilities(presence=True)

    def __init__(self):
        self.ended, self.fails = [], []

    def leads(self, _place):
        return True

    async def ensure(self, _place):
        return ""

    async def end(self, place):
        self.ended.append(place.name)
        failure = self.fails.pop(0) if self.fails else None
        if failure == "silent":
            await asyncio.Event().wait()
        if failure:
            raise failure


class World:
    """A meeting in one room, at a moment; ``servers`` are by their connections."""

    def __init__(self, database, event, servers):
        self.database, self.event, self.servers = database, event, servers
        self.now = minute(0)

    def process(self):
        """What one process has of its own."""
        rooms = Rooms(self.database, {one: {"provider": one} for one in self.servers})

        async def all_events():
            return [self.event]

        async def by_id(_event):
            return self.event

        days = Days(
            all=all_events,
            by_id=by_id,
            now=lambda _event: self.now,
            closed=doors_closed,
        )
        return rooms, Endings(self.database, rooms, days)

    async def made(self, connection="main", ident=HALL, name="Hall"):
        """Somebody has entered the room there."""
        rooms, _ = self.process()
        await rooms.video.place(
            self.event, replace(room(ident, name), connection=connection)
        )

    async def move(self, connection):
        rooms, _ = self.process()
        async with self.database.transaction() as session:
            await rooms.set_up(
                session, self.event, Setting(connection=connection), name="Hall"
            )

    async def at(self, now, endings=None):
        """What is ended at that moment, by a process that has just started unless
        one is named.
        """
        self.now = now
        before = {name: len(one.ended) for name, one in self.servers.items()}
        await rounds(endings or self.process()[1])
        return {
            name: one.ended[before[name] :]
            for name, one in self.servers.items()
            if one.ended[before[name] :]
        }


async def rounds(endings):
    await endings.look()
    while await endings.end_next():
        pass


@pytest.fixture
async def world(database, monkeypatch):
    rooms = [room(HALL, "Hall"), room(ANNEX, "Annex")]
    event = await with_people(database, [], event=meeting(*SESSIONS), rooms=rooms)
    servers = {"main": Server(), "other": Server()}

    def choose(settings, _around):
        return servers[settings["provider"]]

    monkeypatch.setattr(video_service, "choose", choose)
    monkeypatch.setattr(ending, "_FIRST_PAUSE", timedelta())
    return World(database, event, servers)


ENDED = {"main": [HALL]}


async def test_room_is_ended_once_after_each_closing_of_its_doors(world):
    await world.made()
    _, one = world.process()
    at = [FIRST - SECOND, FIRST, FIRST + SECOND, REOPENS, LAST - SECOND, LAST]

    done = [await world.at(moment, one) for moment in at]

    assert done == [{}, ENDED, {}, {}, {}, ENDED]


async def test_of_all_processes_one_ends_a_room(world):
    await world.made()
    world.now = FIRST

    await asyncio.gather(*(rounds(world.process()[1]) for _ in range(3)))

    assert world.servers["main"].ended == [HALL]


@pytest.mark.parametrize(
    ("late", "done"),
    [(timedelta(), ENDED), (LATEST - SECOND, ENDED), (LATEST, {})],
)
async def test_closing_that_nobody_saw_is_made_up_for_that_day(world, late, done):
    await world.made()

    assert await world.at(LAST + late) == done


async def test_provider_that_is_silent_is_told_again(world, monkeypatch):
    monkeypatch.setattr(ending, "PATIENCE", SECOND)
    await world.made()
    world.servers["main"].fails = [Unreachable("away"), "silent", ValueError("odd")]

    assert await world.at(FIRST) == {"main": [HALL] * 4}
    assert await world.at(FIRST) == {}


async def test_provider_that_stays_silent_is_left_alone(world):
    await world.made()
    world.servers["main"].fails = [Unreachable("away")] * 20

    with capture_logs() as logs:
        done = await world.at(FIRST)

    assert done == {"main": [HALL] * 6}
    assert await world.at(FIRST) == {}
    (error,) = [one for one in logs if one["log_level"] == "error"]
    assert (error["event"], error["room"]) == ("room-never-ended", "Hall")


def test_pauses_grow_and_end_after_five_minutes():
    seconds = [wait and wait.total_seconds() for wait in map(pause, range(1, 7))]

    assert seconds == [10, 20, 40, 80, 160, None]


async def test_process_that_ends_meanwhile_leaves_it_to_another(world, monkeypatch):
    monkeypatch.setattr(ending, "_LEASE", timedelta())
    await world.made()
    world.now, (_, one) = FIRST, world.process()
    world.servers["main"].fails = ["silent"]
    await one.look()
    task = asyncio.create_task(one.end_next())
    await until(lambda: world.servers["main"].ended)

    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert await world.at(FIRST) == ENDED


async def test_room_whose_doors_are_open_again_is_not_ended_late(world):
    await world.made()
    world.now, (_, one) = FIRST, world.process()
    await one.look()

    assert await world.at(REOPENS, one) == {}
    assert await world.at(LAST - SECOND) == {}


async def test_room_whose_session_is_put_off_is_not_ended_under_who_is_in(world):
    _, one = world.process()
    before = await world.at(REOPENS, one)
    await world.made()
    first, second = world.event.timetable.sessions
    hour = timedelta(hours=1)
    put_off = {"starts": second.starts + hour, "ends": second.ends + hour}
    later = replace(second, session=replace(second.session, **put_off))
    timetable = replace(world.event.timetable, sessions=(first, later))
    world.event = replace(world.event, timetable=timetable)

    assert (before, await world.at(REOPENS + SECOND, one)) == ({}, {})
    assert await world.at(LAST + timedelta(hours=1), one) == ENDED


async def test_clock_that_is_set_back_closes_the_doors_again(world):
    await world.made()
    _, one = world.process()
    await world.at(LAST - SECOND, one)

    assert await world.at(FIRST, one) == ENDED


async def test_moved_room_is_ended_where_it_was_once_pages_have_gone_over(
    world, monkeypatch
):
    await world.made("main")
    await world.move("other")
    await world.made("other")
    at_once = await world.at(minute(10))

    await world.move("main")
    monkeypatch.setattr(video_service, "MOVES_WITHIN", timedelta())
    await world.move("other")

    assert at_once == {}
    assert await world.at(minute(11)) == ENDED
    assert await world.at(minute(12)) == {}


async def test_room_that_is_back_is_not_ended(world, monkeypatch):
    monkeypatch.setattr(video_service, "MOVES_WITHIN", timedelta())
    await world.made("main")
    await world.move("other")
    await world.move("main")

    assert await world.at(minute(10)) == {}


async def test_what_nobody_entered_and_what_is_somebody_elses_is_left_alone(
    world, monkeypatch
):
    monkeypatch.setattr(video_service, "MOVES_WITHIN", timedelta())
    await world.made("other")
    monkeypatch.setitem(world.servers, "link", Server())
    await world.made(LINK)
    await world.move(LINK)
    await world.move("main")

    assert await world.at(minute(10)) == {}
    assert await world.at(FIRST) == {}


async def test_room_of_a_meeting_that_was_removed_is_ended_no_more(world, database):
    await world.made()
    world.now, (rooms, one) = FIRST, world.process()
    await one.look()
    async with database.transaction() as session:
        ending_there = await store.claim_ending(session, timedelta())

    async def gone(_room):
        raise NoSuchRoom("It was removed.")

    rooms.by_id = gone

    assert ending_there.room == RoomId(HALL)
    assert await one.end_next()
    assert world.servers["main"].ended == []
