"""What is going on in the rooms is told to whom it concerns, and only when it changes."""

import asyncio
import json
from datetime import timedelta

import pytest

from orchestrator.access.model import Role
from orchestrator.admission.history import store as history
from orchestrator.admission.live import service as live_service
from orchestrator.admission.live.service import Live
from orchestrator.attendance import store as journal
from orchestrator.attendance.service import Attendance
from orchestrator.database import DatabaseUnavailable
from orchestrator.hub.hub import Hub
from orchestrator.ids import RegistrantId, RoomId
from orchestrator.rooms.service import Rooms
from tests.fakes import FakeTransport
from tests.orchestrator.admission.people import BESIDE, crowd, doorway
from tests.waiting import PATIENCE, until

PLENARY = RoomId("plenary")


class Followed:
    """The doors of a meeting, followed by one process."""

    def __init__(self, door, hub):
        self.door, self.hub, self.looks = door, hub, []

        async def find(_slug):
            return door.event

        async def opened(_event):
            return 0

        self.live = Live(
            door.database,
            door.admission,
            Attendance(door.database, Rooms(door.database, BESIDE), clock=None),
            hub,
            find=find,
            now=lambda _event: door.now,
            opened=opened,
        )
        door.admission.tell(self.live.changed)
        self.live.touch("day")

    def listen(self, channel):
        transport = FakeTransport()
        self.hub.subscribe(transport, [channel], chunked=False)
        return transport

    async def look(self):
        self.live.changed("day")
        await self.live.follow("day")

    def beat(self, name):
        return self.live.beat(self.door.event, f"{name}'s phone")


@pytest.fixture
async def followed(database, time):
    hub = Hub()
    door = await doorway(
        database, capacity=2, staff_seats=0, connections=BESIDE, counter=time
    )
    yield Followed(door, hub)
    hub.close()


def told(transport):
    """What was written to a browser, and forget it."""
    written, transport.written = transport.written, []
    lines = b"".join(written).decode().splitlines()
    return [json.loads(one[6:]) for one in lines if one.startswith("data: ")]


async def test_each_person_is_told_where_he_stands_when_it_changes(followed):
    door = followed.door
    names = await crowd(door.database, 3)
    screens = [followed.listen(f"day/{name}") for name in names]
    for name in names:
        await door.enter(name)

    await followed.look()
    first = [told(one) for one in screens]
    await followed.look()
    again = [told(one) for one in screens]
    await door.leave(names[0])
    await followed.look()
    after = [told(one) for one in screens]

    assert [[one["standing"] for one in each] for each in first] == [
        ["inside"],
        ["inside"],
        ["waiting"],
    ]
    assert (first[0][0]["here"], first[2][0]["place"]) == ("person0'", 1)
    assert again == [[], [], []]
    assert [[one["standing"] for one in each] for each in after] == [
        ["outside"],
        [],
        ["inside"],
    ]


async def test_who_was_sent_out_is_told_and_nobody_else(followed):
    door = followed.door
    names = await crowd(door.database, 2)
    (boss,) = await crowd(door.database, 1, prefix="boss", role=Role.ORGANISER)
    screens = [followed.listen(f"day/{name}") for name in names]
    for name in names:
        await door.enter(name)
    await followed.look()
    for one in screens:
        told(one)

    await door.send_out(names[0], by=boss)
    await followed.look()

    assert [[one["standing"] for one in told(each)] for each in screens] == [
        ["withdrawn"],
        [],
    ]


async def test_staff_are_told_figures_when_they_change(followed):
    door = followed.door
    screen = followed.listen("day/staff")
    names = await crowd(door.database, 3)

    for name in names:
        await door.enter(name)
    await followed.look()
    await followed.look()
    (full,) = told(screen)
    await door.leave(names[2])
    await followed.look()
    (emptier,) = told(screen)

    (room,) = full["rooms"]
    assert full["registered"] == 3
    assert (room["capacity"], room["inside"], room["waiting"], room["peak"]) == (
        2,
        2,
        1,
        2,
    )
    assert [one["waiting"] for one in emptier["rooms"]] == [0]


async def test_round_that_changes_nothing_is_told_to_nobody(followed):
    door, told_of = followed.door, []
    names = await crowd(door.database, 3)
    for name in names:
        await door.enter(name)
    door.admission.tell(told_of.append)

    await door.tidy()
    in_vain = list(told_of)
    await door.leave(names[0])

    assert (in_vain, told_of) == ([], ["day"])


async def test_signs_of_life_reach_the_database_together(followed, time, monkeypatch):
    door = followed.door
    names = await crowd(door.database, 2)
    for name in names:
        await door.enter(name)
    await followed.look()
    heard, honest = [], door.admission.hear

    async def hear(event, now, *, beats=(), closed=()):
        heard.append(set(beats))
        await honest(event, now, beats=beats, closed=closed)

    monkeypatch.setattr(door.admission, "hear", hear)
    monkeypatch.setattr(live_service, "_SECONDS_BETWEEN_HEARINGS", 0)
    time.seconds += 100
    for name in names * 3:
        followed.beat(name)
    await followed.look()
    time.seconds += 100
    await followed.look()

    assert heard == [
        {(PLENARY, RegistrantId(name), f"{name}'s phone") for name in names}
    ]
    assert await door.inside() == {*names}


async def test_signs_of_life_outlive_a_database_that_is_away(
    followed, time, monkeypatch
):
    door = followed.door
    (name,) = await crowd(door.database, 1)
    await door.enter(name)
    await followed.look()
    monkeypatch.setattr(live_service, "_SECONDS_BETWEEN_HEARINGS", 0)
    honest = door.admission.hear

    async def away(*_, **__):
        raise DatabaseUnavailable("away")

    time.seconds += 100
    followed.beat(name)
    monkeypatch.setattr(door.admission, "hear", away)
    followed.live.changed("day")
    with pytest.raises(DatabaseUnavailable):
        await followed.live.follow("day")
    monkeypatch.setattr(door.admission, "hear", honest)
    await followed.look()

    time.seconds += 100
    assert await door.inside() == {name}


async def signs(followed):
    """How many signs the journal holds."""
    async with followed.door.database.reading() as session:
        there = await journal.people(session, followed.door.event.id)
        return len(await journal.of_people(session, followed.door.event.id, there))


async def test_signs_outlive_an_error_that_nobody_expected(followed, time, monkeypatch):
    door = followed.door
    (name,) = await crowd(door.database, 1)
    await door.enter(name)
    await followed.look()
    monkeypatch.setattr(live_service, "_SECONDS_BETWEEN_HEARINGS", 0)
    honest = followed.live._attendance.record

    async def broken(_signs):
        raise ZeroDivisionError

    followed.beat(name)
    monkeypatch.setattr(followed.live._attendance, "record", broken)
    followed.live.changed("day")
    await followed.live._follow_safely("day")
    monkeypatch.setattr(followed.live._attendance, "record", honest)
    await followed.look()

    assert await signs(followed) == 1


async def test_signs_are_stored_when_the_process_ends(followed, monkeypatch):
    door = followed.door
    (name,) = await crowd(door.database, 1)
    await door.enter(name)
    await followed.look()
    # Only the end has them stored, and it may take its time.
    monkeypatch.setattr(live_service, "_SECONDS_BETWEEN_HEARINGS", 3600)
    monkeypatch.setattr(live_service, "_SECONDS_TO_END", PATIENCE)
    running = asyncio.create_task(followed.live.run())
    followed.beat(name)
    await until(lambda: not followed.live._watched["day"].due)
    followed.beat(name)
    before = await signs(followed)

    running.cancel()
    await asyncio.wait([running])

    assert (before, await signs(followed)) == (0, 1)


async def test_end_waits_for_no_database_that_is_silent(followed, monkeypatch):
    monkeypatch.setattr(live_service, "_SECONDS_TO_END", 0.01)

    async def silent(*_, **__):
        await asyncio.Event().wait()

    monkeypatch.setattr(followed.live, "follow", silent)
    running = asyncio.create_task(followed.live.run())
    await until(lambda: followed.live._turns._value < live_service._EVENTS_AT_ONCE)
    monkeypatch.setattr(followed.live, "_hear", silent)
    running.cancel()

    _, pending = await asyncio.wait([running], timeout=PATIENCE)

    assert pending == set()


async def test_process_that_could_not_look_takes_nobodys_seat(followed, time):
    door = followed.door
    names = await crowd(door.database, 3)
    for name in names:
        await door.enter(name)
    time.seconds += 1000

    async def away(_slug):
        raise DatabaseUnavailable("away")

    followed.live._find, honest = away, followed.live._find
    followed.live.changed("day")
    await followed.live._follow_safely("day")
    followed.live._find = honest
    await door.beat(names[2])
    await door.tidy()

    assert await door.inside() == {*names[:2]}


async def test_unknown_device_has_to_be_asked_for_in_the_database(followed):
    (name,) = await crowd(followed.door.database, 1)
    await followed.door.enter(name)

    before = followed.beat(name)
    await followed.look()

    assert before is None
    assert followed.beat(name).registrant == name


async def test_most_of_each_minute_is_written_down(followed):
    door = followed.door
    names = await crowd(door.database, 3)
    for name in names:
        await door.enter(name)
    await followed.look()
    for name in names:
        await door.leave(name)
    await followed.look()
    door.now += timedelta(minutes=1)
    await followed.look()

    async with door.database.reading() as session:
        minutes = await history.occupancy(session, PLENARY)
        peaks = await history.peaks(session, [PLENARY])

    assert [(inside, waiting) for _, inside, waiting in minutes] == [(2, 1), (0, 0)]
    assert peaks == {PLENARY: 2}


async def test_looks_at_most_once_a_second_however_much_changes(followed, monkeypatch):
    pauses, looks = [], []

    async def look(_event, _watched):
        looks.append(len(pauses))
        followed.live.changed("day")  # as if everybody pressed all the time

    async def sleep(seconds):
        pauses.append(seconds)
        if len(pauses) == 5:
            raise asyncio.CancelledError

    monkeypatch.setattr(followed.live, "_look", look)
    monkeypatch.setattr(live_service.asyncio, "sleep", sleep)
    # A look takes no time, however slow the machine is.
    monkeypatch.setattr(live_service, "monotonic", lambda: 0.0)
    with pytest.raises(asyncio.CancelledError):
        await followed.live.run()

    assert looks == [0, 1, 2, 3, 4]
    assert all(0.5 < one <= 1 for one in pauses)


async def test_slow_event_holds_up_no_other(followed, monkeypatch):
    looks = []
    monkeypatch.setattr(live_service, "_SECONDS_BETWEEN_UPDATES", 0.01)
    monkeypatch.setattr(live_service, "_LONGEST_PAUSE", 0.01)

    async def follow(slug):
        looks.append(slug)
        followed.live.changed("day")
        if slug == "slow":
            await asyncio.Event().wait()

    monkeypatch.setattr(followed.live, "follow", follow)
    followed.live.touch("slow")
    running = asyncio.create_task(followed.live.run())
    await until(lambda: looks.count("day") >= 3)
    running.cancel()
    await asyncio.wait([running])

    assert looks.count("slow") == 1


async def test_device_that_nobody_knows_has_no_event_followed(followed, monkeypatch):
    monkeypatch.setattr(live_service, "_SECONDS_TO_FORGET", 0)
    await followed.live.follow("day")

    followed.beat("nobody")

    assert followed.live._watched == {}


async def test_event_that_nobody_is_at_is_not_followed_any_more(followed, monkeypatch):
    monkeypatch.setattr(live_service, "_SECONDS_TO_FORGET", 0)

    await followed.live.follow("day")

    assert followed.live._watched == {}
