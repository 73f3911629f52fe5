"""Never one more than the seats, never a refusal while one is free."""

import asyncio
from collections import Counter

import pytest

from orchestrator.admission.model import Standing
from tests.orchestrator.admission.people import crowd, doorway

IN, WAIT = Standing.INSIDE, Standing.WAITING


@pytest.fixture
async def door(database):
    return await doorway(database, capacity=3)


async def test_as_many_enter_as_there_are_seats(door):
    names = await crowd(door.database, 20)

    entries = await asyncio.gather(*map(door.enter, names))

    assert Counter(one.standing for one in entries) == {IN: 3, WAIT: 17}
    assert sorted(one.seat.number for one in entries if one.seat) == [1, 2, 3]
    inside = await door.inside()
    assert {*inside, *await door.queue()} == {*names}


async def test_one_person_pressing_often_at_once_holds_one_seat(door):
    (name,) = await crowd(door.database, 1)

    entries = await asyncio.gather(*(door.enter(name) for _ in range(10)))

    assert {one.seat.number for one in entries} == {1}


async def test_a_seat_given_back_goes_to_the_first_in_the_queue(door):
    names = await crowd(door.database, 6)
    for name in names:
        await door.enter(name)

    await door.leave(names[1])

    assert await door.inside() == {names[0], names[2], names[3]}
    assert await door.queue() == names[4:]
