"""A rush at the doors: exactly as many inside as there are seats."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from orchestrator.admission import store
from orchestrator.admission.service import Admission
from orchestrator.database import Database
from orchestrator.ids import RegistrantId
from orchestrator.rooms.service import Rooms
from tests.orchestrator.admission.people import crowd, plenary

pytestmark = pytest.mark.drill

NOW = datetime(2021, 6, 28, 8, 0, tzinfo=UTC)
UNTIL = NOW + timedelta(hours=2)
AT_ONCE = 200


@pytest.fixture
async def database(upgraded_url):
    database = Database(upgraded_url)
    yield database
    await database.close()


async def rush(database, room, names):
    """What each of ``names`` was answered, all of them pressing in one moment."""
    admission = Admission(database, Rooms(database, {}))
    turn = asyncio.Semaphore(AT_ONCE)

    async def press(name):
        async with turn:
            return await admission._take(room, RegistrantId(name), NOW, UNTIL, [room])

    return await asyncio.gather(*map(press, names))


async def test_a_rush_fills_the_room_and_not_one_seat_more(database, count):
    seats, people = count(600), count(10_000)
    room = await plenary(database, capacity=seats)
    names = await crowd(database, people)

    answers = await rush(database, room, names)

    held = [seat.number for seat in answers if seat is not None]
    async with database.reading() as session:
        inside = await store.taken(session, room.id, NOW)
    assert (sorted(held), inside) == (list(range(1, seats + 1)), seats)


async def test_one_link_pressed_everywhere_at_once_is_one_seat(database, count):
    people, presses = count(5_000) // 50 + 1, 20
    room = await plenary(database, capacity=people)
    names = await crowd(database, people)

    answers = await rush(database, room, names * presses)

    held = Counter((seat.registrant, seat.number) for seat in answers if seat)
    assert sorted(held.values()) == [presses] * people
    assert len({number for _, number in held}) == people
