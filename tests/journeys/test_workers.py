"""Several processes on one port: one dies, all are renewed, none is left behind."""

import asyncio
import signal
import socket
import time
from contextlib import asynccontextmanager
from datetime import time as hour

import aiohttp
import psutil
import pytest

from orchestrator.operations.demo import Demo, prepare
from tests.journeys.service import Installation, command, start, stop

pytestmark = pytest.mark.postgres

WORKERS = 2
SECONDS = 180


@pytest.fixture
def place(tmp_path, upgraded_postgres_url):
    return Installation(tmp_path, upgraded_postgres_url, workers=WORKERS)


@asynccontextmanager
async def several(place):
    """``serve``, once it said that its workers answer."""
    process = start(command("serve"), place.folder, place.environment)
    try:
        line = await asyncio.to_thread(process.stdout.readline)
        assert line.endswith(f"with {place.workers} workers\n")
        yield process
    finally:
        await asyncio.to_thread(stop, process)


def pids(process):
    return {child.pid for child in psutil.Process(process.pid).children()}


async def until(true):
    """Nothing tells a stranger what becomes of a process: he has to look."""
    async with asyncio.timeout(SECONDS):
        while not (got := true()):  # noqa: ASYNC110 -- no event to wait for
            await asyncio.sleep(0.01)
    return got


async def said(process, words):
    """Read the log up to the line with ``words``."""
    async with asyncio.timeout(SECONDS):
        while words not in (line := await asyncio.to_thread(process.stdout.readline)):
            assert line


class Visitors:
    """People who ask without pause, each time on a new connection."""

    def __init__(self, place, number=2):
        self._url, self._number = f"{place.url}/", number
        self._over = asyncio.Event()
        self.statuses, self.failed = [], []

    async def __aenter__(self):
        self._tasks = [asyncio.create_task(self._ask()) for _ in range(self._number)]
        return self

    async def __aexit__(self, *_):
        self._over.set()
        await asyncio.gather(*self._tasks)

    async def answers(self, number):
        """Wait for so many more."""
        wanted = len(self.statuses) + number
        await until(lambda: len(self.statuses) >= wanted)

    async def _ask(self):
        async with aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(force_close=True)
        ) as client:
            while not self._over.is_set():
                try:
                    async with client.get(self._url) as answer:
                        await answer.read()
                        self.statuses.append(answer.status)
                except aiohttp.ClientError as error:
                    self.failed.append(repr(error))


def accepted(pid):
    """How many connections a process holds open that came in over TCP."""
    there = psutil.Process(pid).net_connections(kind="tcp")
    return sum(one.status == psutil.CONN_ESTABLISHED for one in there)


async def test_every_worker_answers_on_the_one_port(place):
    async with several(place) as process:
        workers, held = pids(process), []
        async with asyncio.timeout(SECONDS):
            while not all(map(accepted, workers)):
                held += await asyncio.gather(*(hold(place) for _ in range(20)))

        assert len(workers) == WORKERS
        assert {status for status, _ in held} == {b"HTTP/1.1 200 OK\r\n"}
        for _, writer in held:
            writer.close()


async def hold(place):
    """What a new connection, left open, is answered; its process keeps it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", place.port)
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    return await reader.readline(), writer


async def test_a_killed_worker_is_replaced_and_the_port_answers_throughout(place):
    async with several(place) as process, Visitors(place) as visitors:
        before = pids(process)
        await visitors.answers(20)

        gone = before.copy().pop()
        psutil.Process(gone).kill()
        await until(lambda: gone not in pids(process))
        await visitors.answers(20)  # of those that are left
        after = await until(lambda: len(now := pids(process)) == WORKERS and now)

        assert after > before - {gone}
        assert gone not in after
        await visitors.answers(20)
    assert set(visitors.statuses) == {200}
    # What the dead one was answering died with it; nobody else noticed.
    assert len(visitors.failed) <= 2


async def test_renewal_replaces_every_worker_without_a_failed_request(place, count):
    async with several(place) as process, Visitors(place) as visitors:
        for _ in range(count(50)):
            before = pids(process)
            await visitors.answers(20)

            process.send_signal(signal.SIGHUP)
            await said(process, "workers-renewed")

            assert len(pids(process)) == WORKERS
            assert pids(process) & before == set()
    assert set(visitors.statuses) == {200}
    assert visitors.failed == []


@pytest.mark.drill
async def test_open_streams_are_back_in_ten_seconds_of_a_rolling_restart(
    place, count, promised
):
    place.workers = max(WORKERS, count(4))
    async with place.services() as services:
        wanted = Demo(programme=None, at=hour(10, 5), room=None)
        event = await prepare(services, wanted)
    address = f"{place.url}/api/v1/events/{event.slug}/live"
    connector = aiohttp.TCPConnector(limit=0)
    forever = aiohttp.ClientTimeout(None)
    async with (
        several(place) as process,
        aiohttp.ClientSession(connector=connector, timeout=forever) as client,
    ):
        number, opened, away, over = count(600), [], [], asyncio.Event()

        async def follow():
            """As a browser does: back after the time that the stream asked for."""
            lost = None
            while not over.is_set():
                async with client.get(address) as stream:
                    assert stream.status == 200
                    retry = int((await stream.content.readline()).split()[1]) / 1000
                    opened.append(1)
                    if lost is not None:
                        away.append(time.monotonic() - lost)
                    while await stream.content.readline():
                        pass
                    lost = time.monotonic()
                await asyncio.sleep(retry)

        followers = [asyncio.create_task(follow()) for _ in range(number)]
        await until(lambda: len(opened) == number or any_failed(followers))

        process.send_signal(signal.SIGHUP)
        await said(process, "workers-renewed")
        await until(lambda: len(away) >= number or any_failed(followers))

        over.set()
        failed = any_failed(followers)
        for task in followers:
            task.cancel()
        await asyncio.gather(*followers, return_exceptions=True)
        assert failed == []
        assert max(away) < promised(10)


def any_failed(tasks):
    return [task.exception() for task in tasks if task.done()]


async def test_a_killed_supervisor_leaves_no_process(place):
    process = start(command("serve"), place.folder, place.environment)
    await asyncio.to_thread(process.stdout.readline)
    workers = psutil.Process(process.pid).children()

    process.kill()

    _, left = await asyncio.to_thread(psutil.wait_procs, workers, timeout=60)
    assert (len(workers), left) == (WORKERS, [])
    process.communicate()


async def test_workers_that_cannot_start_again_do_not_end_those_that_run(place):
    async with several(place) as process:
        before = pids(process)
        # What a new process reads, and the old ones do not read again.
        (place.folder / ".env").write_text("ORCHESTRATOR_MAX_SLIDES_BYTES=-1\n")

        process.send_signal(signal.SIGHUP)
        await said(process, "renewal-given-up")

        assert pids(process) == before
        (place.folder / ".env").unlink()


def test_a_port_in_use_is_said(place):
    with socket.create_server(("127.0.0.1", place.port)):
        done = place.run("serve")

    assert done.returncode == 1
    assert f"127.0.0.1:{place.port}: " in done.stderr
    assert "--port" in done.stderr


def test_sqlite_has_one_process(tmp_path, sqlite_url):
    done = Installation(tmp_path, sqlite_url, workers=2).run("serve")

    assert done.returncode == 1
    assert "postgresql+asyncpg://" in done.stderr
