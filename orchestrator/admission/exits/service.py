"""The way out of video rooms: providers are told who must not be in, until they take it.

Whoever sends somebody out asks at once, and waits a few seconds at most. What was not
taken is asked again beside the answering of requests, as long as it is still true. Who
was cancelled, or whose links were revoked, mostly by a command in another process, is
looked for when the access epoch has moved. What a provider gave to be kept tells for
ever whom it has still to be told of.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import structlog

from orchestrator.admission.history import store as history
from orchestrator.database import Database
from orchestrator.errors import NotFound, Unavailable
from orchestrator.ids import RegistrantId, RoomId, may_be_id
from orchestrator.programme.model import Event
from orchestrator.rooms.model import Room
from orchestrator.rooms.service import Rooms

Find = Callable[[str], Awaitable[Event]]

PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 120.0)
"""Seconds between tries, a little more or less; then it is hopeless for a while."""

# Who waits is answered within 5 s, whatever a provider does.
_PATIENCE = 4.0
# A little longer than all tries take.
_SECONDS_BETWEEN_LOOKS = 300.0

_log = structlog.get_logger(__name__)


class _Key(NamedTuple):
    """Who is to be put out, and where."""

    room: RoomId
    connection: str
    who: RegistrantId


class Exits:
    """Has providers put out who must not be in a room."""

    def __init__(
        self, database: Database, rooms: Rooms, *, pauses: Sequence[float] = PAUSES
    ) -> None:
        self._database = database
        self._rooms = rooms
        self._pauses = tuple(pauses)
        self._due: dict[_Key, tuple[Event, Room]] = {}
        self._going: set[_Key] = set()
        self._doubted: set[str] = set()
        self._wake = asyncio.Event()

    async def put_out(self, event: Event, registrant: RegistrantId) -> bool:
        """Put somebody out of every room of ``event``, wherever each ever was; all are
        asked at the same time. False: not all answered, and ``run`` asks them again.
        """
        answers = await asyncio.gather(
            *(
                self.put_out_of(event, place, registrant)
                for place in await self._places(event)
            )
        )
        return all(answers)

    async def put_out_of(
        self, event: Event, room: Room, registrant: RegistrantId
    ) -> bool:
        """As ``put_out``, of one room on the connection that it names."""
        if await self._ask(event, room, registrant):
            return True
        self._begin(event, room, registrant)
        return False

    async def entitled(self, slug: str) -> None:
        """Somebody at ``slug`` may not be who he was: have ``run`` look who is in."""
        self._doubted.add(slug)
        self._wake.set()

    async def run(self, find: Find) -> None:
        """Put out who must go, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._look_now_and_then(find))
            while True:
                await self._wake.wait()
                self._wake.clear()
                doubted, self._doubted = self._doubted, set()
                for slug in doubted:
                    group.create_task(self._look_at(slug, find))
                for key in self._due.keys() - self._going:
                    self._going.add(key)
                    group.create_task(self._follow(key))

    async def _look_now_and_then(self, find: Find) -> None:
        """Also for whom a process that has ended was asked, or could not tell of."""
        while True:
            await self._persist(lambda: self._search_kept(find))
            await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)

    async def _look_at(self, slug: str, find: Find) -> None:
        await self._persist(lambda: self._search_kept(find))
        await self._persist(lambda: self._search(slug, find))

    async def _follow(self, key: _Key) -> None:
        try:
            await self._persist(lambda: self._tell(key))
        finally:
            self._going.discard(key)
            self._due.pop(key, None)

    async def _persist(self, tried: Callable[[], Awaitable[bool]]) -> None:
        """Try until it worked, or it is hopeless."""
        for pause in (0.0, *self._pauses):
            await asyncio.sleep(pause * random.uniform(0.75, 1.25))  # noqa: S311 -- no secret
            try:
                if await tried():
                    return
            except NotFound:
                return  # the meeting has just been removed
            except Exception as error:  # noqa: BLE001 -- one must not stop the others
                _log.warning("exits-not-followed", exc_info=error)

    async def _search_kept(self, find: Find) -> bool:
        """Begin with those whose own way in still leads in."""
        async with self._database.reading() as session:
            ways = await history.ways_to_end(session)
        for slug, room, connection, who in ways:
            try:
                event = await find(slug)
            except NotFound:
                continue
            for one in await self._rooms.of(event):
                if one.id == room:
                    self._begin(event, replace(one, connection=connection), who)
        return True

    async def _search(self, slug: str, find: Find) -> bool:
        """Begin with those who are in a room of ``slug`` by the providers' lists;
        False where one did not answer.
        """
        event, can = await find(slug), self._rooms.video.can
        answers = await asyncio.gather(
            *(
                self._search_room(event, place)
                for place in await self._places(event)
                if can(place).removal and can(place).listing
            )
        )
        return all(answers)

    async def _search_room(self, event: Event, room: Room) -> bool:
        try:
            async with asyncio.timeout(_PATIENCE):
                inside = await self._rooms.video.present(event, room)
        except (TimeoutError, Unavailable):
            return False
        ids = [RegistrantId(one.id) for one in inside or () if may_be_id(one.id)]
        async with self._database.reading() as session:
            out = await history.unwelcome(session, event.id, ids)
        for who in sorted(out):
            self._begin(event, room, who)
        return True

    async def _places(self, event: Event) -> list[Room]:
        """The rooms of ``event``, each on every connection where it was made."""
        rooms, video = await self._rooms.of(event), self._rooms.video
        return [place for room in rooms for place in await video.everywhere(room)]

    def _begin(self, event: Event, room: Room, who: RegistrantId) -> None:
        self._due[_Key(room.id, room.connection, who)] = event, room
        self._wake.set()

    async def _tell(self, key: _Key) -> bool:
        """Put him out if he still must go; False where the provider did not."""
        event, room = self._due[key]
        async with self._database.reading() as session:
            out = await history.unwelcome(session, event.id, [key.who])
            ways = () if out else await history.ways_to_end(session)
        if not out and key not in {_Key(*way[1:]) for way in ways}:
            return True
        return await self._ask(event, room, key.who)

    async def _ask(self, event: Event, room: Room, who: RegistrantId) -> bool:
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self._rooms.video.put_out(event, room, who)
        except (TimeoutError, Unavailable):
            return False
