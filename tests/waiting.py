"""Waiting for what another task, thread or process brings about."""

import asyncio

PATIENCE = 10


async def until(true):
    """Return once ``true()``; fail after ten seconds."""
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 -- nothing tells when
            await asyncio.sleep(0.002)
