"""A meeting with as many people as a drill needs, and processes that serve it."""

import asyncio
import secrets
import statistics
import sys
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import time as clock
from datetime import timedelta

import aiohttp
from sqlalchemy import select, text

from orchestrator.access import store as access_store
from orchestrator.access.service import digest_of
from orchestrator.access.store import Known
from orchestrator.access.tokens import JoinClaim, JoinTokens
from orchestrator.admission.following.service import provide_seats
from orchestrator.admission.tables import SeatRow, WaitingRow
from orchestrator.database import Database, installation, run
from orchestrator.ids import RegistrantId, new_id
from orchestrator.operations.demo import Demo, prepare
from orchestrator.programme import store as programme_store
from orchestrator.registration import store as registration_store
from orchestrator.registration.model import Standing
from orchestrator.rooms import store as rooms_store
from tests.drills.history import ENTER, LEAVE, Operation, Told
from tests.journeys.service import Installation, answers, command, start, stop

ROOM = "https://video.example/room"
COOKIE = "orchestrator"
_TIMEOUT = aiohttp.ClientTimeout(total=60)


@dataclass(frozen=True)
class Person:
    """``link`` is the path of his personal link; ``cookie`` one that is known."""

    id: str
    link: str = field(repr=False)
    cookie: str = field(repr=False)
    staff: bool
    standby: bool


@dataclass
class World:
    """The example meeting with ``people``: staff, confirmed and standby."""

    place: Installation
    event: object
    people: list
    capacity: int

    @property
    def staff(self):
        return [one for one in self.people if one.staff]

    @property
    def plain(self):
        """Confirmed people without a role."""
        return [one for one in self.people if not (one.staff or one.standby)]

    async def seats(self):
        """Who holds which seat, by number."""
        return dict(
            await self._read(
                select(SeatRow.number, SeatRow.registrant_id).where(
                    SeatRow.registrant_id.is_not(None)
                )
            )
        )

    async def inside(self):
        return set((await self.seats()).values())

    async def queue(self):
        """Who waits, in order."""
        rows = await self._read(
            select(WaitingRow.registrant_id).order_by(WaitingRow.number)
        )
        return [who for (who,) in rows]

    async def is_sound(self):
        """Whether the database finds nothing wrong with itself."""
        if not self.place.database_url.startswith("sqlite"):
            return True
        return await self._read(text("PRAGMA integrity_check")) == [("ok",)]

    async def _read(self, query):
        database = Database(self.place.database_url)
        try:
            async with database.reading() as session:
                return [tuple(row) for row in await run(session, query)]
        finally:
            await database.close()


async def meeting(
    folder, url, *, confirmed, standby=0, capacity=600, staff_seats=None, at=(10, 0)
):
    """A ``World`` in which it is ``at`` o'clock; everybody's browser is known."""
    place = Installation(folder, url)
    async with place.services() as services:
        event = await prepare(services, Demo(programme=None, at=clock(*at), room=ROOM))
        known = await services.registration.people(event.id)
        pattern = next(one for one in known if not one.is_staff)
        new = [
            replace(pattern, id=RegistrantId(new_id()), email="", standing=standing)
            for standing, number in (
                (Standing.CONFIRMED, confirmed),
                (Standing.STANDBY, standby),
            )
            for _ in range(number)
        ]
        # The demo's own people are on the list and do not come: as at any meeting.
        people = [one for one in known if one.is_staff] + new
        async with services.database.transaction() as session:
            await registration_store.add(session, new)
            for room in await rooms_store.of_event(session, event.id):
                changed = replace(room, capacity=capacity, staff_seats=staff_seats)
                await rooms_store.save(session, changed)
                await provide_seats(session, changed)
            await programme_store.touch(session, event.id)
            await programme_store.touch_access(session, event.id)
        return World(place, event, await _known(services, event, people), capacity)


async def _known(services, event, people):
    secret = services.settings.secret.get_secret_value()
    tokens = JoinTokens(secret, await installation(services.database))
    now = services.clock()
    until = now + timedelta(days=30)
    found, browsers = [], []
    for one in people:
        cookie = secrets.token_urlsafe(32)
        key = (digest_of(cookie), event.id)
        browsers.append((key, Known(one.id, one.version, until, ""), now))
        token = tokens.issue(JoinClaim(event.id, one.id, one.version), until)
        found.append(
            Person(one.id, f"/j/{token}", cookie, one.is_staff, one.is_standby)
        )
    async with services.database.transaction() as session:
        await access_store.remember_all(session, browsers)
    return found


@dataclass
class Server:
    """One process of the service."""

    url: str
    process: object

    def kill(self):
        """As the kernel would, when memory runs out."""
        self.process.kill()


@asynccontextmanager
async def serving(world, processes=1, *, guards=()):
    """As many ``Server`` as wanted; ``guards`` are taken out of them."""
    program = (
        [sys.executable, "-m", "tests.drills.patched", *guards]
        if guards
        else command("serve")
    )
    servers = []
    try:
        for _ in range(processes):
            place = Installation(world.place.folder, world.place.database_url)
            log = (world.place.folder / f"log-{place.port}").open("w")
            with log:
                process = start(program, place.folder, place.environment, output=log)
            servers.append(Server(place.url, process))
        for one in servers:
            ready = await asyncio.to_thread(answers, f"{one.url}/healthz", one.process)
            assert ready, one.process
        yield servers
    finally:
        for one in servers:
            if one.process.poll() is None:
                await asyncio.to_thread(stop, one.process)
            one.process.wait()


@asynccontextmanager
async def clients():
    """One HTTP client without a limit or a cookie of its own."""
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=_TIMEOUT,
    ) as client:
        yield client


async def all_at_once(calls, *, at_once):
    """Await each of ``calls`` (functions), so many at a time; what they returned."""
    waiting, found = iter(calls), []

    async def work():
        for call in waiting:
            found.append(await call())  # noqa: PERF401 -- one after the other

    await asyncio.gather(*(work() for _ in range(at_once)))
    return found


class Log:
    """What people asked and were told, while it happens."""

    def __init__(self, client, event):
        self.history, self.statuses, self.odd = [], [], []
        self._client, self._path = client, f"/api/v1/events/{event.slug}/seat"

    async def enter(self, person, server):
        return await self._ask("POST", person, server, ENTER)

    async def leave(self, person, server):
        return await self._ask("DELETE", person, server, LEAVE)

    async def _ask(self, method, person, server, kind):
        sent, status, body = time.perf_counter(), 0, ""
        try:
            async with self._client.request(
                method,
                server.url + self._path,
                headers={"Cookie": f"{COOKIE}={person.cookie}"},
            ) as response:
                status, body = response.status, await response.text()
        except (aiohttp.ClientError, TimeoutError, OSError):
            status = 0
        told = Told.UNKNOWN
        if status == 200:
            told = Told.IN
        elif status == 409 and "room-full" in body:
            told = Told.WAITS
        elif status == 204:
            told = Told.GONE
        else:
            self.odd.append((status, body))
        self.statuses.append(status)
        self.history.append(
            Operation(
                who=person.id,
                kind=kind,
                sent=sent,
                answered=time.perf_counter(),
                told=told,
            )
        )
        return told

    @property
    def seconds(self):
        """How long each request took."""
        return [one.answered - one.sent for one in self.history]


def percentile(values, share):
    """The value below which ``share`` of 100 lie."""
    if len(values) == 1:
        return values[0]
    return statistics.quantiles(values, n=100)[share - 1]
