"""Recordings: started and stopped by a chair, told of by providers, kept as files."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from sqlmodel.ext.asyncio.session import AsyncSession

from integrations.errors import IntegrationError
from integrations.storage.blobs import Blobs
from integrations.video.events import Recording
from orchestrator.database import Database, now
from orchestrator.ids import EventId, RoomId, SessionId, new_id
from orchestrator.programme.errors import NoSuchEvent
from orchestrator.programme.model import Event
from orchestrator.rooms.errors import RoomNotSet, RoomSilent
from orchestrator.rooms.model import Room
from orchestrator.rooms.recordings import store
from orchestrator.rooms.recordings.advancing import advanced, state_of
from orchestrator.rooms.recordings.attaching import attached
from orchestrator.rooms.recordings.errors import (
    AlreadyRecording,
    CannotRecord,
    NoSuchRecording,
    NotRecording,
    RecordingsUnavailable,
)
from orchestrator.rooms.recordings.model import State, Take
from orchestrator.rooms.service import Rooms

STARTS_WITHIN = timedelta(seconds=30)
"""After so long a start that nobody has heard of is given up."""

_ADDRESS_LASTS = timedelta(hours=1)


class Change(Protocol):
    """A transaction that changes what pages show; ``made`` is False when it did not."""

    session: AsyncSession
    made: bool


ChangeOf = Callable[[Event], AbstractAsyncContextManager[Change]]
"""Such a transaction at an event: who shows it is told once it is committed."""

ById = Callable[[EventId], Awaitable[Event]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What recordings are stored, shown and fetched with."""

    database: Database
    rooms: Rooms
    blobs: Blobs
    change: ChangeOf
    by_id: ById


class Recordings:
    """The recordings of every room. Whether somebody may start or stop one is asked
    before. They are kept in memory until they change.
    """

    def __init__(self, means: Means) -> None:
        self._by = means
        self._woken: list[Callable[[], None]] = []
        self._kept: dict[str, tuple[EventId, tuple[Take, ...]]] = {}
        self._changes: dict[str, int] = {}

    def ready(self, wake: Callable[[], None]) -> None:
        """Have ``wake`` called when a file may be fetched."""
        self._woken.append(wake)

    def changed(self, slug: str) -> None:
        """Something may have changed at the meeting ``slug``."""
        self._changes[slug] = self._changes.get(slug, 0) + 1
        self._kept.pop(slug, None)

    def forget(self, event: EventId) -> None:
        """``event`` is no more; another one may have its slug later."""
        for slug, (ident, _) in list(self._kept.items()):
            if ident == event:
                self.changed(slug)

    async def of(self, event: Event) -> tuple[Take, ...]:
        """The recordings of ``event``, in the order in which they began."""
        kept, seen = self._kept.get(event.slug), self._changes.get(event.slug, 0)
        if kept is not None and kept[0] == event.id:
            return kept[1]
        rooms = [room.id for room in await self._by.rooms.of(event)]
        async with self._by.database.reading() as session:
            found = await store.of_rooms(session, rooms)
        if self._changes.get(event.slug, 0) == seen:
            self._kept[event.slug] = event.id, found
        return found

    async def running(self, event: Event) -> frozenset[RoomId]:
        """The rooms of ``event`` that are being recorded."""
        return frozenset(one.room for one in await self.of(event) if one.state.runs)

    async def start(self, event: Event, room: Room, session: SessionId) -> None:
        """Have ``room`` recorded, for ``session``.

        Raises ``CannotRecord``, ``AlreadyRecording``, and ``RoomSilent`` when the
        provider does not answer, or refuses: then nothing has changed.
        """
        if not self._by.rooms.video.can(room).recording:
            raise CannotRecord("Its video room does not record when told to.")
        take = await self._begin(event, room, session)
        try:
            reference = await self._by.rooms.video.start_recording(event, room)
        except (RoomSilent, RoomNotSet):
            async with self._by.database.transaction() as opened:
                await store.remove(opened, take.id)
            raise
        async with self._by.change(event) as change:
            await _begun(change.session, take, reference)

    async def stop(self, event: Event, room: Room) -> None:
        """Have ``room`` recorded no more; raises ``NotRecording`` and ``RoomSilent``."""
        async with self._by.database.reading() as session:
            found = await store.of_rooms(session, [room.id])
        running = [one for one in found if one.state.runs and one.reference]
        if not running:
            raise NotRecording("It has ended, or was never started.")
        for one in running:
            place = replace(room, connection=one.connection)
            await self._by.rooms.video.stop_recording(event, place, one.reference or "")
            async with self._by.change(event) as change:
                opened = change.session
                stored = await store.get(opened, one.id)
                change.made = stored is not None and stored.state.runs
                if stored is not None and change.made:
                    ended = await now(opened)
                    over = replace(stored, state=State.PROCESSING, ended=ended)
                    await store.save(opened, over)

    async def recorded(self, connection: str, recording: Recording) -> None:
        """Take in what the provider of ``connection`` tells of a recording, in whatever
        order and however often; that of a room of nobody's means nothing.
        """
        async with self._by.database.transaction() as session:
            event = await self.take_in(session, connection, recording)
        if event is not None:
            await self.tell(event)

    async def take_in(
        self, session: AsyncSession, connection: str, recording: Recording
    ) -> Event | None:
        """As ``recorded``, in a transaction of the caller, who calls ``tell`` after it
        with the event that is given; None when nothing has changed.
        """
        if not (recording.place + recording.id + recording.location).isprintable():
            return None  # no database takes that, and it is no name of ours
        room = await self._by.rooms.video.find(connection, recording.place)
        if room is None:
            return None
        try:
            event = await self._by.by_id(room.event)
        except NoSuchEvent:
            return None  # it has just been removed
        room = replace(room, connection=connection)
        is_new = await self._take_in(session, event, room, recording)
        return event if is_new else None

    async def tell(self, event: Event) -> None:
        """Something about the recordings of ``event`` is durable."""
        async with self._by.change(event):
            pass
        for wake in self._woken:
            wake()

    async def file(self, event: Event, take: str) -> tuple[Take, Path | str]:
        """A recording whose file we have: the local file, or an address that serves it
        for an hour. Raises ``NoSuchRecording`` and ``RecordingsUnavailable``.
        """
        found = [one for one in await self.of(event) if one.id == take and one.digest]
        if not found:
            raise NoSuchRecording("Its file is not there yet, or was never made.")
        digest, seconds = found[0].digest, int(_ADDRESS_LASTS.total_seconds())
        try:
            place = await self._by.blobs.path(digest) or await self._by.blobs.url(
                digest, seconds=seconds
            )
        except IntegrationError as error:
            raise RecordingsUnavailable("Please try again in a minute.") from error
        if place is None:
            raise RecordingsUnavailable("The file is missing from the store.")
        return found[0], place

    async def _begin(self, event: Event, room: Room, session: SessionId) -> Take:
        """Note that it is asked for: of two who press at once one goes on."""
        async with self._by.database.transaction() as opened:
            await store.lock(opened, room.id)
            moment = await now(opened)
            for one in await store.of_rooms(opened, [room.id]):
                if one.state.runs or _starts(one, moment):
                    raise AlreadyRecording("It was started already.")
                if one.state is State.STARTING:
                    await store.remove(opened, one.id)
            take = Take(
                id=new_id(),
                room=room.id,
                connection=room.connection,
                state=State.STARTING,
                noted=moment,
                session=session,
                started=moment,
            )
            await store.save(opened, take)
        return take

    async def _take_in(
        self, session: AsyncSession, event: Event, room: Room, told: Recording
    ) -> bool:
        """Whether it told anything new."""
        await store.lock(session, room.id)
        moment = await now(session)
        known = await store.by_reference(session, room.connection, told.id)
        known = known or await _started_here(session, room, told, moment)
        take = known or _told_of(event, room, told, moment)
        after = advanced(take, told, moment)
        if after == known:
            return False
        is_new = known is None or known.state is not State.READY
        due = moment if after.state is State.READY and is_new else None
        await store.save(session, after, due=due)
        return True


def _starts(take: Take, moment: datetime) -> bool:
    return take.state is State.STARTING and moment - take.noted < STARTS_WITHIN


async def _begun(session: AsyncSession, take: Take, reference: str) -> None:
    """Note the provider's id of ``take``; it may have told of it by itself before."""
    await store.lock(session, take.room)
    told = await store.by_reference(session, take.connection, reference)
    if told is not None:
        if told.id != take.id:
            await store.remove(session, take.id)
        await store.attach(session, told.id, take.session)
        return
    running = replace(take, state=State.RUNNING, reference=reference)
    await store.save(session, running)


async def _started_here(
    session: AsyncSession, room: Room, told: Recording, moment: datetime
) -> Take | None:
    """The start that nobody has answered yet: the provider tells of it sooner."""
    if state_of(told) is not State.RUNNING:
        return None
    found: Sequence[Take] = await store.of_rooms(session, [room.id])
    return next(
        (
            one
            for one in found
            if _starts(one, moment) and one.connection == room.connection
        ),
        None,
    )


def _told_of(event: Event, room: Room, told: Recording, moment: datetime) -> Take:
    """One that was begun elsewhere, by people's own press."""
    started = told.started or moment - timedelta(seconds=told.seconds)
    return Take(
        id=new_id(),
        room=room.id,
        connection=room.connection,
        state=state_of(told),
        noted=moment,
        started=started,
        session=attached(event, room.name, started + event.clock_offset),
    )
