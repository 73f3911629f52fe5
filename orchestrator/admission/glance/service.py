"""The rooms of an event as many are told of them at once.

Hundreds open their link, or look at an open door, within a minute: whoever was sent
out and how full the rooms are is read for all of them together.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

from orchestrator.admission.model import Glance
from orchestrator.database import DatabaseUnavailable
from orchestrator.ids import EventId
from orchestrator.programme.model import Event

Read = Callable[[Event, datetime], Awaitable[Glance]]

SECONDS_KEPT = 2.0
"""As old as what Live tells."""


@dataclass(slots=True)
class _Kept:
    """``until`` is of the steady counter; ``changes`` counts what was forgotten."""

    glance: Glance = field(default_factory=Glance)
    until: float = -math.inf
    changes: int = 0
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)


class Glances:
    """What ``read`` gave of each event, kept for ``SECONDS_KEPT``."""

    def __init__(self, read: Read, *, counter: Callable[[], float] = monotonic) -> None:
        self._read = read
        self._counter = counter
        self._kept: dict[EventId, _Kept] = {}

    async def of(self, event: Event, now: datetime) -> Glance:
        """``event`` at about ``now``. While the database is away, what was last known;
        when nothing was, as if nobody had come.
        """
        kept = self._kept.setdefault(event.id, _Kept())
        if self._counter() >= kept.until:
            async with kept.reading:
                if self._counter() >= kept.until:
                    await self._renew(kept, event, now)
        return kept.glance

    def forget(self, event: EventId) -> None:
        """Something changed here: it is to be seen at once."""
        if (kept := self._kept.get(event)) is not None:
            kept.until = -math.inf
            kept.changes += 1

    async def _renew(self, kept: _Kept, event: Event, now: datetime) -> None:
        changes = kept.changes
        try:
            kept.glance = await self._read(event, now)
        except DatabaseUnavailable:
            # Those who come meanwhile need not all wait for it.
            changes = kept.changes
        if changes == kept.changes:
            kept.until = self._counter() + SECONDS_KEPT
