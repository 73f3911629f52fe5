"""Recordings: started and stopped by a chair, told of by providers, kept as files."""

from collections.abc import Awaitable, Callable, Iterable
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
from orchestrator.rooms.recordings.matching import began, meant
from orchestrator.rooms.recordings.model import State, Take
from orchestrator.rooms.service import Rooms

STARTS_WITHIN = timedelta(seconds=30)
"""After so long a start that nobody has heard of is given up."""

GIVEN_UP_AFTER = timedelta(days=2)
"""No meeting is that long, and no provider takes so long to make a file."""

NO_FILE = "The provider has told of no file."

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

    async def running(self, event: Event) -> dict[RoomId, datetime]:
        """The rooms of ``event`` that are being recorded, and since when (real time).

        What runs on a connection that a room has left records nobody in there now.
        """
        where = {room.id: room.connection for room in await self._by.rooms.of(event)}
        found: dict[RoomId, datetime] = {}
        for one in await self.of(event):
            if one.state.runs and one.connection == where.get(one.room):
                since = one.started or one.noted
                found[one.room] = min(since, found.get(one.room, since))
        return found

    async def start(self, event: Event, room: Room, session: SessionId) -> None:
        """Have ``room`` recorded where it is now, for ``session``.

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
        """Have ``room`` recorded no more; raises ``NotRecording``, and ``RoomSilent``
        after the others if one could not be stopped.
        """
        async with self._by.database.reading() as session:
            found = await store.of_rooms(session, [room.id])
        running = [one for one in found if one.state.runs]
        if not running:
            raise NotRecording("It has ended, or was never started.")
        await self._stop(event, room, running)

    async def leave(self, event: Event) -> None:
        """Have nothing of ``event`` recorded on connections that its rooms have left."""
        for one in await self.of(event):
            if one.state.runs:
                # As it is now: one that was just moved must not lose its recording.
                room = await self._by.rooms.by_id(one.room)
                if _is_left(one, room):
                    await self._stop(event, room, [one])

    async def _stop(self, event: Event, room: Room, takes: Iterable[Take]) -> None:
        """Stop ``takes`` of ``room``; raises ``RoomSilent`` at the end."""
        failed: RoomSilent | RoomNotSet | None = None
        for one in takes:
            place = replace(room, connection=one.connection)
            try:
                await self._by.rooms.video.stop_recording(
                    event, place, one.reference or ""
                )
            except (RoomSilent, RoomNotSet) as error:
                if not _is_left(one, room):
                    failed = error
                    continue
                # The room may have been moved because that server is gone.
            await self._stopped(event, one)
        if failed is not None:
            raise failed

    async def _stopped(self, event: Event, take: Take) -> None:
        async with self._by.change(event) as change:
            stored = await store.get(change.session, take.id)
            change.made = stored is not None and stored.state.runs
            if stored is not None and change.made:
                ended = await now(change.session)
                over = replace(stored, state=State.PROCESSING, ended=ended)
                await store.save(change.session, over)

    async def give_up(self, event: Event) -> None:
        """Have what should have had a file for ``GIVEN_UP_AFTER`` count as failed."""
        waited = [one for one in await self.of(event) if not one.state.is_over]
        if not waited:
            return
        async with self._by.change(event) as change:
            moment = await now(change.session)
            late = [one.id for one in waited if moment - one.noted > GIVEN_UP_AFTER]
            change.made = bool(late)
            for ident in late:
                stored = await store.get(change.session, ident)
                if stored is not None and not stored.state.is_over:
                    ended = stored.ended or moment
                    failed = replace(
                        stored, state=State.FAILED, ended=ended, error=NO_FILE
                    )
                    await store.save(change.session, failed)

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
                running = one.state.runs and not _is_left(one, room)
                if running or _starts(one, moment):
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
        known = await _known(session, room, told, moment)
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


def _is_left(take: Take, room: Room) -> bool:
    """Whether ``room`` has been moved to another connection since."""
    return take.connection != room.connection


async def _begun(session: AsyncSession, take: Take, reference: str) -> None:
    """Note that ``take`` runs, and the provider's id of it if it gave one; it may have
    told of it by itself before.
    """
    await store.lock(session, take.room)
    told = await _by_reference(session, take.connection, reference)
    if told is not None and told.noted < take.noted and not told.state.runs:
        # An id that it gave before says nothing: that one is over, this one runs.
        told, reference = None, ""
    if told is not None:
        if told.id != take.id:
            await store.remove(session, take.id)
        await store.attach(session, told.id, take.session)
        return
    stored = await store.get(session, take.id)
    if stored is None or stored.state is State.STARTING:
        running = replace(take, state=State.RUNNING, reference=reference or None)
        await store.save(session, running)


async def _known(
    session: AsyncSession, room: Room, told: Recording, moment: datetime
) -> Take | None:
    """What we have of that recording: by its name, else the one without a name that
    shares its time. A start that is not answered yet is told of by its beginning.
    """
    named = await _by_reference(session, room.connection, told.id)
    if named is not None:
        return named
    begins = state_of(told) is State.RUNNING
    nameless = [
        one
        for one in await store.of_rooms(session, [room.id])
        if one.reference is None
        and one.connection == room.connection
        and (one.state is not State.STARTING or (begins and _starts(one, moment)))
    ]
    return meant(nameless, told, moment)


async def _by_reference(
    session: AsyncSession, connection: str, reference: str
) -> Take | None:
    if not reference:
        return None
    return await store.by_reference(session, connection, reference)


def _told_of(event: Event, room: Room, told: Recording, moment: datetime) -> Take:
    """One that was begun elsewhere, by people's own press."""
    started = began(told, moment)
    return Take(
        id=new_id(),
        room=room.id,
        connection=room.connection,
        state=state_of(told),
        noted=moment,
        started=started,
        session=attached(event, room.name, started + event.clock_offset),
    )
