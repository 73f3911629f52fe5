"""A process that leaves a port to others answers whom it accepted."""

import asyncio
import socket

from orchestrator.app import answering, sharing, wire
from orchestrator.database import Database
from tests.orchestrator.app_client import INSTALL, settings

ASKED = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


async def answer_to_a_late_request(url, folder):
    """What is said to somebody who was accepted, and asks after the end began."""
    database = Database(url)
    services = wire(settings(url, folder), database, INSTALL)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        async with sharing(services, [listening.dup()]):
            # The second connection is answered after the first was accepted.
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            other, last = await asyncio.open_connection("127.0.0.1", port)
            last.write(ASKED)
            await other.readline()
            asyncio.get_running_loop().call_later(0.1, writer.write, ASKED)
        said = await reader.readline()
    writer.close()
    last.close()
    await database.close()
    return said


async def test_a_request_on_its_way_is_answered(upgraded_sqlite_url, tmp_path):
    said = await answer_to_a_late_request(upgraded_sqlite_url, tmp_path)

    assert said == b"HTTP/1.1 200 OK\r\n"


async def test_without_the_wait_it_is_lost(upgraded_sqlite_url, tmp_path, monkeypatch):
    monkeypatch.setattr(answering, "_SECONDS_TO_ARRIVE", 0)

    try:
        said = await answer_to_a_late_request(upgraded_sqlite_url, tmp_path)
    except ConnectionError:
        said = b""

    assert said == b""
