"""Fetching the files of recordings, and asking for those that nobody told of."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from integrations.errors import IntegrationError, Rejected
from integrations.storage.blobs import Blob, TooLarge
from integrations.video.events import Recording, RecordingState
from orchestrator.database import now
from orchestrator.errors import NotFound
from orchestrator.programme.model import Event
from orchestrator.rooms.errors import RoomNotSet, RoomSilent
from orchestrator.rooms.model import Room
from orchestrator.rooms.recordings import store
from orchestrator.rooms.recordings.model import State, Take
from orchestrator.rooms.recordings.service import Means, Recordings
from orchestrator.rooms.service import Rooms

Events = Callable[[], Awaitable[Sequence[Event]]]
Now = Callable[[Event], datetime]

EVERY = timedelta(minutes=5)
"""How often a provider is asked, where something may be missing."""

LOOKED_FOR = timedelta(hours=6)
"""So long after a session's end recordings of it are asked for."""

MOST_TRIES = 16
"""Two days, by the pauses between them."""

_LEASE = timedelta(hours=1)
"""A process that ends while it fetches leaves that to another one after this time."""

_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)
_SECONDS_BETWEEN_LOOKS = 20.0
_SHARE_OF_PAUSE = 0.9
_LONGEST_ERROR = 300

_log = structlog.get_logger(__name__)


def pause(tries: int, chance: float) -> timedelta:
    """How long to wait after so many tries that failed; ``chance`` is from 0 to 1."""
    doubled = min(_FIRST_PAUSE * (1 << min(tries - 1, 12)), _LONGEST_PAUSE)
    return doubled * (0.75 + chance / 2)


class Fetching:
    """Brings the files of recordings into our store; in each process, one at a time.

    A file larger than ``limit`` bytes is given up at once. What fails otherwise is
    tried again after a while, ``MOST_TRIES`` times, and holds up none of the others.
    """

    def __init__(self, means: Means, recordings: Recordings, *, limit: int) -> None:
        self._by = means
        self._limit = limit
        self._woken = asyncio.Event()
        recordings.ready(self._woken.set)

    async def run(self) -> None:
        """Fetch what is there until cancelled."""
        while True:
            self._woken.clear()
            try:
                while await self.fetch_next():
                    pass
            except Exception as error:  # noqa: BLE001 -- the outermost loop of a worker
                _log.warning("recordings-not-fetched", exc_info=error)
            with suppress(TimeoutError):
                async with asyncio.timeout(_SECONDS_BETWEEN_LOOKS):
                    await self._woken.wait()

    async def fetch_next(self) -> bool:
        """Fetch one file that is due; False when there is none."""
        async with self._by.database.transaction() as session:
            take = await store.claim(session, _LEASE)
        if take is None:
            return False
        try:
            event, room = await self._where(take)
        except NotFound:
            return True  # it has just been removed
        try:
            blob = await self._fetched(event, room, take)
        except Exception as error:  # noqa: BLE001 -- one must not stop the others
            _log.warning("recording-not-fetched", recording=take.id, error=repr(error))
            await self._failed(event, take, error)
        else:
            await self._keep(event, take, blob)
        return True

    async def _where(self, take: Take) -> tuple[Event, Room]:
        """The room of ``take`` as it was then; raises ``NotFound``."""
        room = await self._by.rooms.by_id(take.room)
        event = await self._by.by_id(room.event)
        return event, replace(room, connection=take.connection)

    async def _fetched(self, event: Event, room: Room, take: Take) -> Blob:
        provider = self._by.rooms.video.on(room.connection)
        if provider is None:
            raise Rejected("Its connection cannot be used: see its settings.")
        recording = _recording(take)
        if not take.location or take.tries:
            # Addresses with a key in them are good for a while only.
            listed = await self._by.rooms.video.recordings(event, room)
            same = (one for one in listed if one.id == take.reference)
            recording = next(same, recording)
        if recording.size > self._limit:
            raise TooLarge(f"It has {recording.size} bytes.")
        content = provider.open_recording(recording)
        return await self._by.blobs.put(content, limit=self._limit)

    async def _keep(self, event: Event, take: Take, blob: Blob) -> None:
        async with self._by.change(event) as change:
            stored = await store.get(change.session, take.id)
            change.made = stored is not None
            if stored is not None:
                kept = replace(
                    stored,
                    state=State.KEPT,
                    digest=blob.digest,
                    size=blob.size,
                    location="",
                    error="",
                )
                await store.save(change.session, kept)

    async def _failed(self, event: Event, take: Take, error: Exception) -> None:
        async with self._by.change(event) as change:
            stored = await store.get(change.session, take.id)
            change.made = stored is not None
            if stored is not None:
                tries = stored.tries + 1
                failed = replace(stored, tries=tries, error=self._why(error))
                if tries >= MOST_TRIES or isinstance(error, TooLarge):
                    await store.save(
                        change.session, replace(failed, state=State.GIVEN_UP)
                    )
                    return
                wait = pause(tries, random.random())  # noqa: S311 -- no secret
                due = await now(change.session) + wait
                await store.save(change.session, failed, due=due)

    def _why(self, error: Exception) -> str:
        """What an organiser is told; words of others may hold a key."""
        if isinstance(error, TooLarge):
            return f"It is larger than {self._limit // 1024**2} MiB: not fetched."
        if isinstance(error, IntegrationError | RoomSilent | RoomNotSet):
            return str(error)[:_LONGEST_ERROR]
        return type(error).__name__


async def ask(
    means: Means,
    recordings: Recordings,
    events: Events,
    at: Now,
    *,
    every: timedelta = EVERY,
) -> None:
    """Ask providers what was recorded, for some hours after each session and while
    something is not over, until cancelled; each room by one of all processes.
    """
    while True:
        try:
            for event in await events():
                await _round(means, recordings, event, at(event), every)
        except Exception as error:  # noqa: BLE001 -- the outermost loop of a worker
            _log.warning("recordings-not-asked", exc_info=error)
        await asyncio.sleep(every.total_seconds())


async def _round(
    means: Means,
    recordings: Recordings,
    event: Event,
    moment: datetime,
    every: timedelta,
) -> None:
    rooms = means.rooms
    await recordings.leave(event)
    await recordings.give_up(event)
    for room in await rooms.of(event):
        takes = [one for one in await recordings.of(event) if one.room == room.id]
        for connection in _asked(event, room, takes, moment):
            place = replace(room, connection=connection)
            if not _tells(rooms, place):
                continue
            async with means.database.transaction() as session:
                turn = _SHARE_OF_PAUSE * every
                if not await store.take_turn(session, room.id, connection, turn):
                    continue
            with suppress(RoomSilent, RoomNotSet):
                for one in await rooms.video.recordings(event, place):
                    await recordings.recorded(connection, one)


def _asked(
    event: Event, room: Room, takes: Sequence[Take], moment: datetime
) -> frozenset[str]:
    """The connections on which something of ``room`` may be there."""
    running = {one.connection for one in takes if not one.state.is_over}
    lately = any(
        timed.session.room == room.name
        and timed.ends <= moment < timed.ends + LOOKED_FOR
        for timed in event.timetable.sessions
        if timed.slots or timed.session.ends
    )
    return frozenset(running | ({room.connection} if lately else set()))


def _tells(rooms: Rooms, room: Room) -> bool:
    """Whether its provider may know of recordings at all."""
    can = rooms.video.can(room)
    return can.recording or can.presence


def _recording(take: Take) -> Recording:
    return Recording(
        id=take.reference or "",
        place=take.room,
        state=RecordingState.READY,
        started=take.started,
        seconds=take.seconds,
        size=take.size,
        location=take.location,
    )
