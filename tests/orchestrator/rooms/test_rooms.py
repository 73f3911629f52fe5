"""Rooms come with the programme; the organiser says where they are."""

from dataclasses import replace

import pytest

from orchestrator.rooms import store
from orchestrator.rooms.errors import (
    NoSuchConnection,
    NoSuchRoom,
    UnusableAddress,
    UnusableCapacity,
    UnusableStream,
)
from orchestrator.rooms.model import Setting
from orchestrator.rooms.service import Rooms, names
from tests.orchestrator.registration.meeting import (
    EVENING,
    MORNING,
    meeting,
    session,
    stored,
)

PLACE = "https://video.example/salle"
LIVE = {
    "main": {
        "provider": "livekit",
        "url": "wss://live.example",
        "key": "k",
        "secret": "s" * 40,
    }
}


def in_rooms(morning="", evening=""):
    """Two sessions, each in the room named."""
    return (
        replace(session(MORNING, "Water"), room=morning),
        replace(session(EVENING, "Sand"), room=evening),
    )


@pytest.fixture
def told():
    """The rooms that a listener heard of, as (name, capacity)."""
    return []


@pytest.fixture
def rooms(database, told):
    async def listen(_session, room):
        told.append((room.name, room.capacity))

    return Rooms(database, {}, [listen])


@pytest.fixture
def follow(database, rooms):
    """Have the programme of an event followed, as storing it does."""

    async def run(event):
        await stored(database, event)
        async with database.transaction() as session:
            await rooms.follow(session, event)
        return event

    return run


async def test_meeting_that_names_no_room_has_one(follow, rooms, told):
    event = await follow(meeting())

    (room,) = await rooms.of(event)

    assert (room.name, room.capacity, room.url) == ("", 600, "")
    assert told == [("", 600)]


async def test_each_name_is_a_room_with_the_capacity_of_the_meeting(follow, rooms):
    event = await follow(meeting(*in_rooms("Amphi B", "Amphi A"), capacity=40))

    found = await rooms.of(event)

    assert [(room.name, room.capacity) for room in found] == [
        ("Amphi A", 40),
        ("Amphi B", 40),
    ]


async def test_room_stays_itself_when_the_programme_changes(follow, rooms):
    before = await follow(meeting(*in_rooms("Amphi A", "Amphi B"), capacity=40))
    (first, second) = await rooms.of(before)

    after = meeting(*in_rooms("Amphi A", "Amphi C"), capacity=50)
    after = await follow(replace(after, revision=2))
    found = await rooms.of(after)

    assert [(room.name, room.capacity) for room in found] == [
        ("Amphi A", 50),
        ("Amphi B", 40),
        ("Amphi C", 50),
    ]
    assert (found[0].id, found[1].id) == (first.id, second.id)


async def test_rooms_are_read_once_for_each_revision(follow, rooms, database):
    event = await follow(meeting())
    (before,) = await rooms.of(event)

    async with database.transaction() as session:
        await Rooms(database, {}).set_up(session, event, Setting(url=PLACE))
    same = await rooms.of(event)
    (after,) = await rooms.of(replace(event, revision=2))

    assert (same, after) == ((before,), replace(before, url=PLACE))


@pytest.mark.parametrize(("name", "urls"), [(None, [PLACE, PLACE]), ("B", ["", PLACE])])
async def test_address_is_given_to_one_room_or_to_all(
    follow, rooms, database, name, urls
):
    event = await follow(meeting(*in_rooms("A", "B")))

    async with database.transaction() as session:
        await rooms.set_up(session, event, Setting(url=PLACE), name=name)

    assert [room.url for room in await rooms.of(event)] == urls


async def test_unknown_room_is_refused_with_the_names_there_are(
    follow, rooms, database
):
    event = await follow(meeting(*in_rooms("A", "B")))

    with pytest.raises(NoSuchRoom, match="no room C; there are: A, B"):
        async with database.transaction() as session:
            await rooms.set_up(session, event, Setting(url=PLACE), name="C")


async def test_own_limit_stays_whatever_the_programme_becomes(
    follow, rooms, database, told
):
    event = await follow(meeting(*in_rooms("A", "B"), capacity=40))
    async with database.transaction() as session:
        await rooms.set_up(session, event, Setting(capacity=30), name="B")
    told.clear()

    for revision, capacity in enumerate((50, 20, 60), start=2):
        changed = meeting(*in_rooms("A", "B"), capacity=capacity)
        await follow(replace(changed, revision=revision))

    assert told == [("A", 50), ("B", 30), ("A", 20), ("B", 20), ("A", 60), ("B", 30)]


async def test_room_gets_the_capacity_of_the_meeting_back(
    follow, rooms, database, told
):
    event = await follow(meeting(capacity=40))

    async with database.transaction() as session:
        for capacity in (30, 0):
            await rooms.set_up(session, event, Setting(capacity=capacity))

    assert told == [("", 40), ("", 30), ("", 40)]
    assert [room.own_capacity for room in await rooms.of(event)] == [None]


@pytest.mark.parametrize("capacity", [-1, 41])
async def test_limit_that_is_none_is_refused(follow, rooms, database, capacity):
    event = await follow(meeting(capacity=40))

    with pytest.raises(UnusableCapacity, match="from 1 to 40"):
        async with database.transaction() as session:
            await rooms.set_up(session, event, Setting(capacity=capacity))


@pytest.mark.parametrize("url", ["video.example/salle", "javascript:alert(1)"])
async def test_address_that_leads_nowhere_is_refused(follow, rooms, database, url):
    event = await follow(meeting())

    with pytest.raises(UnusableAddress):
        async with database.transaction() as session:
            await rooms.set_up(session, event, Setting(url=url))


@pytest.mark.parametrize(
    ("connection", "url", "then"),
    [(None, PLACE, "link"), ("main", None, "main")],
)
async def test_an_address_takes_a_room_where_addresses_are_taken(
    follow, database, connection, url, then
):
    settings = {"main": {"provider": "none of the known"}}
    rooms, event = Rooms(database, settings), await follow(meeting())

    async with database.transaction() as session:
        setting = Setting(connection=connection, url=url)
        await rooms.set_up(session, event, setting)

    async with database.reading() as session:
        (room,) = await store.of_event(session, event.id)
    assert (room.connection, room.url) == (then, url or "")


@pytest.mark.parametrize("field", ["url", "fallback", "overflow"])
async def test_address_of_the_service_itself_is_refused(follow, database, field):
    rooms = Rooms(database, {}, base_url="https://us.example")
    event, ours = await follow(meeting()), {field: "https://us.example/j/token"}

    with pytest.raises((UnusableAddress, UnusableStream), match="this service itself"):
        async with database.transaction() as session:
            await rooms.set_up(session, event, Setting(**ours))


async def test_room_at_an_address_stays_there_whatever_is_set_up(follow, database):
    event = await follow(meeting())
    async with database.transaction() as session:
        await Rooms(database, {}).set_up(session, event, Setting(url=PLACE))
        (before,) = await store.of_event(session, event.id)

    later = Rooms(database, LIVE)
    (room,) = await later.of(event)
    by_id = await later.by_id(room.id)
    async with database.transaction() as session:
        await later.set_up(session, event, Setting(connection="main"))
    (moved,) = await Rooms(database, LIVE).of(event)

    assert (before.connection, room.connection, by_id) == ("main", "link", room)
    assert (room.url, later.video.is_set(room)) == (PLACE, True)
    assert (moved.connection, moved.url) == ("main", "")


async def test_connection_takes_the_address_away_where_it_leads_by_itself(
    follow, database
):
    event = await follow(meeting())
    own = {"provider": "link", "url": "https://own.example/room"}
    rooms = Rooms(database, {"own": own, "bare": {"provider": "link"}})
    urls = []
    for setting in (
        Setting(url=PLACE),
        Setting(connection="bare"),
        Setting(connection="own"),
    ):
        async with database.transaction() as session:
            await rooms.set_up(session, event, setting)
            urls += [room.url for room in await store.of_event(session, event.id)]

    assert urls == [PLACE, PLACE, ""]


async def test_connection_that_nobody_set_up_is_refused(follow, rooms, database):
    event = await follow(meeting())

    with pytest.raises(NoSuchConnection, match="there are: link"):
        async with database.transaction() as session:
            await rooms.set_up(session, event, Setting(connection="zoom"))


def test_names_are_those_used_once_each_in_order():
    event = meeting(*in_rooms("B", "A"), session("ses4", "Late"))

    assert names(event.timetable.sessions) == ("B", "A", "")
    assert names(()) == ("",)
