"""Between instances: where something changed, never what it is now.

The database holds what changed, and every instance asks it by itself now and then.
Being told only makes it sooner; a message that is lost costs that delay.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

_SEATS = "seats"

Heard = Callable[[str], None]
"""Told the slug of a meeting that changed, or its ``seats``; empty: look at
everything.
"""


def seats(slug: str) -> str:
    """What is told when only seats and queues of the meeting ``slug`` changed."""
    return f"{slug}/{_SEATS}"


def of_seats(told: str) -> bool:
    """Whether ``told`` leaves all but seats and queues as it was."""
    return told.endswith(f"/{_SEATS}")


def slug_of(told: str) -> str:
    """The meeting that ``told`` is about; empty when it is about all."""
    return told.partition("/")[0]


class Relay(Protocol):
    """Tells other instances, and hears them."""

    def tell(self, what: str) -> None:
        """Say that ``what`` changed: a slug, or ``seats`` of one; never waits.

        What is said again before it has gone out goes out once.
        """
        ...

    async def run(self, heard: Heard) -> None:
        """Send and hear until cancelled; what was told here is not heard here.

        ``heard("")`` follows whenever messages may have been missed.
        """
        ...


class NoRelay:
    """One instance, or several that ask the database often enough."""

    def tell(self, what: str) -> None:
        """Nobody hears it."""

    async def run(self, heard: Heard) -> None:
        """Hears nothing."""
        await asyncio.Event().wait()
