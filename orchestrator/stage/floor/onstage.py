"""Telling providers who has the floor: who gains it and who loses it.

Whoever carried a press out tells at once, without anybody waiting for it. What is
told is looked up anew at each try, so that it may be told twice, or late, and does
no harm. What was lost on the way, and what the clock alone changes, the provider's
own list puts right: it is asked for after each press, since another process may have
let somebody speak, and every 30 s, by one of all processes.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import NamedTuple

import structlog

from integrations.video.provider import Participant
from orchestrator.errors import NotFound
from orchestrator.ids import EventId, RegistrantId, RoomId
from orchestrator.programme.model import Event
from orchestrator.rooms.errors import RoomSilent
from orchestrator.rooms.model import Room
from orchestrator.rooms.service import Rooms
from orchestrator.stage.floor.service import Floors

Find = Callable[[str], Awaitable[Event]]

Look = Callable[[], Awaitable[None]]
"""Has what other processes changed known here."""

PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 8.0)
"""Seconds between tries, a little more or less; after them the list mends it."""

# Seats change all the time while people come in, hands seldom go with them.
_SECONDS_BETWEEN_TIDYING = 0.5

_log = structlog.get_logger(__name__)


class _Key(NamedTuple):
    """Who is to be told of, in which room of which meeting; None: whoever speaks there
    by the provider's list and must not, or the other way round.
    """

    slug: str
    room: RoomId
    who: RegistrantId | None = None


class Onstage:
    """Has the providers follow the floor."""

    def __init__(
        self,
        floors: Floors,
        rooms: Rooms,
        *,
        find: Find,
        looks: Sequence[Look],
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self._floors = floors
        self._rooms = rooms
        self._find = find
        self._looks = tuple(looks)
        self._pauses = tuple(pauses)
        self._told: dict[EventId, dict[RoomId, frozenset[RegistrantId]]] = {}
        """Who had the floor when this process last told of it."""
        self._pressed: set[str] = set()
        self._looking: set[str] = set()
        self._due: set[_Key] = set()
        self._going: set[_Key] = set()
        self._untidy: set[str] = set()
        self._wake, self._seats = asyncio.Event(), asyncio.Event()

    def pressed(self, slug: str) -> None:
        """A press that was carried out here may have moved the floor at ``slug``."""
        self._pressed.add(slug)
        self._wake.set()

    def seats_changed(self, slug: str) -> None:
        """Somebody came or left at ``slug``: who left asks for the floor no more."""
        if self._floors.may_have_hands(slug):
            self._untidy.add(slug)
            self._seats.set()

    async def heard(
        self, event: Event, room: Room, participants: Sequence[Participant]
    ) -> None:
        """Put right whom the provider of ``room`` lets speak, by its list."""
        if self._rooms.video.can(room).stage:
            # A chair may have pressed while the provider answered.
            event = await self._by_now(event.slug)
            speaking = await self._floors.speaking(event, room)
            known = await self._floors.people(event)
            # What was told stays noted as it was: who is not on the list yet has to be
            # told of by the next press as well. Telephones are nobody's.
            self._begin(
                _Key(event.slug, room.id, RegistrantId(one.id))
                for one in participants
                if one.speaks is not None
                and one.speaks != (one.id in speaking)
                and one.id in known
            )

    async def check(
        self, event: Event, room: Room, registrant: RegistrantId, speaks: bool | None
    ) -> None:
        """Put right whether somebody speaks who has just come with that right: his way
        in may have been made before the floor went to another.
        """
        if speaks is None or not self._rooms.video.can(room).stage:
            return
        if speaks:
            # A press in another process may have just taken it from him.
            event = await self._by_now(event.slug)
        if speaks != (registrant in await self._floors.speaking(event, room)):
            self._begin([_Key(event.slug, room.id, registrant)])

    def forget(self, event: EventId) -> None:
        """``event`` is no more."""
        self._told.pop(event, None)

    async def run(self) -> None:
        """Tell what is due, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._tidy_all())
            while True:
                await self._wake.wait()
                self._wake.clear()
                for slug in self._pressed - self._looking:
                    self._looking.add(slug)
                    group.create_task(self._look_at(slug))
                for key in self._due - self._going:
                    self._going.add(key)
                    group.create_task(self._follow(key))

    async def _look_at(self, slug: str) -> None:
        """One look after the other, while there is something new."""
        try:
            while slug in self._pressed:
                self._pressed.discard(slug)
                await self._look(slug)
        finally:
            self._looking.discard(slug)

    async def _look(self, slug: str) -> None:
        """Begin to tell what a press at ``slug`` changed, then to ask who speaks."""
        try:
            event = await self._find(slug)
            rooms = [
                room
                for room in await self._rooms.of(event)
                if self._rooms.video.can(room).stage
            ]
            for room in rooms:
                await self._compare(event, room)
            self._begin(_Key(slug, room.id) for room in rooms)
        except NotFound:
            return
        except Exception as error:  # noqa: BLE001 -- one must not stop the others
            _log.warning("floor-not-followed", slug=slug, exc_info=error)
            await asyncio.sleep(self._pauses[0])
            self._pressed.add(slug)

    async def _compare(self, event: Event, room: Room) -> None:
        speaking = await self._floors.speaking(event, room)
        told = self._told.setdefault(event.id, {})
        former, told[room.id] = told.get(room.id), speaking
        changed = speaking if former is None else speaking ^ former
        self._begin(_Key(event.slug, room.id, who) for who in changed)

    async def _by_now(self, slug: str) -> Event:
        """The meeting as it is by now: with what was pressed in other processes."""
        for look in self._looks:
            await look()
        return await self._find(slug)

    def _begin(self, keys: Iterable[_Key]) -> None:
        self._due.update(keys)
        self._wake.set()

    async def _follow(self, key: _Key) -> None:
        """Tell of one person, or ask for the list, until it works, and again if that
        was wanted meanwhile.
        """
        pauses = iter(self._pauses)
        try:
            while key in self._due:
                self._due.discard(key)
                if not await self._tell(key) and (pause := next(pauses, None)):
                    self._due.add(key)
                    await asyncio.sleep(pause * random.uniform(0.75, 1.25))  # noqa: S311 -- no secret
        finally:
            self._going.discard(key)

    async def _tell(self, key: _Key) -> bool:
        """Tell what is true by now; False where the provider did not take it."""
        try:
            event = await self._by_now(key.slug)
            rooms = await self._rooms.of(event)
            room = next((one for one in rooms if one.id == key.room), None)
            if room is None:
                return True
            if key.who is None:
                return await self._ask(event, room)
            speaks = key.who in await self._floors.speaking(event, room)
            return await self._rooms.video.let_speak(
                event, room, key.who, speaks=speaks
            )
        except NotFound:
            return True
        except Exception as error:  # noqa: BLE001 -- one must not stop the others
            _log.warning("floor-not-told", room=key.room, exc_info=error)
            return False

    async def _ask(self, event: Event, room: Room) -> bool:
        """Compare with the provider's list; False where it did not answer."""
        try:
            participants = await self._rooms.video.present(event, room)
        except RoomSilent:
            return False
        if participants is not None:
            await self.heard(event, room, participants)
        return True

    async def _tidy_all(self) -> None:
        """Have the hands lowered of those who left."""
        while True:
            await self._seats.wait()
            self._seats.clear()
            untidy, self._untidy = self._untidy, set()
            for slug in untidy:
                try:
                    await self._floors.tidy(await self._find(slug))
                except NotFound:
                    continue
                except Exception as error:  # noqa: BLE001 -- one must not stop the others
                    _log.warning("hands-not-lowered", slug=slug, exc_info=error)
            await asyncio.sleep(_SECONDS_BETWEEN_TIDYING)
