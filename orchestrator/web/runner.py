"""How an application is put on the network."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress

from aiohttp import web

BACKLOG = 4096
"""Connections that the system keeps until they are taken; it may keep fewer.

When a whole meeting opens its links in one moment, whoever finds no room there is
not refused but tries again a second later, and then after three.
"""


def runner(app: web.Application) -> web.AppRunner:
    """A runner of ``app``, not set up yet."""
    return web.AppRunner(
        app,
        access_log=None,
        # A small compressed bomb would stall everybody: bodies stay as they
        # came, and compressed ones are refused where they are read.
        auto_decompress=False,
        shutdown_timeout=5,
    )


@asynccontextmanager
async def beside(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """``work`` beside what is inside, cancelled at its end."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
