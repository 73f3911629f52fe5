"""What a process that serves does about itself: its end, and its memory."""

import asyncio
import gc
import signal
from collections.abc import Coroutine
from typing import Any

# Most of what a request makes is gone with its answer. The interpreter's own 700
# has the collector look at it while it is still in use: a tenth of a rush.
_OBJECTS_BETWEEN_LOOKS = 20_000


def settle() -> None:
    """Have the collector of garbage pass over all that is there by now, and look
    less often at what comes.

    The modules stay as long as the process does. Looking through them again and
    again would hold the loop for 80 ms at a time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_LOOKS, *gc.get_threshold()[1:])


def stopping() -> asyncio.Event:
    """Set by Ctrl-C or by the system's request to end."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop


async def done(work: Coroutine[Any, Any, None], *, before: asyncio.Event) -> bool:
    """Whether ``work`` ended before the event; else it is cancelled."""
    working = asyncio.create_task(work)
    asked = asyncio.create_task(before.wait())
    try:
        await asyncio.wait({working, asked}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            await working
            return True
        return False
    finally:
        for task in (working, asked):
            task.cancel()
        await asyncio.gather(working, asked, return_exceptions=True)
