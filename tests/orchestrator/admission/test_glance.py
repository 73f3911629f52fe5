"""What many are told of the rooms at once is read once, and true within seconds."""

import asyncio
from datetime import UTC, datetime

import pytest

from orchestrator.admission.glance.service import SECONDS_KEPT, Glances
from orchestrator.admission.model import Glance
from orchestrator.database import DatabaseUnavailable
from tests.orchestrator.admission.people import meeting

NOW = datetime(2021, 6, 28, 8, 30, tzinfo=UTC)
DAY = meeting()


class Rooms:
    """Rooms that are read; ``out`` have been sent out. Time passes by ``seconds``."""

    def __init__(self):
        self.out, self.reads, self.seconds, self.is_away = frozenset(), 0, 0.0, False
        self.glances = Glances(self.read, counter=lambda: self.seconds)

    async def read(self, _event, _now):
        self.reads += 1
        out = self.out
        await asyncio.sleep(0)
        if self.is_away:
            raise DatabaseUnavailable("Try again.")
        return Glance(withdrawn=out)

    async def look(self):
        return (await self.glances.of(DAY, NOW)).withdrawn


@pytest.fixture
def rooms():
    return Rooms()


async def test_all_who_look_at_once_are_told_of_one_reading(rooms):
    rooms.out = {"ada"}

    seen = await asyncio.gather(*(rooms.look() for _ in range(50)))

    assert (seen, rooms.reads) == ([{"ada"}] * 50, 1)


async def test_what_changed_elsewhere_is_seen_after_two_seconds(rooms):
    await rooms.look()
    rooms.out = {"ada"}

    rooms.seconds = SECONDS_KEPT - 0.1
    before = await rooms.look()
    rooms.seconds = SECONDS_KEPT

    assert (before, await rooms.look()) == (set(), {"ada"})


async def test_what_changed_here_is_seen_at_once_also_during_a_reading(rooms):
    reading = asyncio.create_task(rooms.look())
    await asyncio.sleep(0)
    rooms.out = {"ada"}
    rooms.glances.forget(DAY.id)
    await reading

    assert await rooms.look() == {"ada"}


async def test_without_counting_changes_an_old_reading_would_be_kept(
    rooms, monkeypatch
):
    monkeypatch.setattr(Glances, "forget", lambda _self, _event: None)
    reading = asyncio.create_task(rooms.look())
    await asyncio.sleep(0)
    rooms.out = {"ada"}
    rooms.glances.forget(DAY.id)
    await reading

    assert await rooms.look() == set()


async def test_what_was_known_is_told_while_the_database_is_away(rooms):
    rooms.out = {"ada"}
    await rooms.look()
    rooms.seconds, rooms.is_away = SECONDS_KEPT, True

    seen = [await rooms.look(), await rooms.look()]

    assert (seen, rooms.reads) == ([{"ada"}] * 2, 2)
