"""Making rooms at their providers: once, for whoever comes first, and anew when gone."""

import asyncio
from dataclasses import replace
from functools import partial

from integrations.errors import Unreachable
from integrations.sharing import Shared
from integrations.video.provider import Place, VideoProvider
from orchestrator.database import Database
from orchestrator.ids import RoomId
from orchestrator.rooms.model import Room
from orchestrator.rooms.video import store

# Longer than anybody waits: who comes later is let in by what was begun before.
_SECONDS_TO_MAKE = 10.0
# An account whose every new room is gone is not filled with rooms.
_SECONDS_BEFORE_ANOTHER = 60.0

_Key = tuple[RoomId, str]


class Making:
    """Providers' names of rooms, which say that these were made."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[_Key, str] = {}
        self._asked: Shared[tuple[_Key, str | None], None] = Shared()
        self._again: dict[_Key, float] = {}

    async def noted(self, room: Room, place: Place) -> Place:
        """``place`` with its provider's name of ``room``, if it has been made. It is
        read each time: another process may have made another.
        """
        key = (room.id, room.connection)
        async with self._database.reading() as session:
            noted = await store.reference(session, *key)
        if noted is None:
            return place
        self._known[key] = noted
        return replace(place, reference=noted)

    async def made(
        self,
        room: Room,
        place: Place,
        provider: VideoProvider,
        *,
        gone: str | None = None,
    ) -> Place:
        """``place`` with the name of ``room``, which is made if it was not, and anew if
        it is still the one that is ``gone``.

        Who comes while it is made is told what the first one is. Raises
        ``IntegrationError``.
        """
        key = (room.id, room.connection)
        if self._known.get(key) in (None, gone):
            make = partial(self._make, key, place, provider, gone)
            await self._asked.of((key, gone), make)
        return replace(place, reference=self._known[key])

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
