"""A room full of screens that never read costs little, and holds nobody up."""

import asyncio
import socket
import time
from contextlib import AsyncExitStack
from statistics import quantiles

import psutil
import pytest
from aiohttp import ClientSession

from orchestrator.programme.events import ProgrammeChanged
from tests.orchestrator.app_client import SLUG, application
from tests.waiting import PATIENCE, until

pytestmark = pytest.mark.drill

LIVE = f"/api/v1/events/{SLUG}/live"
MOST_MIB = 100
# Of ninety-nine updates in a hundred.
MOST_SECONDS = 0.5


class Long(ProgrammeChanged):
    """Of 8 KB, or filling the system's own buffers would take all day."""

    @property
    def channel(self):
        return SLUG


LONG = Long(event="x" * 8 * 1024, revision=1)


def stalled(stack, port):
    """A stream that is asked for and never read, with little room to arrive in."""
    one = stack.enter_context(socket.socket())
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    one.connect(("127.0.0.1", port))
    one.sendall(f"GET {LIVE} HTTP/1.1\r\nHost: day\r\n\r\n".encode())


async def test_six_hundred_stalled_readers_are_bounded(
    upgraded_sqlite_url, tmp_path, count, promised
):
    readers = count(600)
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(
            application(upgraded_sqlite_url, tmp_path)
        )
        hub, port = site.services.hub, int(site.url.rpartition(":")[2])
        client = await stack.enter_async_context(ClientSession(site.url))
        awake = await stack.enter_async_context(client.get(LIVE))
        await until(lambda: len(hub) == 1)
        for number in range(readers):
            stalled(stack, port)
            await until(lambda number=number: len(hub) == number + 2)
        before, most = psutil.Process().memory_info().rss, 0

        waits = []
        while len(hub) > 1:
            waits.append(await told_and_heard(hub, awake))
            most = max(most, psutil.Process().memory_info().rss - before)

    assert quantiles(waits, n=100)[98] < promised(MOST_SECONDS)
    assert most < MOST_MIB * 2**20


async def told_and_heard(hub, response):
    """Seconds from telling everybody until one who reads has all of it."""
    began = time.perf_counter()
    hub.publish(LONG)
    async with asyncio.timeout(PATIENCE):
        while not (await response.content.readuntil(b"\n")).startswith(b"data: "):
            pass
    return time.perf_counter() - began
