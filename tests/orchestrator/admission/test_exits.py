"""Out of the video room: who must not be in, wherever he is, until it is told."""

import asyncio
from contextlib import asynccontextmanager, suppress

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from integrations.errors import Unreachable
from integrations.video.provider import Capabilities, Participant
from orchestrator.admission.exits import service as exits_service
from orchestrator.admission.exits.service import Exits
from orchestrator.admission.history import store as history
from orchestrator.admission.tables import SeatRow
from orchestrator.database import run
from orchestrator.programme.errors import NoSuchEvent
from orchestrator.rooms.service import Rooms
from orchestrator.rooms.video import service as video_service
from orchestrator.rooms.video import store as places
from tests.orchestrator.attendance.made import ADA, ANNEX, EMMY, GRACE, HALL, room
from tests.orchestrator.attendance.stored import with_people
from tests.orchestrator.registration.meeting import NINE
from tests.waiting import PATIENCE, until, until_so


class Server:
    """A provider; ``out`` is whom it was told to put out, ``asked`` how often it was."""

    def __init__(self, *, keeps=False):
        self.capabilities = Capabilities(listing=True, removal=True, keeps=keeps)
        self.inside, self.out, self.asked, self.failures = (), [], 0, 0
        self.failure = Unreachable("it is away")

    def leads(self, _place):
        return True

    async def participants(self, _place):
        self._answer()
        return tuple(Participant(id=one) for one in self.inside)

    async def remove(self, place, guest):
        self._answer()
        self.out.append((place.name, guest.id, guest.kept))

    def _answer(self):
        self.asked += 1
        if self.failures:
            self.failures -= 1
            raise self.failure


@pytest.fixture
def servers(monkeypatch):
    """Those of the connections ``main`` and ``former``."""
    two = {"main": Server(), "former": Server()}
    monkeypatch.setattr(
        video_service, "choose", lambda settings, _around: two[settings["name"]]
    )
    return two


@pytest.fixture
async def event(database):
    rooms = [room(HALL, "Hall"), room(ANNEX, "Annex")]
    event = await with_people(database, [ADA, GRACE, EMMY], rooms=rooms)
    async with database.transaction() as session:
        for one, connection in ((HALL, "main"), (HALL, "former"), (ANNEX, "main")):
            await places.made(session, one, connection, "")
    return event


@pytest.fixture
def rooms(database, servers):
    return Rooms(database, {name: {"name": name} for name in servers})


@pytest.fixture
def exits(database, rooms):
    return Exits(database, rooms, pauses=[0.0] * 5)


@pytest.fixture
def running(exits, event):
    """``async with running():`` what is due is done beside the test."""

    @asynccontextmanager
    async def running(gone=(), asked=None):
        async def find(slug):
            if asked is not None:
                asked.append(slug)
            if slug in gone:
                raise NoSuchEvent("It was removed.")
            return event

        task = asyncio.create_task(exits.run(find))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    return running


async def revoke(database, who):
    """As a command does, in another process."""
    async with database.transaction() as session:
        query = text("UPDATE registrant SET version = version + 1 WHERE id = :who")
        await run(session, query, {"who": who})


async def bar(database, event, who):
    async with database.transaction() as session:
        await history.bar(session, event.id, who, by=GRACE, at=NINE)


async def test_he_is_put_out_wherever_a_room_ever_was(exits, event, servers):
    assert await exits.put_out(event, ADA)

    assert sorted(servers["main"].out) == [(ANNEX, ADA, ""), (HALL, ADA, "")]
    assert servers["former"].out == [(HALL, ADA, "")]


async def test_all_providers_are_asked_at_once(exits, event, servers):
    all_three = asyncio.Barrier(3)

    async def remove(_place, _guest):
        await all_three.wait()

    for server in servers.values():
        server.remove = remove

    assert await exits.put_out(event, ADA)


async def test_a_silent_provider_is_not_waited_for(exits, event, servers, monkeypatch):
    """Which is what an organiser's press would have to do."""
    monkeypatch.setattr(exits_service, "_PATIENCE", 0.05)
    never = asyncio.Event()

    async def remove(_place, _guest):
        await never.wait()

    servers["former"].remove = remove

    async with asyncio.timeout(PATIENCE):
        assert not await exits.put_out(event, ADA)


async def test_what_was_not_taken_is_asked_again_until_it_is(
    exits, event, servers, running, database
):
    await bar(database, event, ADA)
    servers["former"].failures = 3

    assert not await exits.put_out(event, ADA)
    async with running():
        await until(lambda: servers["former"].out)

    assert (servers["former"].asked, len(servers["main"].out)) == (4, 2)


async def test_a_provider_that_stays_away_is_left_alone_for_a_while(
    exits, event, servers, running, database
):
    await bar(database, event, ADA)
    servers["former"].failures = 100

    async with running():
        for tries in (7, 14):
            assert not await exits.put_out(event, ADA)
            await until(lambda tries=tries: servers["former"].asked >= tries)
            await until(lambda: not exits._going)

    assert servers["former"].asked == 14


async def test_who_was_let_back_meanwhile_is_left_alone(
    exits, event, servers, running, database
):
    servers["former"].failures = 1
    await exits.put_out(event, ADA)
    await bar(database, event, EMMY)
    servers["former"].failures = 1
    await exits.put_out(event, EMMY)

    async with running():
        await until(lambda: servers["former"].out)

    assert servers["former"].out == [(HALL, EMMY, "")]


@pytest.mark.parametrize(
    "failure", [Unreachable("it is away"), TimeoutError(), ValueError("a bug")]
)
async def test_who_is_in_by_the_list_is_put_out_once_his_links_are_revoked(
    exits, event, servers, running, database, failure
):
    """Also where the provider did not list them at first."""
    servers["main"].inside = servers["former"].inside = (ADA, GRACE, "stranger\0")
    servers["former"].failures, servers["former"].failure = 1, failure
    with capture_logs():
        async with running():
            await revoke(database, ADA)
            await exits.entitled(event.slug)
            await until(lambda: all(one.out for one in servers.values()))

    everybody = [*servers["main"].out, *servers["former"].out]
    assert {who for _, who, _ in everybody} == {ADA}


@pytest.mark.parametrize(
    "happens",
    [
        "UPDATE registrant SET version = 2 WHERE id = :who",
        "UPDATE registrant SET standing = 'cancelled' WHERE id = :who",
        "INSERT INTO exclusion (registrant_id, event_id, by_id, at) "
        "SELECT id, event_id, id, registered FROM registrant WHERE id = :who",
    ],
)
async def test_what_a_provider_still_keeps_is_ended_when_a_process_starts(
    event, servers, running, database, happens
):
    """It was told of by nobody: the process ended, or the provider was away."""
    servers["main"] = Server(keeps=True)
    servers["main"].failures = 2
    async with database.transaction() as session:
        for who in (ADA, GRACE):
            await places.keep(session, HALL, "main", who, f"link of {who}", 1)
        await run(session, text(happens), {"who": ADA})

    async def kept(who):
        async with database.reading() as session:
            return await places.kept(session, HALL, "main", who)

    async def is_over():
        return await kept(ADA) == ("", 0)

    async with running():
        await until_so(is_over)

    assert servers["main"].out == [(HALL, ADA, f"link of {ADA}")]
    assert await kept(GRACE) == (f"link of {GRACE}", 1)


async def test_a_former_link_is_ended_also_of_who_sits_by_a_new_one(
    event, servers, running, database
):
    servers["main"] = Server(keeps=True)
    await revoke(database, ADA)
    async with database.transaction() as session:
        await places.keep(session, HALL, "main", ADA, "former link", 1)
        await places.keep(session, ANNEX, "main", ADA, "new link", 2)
        session.add(SeatRow(room_id=HALL, number=1, registrant_id=ADA))

    async with running():
        await until(lambda: servers["main"].out)

    assert servers["main"].out == [(HALL, ADA, "former link")]


async def test_a_meeting_that_is_gone_stops_nothing(
    exits, event, servers, running, database
):
    servers["main"] = Server(keeps=True)
    await revoke(database, ADA)
    async with database.transaction() as session:
        await places.keep(session, HALL, "main", ADA, "link", 1)
    gone, asked = {event.slug}, []

    async with running(gone, asked):
        await exits.entitled(event.slug)
        # When it began, and twice because of that.
        await until(lambda: len(asked) == 3)
        gone.clear()
        await exits.entitled(event.slug)
        await until(lambda: servers["main"].out)

    assert servers["main"].out == [(HALL, ADA, "link")]
