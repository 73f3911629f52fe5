"""Seats and queues keep their contract, on both databases, in one process and two."""

import pytest

from orchestrator.database import Database
from tests.contracts.seats import SILENT, SeatsContract, full
from tests.orchestrator.admission.people import Several, beside, doorway


class TestOneProcess(SeatsContract):
    @pytest.fixture
    def make(self, database, time):
        async def make(**options):
            doors = await doorway(database, counter=time, **options)
            time.seconds += 60  # it has listened for a full lease
            return doors

        return make


class TestSeveralProcesses(SeatsContract):
    """Each call goes to another one, over a pool of connections of its own."""

    @pytest.fixture
    async def make(self, database, upgraded_url, time):
        second = Database(upgraded_url)

        async def make(*, connections=None, **options):
            chosen = {"connections": connections} if connections else {}
            one = await doorway(database, counter=time, **chosen, **options)
            other = beside(second, one.event, counter=time, **chosen)
            time.seconds += 60  # both have listened for a full lease
            return Several([one, other])

        yield make
        await second.close()


async def test_order_is_kept_by_a_process_that_has_just_begun(database, time):
    """The service was away: nobody could give a sign of life."""

    async def make(**options):
        return await doorway(database, counter=time, **options)

    doors, inside, waiting = await full(make, waiting=3)
    time.seconds += SILENT + 1
    await doors.beat(waiting[2])

    anew = beside(database, doors.event, counter=time)
    await anew.leave(inside[0])

    assert await anew.inside() == {*inside[1:], waiting[0]}
    assert await anew.queue() == waiting[1:]
