"""Waiting for what another task, thread or process brings about."""

import asyncio
import random

# Nothing is waited for in vain: a busy machine may take all of it.
PATIENCE = 60


async def until(true, *, patience=PATIENCE):
    """Return once ``true()``; fail after ``patience`` seconds."""
    async with asyncio.timeout(patience):
        while not true():  # noqa: ASYNC110 -- nothing tells when
            await asyncio.sleep(0.002)


async def unless_busy(ask, is_busy):
    """What ``await ask()`` gives, asked again while ``is_busy`` of it: people do where
    the database is given up on for a moment, later each time and not all at once.
    """
    pause = 0.1
    async with asyncio.timeout(2 * PATIENCE):
        while is_busy(answer := await ask()):
            await asyncio.sleep(pause * (0.5 + random.random()))
            pause = min(2 * pause, 5)
    return answer


async def until_so(true, *, patience=PATIENCE):
    """As ``until``, where ``true`` has to be awaited: a browser is asked."""
    async with asyncio.timeout(patience):
        while not await true():  # noqa: ASYNC110 -- nothing tells when
            await asyncio.sleep(0.02)
