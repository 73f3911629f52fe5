"""Rooms of a meeting: made with its programme, given an address by the organiser."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from integrations.errors import Rejected
from integrations.http import Wire
from integrations.video.choose import choose
from integrations.video.link import checked
from integrations.video.setup import Around, UnusableSetting
from orchestrator.clock import utc_now
from orchestrator.database import Database
from orchestrator.ids import EventId, RoomId, new_id
from orchestrator.programme.model import Event, TimedSession
from orchestrator.programme.slug import is_rehearsal
from orchestrator.rooms import store
from orchestrator.rooms.errors import (
    NoSuchConnection,
    NoSuchRoom,
    UnusableAddress,
    UnusableCapacity,
    UnusableConnection,
    UnusableStaffSeats,
    UnusableStream,
)
from orchestrator.rooms.model import (
    ALL_STAFF,
    CAPACITY,
    CONNECTION,
    LINK,
    REHEARSAL,
    Room,
    Setting,
)
from orchestrator.rooms.named import named
from orchestrator.rooms.video.service import Video

Listener = Callable[[AsyncSession, Room], Awaitable[None]]
"""Called inside the transaction that makes or changes a room."""


class Rooms:
    """The rooms of every meeting."""

    def __init__(
        self,
        database: Database,
        connections: Mapping[str, Mapping[str, str]],
        listeners: Sequence[Listener] = (),
        *,
        wire: Wire | None = None,
        base_url: str = "",
    ) -> None:
        self._database = database
        self._base_url = base_url
        self.video = Video(database, connections, wire=wire, base_url=base_url)
        self._listeners = tuple(listeners)
        self._kept: dict[EventId, tuple[int, tuple[Room, ...]]] = {}

    async def of(self, event: Event) -> tuple[Room, ...]:
        """The rooms of ``event``; kept in memory under its revision."""
        kept = self._kept.get(event.id)
        if kept is not None and kept[0] == event.revision:
            return kept[1]
        async with self._database.reading() as session:
            rooms = await self._of_event(session, event.id)
        self._kept[event.id] = (event.revision, rooms)
        return rooms

    async def connections(self, event: Event) -> frozenset[str]:
        """Where the rooms of ``event`` are, and where they were: servers may tell of
        them still.
        """
        there = {room.connection for room in await self.of(event)}
        return frozenset({*there, *await self.video.connections(event)})

    async def by_id(self, room: RoomId) -> Room:
        """The room of that id; raises ``NoSuchRoom``."""
        async with self._database.reading() as session:
            found = await store.get(session, room)
        if found is None:
            raise NoSuchRoom("It was removed.")
        return self.video.placed(found)

    def forget(self, event: EventId) -> None:
        """``event`` is no more."""
        self._kept.pop(event, None)

    async def follow(self, session: AsyncSession, event: Event) -> None:
        """Have a room for every name the programme uses, with its capacity or the
        smaller one that the room was given.

        Listener of the programme. A room whose name has gone is kept: people
        may be in it.
        """
        whole = places(event)
        connection = REHEARSAL if is_rehearsal(event.slug) else CONNECTION
        there = {room.name: room for room in await store.of_event(session, event.id)}
        for name in names(event.timetable.sessions):
            room = there.get(name) or Room(
                id=RoomId(new_id()),
                event=event.id,
                name=name,
                capacity=whole,
                connection=connection,
            )
            await self._save(session, room.within(whole))

    async def set_up(
        self,
        session: AsyncSession,
        event: Event,
        setting: Setting,
        *,
        name: str | None = None,
    ) -> None:
        """Set one room (all of them without ``name``) up as ``setting`` says.

        Raises ``UnusableAddress``, ``UnusableStream``, ``UnusableCapacity``,
        ``UnusableStaffSeats``, ``NoSuchConnection``, or ``NoSuchRoom`` naming those
        there are.
        """
        whole = places(event)
        changes = dict(_changes(setting, whole, self._base_url))
        if setting.connection is not None:
            self._check_connection(setting.connection)
        for room in named(await self._of_event(session, event.id), name):
            moved = replace(room, connection=self._connection(room, setting))
            if setting.connection is not None and setting.url is None:
                bare = replace(moved, url="")
                # An address that was left would lead elsewhere than the connection.
                moved = bare if self.video.is_set(bare) else moved
            changed = replace(moved, **changes).within(whole)
            _check_staff_seats(changed, setting.staff_seats)
            await self._save(session, changed)
            if changed.connection != room.connection:
                await self.video.leave(session, room)

    async def _of_event(
        self, session: AsyncSession, event: EventId
    ) -> tuple[Room, ...]:
        rooms = await store.of_event(session, event)
        return tuple(self.video.placed(room) for room in rooms)

    def _connection(self, room: Room, setting: Setting) -> str:
        """Where ``room`` is then: an address takes it where addresses are taken."""
        if setting.connection is not None:
            return setting.connection
        by_address = self.video.takes_address(room.connection)
        return room.connection if not setting.url or by_address else LINK

    def _check_connection(self, name: str) -> None:
        if name not in self.video.names:
            known = ", ".join(self.video.names)
            raise NoSuchConnection(
                f"The settings have no connection {name!r}; there are: {known}."
            )

    async def _save(self, session: AsyncSession, room: Room) -> None:
        await store.save(session, room)
        for listener in self._listeners:
            await listener(session, room)


def _changes(
    setting: Setting, whole: int, base_url: str
) -> Iterator[tuple[str, Any]]:  # Any: fields of a room
    if setting.url is not None:
        yield "url", setting.url and usable(setting.url, base_url)
    if setting.overflow is not None:
        yield "overflow", setting.overflow and usable_stream(setting.overflow, base_url)
    if setting.fallback is not None:
        yield "fallback", setting.fallback and usable(setting.fallback, base_url)
    if setting.staff_seats is not None:
        as_many = setting.staff_seats == ALL_STAFF
        yield "staff_seats", None if as_many else setting.staff_seats
    if setting.capacity is not None:
        yield (
            "own_capacity",
            limit(setting.capacity, whole) if setting.capacity else None,
        )


def places(event: Event) -> int:
    """How many people a room of ``event`` holds that has no limit of its own."""
    return event.programme.capacity or CAPACITY


def limit(capacity: int, whole: int) -> int:
    """``capacity`` if it can limit a room of a meeting of ``whole`` places.

    Raises ``UnusableCapacity`` saying what can.
    """
    if not 1 <= capacity <= whole:
        raise UnusableCapacity(
            f"{capacity}: write a number from 1 to {whole}; "
            f"the meeting has {whole} places, and a room only fewer."
        )
    return capacity


def _check_staff_seats(room: Room, wanted: int | None) -> None:
    if wanted is not None and not ALL_STAFF <= wanted <= room.capacity:
        seats = f"{room.name}: {wanted}" if room.name else str(wanted)
        raise UnusableStaffSeats(
            f"{seats}. Write a number up to {room.capacity}, the seats of the room, "
            f"or {ALL_STAFF} for as many as there are staff."
        )


def check_connections(
    connections: Mapping[str, Mapping[str, str]], base_url: str
) -> None:
    """Raise ``UnusableConnection``, which names the variable, if one of the
    connections of the settings cannot lead to any room of the service at ``base_url``.
    """
    around = Around(Wire(), base_url, utc_now)
    for name, connection in connections.items():
        try:
            choose(connection, around)
        except UnusableSetting as error:
            variable = f"ORCHESTRATOR_VIDEO__{name}__{error.key}".upper()
            raise UnusableConnection(f"{variable}: {error}") from error


def usable(url: str, base_url: str) -> str:
    """``url`` if it can be the address of a room, which the service's own
    ``base_url`` is not; raises ``UnusableAddress``.
    """
    try:
        return checked(url, own=base_url)
    except Rejected as error:
        raise UnusableAddress(str(error)) from error


def usable_stream(url: str, base_url: str) -> str:
    """``url`` if it can be the address of a stream; raises ``UnusableStream``."""
    try:
        return checked(url, of="stream", own=base_url)
    except Rejected as error:
        raise UnusableStream(str(error)) from error


def names(sessions: Sequence[TimedSession]) -> tuple[str, ...]:
    """The room names that ``sessions`` use, in order; one empty name at least."""
    used = dict.fromkeys(timed.session.room for timed in sessions)
    return tuple(used) or ("",)
