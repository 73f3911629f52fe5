"""Rooms at their providers: the way in, who is there, who is put out."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from integrations.errors import IntegrationError
from integrations.http import Wire
from integrations.video.choose import choose
from integrations.video.events import Recording
from integrations.video.provider import (
    Capabilities,
    Entry,
    Guest,
    Participant,
    Place,
    VideoProvider,
)
from integrations.video.setup import Around, UnusableSetting
from orchestrator.clock import Clock, utc_now
from orchestrator.database import Database
from orchestrator.ids import RegistrantId
from orchestrator.programme.model import Event
from orchestrator.rooms.errors import RoomNotSet, RoomSilent
from orchestrator.rooms.model import BUILT_IN, CONNECTION, LINK, REHEARSAL, Room
from orchestrator.rooms.video import store
from orchestrator.rooms.video.making import Making, Slides
from orchestrator.rooms.video.places import bare

_NOTHING = Capabilities()
# A person at the door is told within 5 s, whatever is asked for him, and of whom.
_SECONDS_AT_THE_DOOR = 5.0

T = TypeVar("T")

MOVES_WITHIN = timedelta(seconds=10)
"""A page goes over to another connection in this time, reconnecting included."""

_log = structlog.get_logger(__name__)


class Video:
    """The connections of this installation, and the rooms on them.

    ``base_url`` is this service's own address, to which providers report.
    """

    def __init__(
        self,
        database: Database,
        connections: Mapping[str, Mapping[str, str]],
        *,
        wire: Wire | None = None,
        base_url: str = "",
        clock: Clock = utc_now,
    ) -> None:
        self._database = database
        self._clock = clock
        rehearsal = {REHEARSAL: BUILT_IN[REHEARSAL]}
        self._connections = {**BUILT_IN, **connections, **rehearsal}
        self._base_url = base_url
        self.wire = wire or Wire()
        self._providers: dict[str, VideoProvider | None] = {}
        self._making = Making(database, base_url)

    def show(self, slides: Slides) -> None:
        """Have rooms opened with ``slides``, where their providers show any."""
        self._making.show = slides

    @property
    def names(self) -> tuple[str, ...]:
        """The connections that rooms can be put on."""
        there = {CONNECTION, *self._connections} - {REHEARSAL}
        return tuple(sorted(there))

    def on(self, connection: str) -> VideoProvider | None:
        """The provider of ``connection``, None where its settings are of no use.

        A name that nobody has set up takes plain addresses.
        """
        if connection not in self._providers:
            settings = self._connections.get(connection, {})
            callback = f"{self._base_url}/webhooks/{connection}"
            around = Around(self.wire, callback, self._clock)
            try:
                self._providers[connection] = choose(settings, around)
            except UnusableSetting as error:
                # The text of the error names the setting, not its value.
                _log.warning(
                    "connection-unusable", connection=connection, key=error.key
                )
                self._providers[connection] = None
        return self._providers[connection]

    def provider_of(self, connection: str) -> str:
        """What ``connection`` is on, as the settings name it."""
        return self._connections.get(connection, {}).get("provider", "link").lower()

    def takes_address(self, connection: str) -> bool:
        """Whether rooms on ``connection`` are wherever an organiser says."""
        return self.provider_of(connection) == "link"

    def placed(self, room: Room) -> Room:
        """``room`` where it is now: one that was given an address stays there, also
        when its connection has become one that takes none.
        """
        if not room.url or self.takes_address(room.connection):
            return room
        return replace(room, connection=LINK)

    def can(self, room: Room) -> Capabilities:
        """What the provider of ``room`` can do; nothing while there is none."""
        provider = self.on(room.connection)
        if provider is None or not provider.leads(bare(room)):
            return _NOTHING
        return provider.capabilities

    def is_set(self, room: Room) -> bool:
        """Whether people can be led into ``room``."""
        provider = self.on(room.connection)
        return provider is not None and provider.leads(bare(room))

    def measures(self, room: Room) -> bool:
        """Whether attendance of ``room`` rests on signs of life: its provider tells who
        comes and goes, or the page stays open beside it.
        """
        return self.can(room).presence or self.can(room).beside

    async def way_in(
        self, event: Event, room: Room, guest: Guest, *, version: int = 1
    ) -> Entry:
        """What lets ``guest`` in: for the holder of a seat only, who has come by
        personal links of that ``version``.

        Raises ``RoomNotSet`` while the organisers have named no place, and
        ``RoomSilent`` when the provider does not answer, or refuses.
        """
        provider = self.on(room.connection)
        if provider is None or not provider.leads(bare(room)):
            raise RoomNotSet(
                "The organisers have not opened the video room yet. Your seat is kept."
            )
        keeps = provider.capabilities.keeps
        known = guest
        try:
            async with asyncio.timeout(_SECONDS_AT_THE_DOOR):
                place = await self._making.made(event, room, provider)
                if keeps:
                    known = await self._good(provider, place, room, guest, version)
                entry = await self._making.entry(event, room, provider, place, known)
        except (IntegrationError, TimeoutError) as error:
            _log.warning("no-way-in", room=room.id, error=str(error) or "too late")
            raise RoomSilent(
                "The video room does not answer. Your seat is kept."
            ) from error
        if keeps and entry.kept != known.kept:
            async with self._database.transaction() as session:
                his = (room.id, room.connection, RegistrantId(guest.id))
                await store.keep(session, *his, entry.kept, version)
        return entry

    async def present(self, event: Event, room: Room) -> tuple[Participant, ...] | None:
        """Who is in ``room`` by its provider, None where it lists nobody.

        Raises ``RoomSilent`` when the provider does not answer.
        """
        provider = self.on(room.connection)
        if provider is None or not self.can(room).listing:
            return None
        try:
            noted = await self._making.noted(event, room)
            there = await provider.participants(noted)
        except IntegrationError as error:
            raise RoomSilent("Please try again in a minute.") from error
        marks = {one.mark for one in there if one.mark}
        known = await self.marked(room, room.connection, marks) if marks else {}
        return tuple(replace(one, id=known.get(one.mark, one.id)) for one in there)

    async def put_out(self, event: Event, room: Room, registrant: RegistrantId) -> bool:
        """Have the provider of the room's connection put somebody out who has no seat
        any more, and keep him out as far as it can. Whether it did: False where it
        did not answer.
        """
        guest = Guest(id=registrant, name="")

        async def remove(provider: VideoProvider, place: Place) -> None:
            if not provider.capabilities.keeps:
                await provider.remove(place, guest)
                return
            known, _ = await self._known(room, guest)
            await self._remove(provider, place, room, known)

        return await self._told(event, room, "not-put-out", remove)

    async def let_speak(
        self, event: Event, room: Room, registrant: RegistrantId, *, speaks: bool
    ) -> bool:
        """Give somebody the right to speak, or take it. Whether the provider took it."""
        if not self.can(room).stage:
            return True

        async def let(provider: VideoProvider, place: Place) -> None:
            await provider.let_speak(place, registrant, speaks=speaks)

        return await self._told(event, room, "floor-not-given", let)

    async def leave(self, session: AsyncSession, room: Room) -> None:
        """People go from ``room``, on the connection that it has had until now, to
        another: it is ended there when they have gone over.
        """
        if not self.takes_address(room.connection):
            await store.end_after(session, room.id, room.connection, MOVES_WITHIN)

    async def end(self, event: Event, room: Room) -> bool:
        """Have the provider put everybody out and close ``room``. Whether it did."""

        async def end(provider: VideoProvider, place: Place) -> None:
            await provider.end(place)

        return await self._told(event, room, "room-not-ended", end)

    async def start_recording(self, event: Event, room: Room) -> str:
        """Have ``room`` recorded; the provider's id of the recording.

        Raises ``RoomNotSet`` and ``RoomSilent`` as ``way_in``.
        """
        await self.place(event, room)
        return await self._asked(event, room, lambda p, at: p.start_recording(at))

    async def stop_recording(self, event: Event, room: Room, recording: str) -> None:
        """Have the recording of that id end; raises as ``start_recording``."""
        await self._asked(event, room, lambda p, at: p.stop_recording(at, recording))

    async def recordings(self, event: Event, room: Room) -> tuple[Recording, ...]:
        """What was recorded in ``room``; raises as ``start_recording``."""
        return await self._asked(event, room, lambda p, at: p.recordings(at))

    async def everywhere(self, room: Room) -> tuple[Room, ...]:
        """``room`` on each connection where it was made: on a former one there may
        still be people.
        """
        async with self._database.reading() as session:
            made = await store.connections_of(session, room.id)
        return tuple(replace(room, connection=one) for one in made)

    async def connections(self, event: Event) -> tuple[str, ...]:
        """The connections that rooms of ``event`` were ever made on."""
        async with self._database.reading() as session:
            return await store.connections(session, event.id)

    async def find(self, connection: str, word: str) -> Room | None:
        """The room that a provider names ``word``: our name of it, or its own."""
        async with self._database.reading() as session:
            found = await store.find(session, connection, word)
        return None if found is None else self.placed(found)

    async def marked(
        self, room: Room, connection: str, marks: Collection[str]
    ) -> Mapping[str, RegistrantId]:
        """Of whom on ``connection`` something is kept that has one of ``marks`` in it."""
        async with self._database.reading() as session:
            everybody = await store.kept_of_all(session, room.id, connection)
        return {
            mark: registrant
            for mark in marks
            for registrant, kept in everybody.items()
            if mark in kept
        }

    async def place(self, event: Event, room: Room) -> Place:
        """``room`` as providers are told it, made there if it was not.

        Raises ``RoomNotSet`` and ``RoomSilent`` as ``way_in``.
        """
        provider = self.on(room.connection)
        if provider is None:
            raise RoomNotSet("The room's connection cannot be used: see its settings.")
        try:
            return await self._making.made(event, room, provider)
        except IntegrationError as error:
            raise RoomSilent("Please try again in a minute.") from error

    async def close(self) -> None:
        """End the connections to providers' servers, and what is asked by them."""
        await self._making.close()
        await self.wire.close()

    async def _asked(
        self,
        event: Event,
        room: Room,
        what: Callable[[VideoProvider, Place], Awaitable[T]],
    ) -> T:
        """What the provider of ``room`` answers."""
        provider = self.on(room.connection)
        if provider is None:
            raise RoomNotSet("The room's connection cannot be used: see its settings.")
        try:
            return await what(provider, await self._making.noted(event, room))
        except IntegrationError as error:
            _log.warning("recording-not-asked", room=room.id, error=str(error))
            raise RoomSilent("Nothing has changed. Please try again.") from error

    async def _told(
        self,
        event: Event,
        room: Room,
        failure: str,
        what: Callable[[VideoProvider, Place], Awaitable[None]],
    ) -> bool:
        """Do ``what`` at the provider; False, and logged, where it did not work."""
        provider = self.on(room.connection)
        if provider is None:
            return True
        try:
            await what(provider, await self._making.noted(event, room))
        except IntegrationError as error:
            _log.warning(failure, room=room.id, error=str(error))
            return False
        return True

    async def _known(self, room: Room, guest: Guest) -> tuple[Guest, int]:
        """``guest`` with what is kept of him, and by which links he came then."""
        async with self._database.reading() as session:
            kept, version = await store.kept(
                session, room.id, room.connection, RegistrantId(guest.id)
            )
        return replace(guest, kept=kept), version

    async def _good(
        self,
        provider: VideoProvider,
        place: Place,
        room: Room,
        guest: Guest,
        version: int,
    ) -> Guest:
        """``guest`` with what is kept of him. What he got by a link that was revoked
        since is taken back first: whoever has it must not come in with it.
        """
        known, former = await self._known(room, guest)
        if not known.kept or former >= version:
            return known
        await self._remove(provider, place, room, known)
        return guest

    async def _remove(
        self, provider: VideoProvider, place: Place, room: Room, known: Guest
    ) -> None:
        """Have what is kept of somebody lead in no more: the next is another."""
        await provider.remove(place, known)
        async with self._database.transaction() as session:
            his = (room.id, room.connection, RegistrantId(known.id))
            await store.forget_guest(session, *his, known.kept)
