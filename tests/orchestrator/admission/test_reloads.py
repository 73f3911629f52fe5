"""A page that is loaded anew keeps its seat; one that is closed keeps it less long."""

import pytest

from orchestrator.admission.live.service import Live
from orchestrator.admission.model import GRACE, LEASE, UNLOADED
from orchestrator.attendance.model import SignKind
from orchestrator.database import now as moment_of
from orchestrator.hub.hub import Hub
from tests.orchestrator.admission.people import BESIDE, crowd, doorway


class NoJournal:
    """Attendance is not what is asked here."""

    async def record(self, signs):
        pass


@pytest.fixture
async def door(database):
    return await doorway(database, capacity=1, connections=BESIDE)


@pytest.fixture
async def live(door):
    """Follows the event, and knows who is in."""

    async def find(_slug):
        return door.event

    async def opened(_event):
        return 1

    live = Live(
        door.database,
        door.admission,
        NoJournal(),
        Hub(),
        find=find,
        now=lambda _event: door.now,
        opened=opened,
    )
    (name,) = await crowd(door.database, 1)
    door.names.append((await door.enter(name)).seat)
    live.touch("day")
    await live.follow("day")
    return live


async def kept_for(door, live):
    """How long the seat is kept from now on, when nothing more is heard."""
    await live.follow("day")
    async with door.database.reading() as session:
        moment = await moment_of(session)
    (seat,) = (await door.admission.picture(door.event, door.now)).seats.values()
    return seat.until + GRACE - moment


async def test_seat_of_a_closed_page_is_kept_for_a_reload(door, live):
    (seat,) = door.names

    live.beat(door.event, seat.device)
    live.close_page(door.event, seat)

    assert await kept_for(door, live) <= UNLOADED


async def test_page_that_comes_back_within_the_second_keeps_it_in_full(door, live):
    (seat,) = door.names

    live.close_page(door.event, seat)
    live.beat(door.event, seat.device)

    assert UNLOADED < await kept_for(door, live) <= LEASE + GRACE


async def test_closing_a_page_ends_presence_where_the_device_was_unknown(door, live):
    (seat,) = door.names
    live._watched.clear()

    live.close_page(door.event, seat)

    (sign,) = live._beats.take()
    assert (sign.registrant, sign.kind) == (seat.registrant, SignKind.OUT)
