"""Waiting for what another task, thread or process brings about."""

import asyncio

# Nothing is waited for in vain: a busy machine may take all of it.
PATIENCE = 60


async def until(true, *, patience=PATIENCE):
    """Return once ``true()``; fail after ``patience`` seconds."""
    async with asyncio.timeout(patience):
        while not true():  # noqa: ASYNC110 -- nothing tells when
            await asyncio.sleep(0.002)


async def until_so(true, *, patience=PATIENCE):
    """As ``until``, where ``true`` has to be awaited: a browser is asked."""
    async with asyncio.timeout(patience):
        while not await true():  # noqa: ASYNC110 -- nothing tells when
            await asyncio.sleep(0.02)
