"""Between instances: where something changed, never what it is now.

The database holds what changed, and every instance asks it by itself now and then.
Being told only makes it sooner; a message that is lost costs that delay.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

_SEATS = "seats"
_STAGE = "stage"

Heard = Callable[[str], None]
"""Told the slug of a meeting that changed, its ``seats`` or its ``stage``; empty: look
at everything.
"""


def seats(slug: str) -> str:
    """What is told when only seats and queues of the meeting ``slug`` changed."""
    return f"{slug}/{_SEATS}"


def of_seats(told: str) -> bool:
    """Whether ``told`` leaves all but seats and queues as it was."""
    return told.endswith(f"/{_SEATS}")


def stage(slug: str) -> str:
    """What is told when only what stands beside the rundowns of ``slug`` changed:
    questions, messages, what speakers say of themselves.
    """
    return f"{slug}/{_STAGE}"


def of_stage(told: str) -> bool:
    """Whether ``told`` leaves all but questions, messages and the like as it was."""
    return told.endswith(f"/{_STAGE}")


def slug_of(told: str) -> str:
    """The meeting that ``told`` is about; empty when it is about all."""
    return told.partition("/")[0]


class Relay(Protocol):
    """Tells other instances, and hears them."""

    def tell(self, what: str) -> None:
        """Say that ``what`` changed: a slug, ``seats`` or ``stage`` of one; never waits.

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
