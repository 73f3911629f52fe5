"""Ending rooms at their providers: when their doors have closed, and where they were
before they were moved.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from orchestrator.database import Database
from orchestrator.errors import NotFound
from orchestrator.ids import EventId, RoomId
from orchestrator.programme.model import Event
from orchestrator.rooms.model import Room
from orchestrator.rooms.service import Rooms
from orchestrator.rooms.video import store
from orchestrator.rooms.video.store import Ending

EVERY = timedelta(seconds=5)
"""A closing is seen in this time."""

LATEST = timedelta(hours=12)
"""So long after a closing, a room that no process has ended still is."""

PATIENCE = timedelta(seconds=10)
"""A provider that has not answered by then is told again later."""

# More than a try takes: what a process leaves undone at its end is another's then.
_LEASE = timedelta(seconds=30)
_AT_ONCE = range(4)
_FIRST_PAUSE, _TRIES = timedelta(seconds=10), 6

_log = structlog.get_logger(__name__)


def pause(tries: int) -> timedelta | None:
    """How long to wait after so many tries that failed; None to give up, some five
    minutes after the first.
    """
    return _FIRST_PAUSE * (1 << (tries - 1)) if tries < _TRIES else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """The meetings, and their doors: ``closed`` is when those of a room closed last,
    None while they are open, and before they ever were.
    """

    all: Callable[[], Awaitable[Sequence[Event]]]
    by_id: Callable[[EventId], Awaitable[Event]]
    now: Callable[[Event], datetime]
    closed: Callable[[Event, Room, datetime], datetime | None]


class Endings:
    """Has providers put everybody out of a room: once after each closing of its doors,
    and once where it was moved from. Each time one of all processes does it.
    """

    def __init__(self, database: Database, rooms: Rooms, days: Days) -> None:
        self._database = database
        self._rooms = rooms
        self._days = days
        self._noted: dict[tuple[RoomId, str], datetime] = {}
        self._open: dict[RoomId, datetime] = {}

    async def run(self, *, every: timedelta = EVERY) -> None:
        """End what is to be ended, until cancelled."""
        while True:
            try:
                await self.look()
                # Some at once: of those that are silent one holds up none of the others.
                while await self._is_due():
                    await asyncio.gather(*(self.end_next() for _ in _AT_ONCE))
            except Exception as error:  # noqa: BLE001 -- the outermost loop of a worker
                _log.warning("rooms-not-ended", exc_info=error)
            await asyncio.sleep(every.total_seconds())

    async def look(self) -> None:
        """Note which rooms are to be ended because their doors have closed."""
        closed = {
            (room.id, room.connection): moment
            for event in await self._days.all()
            for room, moment in self._lately(event, await self._rooms.of(event))
        }
        for key, moment in closed.items():
            if self._noted.get(key) != moment:
                async with self._database.transaction() as session:
                    await store.end_closed(session, *key, moment)
        self._noted = closed

    def _lately(
        self, event: Event, rooms: Sequence[Room]
    ) -> Iterator[tuple[Room, datetime]]:
        now = self._days.now(event)
        for room in rooms:
            if self._rooms.video.takes_address(room.connection):
                continue  # it is somebody else's
            moment = self._closed(event, room, now)
            if moment is not None and now - moment < LATEST:
                yield room, moment

    def _closed(self, event: Event, room: Room, now: datetime) -> datetime | None:
        """When the doors of ``room`` closed last; None while people may be in it. That
        is also while its session, whose doors were open, is put off: they stay in.
        """
        moment, seen = self._days.closed(event, room, now), self._open.get(room.id)
        if seen is not None and now < seen:
            # The clock of a rehearsal was set back.
            del self._open[room.id]
            seen = None
        if moment is None:
            self._open[room.id] = now
        elif seen is not None and moment < seen:
            return None
        return moment

    async def _is_due(self) -> bool:
        async with self._database.reading() as session:
            return await store.ending_is_due(session)

    async def end_next(self) -> bool:
        """End one room that is due; False when there is none."""
        async with self._database.transaction() as session:
            ending = await store.claim_ending(session, _LEASE)
        if ending is None:
            return False
        try:
            room = await self._rooms.by_id(ending.room)
            event = await self._days.by_id(room.event)
        except NotFound:
            return True  # it has just been removed
        again = None
        if self._is_over(event, room, ending):
            there = replace(room, connection=ending.connection)
            if not await self._ended(event, there):
                again = pause(ending.tries)
                if again is None:
                    told = {"slug": event.slug, "room": room.name}
                    _log.error("room-never-ended", connection=there.connection, **told)
        async with self._database.transaction() as session:
            await store.settle_ending(session, ending, again=again)
        return True

    def _is_over(self, event: Event, room: Room, ending: Ending) -> bool:
        """Whether nobody is to be in there: doors may be open again by now, and a room
        may be back where it was.
        """
        if room.connection != ending.connection:
            return True
        return self._closed(event, room, self._days.now(event)) is not None

    async def _ended(self, event: Event, room: Room) -> bool:
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                return await self._rooms.video.end(event, room)
        except Exception as error:  # noqa: BLE001 -- what is left here is tried for ever
            _log.warning("room-not-ended", room=room.id, exc_info=error)
            return False
