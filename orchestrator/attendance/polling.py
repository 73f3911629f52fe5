"""Asking providers who is in their rooms, for as long as the service runs."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from integrations.video.provider import Participant
from orchestrator.attendance.service import Attendance
from orchestrator.attendance.windows import is_on
from orchestrator.errors import Unavailable
from orchestrator.ids import RegistrantId
from orchestrator.programme.model import Event
from orchestrator.rooms.model import Room
from orchestrator.rooms.service import Rooms

EVERY = timedelta(seconds=30)
"""What was lost is put right in this time."""

PATIENCE = timedelta(seconds=10)
"""A provider that has not answered by then is asked again the next time."""

Events = Callable[[], Awaitable[Sequence[Event]]]

Heard = Callable[[Event, Room, Sequence[Participant]], Awaitable[None]]
"""Told who is in a room by its provider: their seats are renewed."""

Keep = Callable[[Event, Room, Collection[RegistrantId]], Awaitable[None]]
"""Told who is in a room as far as is known while its provider does not answer: their
seats are renewed, and nobody is put out.
"""

Doors = Callable[[Event, datetime], bool]
"""Whether people are let in now: they may be, long before a session."""

# A little less than the pause, or whoever asked the last time would come too early.
_SHARE_OF_PAUSE = 0.9

_log = structlog.get_logger(__name__)


def _closed(_event: Event, _now: datetime) -> bool:
    """Nobody is let in but around the sessions."""
    return False


async def _nothing(
    _event: Event, _room: Room, _inside: Collection[RegistrantId]
) -> None:
    """There are no seats to keep."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asking:
    """Who asks, and who is told."""

    attendance: Attendance
    rooms: Rooms
    heard: Heard
    keep: Keep
    turns: timedelta
    patience: timedelta


async def poll(
    attendance: Attendance,
    rooms: Rooms,
    events: Events,
    heard: Heard,
    *,
    keep: Keep = _nothing,
    every: timedelta = EVERY,
    patience: timedelta = PATIENCE,
    doors: Doors = _closed,
) -> None:
    """Settle the rooms of those of ``events`` that are on, or whose ``doors`` are open,
    until cancelled. Each room is asked by one of all processes. What is known of who
    is inside goes to ``keep`` for as long as a provider does not answer.

    Neither a provider that is silent or fails nor a database that is away
    stops it; both are logged.
    """
    asking = _Asking(
        attendance=attendance,
        rooms=rooms,
        heard=heard,
        keep=keep,
        turns=_SHARE_OF_PAUSE * every,
        patience=patience,
    )
    while True:
        try:
            on = [
                event
                for event in await events()
                if is_on(event, now := attendance.now(event)) or doors(event, now)
            ]
            await _round(asking, on)
        except Exception as error:  # noqa: BLE001 -- the outermost loop of a worker
            _log.warning("rooms-not-polled", exc_info=error)
        await asyncio.sleep(every.total_seconds())


async def _round(asking: _Asking, on: Sequence[Event]) -> None:
    """Every room once, all at the same time: a slow provider delays no other, and
    what one answers does the others no harm.
    """
    asked = [
        (event, room)
        for event in on
        for room in await asking.rooms.of(event)
        if asking.rooms.video.can(room).listing
    ]
    settled = (_settle(asking, *one) for one in asked)
    answers = await asyncio.gather(*settled, return_exceptions=True)
    for (event, room), answer in zip(asked, answers, strict=True):
        if answer is not None:
            told = {"slug": event.slug, "room": room.name}
            _log.warning("room-not-settled", exc_info=answer, **told)


async def _settle(asking: _Asking, event: Event, room: Room) -> None:
    attendance = asking.attendance
    if not await attendance.take_turn(room, asking.turns):
        return
    at = attendance.now(event)
    try:
        async with asyncio.timeout(asking.patience.total_seconds()):
            participants = await asking.rooms.video.present(event, room)
    except (Unavailable, TimeoutError):
        # Nobody can be seen to be there meanwhile, and nobody is to lose by it.
        await asking.keep(event, room, await attendance.inside(event, room))
        raise
    if participants is not None:
        await attendance.settle(event, room, participants, at)
        await asking.heard(event, room, participants)
