"""Admission: from a known person to a seat, one each, up to the room's capacity."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from integrations.video.provider import Participant
from orchestrator.access.service import Browser
from orchestrator.admission import store
from orchestrator.admission.exits.service import Exits
from orchestrator.admission.glance.service import Glances
from orchestrator.admission.history import store as history
from orchestrator.admission.lobby import store as lobby
from orchestrator.admission.model import (
    GRACE,
    LEASE,
    Entry,
    Gate,
    Glance,
    Picture,
    Place,
    Seat,
    Standing,
    Terms,
    Visitor,
    Waiting,
    Why,
)
from orchestrator.admission.orders import Beat, Leave, Page, Press, Signs, Tidy
from orchestrator.admission.tally import tally
from orchestrator.admission.terms import (
    by_now,
    choose_room,
    door_of,
    gate_of,
    holds,
    place_in,
    queues_of,
    standing_on,
)
from orchestrator.admission.turnstile.service import Changed, Turnstile
from orchestrator.admission.vigil import Vigil
from orchestrator.admission.waits import LOOKED_BACK
from orchestrator.database import Database
from orchestrator.database import now as moment_of
from orchestrator.ids import EventId, RegistrantId, RoomId
from orchestrator.programme.model import Event
from orchestrator.registration.model import Roll
from orchestrator.rooms.model import Room
from orchestrator.rooms.service import Rooms

GetRoll = Callable[[EventId], Awaitable[Roll]]
"""Who may come to an event; ``registration`` has it."""

Now = Callable[[Event], datetime]
"""The moment that an event is at."""

Epoch = Callable[[EventId], int | None]
"""Rises when anybody's entitlement changes; None: nothing may be kept."""


@dataclass(slots=True)
class _Kept:
    """What is kept in memory of one event."""

    roll: tuple[int | None, Roll] | None = None
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    terms: tuple[tuple[int, int | None, int], Terms] | None = None


class Admission:
    """Doors, seats and queues of every room."""

    def __init__(
        self,
        database: Database,
        rooms: Rooms,
        roll: GetRoll,
        *,
        now: Now,
        epoch: Epoch = lambda _event: None,
        vigil: Vigil | None = None,
    ) -> None:
        self._database = database
        self._rooms = rooms
        self._roll = roll
        self._now = now
        self._epoch = epoch
        self.vigil = vigil or Vigil()
        self.turnstile = Turnstile(database, self.vigil, self._changed)
        self._told: list[Changed] = []
        self._kept: dict[EventId, _Kept] = {}
        self.exits = Exits(database, rooms)
        self._glances = Glances(self._look_round)

    def tell(self, changed: Changed) -> None:
        """Have ``changed`` called with the slug of an event after each change."""
        self._told.append(changed)

    def _changed(self, slug: str) -> None:
        for one in self._told:
            one(slug)

    def forget(self, event: EventId) -> None:
        """``event`` is no more."""
        kept = self._kept.pop(event, None)
        rooms = kept.terms[1].rooms if kept and kept.terms else ()
        self.turnstile.forget(event, rooms)

    async def look(
        self, event: Event, who: Visitor, now: datetime, *, room: str | None = None
    ) -> Entry:
        """Where ``who`` stands with a room; changes nothing."""
        terms = await self.terms(event, now)
        place = choose_room(await self._rooms.of(event), event, now, room)
        gate = terms.gates.get(place.id)
        door = gate.door if gate else door_of(event, place, now)
        async with self._database.reading() as session:
            if who.registrant in await history.barred(session, event.id):
                return Entry(room=place, door=door, standing=Standing.WITHDRAWN)
            if gate is None:
                return Entry(room=place, door=door, standing=Standing.CLOSED)
            # The queue first: who is let in between the two is found with his seat.
            waits = await lobby.waiting_of(session, [place.id], [who.registrant])
            for seat in await store.held(session, [place.id], [who.registrant]):
                moment = await self._moment(session)
                if holds(seat, gate, moment, self.vigil):
                    standing = standing_on(seat, who, moment)
                    return Entry(room=place, door=door, standing=standing, seat=seat)
            for one in waits:
                if one.since >= gate.opens:
                    found = await self._place(session, terms, gate, one)
                    return Entry(
                        room=place, door=door, standing=Standing.WAITING, place=found
                    )
        return Entry(room=place, door=door, standing=Standing.OUTSIDE)

    async def enter(
        self,
        event: Event,
        who: Visitor,
        now: datetime,
        *,
        room: str | None = None,
        take_over: bool = False,
        browser: Browser | None = None,
    ) -> Entry:
        """Take a seat (or keep the one held) if the doors are open and one is free;
        otherwise a place in the queue. What is answered is durable.

        A seat in another room of the event is given back, also when one has to wait
        for this one: somebody is in one place. With ``take_over`` the
        seat comes from whatever device has it. ``browser`` is to be known from now
        on, in the same transaction.
        """
        terms = await self.terms(event, now)
        place = choose_room(await self._rooms.of(event), event, now, room)
        gate = terms.gates.get(place.id)
        door = gate.door if gate else door_of(event, place, now)
        if gate is None and browser is None:
            return Entry(room=place, door=door, standing=Standing.CLOSED)
        press = Press(
            terms=terms,
            room=place.id,
            who=who,
            take_over=take_over,
            browser=browser,
        )
        answer = await self.turnstile.press(press)
        return Entry(room=place, door=door, standing=answer.standing, seat=answer.seat)

    async def leave(
        self, event: Event, registrant: RegistrantId, now: datetime
    ) -> None:
        """Give back whatever seat or place ``registrant`` has in ``event``; the next
        in the queue comes in.
        """
        terms = await self.terms(event, now)
        await self.turnstile.carry_out(Leave(terms=terms, registrant=registrant))
        self._glances.forget(event.id)

    async def send_out(
        self,
        event: Event,
        registrant: RegistrantId,
        now: datetime,
        *,
        by: RegistrantId,
    ) -> None:
        """Put ``registrant`` out of every room of ``event``, until ``let_back``."""
        terms = await self.terms(event, now)
        order = Leave(terms=terms, registrant=registrant, why=Why.SENT_OUT, by=by)
        await self.turnstile.carry_out(order)
        self._glances.forget(event.id)
        await self.exits.put_out(event, registrant)

    async def let_back(
        self, event: Event, registrant: RegistrantId, now: datetime
    ) -> None:
        """Let somebody who was sent out come in again, when he presses."""
        terms = await self.terms(event, now)
        async with self._database.transaction() as session:
            await store.lock(session, event.id)
            await history.unbar(session, event.id, registrant)
        self._glances.forget(event.id)
        await self.turnstile.carry_out(Tidy(terms=terms))

    async def watch(self, event: Event, registrant: RegistrantId, room: RoomId) -> None:
        """Note that somebody in the queue follows the stream meanwhile."""
        async with self._database.transaction() as session:
            await store.lock(session, event.id)
            await lobby.watch(session, room, registrant)

    async def hear(
        self,
        event: Event,
        now: datetime,
        *,
        beats: Collection[Beat] = (),
        closed: Collection[Page] = (),
    ) -> None:
        """Take signs of life: who gave one in a room on a device, and whose page on
        a device was closed.
        """
        terms = await self.terms(event, now)
        order = Signs(terms=terms, beats=tuple(beats), closed=tuple(closed))
        await self.turnstile.carry_out(order)

    async def present(
        self, event: Event, room: Room, participants: Sequence[Participant]
    ) -> None:
        """Who is in ``room`` by its provider keeps his seat, whatever his page does."""
        ids = [RegistrantId(one.id) for one in participants]
        async with self._database.reading() as session:
            seats = await store.held(session, [room.id], ids)
        if seats:
            beats = [(room.id, seat.registrant, seat.device) for seat in seats]
            await self.hear(event, self._now(event), beats=beats)

    async def unwelcome(
        self, event: Event, ids: Collection[RegistrantId]
    ) -> frozenset[RegistrantId]:
        """Those of ``ids`` who must not be in a room of ``event`` (any more)."""
        async with self._database.reading() as session:
            return await history.unwelcome(session, event.id, ids)

    async def seat_on(
        self, event: Event, registrant: RegistrantId, device: str
    ) -> Seat | None:
        """The seat that ``registrant`` has on ``device``, in whichever room."""
        rooms = [room.id for room in await self._rooms.of(event)]
        async with self._database.reading() as session:
            seats = await store.held(session, rooms, [registrant])
        return next((one for one in seats if one.device == device), None)

    async def tidy(self, event: Event, now: datetime) -> None:
        """Free what lapsed, and let in those whose turn it is."""
        terms = await self.terms(event, now)
        if terms.gates:
            await self.turnstile.carry_out(Tidy(terms=terms))

    async def picture(self, event: Event, now: datetime) -> Picture:
        """Who is in and who waits, as it counts now."""
        terms = await self.terms(event, now)
        async with self._database.reading() as session:
            moment = await self._moment(session)
            # The queue first: who is let in between the two is found with his seat.
            queue = await lobby.queue(session, terms.rooms)
            seats = await store.inside(session, terms.rooms)
            out = await history.barred(session, event.id)
            gone = await history.departures(session, terms.rooms, now - LOOKED_BACK)
        inside = {
            seat.registrant: seat
            for seat in seats
            if (gate := terms.gates.get(seat.room))
            and holds(seat, gate, moment, self.vigil)
        }
        waiting = [one for one in queue if one.registrant not in inside]
        silent = self.vigil.silent(moment, LEASE + GRACE)
        return Picture(
            seats=inside,
            queues=queues_of(waiting, terms, silent),
            barred=out,
            gone=gone,
            is_tidy=len(inside) == len(seats),
        )

    async def rooms(self, event: Event) -> tuple[Room, ...]:
        """The rooms of ``event``."""
        return await self._rooms.of(event)

    async def glance(
        self, event: Event, now: datetime, *, fresh: bool = False
    ) -> Glance:
        """The rooms in figures and who was sent out: from memory, two seconds old at
        most, unless it is to be ``fresh``.
        """
        if fresh:
            self._glances.forget(event.id)
        return await self._glances.of(event, now)

    async def _look_round(self, event: Event, now: datetime) -> Glance:
        picture, roll = await self.picture(event, now), await self.roll(event)
        rooms = await self._rooms.of(event)
        async with self._database.reading() as session:
            aside = await store.spare_staff_seats(session, [one.id for one in rooms])
        tallies = {
            one.id: tally(one, picture, roll, reserved=aside.get(one.id, 0), peak=0)
            for one in rooms
        }
        return Glance(withdrawn=picture.barred, rooms=tallies)

    async def occupancy(self, room: Room) -> tuple[tuple[datetime, int, int], ...]:
        """Minute (of the event), most inside, most waiting; every minute seen."""
        async with self._database.reading() as session:
            return await history.occupancy(session, room.id)

    async def roll(self, event: Event) -> Roll:
        """Who may come to ``event``; kept while nobody's entitlement changes."""
        kept = self._of(event.id)
        if (roll := self._fresh(kept, event.id)) is not None:
            return roll
        # Everybody presses in the same moment: one of them reads it for all.
        async with kept.reading:
            if (roll := self._fresh(kept, event.id)) is not None:
                return roll
            epoch = self._epoch(event.id)
            roll = await self._roll(event.id)
            kept.roll = (epoch, roll)
            return roll

    def _of(self, event: EventId) -> _Kept:
        # Not by setdefault: each press would make a lock to throw away.
        kept = self._kept.get(event)
        if kept is None:
            kept = self._kept[event] = _Kept()
        return kept

    def _fresh(self, kept: _Kept, event: EventId) -> Roll | None:
        epoch = self._epoch(event)
        if kept.roll is None or epoch is None or kept.roll[0] != epoch:
            return None
        return kept.roll[1]

    async def terms(self, event: Event, now: datetime) -> Terms:
        """What presses of this second go by."""
        kept = self._of(event.id)
        epoch = self._epoch(event.id)
        key = (event.revision, epoch, int(now.timestamp()))
        if kept.terms is not None and epoch is not None and kept.terms[0] == key:
            return kept.terms[1]
        roll = await self.roll(event)
        rooms = await self._rooms.of(event)
        gates = {}
        for room in rooms:
            leased = self._rooms.video.leases(room)
            gate = gate_of(event, room, now, roll, leased=leased)
            if gate is not None:
                gates[room.id] = gate
        terms = Terms(
            event=event.id,
            slug=event.slug,
            revision=event.revision,
            now=now,
            rooms=tuple(room.id for room in rooms),
            gates=gates,
            staff=frozenset(roll.staff),
            confirmed=roll.confirmed,
            has_standby=bool(roll.standby),
            versions=roll.versions,
            epoch=epoch,
        )
        kept.terms = (key, terms)
        return terms

    async def _moment(self, session: AsyncSession) -> datetime:
        """The database's time; that it answers is listening, too."""
        moment = await moment_of(session)
        self.vigil.heard(moment)
        return moment

    async def _place(
        self, session: AsyncSession, terms: Terms, gate: Gate, one: Waiting
    ) -> Place:
        one, moment = by_now(one, terms), await self._moment(session)
        alive = self.vigil.silent(moment, LEASE + GRACE)
        before, behind = await lobby.place_of(
            session, one, opens=gate.opens, alive=alive
        )
        rooms = [gate.room.id]
        gone = await history.departures(session, rooms, terms.now - LOOKED_BACK)
        return place_in(gate, one, terms.now, before, behind, gone[gate.room.id])
