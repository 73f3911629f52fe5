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
import psutil
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
from tests.waiting import unless_busy

ROOM = "https://video.example/room"
COOKIE = "orchestrator"
LEASED = {"video__main__provider": "link", "video__main__presence": "page"}
_TIMEOUT = aiohttp.ClientTimeout(total=60)


@dataclass(frozen=True)
class Person:
    """``link`` is the path of his personal link; ``cookie`` one that is known."""

    id: str
    email: str
    link: str = field(repr=False)
    cookie: str = field(repr=False)
    staff: bool
    standby: bool


_SEATS = select(SeatRow.number, SeatRow.registrant_id).where(
    SeatRow.registrant_id.is_not(None)
)
_QUEUE = select(WaitingRow.registrant_id).order_by(WaitingRow.number)
# Every index that seats and queues rest on, compared with its table.
_INDEXES = text(
    "SELECT bt_index_check(indexrelid, true) FROM pg_index "
    "WHERE indrelid IN ('seat'::regclass, 'waiting'::regclass)"
)


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
        return dict(await self._read(_SEATS))

    async def inside(self):
        return set((await self.seats()).values())

    async def queue(self):
        """Who waits, in order."""
        return [who for (who,) in await self._read(_QUEUE)]

    async def facts(self):
        """Seats and queue as above, and whether the database finds nothing wrong
        with itself; by one connection.
        """
        async with self._open() as database, database.reading() as session:
            held = dict((await run(session, _SEATS)).all())
            line = list((await run(session, _QUEUE)).scalars())
            if database.is_sqlite:
                told = (await run(session, text("PRAGMA integrity_check"))).all()
                return held, line, told == [("ok",)]
            # Raises what it finds.
            await run(session, text("CREATE EXTENSION IF NOT EXISTS amcheck"))
            await run(session, _INDEXES)
            return held, line, True

    async def touch(self):
        """Have what is shown of the event change."""
        async with self._open() as database, database.transaction() as session:
            await programme_store.touch(session, self.event.id)

    async def revision(self):
        """What the event is at."""
        async with self._open() as database, database.reading() as session:
            heads = await programme_store.heads(session)
        return heads[self.event.slug].revision

    async def age(self, seconds):
        """Have every sign of life been given so much earlier; on PostgreSQL."""
        change = text("UPDATE seat SET until = until - :seconds * interval '1 s'")
        async with self._open() as database, database.transaction() as session:
            await run(session, change, {"seconds": seconds})

    async def _read(self, query):
        async with self._open() as database, database.reading() as session:
            return [tuple(row) for row in await run(session, query)]

    @asynccontextmanager
    async def _open(self):
        database = Database(self.place.database_url)
        try:
            yield database
        finally:
            await database.close()


async def meeting(
    folder,
    url,
    *,
    confirmed,
    standby=0,
    capacity=600,
    staff_seats=None,
    at=(10, 0),
    leased=False,
    settings=None,
):
    """A ``World`` in which it is ``at`` o'clock; everybody's browser is known.

    ``leased``: a seat lapses without signs of life of its holder's page; ``settings``
    are others of the installation.
    """
    settings = settings or (LEASED if leased else {})
    place = Installation(folder, url, settings=settings)
    async with place.services() as services:
        event = await prepare(services, Demo(programme=None, at=clock(*at), room=ROOM))
        known = await services.registration.people(event.id)
        pattern = next(one for one in known if not one.is_staff)
        new = [
            replace(
                pattern,
                id=RegistrantId(one := new_id()),
                email=f"{one}@people.example",
                standing=standing,
            )
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
            Person(
                one.id, one.email, f"/j/{token}", cookie, one.is_staff, one.is_standby
            )
        )
    async with services.database.transaction() as session:
        await access_store.remember_all(session, browsers)
    return found


@dataclass
class Server:
    """One process of the service, begun at a moment of ``perf_counter``."""

    url: str
    process: object
    began: float = 0

    @property
    def worked(self):
        """Seconds of a processor that it has used so far."""
        return sum(psutil.Process(self.process.pid).cpu_times()[:2])

    def kill(self):
        """As the kernel would, when memory runs out."""
        self.process.kill()
        self.process.wait()

    async def answers(self):
        """Seconds from its start until it answered well."""
        ready = await asyncio.to_thread(answers, f"{self.url}/readyz", self.process)
        assert ready, self.process
        return time.perf_counter() - self.began


def launch(world, *, guards=(), place=None):
    """A ``Server`` that does not answer yet; ``guards`` are taken out of it.

    ``place`` is how it sees the installation: through a proxy, say.
    """
    program = (
        [sys.executable, "-m", "tests.drills.patched", *guards]
        if guards
        else command("serve")
    )
    one, began = (place or world.place).beside(), time.perf_counter()
    with (one.folder / f"log-{one.port}").open("w") as log:
        process = start(program, one.folder, one.environment, output=log)
    return Server(one.url, process, began)


@asynccontextmanager
async def serving(world, processes=1, *, guards=(), place=None):
    """As many ``Server`` as wanted, which answer; ``launch`` says how."""
    servers = []
    try:
        servers += [launch(world, guards=guards, place=place) for _ in range(processes)]
        for one in servers:
            await one.answers()
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

    async def answered(self, ask, person, servers):
        """``ask`` of the next of ``servers``, again while its database is too busy, as
        a browser does.
        """

        async def told():
            return await ask(person, next(servers)), self.statuses[-1]

        said, _ = await unless_busy(told, lambda one: one == (Told.UNKNOWN, 503))
        return said

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
