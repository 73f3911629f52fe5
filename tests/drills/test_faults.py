"""A full room of open pages, while what the service stands on fails and comes back."""

import asyncio
import os
import signal
import time
from collections import defaultdict
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import aiohttp
import psutil
import pytest

from orchestrator.ids import RegistrantId
from tests.drills.audience import ask, audience
from tests.drills.world import Server, clients, meeting, percentile, serving
from tests.journeys.service import command, start, stop
from tests.proxy import Proxy
from tests.servers import running_valkey
from tests.waiting import PATIENCE

pytestmark = [pytest.mark.drill, pytest.mark.postgres]

IN_TIME = 3
# A lease of 60 s, 90 s of grace, and more.
LONG_SILENT = 160
NEVER = 3600
# What a sign of life may be told besides, where others keep the machine busy.
BUSY = {True: set(), False: {503}}
# Seconds that something is away: so long that each process notices, which takes one the
# limit of a transaction.
LASTS = {True: 60, False: 8}


@pytest.fixture
def every(full):
    """Seconds between two signs of life: a page's own, or fewer in a quick run."""
    return 20 if full else 2


async def full_room(folder, url, seats, *, more=0, **settings):
    """A meeting with ``seats`` people for as many seats that lapse, and some more."""
    world = await meeting(
        folder, url, confirmed=seats + more, capacity=seats, staff_seats=0, leased=True
    )
    world.place = replace(world.place, **settings)
    return world


async def good_write(client, servers, world, person, *, status):
    """Have ``person`` press at each of ``servers`` until he is answered ``status``;
    the most seconds that took.
    """
    began = time.perf_counter()
    path = f"/api/v1/events/{world.event.slug}/seat"

    async def press(server):
        async with asyncio.timeout(PATIENCE):
            while True:
                answer = await ask(client, "POST", server, path, person)
                if answer.status != 503:
                    assert answer.status in status, answer
                    return

    await asyncio.gather(*map(press, servers))
    return time.perf_counter() - began


async def test_audience_stays_when_the_database_restarts(
    tmp_path, postgres, upgraded_postgres_url, seats, count, every, promised
):
    """As an operator restarts it, and as it crashes, in turn."""
    world, took = await full_room(tmp_path, upgraded_postgres_url, seats), []

    async with (
        serving(world, 2) as servers,
        clients() as client,
        audience(client, world, every=every) as crowd,
    ):
        await crowd.come(world.plain, servers)
        before = await world.seats()
        for mode in ("fast", "immediate") * count(50):
            await asyncio.to_thread(postgres.stop, mode=mode)
            await asyncio.to_thread(postgres.start)
            first = world.plain[0]
            took.append(await good_write(client, servers, world, first, status={200}))
            await crowd.all_beat()
        alive = [one.process.poll() for one in servers]
        after = await world.seats()
        ended = sum(page.ended for page in crowd.pages)

    print(
        f"R7: PostgreSQL restarted or crashed {len(took)} times under {seats} people: "
        f"first write after {max(took):.2f} s (max), {seats - len(after)} evicted"
    )
    assert alive == [None, None]
    assert len(before) == seats
    assert after == before
    assert crowd.beats <= {200, 503}
    assert ended == 0
    assert max(took) < promised(IN_TIME)


async def silence(tmp_path, postgres, url, seats, *, lasts, every, guards, then):
    """The database falls silent under an audience and a queue, for longer than a
    lease and its grace; then somebody presses at each process, and is to be told
    one of ``then``.
    """
    world = await full_room(tmp_path, url, seats, more=2)
    inside, (waits, newcomer) = world.plain[:seats], world.plain[seats:]
    async with Proxy(postgres.socket) as proxy, clients() as client:
        seen_so = replace(world.place, database_url=proxy.url(url))
        async with (
            serving(world, 2, guards=guards, place=seen_so) as servers,
            audience(client, world, every=every) as crowd,
        ):
            pages = await crowd.come(inside, servers)
            await crowd.come([waits], servers)
            if every != NEVER:
                # By the second sign of life a process knows whose browser it is.
                await crowd.until(lambda: all(len(page.beats) > 1 for page in pages))
            before = await world.seats()

            proxy.blackhole()
            await world.age(LONG_SILENT)
            told = await probe(crowd, pages[:4], seconds=lasts)
            proxy.release()
            took = await good_write(client, servers, world, newcomer, status=then)

            held = await world.inside()
            evicted = {*before.values()} - held
            if not evicted:
                await crowd.all_beat()
                assert await world.seats() == before
            return crowd, told, took, evicted


async def probe(crowd, pages, *, seconds):
    """Ask for everything until so many seconds are over; the answers."""
    ends, told = time.monotonic() + seconds, []
    asked = [
        ("POST", "seat"),
        ("POST", "seat/renew"),
        ("GET", "state"),
        ("GET", f"/e/{crowd.slug}/room"),
        ("GET", "/readyz"),
    ]
    while time.monotonic() < ends:
        told += await asyncio.gather(
            *(crowd.ask(page, *what) for page in pages for what in asked)
        )
    return told


async def test_audience_stays_when_the_database_is_silent(
    tmp_path, postgres, upgraded_postgres_url, seats, full, every, promised
):
    crowd, told, took, evicted = await silence(
        tmp_path,
        postgres,
        upgraded_postgres_url,
        seats,
        lasts=LASTS[full],
        every=every,
        guards=["first_minute"],
        then={409},
    )

    slowest = max(one.seconds for one in told)
    print(
        f"R8: PostgreSQL silent for {LASTS[full]} s under {seats} people: {len(told)} answers, "
        f"the slowest after {slowest:.2f} s, back after {took:.2f} s, "
        f"{len(evicted)} evicted"
    )
    assert evicted == set()
    assert slowest < promised(IN_TIME)
    assert took < promised(IN_TIME)
    failed = [one for one in told if one.status == 503]
    assert failed
    assert {one.status for one in told} <= {200, 503}
    # From memory, while it is known who has a seat.
    assert {one.status for one in told if one.path.endswith("renew")} == {200}
    for one in failed:
        page = one.path.startswith("/e/")
        wanted = "text/html" if page else "application/problem+json"
        assert one.headers["Content-Type"].startswith(wanted)
        assert int(one.headers["Retry-After"]) > 0
    assert crowd.beats <= {200, 503}
    assert [page for page in crowd.pages if page.ended] == []


async def test_without_the_vigil_a_silent_database_costs_seats(
    tmp_path, postgres, upgraded_postgres_url
):
    """Twin: pages that have not beaten again when somebody else presses."""
    _, _, _, evicted = await silence(
        tmp_path,
        postgres,
        upgraded_postgres_url,
        20,
        lasts=0.1,
        every=NEVER,
        guards=["first_minute", "vigil"],
        then={200, 409},
    )

    assert evicted != set()


@pytest.fixture
def own_valkey():
    with running_valkey() as server:
        yield server
        if server._process is None:
            server.start()
        os.kill(server._process.pid, signal.SIGCONT)


def freeze(server):
    os.kill(server._process.pid, signal.SIGSTOP)


def thaw(server):
    os.kill(server._process.pid, signal.SIGCONT)


def kill(server):
    server.terminate()


def start_again(server):
    server.start()


def flush(server):
    with server.client() as client:
        client.flushall()


def nothing(_server):
    """There is nothing to mend."""


FAULTS = ((freeze, thaw), (kill, start_again), (flush, nothing))


class TwoInstances:
    """A full room on one instance; on the other a queue, and a desk that watches."""

    def __init__(self, crowd, world, inside, line, desk):
        self.crowd, self.world = crowd, world
        self.inside, self.line, self.desk = inside, line, desk
        self.seconds = []

    async def hand_over(self, *, within):
        """Somebody leaves the one instance: the first who waits at the other (if
        anybody does) comes in, which his page is told, and the desk, within so many
        seconds.
        """
        leaves, comes = self.inside.pop(0), self.line[:1]
        self.crowd.close(leaves)
        await self.crowd.answered(leaves, "DELETE", "seat")
        self.inside += comes
        self.line = self.line[1:]
        assert await self.world.inside() == {page.person.id for page in self.inside}
        began = time.perf_counter()
        now = (len(self.inside), len(self.line))
        await self.crowd.until(
            lambda: (
                all(page.standing == "inside" for page in comes)
                and self.desk.rooms == now
            ),
            within=within,
        )
        self.seconds.append(time.perf_counter() - began)


@asynccontextmanager
async def two_instances(folder, url, valkey, seats, *, waiting, every, guards=()):
    world = await full_room(
        folder, url, seats, more=waiting, redis_url=valkey.connection_url
    )
    async with (
        serving(world, 2, guards=guards) as (one, other),
        clients() as client,
        audience(client, world, every=every) as crowd,
    ):
        inside = await crowd.come(world.plain[:seats], [one])
        line = []
        for person in world.plain[seats:]:
            line += await crowd.come([person], [other])
        (desk,) = await crowd.open(world.staff[:1], [other])
        yield TwoInstances(crowd, world, inside, line, desk)


async def back_to_push(valkey, *, within):
    """Seconds until both instances hear the server again."""
    began = time.perf_counter()
    with valkey.client() as client:
        async with asyncio.timeout(within):
            while True:
                heard = client.pubsub_numsub(*client.pubsub_channels("orchestrator:*"))
                if [number for _, number in heard] == [2]:
                    return time.perf_counter() - began
                await asyncio.sleep(0.02)


async def test_audience_stays_when_valkey_fails(
    tmp_path,
    upgraded_postgres_url,
    own_valkey,
    seats,
    count,
    every,
    full,
    promised,
):
    waiting = max(6, count(120))
    async with two_instances(
        tmp_path, upgraded_postgres_url, own_valkey, seats, waiting=waiting, every=every
    ) as meeting:
        for fault, mend in FAULTS:
            meeting.seconds.clear()
            await asyncio.to_thread(fault, own_valkey)
            ends, left = (
                time.monotonic() + LASTS[full],
                len(meeting.line) - waiting // 3,
            )
            await meeting.hand_over(within=promised(IN_TIME))
            while time.monotonic() < ends and len(meeting.line) > left + 1:
                await meeting.hand_over(within=promised(IN_TIME))
            await meeting.crowd.all_beat()

            await asyncio.to_thread(mend, own_valkey)
            back = await back_to_push(own_valkey, within=promised(5))
            await meeting.hand_over(within=promised(IN_TIME))
            print(
                f"R9: Valkey ({fault.__name__}) under {seats} people on two instances: "
                f"{len(meeting.seconds)} seats handed over, told after "
                f"{max(meeting.seconds):.2f} s (max), back to push after {back:.2f} s"
            )
        held = await meeting.world.inside()

    assert held == {page.person.id for page in meeting.inside}
    assert meeting.crowd.beats <= {200} | BUSY[full]


async def test_without_looks_of_its_own_an_instance_needs_valkey(
    tmp_path, upgraded_postgres_url, own_valkey
):
    """Twin: nothing tells the other instance of the seat that came free."""
    async with two_instances(
        tmp_path,
        upgraded_postgres_url,
        own_valkey,
        5,
        waiting=0,
        every=NEVER,
        guards=["looks"],
    ) as meeting:
        own_valkey.terminate()

        # A look every ten seconds may by chance come in time.
        for _ in range(3):
            try:
                await meeting.hand_over(within=IN_TIME)
            except TimeoutError:
                return
        pytest.fail("told in time, three times")


@asynccontextmanager
async def workers(world, number):
    """``serve`` with so many workers; its ``Server`` and what it has logged."""
    place = replace(world.place.beside(), workers=number)
    log = place.folder / "log"
    with log.open("w") as output:
        process = start(
            command("serve"), place.folder, place.environment, output=output
        )
    try:
        await said(log, f"with {number} workers")
        yield Server(place.url, process), log
    finally:
        await asyncio.to_thread(stop, process)


async def said(log, words):
    """Wait for a line with ``words``."""
    async with asyncio.timeout(2 * PATIENCE):
        while words not in log.read_text():  # noqa: ASYNC110 -- nothing tells
            await asyncio.sleep(0.02)


async def test_audience_is_up_to_date_after_a_rolling_restart(
    tmp_path, upgraded_postgres_url, seats, count, every, full, processes, promised
):
    waiting = max(4, count(100))
    world = await full_room(tmp_path, upgraded_postgres_url, seats, more=waiting)
    async with (
        workers(world, processes) as (server, log),
        clients() as client,
        audience(client, world, every=every) as crowd,
    ):
        former = psutil.Process(server.process.pid).children()
        pages = await crowd.come(world.plain[:seats], [server])
        pages += await crowd.come(world.plain[seats:], [server])
        (desk,) = await crowd.open(world.staff[:1], [server])
        first, line = await world.inside(), await world.queue()

        server.process.send_signal(signal.SIGHUP)
        renewed = asyncio.create_task(said(log, "workers-renewed"))
        leaves = iter(pages[: waiting - 1])
        gone = []
        while not renewed.done():
            await world.touch()
            if (page := next(leaves, None)) is not None:
                crowd.close(page)
                await leave(crowd, page)
                gone.append(page)
            await asyncio.wait([renewed], timeout=0.5)
        await renewed
        # While those who were on the last of them are still away.
        await world.touch()
        await crowd.until(
            lambda: all(page.away and page.is_open for page in crowd.pages)
        )

        revision, held = await world.revision(), await world.inside()
        queue = await world.queue()
        shown = standings(held, queue)
        await crowd.until(
            lambda: (
                all(shown[page.person.id] == page.standing for page in crowd.pages)
                and {page.revision for page in crowd.pages} == {revision}
                and desk.rooms == (len(held), len(queue))
            ),
            within=promised(10),
        )
        left = [one for one in former if one.is_running()]

    away = max(max(page.away) for page in crowd.pages)
    print(
        f"R11: {processes} workers renewed under {len(crowd.pages)} streams: back after "
        f"{away:.1f} s (max), all at revision {revision}, {seats - len(held)} seats lost"
    )
    assert left == []
    assert away < promised(10)
    # Whoever left was followed by the first in the queue.
    left_them = {page.person.id for page in gone}
    assert len(held) == seats
    assert held == ({*first} - left_them) | {*line[: len(gone)]}
    assert crowd.beats <= {0, 200, 409} | BUSY[full]


async def leave(crowd, page):
    """As a browser that tries again when its connection went with a process."""
    for _ in range(3):
        with suppress(aiohttp.ClientError):
            assert (await crowd.answered(page, "DELETE", "seat")).status == 204
            return
    raise AssertionError(page)


def standings(held, queue):
    """Where everybody stands, by the database."""
    return defaultdict(
        lambda: "outside",
        {**dict.fromkeys(held, "inside"), **dict.fromkeys(queue, "waiting")},
    )


async def put_out_by(world, one, *, command_line):
    """A third process withdraws the links of somebody."""
    if command_line:
        slug = world.event.slug
        await asyncio.to_thread(
            world.place.cli, "registrants", "revoke", slug, one.email
        )
        return
    async with world.place.services() as services:
        await services.registration.revoke(RegistrantId(one.id))


async def out_of(crowd, pages, *, status, within):
    """Seconds until the ``pages`` of somebody know of it, and nothing answers him as
    if he were in.
    """
    began = time.perf_counter()
    known = lambda page: page.ended or page.standing in ("outside", "withdrawn")  # noqa: E731
    async with asyncio.timeout(within):
        while not all(  # noqa: ASYNC110 -- nothing tells
            [await is_refused(crowd, page, status) for page in pages]
        ):
            await asyncio.sleep(0.02)
        await crowd.until(lambda: all(map(known, pages)))
    return time.perf_counter() - began


async def is_refused(crowd, page, status):
    """Whether neither a sign of life nor the page is answered as if he were in."""
    renewed = await crowd.ask(page, "POST", "seat/renew")
    shown = await crowd.ask(page, "GET", f"/e/{crowd.slug}/room")
    return renewed.status == status and 'data-standing="inside"' not in shown.text


@asynccontextmanager
async def revocable(folder, url, valkey, people, *, is_away, guards=()):
    """Two instances, on each of which everybody has a page open."""
    world = await full_room(folder, url, people, redis_url=valkey.connection_url)
    async with (
        serving(world, 2, guards=guards) as servers,
        clients() as client,
        audience(client, world, every=2) as crowd,
    ):
        ones = await crowd.come(world.plain, servers[:1])
        others = await crowd.open(world.plain, servers[1:])
        (desk,) = await crowd.open(world.staff[:1], servers[:1])
        if is_away:
            valkey.terminate()
        yield world, crowd, [*zip(ones, others, strict=True)], desk


@pytest.mark.parametrize(("is_away", "within"), [(False, 5), (True, 10)])
async def test_who_may_not_be_in_is_out_everywhere(
    tmp_path, upgraded_postgres_url, own_valkey, count, is_away, within, promised
):
    """Half of them because their links are withdrawn, half because they are sent out."""
    people, within = max(4, count(200)), promised(within)
    async with revocable(
        tmp_path, upgraded_postgres_url, own_valkey, people, is_away=is_away
    ) as (world, crowd, everybody, desk):
        withdrawn, sent_out = everybody[: people // 2], everybody[people // 2 :]
        seconds = {
            "withdrawn": [
                await withdraw(world, crowd, pages, within, command_line=number == 0)
                for number, pages in enumerate(withdrawn)
            ],
            "sent out": [
                await send_out(world, crowd, pages, within, desk) for pages in sent_out
            ],
        }

    for how, took in seconds.items():
        print(
            f"R26: {len(took)} people {how}, Valkey {'away' if is_away else 'up'}: out "
            f"of two instances after {percentile(took, 99):.2f} s (p99)"
        )
        assert percentile(took, 99) < within


async def withdraw(world, crowd, pages, within, *, command_line):
    """Somebody's links are withdrawn; seconds until he is out."""
    person = pages[0].person
    await put_out_by(world, person, command_line=command_line)
    took = await out_of(crowd, pages, status=401, within=within)
    for page in pages:
        # Neither his browser nor his link takes a seat again.
        assert (await crowd.answered(page, "POST", "seat")).status == 401
        await crowd.answered(page, "POST", person.link)
    assert person.id not in await world.inside()
    return took


async def send_out(world, crowd, pages, within, desk):
    """Somebody is sent out, and let back; seconds until he was out."""
    address = f"/e/{crowd.slug}/people/{pages[0].person.id}"
    assert (await crowd.answered(desk, "POST", f"{address}/out")).status == 303
    took = await out_of(crowd, pages, status=403, within=within)
    entered = [await crowd.answered(page, "POST", "seat") for page in pages]
    assert [one.status for one in entered] == [403, 403]
    assert pages[0].person.id not in await world.inside()

    await crowd.answered(desk, "POST", f"{address}/back")
    assert (await crowd.answered(pages[1], "POST", "seat")).status == 200
    return took


async def test_without_asking_anew_a_withdrawn_link_still_opens_the_room(
    tmp_path, upgraded_postgres_url, own_valkey
):
    """Twin: an instance that goes on knowing people as they were."""
    async with revocable(
        tmp_path, upgraded_postgres_url, own_valkey, 1, is_away=False, guards=["epoch"]
    ) as (world, crowd, (pages,), _):
        await put_out_by(world, pages[0].person, command_line=False)

        with pytest.raises(TimeoutError):
            await out_of(crowd, pages, status=401, within=5)
