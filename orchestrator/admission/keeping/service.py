"""What presses go by, kept in memory while nothing changes."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from orchestrator.admission.model import Terms
from orchestrator.admission.terms import gate_of
from orchestrator.ids import EventId, RoomId
from orchestrator.programme.model import Event
from orchestrator.registration.model import Roll
from orchestrator.rooms.service import Rooms

GetRoll = Callable[[EventId], Awaitable[Roll]]
"""Who may come to an event; ``registration`` has it."""

Epoch = Callable[[EventId], int | None]
"""Rises when anybody's entitlement changes; None: nothing may be kept."""


@dataclass(slots=True)
class _Kept:
    """What is kept in memory of one event."""

    roll: tuple[int | None, Roll] | None = None
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    terms: tuple[tuple[int, int | None, int], Terms] | None = None


class Keeping:
    """The roll and the terms of each event."""

    def __init__(self, rooms: Rooms, roll: GetRoll, epoch: Epoch) -> None:
        self._rooms = rooms
        self._roll = roll
        self._epoch = epoch
        self.kept: dict[EventId, _Kept] = {}

    def forget(self, event: EventId) -> tuple[RoomId, ...]:
        """``event`` is no more; the rooms that it was known to have."""
        kept = self.kept.pop(event, None)
        return kept.terms[1].rooms if kept and kept.terms else ()

    async def roll(self, event: Event) -> Roll:
        """Who may come to ``event``."""
        kept = self._of(event.id)
        if (roll := self._fresh(kept, event.id)) is not None:
            return roll
        # Everybody presses in the same moment: one of them reads it for all.
        async with kept.reading:
            if (roll := self._fresh(kept, event.id)) is not None:
                return roll
            epoch = self._epoch(event.id)
            roll = await self._roll(event.id)
            kept.roll = (epoch, roll)
            return roll

    def _of(self, event: EventId) -> _Kept:
        # Not by setdefault: each press would make a lock to throw away.
        kept = self.kept.get(event)
        if kept is None:
            kept = self.kept[event] = _Kept()
        return kept

    def _fresh(self, kept: _Kept, event: EventId) -> Roll | None:
        epoch = self._epoch(event)
        if kept.roll is None or epoch is None or kept.roll[0] != epoch:
            return None
        return kept.roll[1]

    async def terms(self, event: Event, now: datetime) -> Terms:
        """What presses of this second go by."""
        kept = self._of(event.id)
        epoch = self._epoch(event.id)
        key = (event.revision, epoch, int(now.timestamp()))
        if kept.terms is not None and epoch is not None and kept.terms[0] == key:
            return kept.terms[1]
        roll = await self.roll(event)
        rooms = await self._rooms.of(event)
        gates = {}
        for room in rooms:
            gate = gate_of(event, room, now, roll, self._rooms.video.can(room))
            if gate is not None:
                gates[room.id] = gate
        terms = Terms(
            event=event.id,
            slug=event.slug,
            revision=event.revision,
            now=now,
            rooms=tuple(room.id for room in rooms),
            gates=gates,
            staff=frozenset(roll.staff),
            confirmed=roll.confirmed,
            has_standby=bool(roll.standby),
            versions=roll.versions,
            epoch=epoch,
        )
        kept.terms = (key, terms)
        return terms
