"""Waiting for what another task, thread or process brings about."""

import asyncio

PATIENCE = 10


async def until(true, *, patience=PATIENCE):
    """Return once ``true()``; fail after ``patience`` seconds."""
    async with asyncio.timeout(patience):
        while not true():  # noqa: ASYNC110 -- nothing tells when
            await asyncio.sleep(0.002)


async def until_so(true, *, patience=2 * PATIENCE):
    """As ``until``, where ``true`` has to be awaited: a browser is asked."""
    async with asyncio.timeout(patience):
        while not await true():  # noqa: ASYNC110 -- nothing tells when
            await asyncio.sleep(0.02)
