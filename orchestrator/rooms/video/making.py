"""Making rooms at their providers: once, for whoever comes first, and anew when gone."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

import structlog

from integrations.errors import Gone, Unreachable
from integrations.sharing import Shared
from integrations.video.provider import Document, Entry, Guest, Place, VideoProvider
from orchestrator.database import Database
from orchestrator.ids import RoomId
from orchestrator.programme.model import Event
from orchestrator.rooms.model import Room
from orchestrator.rooms.video import store
from orchestrator.rooms.video.places import placed

# Longer than anybody waits: who comes later is let in by what was begun before.
_SECONDS_TO_MAKE = 10.0
# An account whose every new room is gone is not filled with rooms.
_SECONDS_BEFORE_ANOTHER = 60.0

_Key = tuple[RoomId, str]

Slides = Callable[[Event, Room], Awaitable[tuple[Document, ...]]]
"""What is to be shown in a room now, at addresses that a provider can fetch from."""

_log = structlog.get_logger(__name__)


async def _nothing(_event: Event, _room: Room) -> tuple[Document, ...]:
    return ()


class Making:
    """Providers' names of rooms, which say that these were made.

    ``show`` says what is shown in them, where their providers show anything.
    """

    def __init__(self, database: Database, base_url: str) -> None:
        self._database = database
        self._base_url = base_url
        self.show: Slides = _nothing
        self._known: dict[_Key, str] = {}
        self._asked: Shared[tuple[_Key, str | None], None] = Shared()
        self._again: dict[_Key, float] = {}

    async def close(self) -> None:
        """Leave what is being made."""
        await self._asked.close()

    async def noted(self, event: Event, room: Room) -> Place:
        """The place of ``room``, with its provider's name if it has been made. That is
        read each time: another process may have made another.
        """
        key, place = (room.id, room.connection), placed(event, room, self._base_url)
        async with self._database.reading() as session:
            noted = await store.reference(session, *key)
        if noted is None:
            return place
        self._known[key] = noted
        return replace(place, reference=noted)

    async def made(
        self,
        event: Event,
        room: Room,
        provider: VideoProvider,
        *,
        gone: str | None = None,
    ) -> Place:
        """The place of ``room``, which is made if it was not, and anew if it is still
        the one that is ``gone``.

        Who comes while it is made is told what the first one is. Raises
        ``IntegrationError``.
        """
        key, place = (room.id, room.connection), placed(event, room, self._base_url)
        if provider.capabilities.slides:
            place = replace(place, slides=await self.show(event, room))
        if self._known.get(key) in (None, gone):
            make = partial(self._make, key, place, provider, gone)
            await self._asked.of((key, gone), make)
        return replace(place, reference=self._known[key])

    async def entry(
        self,
        event: Event,
        room: Room,
        provider: VideoProvider,
        place: Place,
        guest: Guest,
    ) -> Entry:
        """The way in; of a room that is no more at its provider, into a new one."""
        try:
            return await provider.entry(place, guest)
        except Gone as error:
            _log.warning("room-gone", room=room.id, error=str(error))
            again = await self.made(event, room, provider, gone=place.reference)
            return await provider.entry(again, guest)

    async def _make(
        self, key: _Key, place: Place, provider: VideoProvider, gone: str | None
    ) -> None:
        try:
            async with asyncio.timeout(_SECONDS_TO_MAKE):
                self._known[key] = await self._reference(key, place, provider, gone)
        except TimeoutError as error:
            raise Unreachable("The provider did not make the room in time.") from error

    async def _reference(
        self, key: _Key, place: Place, provider: VideoProvider, gone: str | None
    ) -> str:
        """What is noted; of two processes that make a room at once, the first's."""
        async with self._database.reading() as session:
            noted = await store.reference(session, *key)
        if noted is not None and noted != gone:
            return noted
        moment = asyncio.get_running_loop().time()
        if noted is not None and moment < self._again.get(key, moment):
            raise Unreachable("The provider has lost the room again.")
        given = await provider.ensure(place)
        async with self._database.transaction() as session:
            if noted is None:
                await store.made(session, *key, given)
            else:
                self._again[key] = moment + _SECONDS_BEFORE_ANOTHER
                await store.made_anew(session, *key, given, former=noted)
            return await store.reference(session, *key) or ""
