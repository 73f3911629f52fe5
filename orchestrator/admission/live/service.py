"""What is going on in the rooms, followed while it changes.

Each process reads who is in and who waits from the database, at most once a second,
and at least every two seconds while anybody is there: when it changed something
itself, when another instance says so, and else by the clock. All instances read the
same rows, so they tell the same numbers; whatever news is lost on the way costs two
seconds.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

import structlog

from orchestrator.admission import store
from orchestrator.admission.events import RoomsChanged, StandingChanged
from orchestrator.admission.history import store as history
from orchestrator.admission.live.trust import Trust
from orchestrator.admission.model import Picture, Seat, Tally, Waiting
from orchestrator.admission.orders import Beat, Page
from orchestrator.admission.service import Admission
from orchestrator.admission.tally import View, figures, standing, tally
from orchestrator.attendance.beats import Beats
from orchestrator.attendance.model import Source
from orchestrator.attendance.service import Attendance
from orchestrator.database import Database, DatabaseUnavailable
from orchestrator.hub.channels import is_person, staff
from orchestrator.hub.hub import Hub
from orchestrator.ids import EventId, RegistrantId, RoomId
from orchestrator.programme.errors import NoSuchEvent
from orchestrator.programme.model import Event
from orchestrator.rooms.model import Room

Find = Callable[[str], Awaitable[Event]]
Now = Callable[[Event], datetime]
Opened = Callable[[EventId], Awaitable[int]]

SECONDS_BETWEEN_LOOKS = 2.0
"""How soon what another instance did is seen here, without any news of it."""

_SECONDS_BETWEEN_UPDATES = 1.0
_SECONDS_BETWEEN_HEARINGS = 4.0
# Of a room for tens of thousands a look takes longer: it must not fill the day. But
# on a busy machine everything does, and news must not wait for that.
_SHARE_OF_LOOKING = 20
_LONGEST_PAUSE = 1.5
_SECONDS_TO_FORGET = 600.0
_SECONDS_TO_END = 2.0
# So many connections of the pool at most are taken from those who press.
_EVENTS_AT_ONCE = 4
# Of a digest: enough to tell one person's devices apart.
_OF_A_DEVICE = 16

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Watched:
    """What this process knows of an event that somebody is at. Seconds are of the
    steady counter.
    """

    touched: float
    looked: float = -math.inf
    heard: float = -math.inf
    due: bool = True
    devices: Mapping[str, Seat | Waiting] = field(default_factory=dict)
    beats: set[Beat] = field(default_factory=set)
    closed: set[Page] = field(default_factory=set)
    figures: tuple[object, ...] = ()
    told: dict[str, StandingChanged] = field(default_factory=dict)
    observed: dict[RoomId, tuple[datetime, int, int]] = field(default_factory=dict)


class Live:
    """Follows the rooms of every event that somebody is at in this process."""

    def __init__(
        self,
        database: Database,
        admission: Admission,
        attendance: Attendance,
        hub: Hub,
        *,
        find: Find,
        now: Now,
        opened: Opened,
    ) -> None:
        self._database = database
        self._admission = admission
        self._attendance = attendance
        self._beats = Beats()
        self._hub = hub
        self._find = find
        self._now = now
        self._opened = opened
        self._watched: dict[str, _Watched] = {}
        self.trust = Trust()
        self._wake = asyncio.Event()
        self._turns = asyncio.Semaphore(_EVENTS_AT_ONCE)

    def touch(self, slug: str) -> None:
        """Somebody is at the event of ``slug``: follow it."""
        watched = self._watched.get(slug)
        if watched is None:
            self._watched[slug] = _Watched(touched=monotonic())
            self._wake.set()
        else:
            watched.touched = monotonic()

    def changed(self, slug: str) -> None:
        """Something may have changed at ``slug``, here or elsewhere; at any event
        when it is empty.
        """
        for name, watched in self._watched.items():
            if slug in ("", name):
                watched.due = True
        self._wake.set()

    def whose(self, event: Event, device: str) -> RegistrantId | None:
        """Who is inside or waits on ``device``, as far as this process knows."""
        watched = self._watched.get(event.slug)
        known = watched.devices.get(device) if watched else None
        return known.registrant if known else None

    def beat(self, event: Event, device: str) -> Seat | Waiting | None:
        """Take a sign of life of ``device``, in memory; whose it is.

        None when this process does not know of a seat or a place of that device
        (yet): then the database has to be asked.
        """
        # Not touched by a device that nobody knows: anybody may send one.
        watched = self._watched.get(event.slug)
        known = watched.devices.get(device) if watched else None
        if watched is not None and known is not None:
            watched.touched = monotonic()
            watched.beats.add((known.room, known.registrant, device))
            # A page that was loaded anew is there again.
            watched.closed.discard((known.room, known.registrant, device))
            self._note(event, known, leaves=False)
        return known

    def close_page(self, event: Event, seat: Seat) -> None:
        """The page that had ``seat`` was closed: it is kept less long."""
        self.touch(event.slug)
        watched = self._watched[event.slug]
        self._note(event, seat, leaves=True)
        watched.closed.add((seat.room, seat.registrant, seat.device))
        watched.heard, watched.due = -math.inf, True
        self._wake.set()

    def leave_page(self, event: Event, device: str) -> None:
        """Somebody goes: his presence on this device ends now."""
        watched = self._watched.get(event.slug)
        known = watched and watched.devices.get(device)
        if known:
            self._note(event, known, leaves=True)

    def _note(self, event: Event, known: Seat | Waiting, *, leaves: bool) -> None:
        """For the journal of presence: inside, or following the stream."""
        if isinstance(known, Waiting) and not known.watching:
            return
        source = Source.PAGE if isinstance(known, Seat) else Source.OVERFLOW
        note = self._beats.leave if leaves else self._beats.beat
        note(
            event.id,
            known.room,
            known.registrant,
            known.device[:_OF_A_DEVICE],
            self._now(event),
            source=source,
        )

    async def figures(self, event: Event) -> tuple[Mapping[RoomId, Tally], Picture]:
        """Every room in figures, read now, and who is in and who waits."""
        picture = await self._admission.picture(event, self._now(event))
        return await self._tallies(event, picture), picture

    async def run(self) -> None:
        """Follow, until cancelled."""
        going: dict[str, asyncio.Task[None]] = {}
        try:
            while True:
                self._wake.clear()
                began = monotonic()
                await self._follow_all(going)
                took = monotonic() - began
                pause = min(_SHARE_OF_LOOKING * took, _LONGEST_PAUSE)
                await asyncio.sleep(max(_SECONDS_BETWEEN_UPDATES - took, pause))
                with suppress(TimeoutError):
                    async with asyncio.timeout(
                        SECONDS_BETWEEN_LOOKS - _SECONDS_BETWEEN_UPDATES
                    ):
                        await self._wake.wait()
        finally:
            for task in going.values():
                task.cancel()
            await asyncio.gather(*going.values(), return_exceptions=True)
            await self._hear_last()

    async def _hear_last(self) -> None:
        """Store what is still in memory, if that can be done soon."""
        try:
            async with asyncio.timeout(_SECONDS_TO_END):
                for slug, watched in list(self._watched.items()):
                    await self._hear(await self._find(slug), watched, math.inf)
        except Exception as error:  # noqa: BLE001 -- nothing may hold up the end
            _log.warning("signs-lost", exc_info=error)

    async def _follow_all(self, going: dict[str, asyncio.Task[None]]) -> None:
        """Look at each event once; those that take long go on in ``going``, and hold
        up nobody but themselves.
        """
        for slug in self._watched.keys() - going.keys():
            going[slug] = asyncio.create_task(self._in_turn(slug))
        if going:
            await asyncio.wait(going.values(), timeout=_SECONDS_BETWEEN_UPDATES)
        for slug in [slug for slug, task in going.items() if task.done()]:
            del going[slug]

    async def _in_turn(self, slug: str) -> None:
        async with self._turns:
            await self._follow_safely(slug)

    async def follow(self, slug: str) -> None:
        """Look at one event, and tell who needs to know."""
        watched, moment = self._watched[slug], monotonic()
        if not self._is_followed(slug, watched, moment):
            del self._watched[slug]
            return
        late = moment - watched.looked >= SECONDS_BETWEEN_LOOKS - 0.1
        if watched.due or late:
            watched.due, watched.looked = False, moment
            event = await self._find(slug)
            await self._hear(event, watched, moment)
            await self._look(event, watched)

    async def _follow_safely(self, slug: str) -> None:
        try:
            await self.follow(slug)
        except NoSuchEvent:
            # It was removed, as a rehearsal's copy is.
            self._watched.pop(slug, None)
        except DatabaseUnavailable as error:
            # What was known stays known, and nobody's seat is taken meanwhile.
            self._admission.vigil.disturbed()
            _log.warning("database-unavailable", exc_info=error)
        except Exception as error:  # noqa: BLE001 -- one event must not stop the others
            _log.error("bug", exc_info=error)

    def _is_followed(self, slug: str, watched: _Watched, moment: float) -> bool:
        if moment - watched.touched < _SECONDS_TO_FORGET:
            return True
        return bool(self._hub.listening(f"{slug}/"))

    async def _hear(self, event: Event, watched: _Watched, moment: float) -> None:
        """Renew the leases of everybody who gave a sign of life, in one go."""
        if moment - watched.heard < _SECONDS_BETWEEN_HEARINGS:
            return
        watched.heard = moment
        beats, watched.beats = watched.beats, set()
        closed, watched.closed = watched.closed, set()
        now, signs = self._now(event), self._beats.take()
        try:
            if beats or closed:
                await self._admission.hear(event, now, beats=beats, closed=closed)
            await self._attendance.record(signs)
        except BaseException:
            # Whatever it was, the end of this process included: what is stored twice
            # is one sign.
            watched.beats |= beats
            watched.closed |= closed
            self._beats.give_back(signs)
            raise

    async def _look(self, event: Event, watched: _Watched) -> None:
        now = self._now(event)
        picture = await self._admission.picture(event, now)
        if any(picture.queues.values()) or not picture.is_tidy:
            # Somebody waits, and his turn may have come; or a lease is over.
            await self._admission.tidy(event, now)
            picture = await self._admission.picture(event, now)
        watched.devices = _devices(picture)
        await self._observe(event, picture, watched, now)
        await self._tell_staff(event, picture, watched, now)
        await self._tell_people(event, picture, watched, now)

    async def _observe(
        self, event: Event, picture: Picture, watched: _Watched, now: datetime
    ) -> None:
        """Write down the most of each minute, for the curve and the peak."""
        minute = now.replace(second=0, microsecond=0)
        terms = await self._admission.terms(event, now)
        new = {}
        for room in terms.gates:
            inside = sum(seat.room == room for seat in picture.seats.values())
            waiting = len(picture.queues[room])
            former = watched.observed.get(room)
            if former and former[0] == minute:
                inside, waiting = max(inside, former[1]), max(waiting, former[2])
            if former != (minute, inside, waiting):
                new[room] = (minute, inside, waiting)
        if new:
            async with self._database.transaction() as session:
                for room, seen in sorted(new.items()):
                    await history.observe(session, room, *seen)
            watched.observed.update(new)

    async def _tell_staff(
        self, event: Event, picture: Picture, watched: _Watched, now: datetime
    ) -> None:
        if not self._hub.has(staff(event.slug)):
            watched.figures = ()
            return
        roll = await self._admission.roll(event)
        tallies = await self._tallies(event, picture)
        rooms = await self._admission.rooms(event)
        told = RoomsChanged(
            event=event.slug,
            at=int(now.timestamp() * 1000),
            registered=len(roll.confirmed) + len(roll.standby),
            opened=await self._opened(event.id),
            rooms=tuple(figures(room, tallies[room.id]) for room in rooms),
        )
        seen = (told.registered, told.opened, told.rooms)
        if seen != watched.figures:
            watched.figures = seen
            self._hub.publish(told)

    async def _tell_people(
        self, event: Event, picture: Picture, watched: _Watched, now: datetime
    ) -> None:
        """Tell each person who listens here, when where he stands has changed."""
        channels = filter(is_person, self._hub.listening(event.slug))
        rooms = await self._admission.rooms(event)
        terms = await self._admission.terms(event, now)
        names = {room.id: room.name for room in rooms}
        view = View(picture, picture.places, terms, names)
        told: dict[str, StandingChanged] = {}
        for channel in channels:
            who = RegistrantId(channel.removeprefix(f"{event.slug}/"))
            told[channel] = standing(event.slug, who, view)
            if watched.told.get(channel) != told[channel]:
                self._hub.publish(told[channel])
        watched.told = told

    async def _tallies(self, event: Event, picture: Picture) -> Mapping[RoomId, Tally]:
        rooms = await self._admission.rooms(event)
        roll = await self._admission.roll(event)
        reserved, peaks = await self._stored(rooms)
        return {
            room.id: tally(
                room,
                picture,
                roll,
                reserved=reserved.get(room.id, 0),
                peak=peaks.get(room.id, 0),
            )
            for room in rooms
        }

    async def _stored(
        self, rooms: Sequence[Room]
    ) -> tuple[Mapping[RoomId, int], Mapping[RoomId, int]]:
        """Free seats set aside for staff, and the most that were inside, by room."""
        ids = [room.id for room in rooms]
        async with self._database.reading() as session:
            reserved = await store.spare_staff_seats(session, ids)
            peaks = await history.peaks(session, ids)
        return reserved, peaks


def _devices(picture: Picture) -> Mapping[str, Seat | Waiting]:
    """Seats and places by the device that has them."""
    found: dict[str, Seat | Waiting] = {}
    for line in picture.queues.values():
        found.update((one.device, one) for one in line if one.device)
    found.update((one.device, one) for one in picture.seats.values() if one.device)
    return found
