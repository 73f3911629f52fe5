"""Who comes while the process is busy is kept by the system, and not sent away."""

import selectors
import socket
import time
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import pytest

from orchestrator.app import answering, serving, sharing, wire
from orchestrator.database import Database
from tests.orchestrator.app_client import INSTALL, settings

MANY = 600
SOMAXCONN = Path("/proc/sys/net/core/somaxconn")

pytestmark = pytest.mark.skipif(
    not SOMAXCONN.exists() or int(SOMAXCONN.read_text()) < MANY,
    reason="the system keeps no more than a few",
)


@asynccontextmanager
async def alone(services):
    async with serving(services, host="127.0.0.1", port=0) as port:
        yield port


@asynccontextmanager
async def with_others(services):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        async with sharing(services, [listening.dup()]):
            yield listening.getsockname()[1]


@pytest.fixture(params=[alone, with_others])
async def port(request, upgraded_sqlite_url, tmp_path):
    database = Database(upgraded_sqlite_url)
    services = wire(settings(upgraded_sqlite_url, tmp_path), database, INSTALL)
    async with request.param(services) as port:
        yield port
    await database.close()


def connected_at_once(port):
    """How many of ``MANY`` are connected before the loop runs again."""
    with ExitStack() as opened, selectors.DefaultSelector() as poll:
        for _ in range(MANY):
            one = opened.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
            poll.register(one, selectors.EVENT_WRITE)
        # The system may be late with what needs no program any more.
        for _ in range(10):
            if (connected := len(poll.select(0))) == MANY:
                break
            time.sleep(0.05)
        return connected


async def test_a_room_full_of_people_is_kept(port):
    assert connected_at_once(port) == MANY


@pytest.fixture
def short(monkeypatch):
    """As many as aiohttp has kept by default."""
    monkeypatch.setattr(answering, "BACKLOG", 128)


async def test_with_a_short_backlog_most_would_have_to_try_again(short, port):
    assert connected_at_once(port) < MANY / 2
