"""Never one more than the seats, never a refusal while one is free."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from orchestrator.admission import store
from orchestrator.admission.service import Admission
from orchestrator.admission.tables import SeatRow
from orchestrator.database import run
from orchestrator.ids import RegistrantId
from orchestrator.rooms.model import Room
from orchestrator.rooms.service import Rooms
from tests.orchestrator.admission.people import crowd, plenary

NOW = datetime(2021, 6, 28, 8, 0, tzinfo=UTC)
UNTIL = NOW + timedelta(hours=2)


@pytest.fixture
async def room(database):
    return await plenary(database, capacity=3)


async def enter(database, room, name, *, now=NOW, until=UNTIL):
    admission = Admission(database, Rooms(database, {}))
    return await admission._take(room, RegistrantId(name), now, until, [room])


async def test_as_many_enter_as_there_are_seats(database, room):
    names = await crowd(database, 20)

    seats = await asyncio.gather(*(enter(database, room, name) for name in names))

    assert Counter(seat is not None for seat in seats) == {True: 3, False: 17}
    assert sorted(seat.number for seat in seats if seat) == [1, 2, 3]


async def test_one_person_pressing_often_at_once_holds_one_seat(database, room):
    (name,) = await crowd(database, 1)

    seats = await asyncio.gather(*(enter(database, room, name) for _ in range(10)))

    assert {seat.number for seat in seats} == {seats[0].number}


async def test_a_seat_given_back_goes_to_the_next(database, room):
    names = await crowd(database, 4)
    for name in names[:3]:
        await enter(database, room, name)

    async with database.transaction() as session:
        await store.release(session, room.id, RegistrantId(names[1]))
    seat = await enter(database, room, names[3])

    assert seat.number == 2


async def test_a_seat_whose_time_is_over_goes_to_the_next(database, room):
    names = await crowd(database, 4)
    for name in names[:3]:
        await enter(database, room, name)

    later = UNTIL + timedelta(seconds=1)
    seat = await enter(
        database, room, names[3], now=later, until=later + timedelta(hours=1)
    )

    assert seat.number == 1


async def test_a_smaller_room_throws_nobody_out_and_gives_no_seat_beyond(
    database, room
):
    names = await crowd(database, 4)
    for name in names[:3]:
        await enter(database, room, name)

    smaller = Room(id=room.id, event=room.event, name="", capacity=2, connection="main")
    async with database.transaction() as session:
        await store.provide(session, room.id, 2)
        await store.release(session, room.id, RegistrantId(names[2]))
    refused = await enter(database, smaller, names[3])

    async with database.reading() as session:
        inside = await store.taken(session, room.id, NOW)
    assert (refused, inside) == (None, 2)


async def test_seats_that_are_held_are_kept_longer_and_lapsed_ones_are_not(
    database, room
):
    names, later = await crowd(database, 3), UNTIL + timedelta(hours=1)
    await enter(database, room, names[0])
    await enter(database, room, names[1], until=NOW + timedelta(minutes=1))

    async with database.transaction() as session:
        await store.keep(session, room.id, NOW + timedelta(minutes=2), later)

    async with database.reading() as session:
        held = [
            await store.held(session, room.id, RegistrantId(name), later)
            for name in names
        ]
        assert [bool(seat) for seat in held] == [True, False, False]
        assert await store.taken(session, room.id, later) == 1


async def test_the_table_refuses_a_second_seat_for_one_person(database, room):
    (name,) = await crowd(database, 1)
    await enter(database, room, name)

    with pytest.raises(IntegrityError):
        async with database.transaction() as session:
            await store.take(
                session,
                room.id,
                RegistrantId(name),
                now=NOW,
                until=UNTIL,
                capacity=3,
            )


async def test_without_the_rows_as_limit_more_would_enter(database, room):
    """Twin of the first test: it is the rows that limit, so more rows let in more."""
    async with database.transaction() as session:
        await store.provide(session, room.id, 5)
    names = await crowd(database, 20)
    wide = Room(id=room.id, event=room.event, name="", capacity=5, connection="main")

    seats = await asyncio.gather(*(enter(database, wide, name) for name in names))

    assert Counter(seat is not None for seat in seats) == {True: 5, False: 15}


async def test_without_its_row_a_seat_cannot_be_given(database, room):
    async with database.transaction() as session:
        await run(session, delete(SeatRow).where(SeatRow.number == 3))
    names = await crowd(database, 3)

    seats = [await enter(database, room, name) for name in names]

    async with database.reading() as session:
        rows = (await run(session, select(SeatRow.number))).scalars().all()
    assert ([bool(seat) for seat in seats], sorted(rows)) == (
        [True, True, False],
        [1, 2],
    )
