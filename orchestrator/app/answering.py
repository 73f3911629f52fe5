"""The application, answering."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiohttp import web

from orchestrator.app.application import build_app
from orchestrator.operations.services import Services
from orchestrator.web.runner import BACKLOG, runner

# On a shared port: who was accepted just before the end has his request on the way.
_SECONDS_TO_ARRIVE = 0.5


@asynccontextmanager
async def serving(services: Services, *, host: str, port: int) -> AsyncIterator[int]:
    """Answer on ``host`` and ``port`` (0: any free one); gives the port in use."""
    running = runner(build_app(services))
    await running.setup()
    try:
        site = web.TCPSite(running, host, port, backlog=BACKLOG)
        await site.start()
        address: tuple[str, int] = running.addresses[0]
        yield address[1]
    finally:
        await running.cleanup()


@asynccontextmanager
async def sharing(
    services: Services, sockets: Sequence[socket.socket]
) -> AsyncIterator[None]:
    """Answer on ``sockets``, on which other processes answer as well.

    At the end this process takes no more connections, which the others do, and
    lets the requests of those that it took arrive and end.
    """
    running = runner(build_app(services))
    await running.setup()
    try:
        for one in sockets:
            await web.SockSite(running, one).start()
            # The loop takes only so many at once as SockSite says, and leaves the
            # others of them to other processes.
            one.listen(BACKLOG)
        yield
    finally:
        for site in running.sites:
            await site.stop()
        await asyncio.sleep(_SECONDS_TO_ARRIVE)
        await running.cleanup()
