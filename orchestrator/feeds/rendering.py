"""Work on calendars in steps short enough that nobody else waits for it."""

import asyncio
from collections.abc import Iterable
from typing import TypeVar

from calendars.publish import Feed, Written, assemble
from orchestrator.feeds.kept import KeptFile, keep
from orchestrator.feeds.zipped import Pieces, zipped

# The loop serves others after this many seconds of work on a feed: a quarter of
# the 20 ms that nobody may be made to wait, since one step can take longer.
_SLICE = 0.005

T = TypeVar("T")


async def in_slices(steps: Iterable[T]) -> list[T]:
    """All of ``steps``, with a rest for the loop every ``_SLICE`` seconds."""
    loop = asyncio.get_running_loop()
    done: list[T] = []
    rested = loop.time()
    for step in steps:
        done.append(step)
        if loop.time() - rested > _SLICE:
            await asyncio.sleep(0)
            rested = loop.time()
    return done


async def packed(
    written: Iterable[Written],
    pieces: Pieces,
    *,
    feed: Feed,
    name: str,
    headers: dict[str, str],
    https: bool,
) -> KeptFile:
    """The file of ``written`` entries, ready to be sent; arguments as of ``keep``
    and ``zipped``.
    """
    parts = await in_slices(assemble(written, feed=feed))
    body = b"".join(parts)
    compressed = await in_slices(zipped(parts, body, pieces))
    return keep(
        body,
        b"".join(compressed),
        modified=feed.revised,
        name=name,
        title=feed.name,
        headers=headers,
        https=https,
    )
