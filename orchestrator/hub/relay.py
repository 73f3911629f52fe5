"""Between instances: that something changed at a meeting, never what.

The database holds what changed, and every instance asks it by itself now and then.
Being told only makes it sooner; a message that is lost costs that delay.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

Heard = Callable[[str], None]
"""Told the slug of a meeting that changed; empty: look at everything."""


class Relay(Protocol):
    """Tells other instances, and hears them."""

    def tell(self, slug: str) -> None:
        """Say that the meeting ``slug`` changed; never waits.

        What is said again before it has gone out goes out once.
        """
        ...

    async def run(self, heard: Heard) -> None:
        """Send and hear until cancelled; what was told here may be heard too.

        ``heard("")`` follows whenever messages may have been missed.
        """
        ...


class NoRelay:
    """One instance, or several that ask the database often enough."""

    def tell(self, slug: str) -> None:
        """Nobody hears it."""

    async def run(self, heard: Heard) -> None:
        """Hears nothing."""
        await asyncio.Event().wait()
