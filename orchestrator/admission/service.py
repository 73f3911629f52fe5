"""Admission: from a known person to a seat, one each, up to the room's capacity."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.admission import store
from orchestrator.admission.doors import Door, DoorState, door_at
from orchestrator.admission.model import Entry, Seat, Standing
from orchestrator.database import Database, now
from orchestrator.ids import RegistrantId
from orchestrator.programme.model import Event, TimedSession
from orchestrator.registration.model import Registrant
from orchestrator.rooms import store as rooms_store
from orchestrator.rooms.errors import NoSuchRoom
from orchestrator.rooms.model import Room
from orchestrator.rooms.service import Rooms

# Only one's own parallel press can collide, and the second look finds its seat.
_TRIES = 3


async def provide_seats(session: AsyncSession, room: Room) -> None:
    """Have the seats of ``room`` as rows. Listener of the rooms."""
    await store.provide(session, room.id, room.capacity)


async def free_seats(session: AsyncSession, registrant: Registrant) -> None:
    """Take every seat from somebody who is to be out. Listener of registration."""
    await store.release_all(session, registrant.id)


async def keep_seats(session: AsyncSession, event: Event) -> None:
    """Have seats last until the doors of ``event`` close as they stand now: who
    entered before the closing was moved stays in. Listener of the programme.
    """
    present = await now(session) + event.clock_offset
    for room in await rooms_store.of_event(session, event.id):
        door = door_of(event, room, present)
        if door.is_open and door.closes is not None:
            await store.keep(session, room.id, present, door.closes)


class Admission:
    """Doors and seats of every room."""

    def __init__(self, database: Database, rooms: Rooms) -> None:
        self._database = database
        self._rooms = rooms

    async def look(
        self,
        event: Event,
        registrant: RegistrantId,
        now: datetime,
        *,
        room: str | None = None,
    ) -> Entry:
        """Where ``registrant`` stands with a room; changes nothing."""
        place = choose_room(await self._rooms.of(event), event, now, room)
        door = door_of(event, place, now)
        async with self._database.reading() as session:
            seat = await store.held(session, place.id, registrant, now)
            full = (
                seat is None
                and door.is_open
                and await store.taken(session, place.id, now) >= place.capacity
            )
        return _entry(place, door, seat, full=full)

    async def enter(
        self,
        event: Event,
        registrant: RegistrantId,
        now: datetime,
        *,
        room: str | None = None,
    ) -> Entry:
        """Take a seat (or keep the one held) if the doors are open and one is free.

        In a room that reports nobody a seat is held until its holder leaves or
        the doors close. A seat in another room of the event is given back.
        """
        rooms = await self._rooms.of(event)
        place = choose_room(rooms, event, now, room)
        door = door_of(event, place, now)
        if not door.is_open or door.closes is None:
            return _entry(place, door, None, full=False)
        seat = await self._take(place, registrant, now, door.closes, rooms)
        return _entry(place, door, seat, full=seat is None)

    async def leave(self, event: Event, registrant: RegistrantId) -> None:
        """Give back whatever seat ``registrant`` holds in ``event``."""
        rooms = await self._rooms.of(event)
        async with self._database.transaction() as session:
            for room in rooms:
                await store.release(session, room.id, registrant)

    async def taken(self, event: Event, room: Room, now: datetime) -> int:
        """How many people hold a seat in ``room``."""
        async with self._database.reading() as session:
            return await store.taken(session, room.id, now)

    async def _take(
        self,
        room: Room,
        registrant: RegistrantId,
        now: datetime,
        until: datetime,
        rooms: Sequence[Room],
    ) -> Seat | None:
        for last in (*[False] * (_TRIES - 1), True):
            try:
                return await self._look_twice(room, registrant, now, until, rooms)
            except IntegrityError:
                if last:
                    raise
        return None  # pragma: no cover -- the loop returns or raises

    async def _look_twice(
        self,
        room: Room,
        registrant: RegistrantId,
        now: datetime,
        until: datetime,
        rooms: Sequence[Room],
    ) -> Seat | None:
        """A seat at the first look, which passes over rows that others hold; else
        at the second, alone: SQLite has one writer and needs only the first.
        """
        for alone in (False,) if self._database.is_sqlite else (False, True):
            async with self._database.transaction() as session:
                if alone:
                    await store.lock(session, room.id)
                seat = await _seat(session, room, registrant, now, until, alone=alone)
                if seat is not None:
                    await _leave_others(session, room, rooms, registrant)
                    return seat
        return None


async def _seat(
    session: AsyncSession,
    room: Room,
    registrant: RegistrantId,
    now: datetime,
    until: datetime,
    *,
    alone: bool,
) -> Seat | None:
    """The seat held, else the lowest free one, else None.

    Before None, one more look at what he holds: his own press on another device
    may have taken the last seat in the meantime.
    """
    return (
        await store.renew(session, room.id, registrant, until)
        or await store.take(
            session,
            room.id,
            registrant,
            now=now,
            until=until,
            capacity=room.capacity,
            alone=alone,
        )
        or await store.renew(session, room.id, registrant, until)
    )


async def _leave_others(
    session: AsyncSession, room: Room, rooms: Sequence[Room], registrant: RegistrantId
) -> None:
    for other in rooms:
        if other.id != room.id:
            await store.release(session, other.id, registrant)


def door_of(event: Event, room: Room, now: datetime) -> Door:
    """The doors of ``room`` at ``now``."""
    return door_at(sessions_in(event, room.name), now)


def sessions_in(event: Event, room: str) -> tuple[TimedSession, ...]:
    """The sessions of ``event`` that are held in the room of that name."""
    timed = event.timetable.sessions
    return tuple(one for one in timed if one.session.room == room)


def choose_room(
    rooms: Sequence[Room], event: Event, now: datetime, wanted: str | None
) -> Room:
    """The room asked for, else the one that is open, else the one that opens next.

    Raises ``NoSuchRoom`` naming those there are.
    """
    if wanted is not None:
        for room in rooms:
            if room.name == wanted:
                return room
        known = ", ".join(room.name for room in rooms)
        raise NoSuchRoom(f"There is no room {wanted!r}. There are: {known}.")
    doors = [(door_of(event, room, now), room) for room in rooms]
    for state in (DoorState.OPEN, DoorState.BETWEEN, DoorState.BEFORE, DoorState.OVER):
        there = [(door, room) for door, room in doors if door.state is state]
        if there:
            return min(there, key=lambda one: (one[0].opens or now, one[1].name))[1]
    raise NoSuchRoom("This meeting has no room yet. Import its programme first.")


def _entry(room: Room, door: Door, seat: Seat | None, *, full: bool) -> Entry:
    if seat is not None and door.is_open:
        return Entry(room=room, door=door, standing=Standing.INSIDE, seat=seat)
    if not door.is_open:
        return Entry(room=room, door=door, standing=Standing.CLOSED)
    standing = Standing.FULL if full else Standing.OUTSIDE
    return Entry(room=room, door=door, standing=standing)
