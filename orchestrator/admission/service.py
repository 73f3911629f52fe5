"""Admission: from a known person to a seat, one each, up to the room's capacity."""

from collections.abc import Callable, Collection
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.access.service import Browser
from orchestrator.admission import store
from orchestrator.admission.exits.service import Exits
from orchestrator.admission.glance.service import Glances
from orchestrator.admission.history import store as history
from orchestrator.admission.keeping.service import Epoch, GetRoll, Keeping
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
from orchestrator.admission.orders import (
    Beat,
    Guest,
    Leave,
    Page,
    Press,
    Signs,
    Tidy,
)
from orchestrator.admission.tally import tally
from orchestrator.admission.terms import (
    by_now,
    choose_room,
    door_of,
    holds,
    is_told,
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

Now = Callable[[Event], datetime]
"""The moment that an event is at."""


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
        self._keeping = Keeping(rooms, roll, epoch)
        self._now = now
        self.vigil = vigil or Vigil()
        self.turnstile = Turnstile(database, self.vigil, self._changed)
        self._told: list[Changed] = []
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
        self.turnstile.forget(event, self._keeping.forget(event))

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
        inside: Collection[Guest] = (),
        gone: Collection[Guest] = (),
    ) -> None:
        """Take signs of life: who gave one in a room on a device, whose page on a
        device was closed, who is inside, or has gone, by a provider's word.
        """
        order = Signs(
            terms=await self.terms(event, now),
            beats=tuple(beats),
            closed=tuple(closed),
            inside=tuple(inside),
            gone=tuple(gone),
        )
        await self.turnstile.carry_out(order)

    async def present(
        self, event: Event, room: Room, ids: Collection[RegistrantId]
    ) -> None:
        """Who is in ``room`` by its provider keeps his seat, whatever his page does."""
        if ids:
            inside = [(room.id, who) for who in ids]
            await self.hear(event, self._now(event), inside=inside)

    async def unlisted(
        self, event: Event, room: Room, inside: Collection[RegistrantId]
    ) -> None:
        """While the provider of ``room`` does not say who is in it, those believed to be
        ``inside`` keep their seats; everybody where it never tells who comes.
        """
        ids = set(inside)
        if not self._rooms.video.can(room).presence:
            async with self._database.reading() as session:
                ids.update(
                    one.registrant for one in await store.inside(session, [room.id])
                )
        await self.present(event, room, ids)

    async def gone(
        self, event: Event, room: Room, ids: Collection[RegistrantId]
    ) -> None:
        """Who has gone from ``room`` by its provider's word keeps his seat for a little
        while, where that alone held it.
        """
        if ids:
            gone = [(room.id, who) for who in ids]
            await self.hear(event, self._now(event), gone=gone)

    def goes_by_news(self, room: Room) -> bool:
        """Whether seats in ``room`` are held from the news that their holders came to
        the news that they went.
        """
        return is_told(self._rooms.video.can(room))

    async def unwelcome(
        self, event: Event, room: Room, ids: Collection[RegistrantId]
    ) -> frozenset[RegistrantId]:
        """Those of ``ids`` who must not be in ``room`` (any more).

        Where its provider puts people out, that is also who gave his seat up, or went
        to another room. Who only lapsed is left: he may not know of it.
        """
        gate = (await self.terms(event, self._now(event))).gates.get(room.id)
        async with self._database.reading() as session:
            out = await history.unwelcome(session, event.id, ids)
            if gate is None or not self._rooms.video.can(room).removal:
                return out
            gone = await history.without_seat(session, room.id, ids, since=gate.opens)
        return out.union(who for who, why in gone.items() if why is not Why.LAPSED)

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
        return await self._keeping.roll(event)

    async def terms(self, event: Event, now: datetime) -> Terms:
        """What presses of this second go by."""
        return await self._keeping.terms(event, now)

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
