"""Rooms of a meeting: made with its programme, given an address by the organiser."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from integrations.errors import IntegrationError, Rejected
from integrations.video.choose import UnusableSetting, check, choose
from integrations.video.link import checked
from integrations.video.provider import Guest, Participant, VideoProvider
from orchestrator.database import Database
from orchestrator.ids import EventId, RegistrantId, RoomId, new_id
from orchestrator.programme.model import Event, TimedSession
from orchestrator.programme.slug import is_rehearsal
from orchestrator.rooms import store
from orchestrator.rooms.errors import (
    RoomNotSet,
    RoomSilent,
    UnusableAddress,
    UnusableCapacity,
    UnusableConnection,
    UnusableStaffSeats,
    UnusableStream,
)
from orchestrator.rooms.model import (
    ALL_STAFF,
    BUILT_IN,
    CAPACITY,
    CONNECTION,
    REHEARSAL,
    Room,
    Setting,
)
from orchestrator.rooms.named import named

Listener = Callable[[AsyncSession, Room], Awaitable[None]]
"""Called inside the transaction that makes or changes a room."""

_log = structlog.get_logger(__name__)


class Rooms:
    """The rooms of every meeting."""

    def __init__(
        self,
        database: Database,
        connections: Mapping[str, Mapping[str, str]],
        listeners: Sequence[Listener] = (),
    ) -> None:
        self._database = database
        self._connections = {**connections, **BUILT_IN}
        self._listeners = tuple(listeners)
        self._kept: dict[EventId, tuple[int, tuple[Room, ...]]] = {}

    async def of(self, event: Event) -> tuple[Room, ...]:
        """The rooms of ``event``; kept in memory under its revision."""
        kept = self._kept.get(event.id)
        if kept is not None and kept[0] == event.revision:
            return kept[1]
        async with self._database.reading() as session:
            rooms = await store.of_event(session, event.id)
        self._kept[event.id] = (event.revision, rooms)
        return rooms

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
        ``UnusableStaffSeats``, or ``NoSuchRoom`` naming those there are.
        """
        whole = places(event)
        changes = dict(_changes(setting, whole))
        for room in named(await store.of_event(session, event.id), name):
            changed = replace(room, **changes).within(whole)
            _check_staff_seats(changed, setting.staff_seats)
            await self._save(session, changed)

    def is_set(self, room: Room) -> bool:
        """Whether people can be led into ``room``."""
        return self._provider(room) is not None

    def reports(self, room: Room) -> bool:
        """Whether the provider of ``room`` tells who is in it."""
        provider = self._provider(room)
        return provider is not None and provider.capabilities.presence

    async def present(self, room: Room) -> tuple[Participant, ...] | None:
        """Who is in ``room`` by its provider, None where it reports nobody.

        Raises ``RoomSilent`` when the provider does not answer.
        """
        provider = self._provider(room)
        if provider is None or not provider.capabilities.presence:
            return None
        try:
            return await provider.participants()
        except IntegrationError as error:
            raise RoomSilent("Please try again in a minute.") from error

    def leases(self, room: Room) -> bool:
        """Whether a seat in ``room`` lapses without signs of life: its provider
        tells who is there, or the page stays open beside it.
        """
        provider = self._provider(room)
        if provider is None:
            return False
        return provider.capabilities.presence or provider.capabilities.beside

    async def put_out(self, room: Room, registrant: RegistrantId) -> None:
        """Have the provider put somebody out, if it can; he has no seat any more."""
        provider = self._provider(room)
        if provider is None or not provider.capabilities.removal:
            return
        try:
            await provider.remove(registrant)
        except IntegrationError as error:
            _log.warning("not-put-out", room=room.id, exc_info=error)

    async def way_in(self, room: Room, guest: Guest) -> str:
        """The address that lets ``guest`` in: for the holder of a seat only.

        Raises ``RoomNotSet`` while the organisers have named no place.
        """
        try:
            provider = choose(
                self._connections.get(room.connection, {}), address=room.url
            )
            return await provider.entry(guest)
        except IntegrationError as error:
            raise RoomNotSet(
                "The organisers have not opened the video room yet. Your seat is kept."
            ) from error

    def _provider(self, room: Room) -> VideoProvider | None:
        """The place of ``room``, None while the organisers have named none."""
        connection = self._connections.get(room.connection, {})
        try:
            return choose(connection, address=room.url)
        except IntegrationError:
            return None

    async def _save(self, session: AsyncSession, room: Room) -> None:
        await store.save(session, room)
        for listener in self._listeners:
            await listener(session, room)


def _changes(
    setting: Setting, whole: int
) -> Iterator[tuple[str, Any]]:  # Any: fields of a room
    if setting.url is not None:
        yield "url", usable(setting.url)
    if setting.overflow is not None:
        yield "overflow", setting.overflow and _usable_stream(setting.overflow)
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


def check_connections(connections: Mapping[str, Mapping[str, str]]) -> None:
    """Raise ``UnusableConnection``, which names the variable, if one of the
    connections of the settings cannot lead to any room.
    """
    for name, connection in connections.items():
        try:
            check(connection)
        except UnusableSetting as error:
            variable = f"ORCHESTRATOR_VIDEO__{name}__{error.key}".upper()
            raise UnusableConnection(f"{variable}: {error}") from error


def usable(url: str) -> str:
    """``url`` if it can be the address of a room; raises ``UnusableAddress``."""
    try:
        return checked(url)
    except Rejected as error:
        raise UnusableAddress(str(error)) from error


def _usable_stream(url: str) -> str:
    try:
        return checked(url, of="stream")
    except Rejected as error:
        raise UnusableStream(str(error)) from error


def names(sessions: Sequence[TimedSession]) -> tuple[str, ...]:
    """The room names that ``sessions`` use, in order; one empty name at least."""
    used = dict.fromkeys(timed.session.room for timed in sessions)
    return tuple(used) or ("",)
