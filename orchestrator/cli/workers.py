"""``orchestrator serve`` with several workers, and what each of them runs."""

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import typer

from orchestrator.app import open_services, sharing
from orchestrator.cli.common import PortTaken, services
from orchestrator.cli.process import done, settle, stopping
from orchestrator.errors import Invalid
from orchestrator.operations.workers import READY, Workers
from orchestrator.settings import Settings
from orchestrator.web.runner import BACKLOG


class OneProcessOnly(Invalid):
    """SQLite is for one process that serves."""

    slug = "one-process-only"
    title = "Several workers need PostgreSQL"


async def serve(settings: Settings, host: str, port: int, stop: asyncio.Event) -> None:
    """Answer with ``settings.workers`` processes until ``stop``; SIGHUP renews them.

    Raises ``OneProcessOnly``, ``PortTaken`` and ``WorkerFailed``.
    """
    if settings.database_url.startswith("sqlite"):
        raise OneProcessOnly(
            "SQLite has one writer. Set ORCHESTRATOR_DATABASE_URL to "
            "postgresql+asyncpg://user:password@host/name, or "
            "ORCHESTRATOR_WORKERS=1."
        )
    # Once, before the workers all find the same migrations missing.
    async with open_services(settings) as opened:
        await opened.clock.compare(opened.database)
    async with _bound(host, port) as sockets:
        workers = Workers(_command("worker"), sockets, settings.workers)
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, workers.renew)
        try:
            if await done(workers.start(), before=stop):
                got = sockets[0].getsockname()[1]
                typer.echo(
                    f"Serving {settings.origin} on {host}:{got} "
                    f"with {settings.workers} workers"
                )
                await stop.wait()
        finally:
            await workers.stop()


async def worker(
    line: Annotated[int, typer.Argument()],
    sockets: Annotated[list[int], typer.Argument()],
) -> None:
    """Answer on sockets that were inherited, by their numbers; `serve` starts it."""
    stop = stopping()
    reader, writer = await asyncio.open_connection(sock=socket.socket(fileno=line))
    orphaned = asyncio.create_task(_at_end_of(reader, stop))
    listening = [socket.socket(fileno=one) for one in sockets]
    async with (
        services(signing=True, answering=True) as all_of,
        sharing(all_of, listening),
    ):
        settle()
        writer.write(READY)
        await stop.wait()
    orphaned.cancel()
    writer.close()


async def _at_end_of(line: asyncio.StreamReader, stop: asyncio.Event) -> None:
    """Set ``stop`` once nobody is at the other end, however he went."""
    await line.read()
    stop.set()


def _command(name: str) -> list[str]:
    """Another command of this program, begun as this process was.

    The options of the interpreter and where it found the program stay the same.
    """
    own_arguments = len(sys.argv) - 1
    begun = sys.orig_argv[1 : len(sys.orig_argv) - own_arguments]
    return [sys.executable, *begun, name]


@asynccontextmanager
async def _bound(host: str, port: int) -> AsyncIterator[list[socket.socket]]:
    """Sockets that listen on every address of ``host``; raises ``PortTaken``."""
    loop = asyncio.get_running_loop()
    try:
        server = await loop.create_server(
            asyncio.Protocol, host, port, start_serving=False
        )
        # The loop binds and keeps its own; these are to be handed down.
        sockets = [one.dup() for one in server.sockets]
        server.close()
        for one in sockets:
            one.listen(BACKLOG)
    except OSError as error:
        raise PortTaken.by(error, host, port) from error
    try:
        yield sockets
    finally:
        for one in sockets:
            one.close()
