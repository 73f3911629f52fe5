"""Seats given, kept and taken back within one transaction, which has the lock."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.admission import store
from orchestrator.admission.allot import allot
from orchestrator.admission.history import store as history
from orchestrator.admission.lobby import store as lobby
from orchestrator.admission.model import (
    GRACE,
    LEASE,
    SILENT,
    UNLOADED,
    Gate,
    Seat,
    Terms,
    Waiting,
    Why,
)
from orchestrator.admission.news import store as news
from orchestrator.admission.orders import Beat, Guest, Leave, Signs
from orchestrator.admission.terms import by_now
from orchestrator.admission.vigil import Vigil
from orchestrator.ids import RegistrantId, RoomId


@dataclass(slots=True)
class Seating:
    """One transaction at ``moment`` of the database; ``vigil`` says what has lapsed.

    ``changed`` tells whether anything was written that others want to see.
    """

    session: AsyncSession
    terms: Terms
    moment: datetime
    vigil: Vigil
    changed: bool = False

    async def signs(self, orders: Collection[Signs]) -> None:
        """Renew the leases of those who gave a sign of life, shorten those of closed
        pages; then follow what providers tell.
        """
        lease = self.moment + LEASE
        for leased, told in ((True, False), (False, True), (False, False)):
            kind = leased, told
            beats = [
                one
                for order in orders
                for one in order.beats
                if self._kind(one) == kind
            ]
            until = lease if leased or told else None
            await store.hear(
                self.session, beats, now=self.moment, until=until, holding=told
            )
            await lobby.hear(self.session, beats, now=self.moment)
        closed = [
            (page, self._goodbye(page[0])) for one in orders for page in one.closed
        ]
        await store.shorten(self.session, closed)
        await self._news(orders)
        self.changed |= any(
            one.beats or one.closed or one.inside or one.gone for one in orders
        )

    async def _news(self, orders: Collection[Signs]) -> None:
        """What providers tell of who is in their rooms; that somebody is has the last
        word.
        """
        gone = [
            one
            for order in orders
            for one in order.gone
            if (gate := self.terms.gates.get(one[0])) and gate.told
        ]
        await news.let_go(self.session, gone, until=self.moment + SILENT - GRACE)
        for leased in (True, False):
            inside = [
                one
                for order in orders
                for one in order.inside
                if self._kind(one)[0] is leased
            ]
            until = self.moment + LEASE if leased else None
            await news.keep(self.session, inside, now=self.moment, until=until)

    async def leave(self, order: Leave) -> None:
        """Free what somebody gives up; he stays out when he was sent out."""
        self.changed = True
        who, rooms = order.registrant, self.terms.rooms
        seats = await store.held(self.session, rooms, [who])
        await self.give_back(seats, order.why)
        await lobby.leave_queue(self.session, [(room, who) for room in rooms])
        if order.by is not None:
            await history.bar(
                self.session, self.terms.event, who, by=order.by, at=self.moment
            )

    async def give_back(self, seats: Collection[Seat], why: Why) -> None:
        """Free ``seats``, and remember how."""
        places = [(seat.room, seat.registrant) for seat in seats]
        await store.release(self.session, places)
        now = self.terms.now
        gone = [(room, who, now) for room, who in places]
        await history.depart(self.session, gone, why=why)
        for room in sorted({seat.room for seat in seats}):
            await self.set_aside(room)

    async def set_aside(self, room: RoomId) -> bool:
        """Have as many seats set aside for staff as there are to be, before anybody
        else is given what came free. Whether there are as many.
        """
        gate = self.terms.gates.get(room)
        if gate is None:
            return False
        return await store.set_aside(
            self.session, gate.room, gate.staff_seats, self.terms.staff
        )

    async def keep(self, gate: Gate, seats: Sequence[Seat]) -> list[Seat]:
        """Renew ``seats`` for the devices named in them."""
        lease = self.moment + LEASE
        kept = [
            replace(
                seat,
                seen=self.moment,
                until=lease if gate.leased or (gate.told and seat.until) else None,
            )
            for seat in seats
        ]
        await store.renew(self.session, kept)
        return kept

    async def let_in(self) -> None:
        """Let those who wait in, as far as seats are free, in every open room; what
        lapsed is free by then.
        """
        gone = self.vigil.silent(self.moment, LEASE + GRACE)
        for gate in self.terms.gates.values():
            room = gate.room.id
            if gate.leased:
                # They were held until the room came to where seats are leased: whoever
                # is there is heard of in time.
                until = self.moment + LEASE
                await news.lease(self.session, room, until=until)
            await self._reap(gate)
            self.changed |= await lobby.forget_waiting(
                self.session, room, opens=gate.opens, before=gone
            )
            line = await lobby.queue(self.session, [room])
            given = await self.seat(gate, self.still_there(gate, line))
            await lobby.leave_queue(self.session, [(room, who) for who in given])

    def still_there(self, gate: Gate, line: Sequence[Waiting]) -> list[Waiting]:
        """Those of ``line`` whose turn it can be: of this opening, and not silent;
        staff or standby as they are by now.

        Who is silent keeps his place for a while and is passed over meanwhile.
        """
        silent = self.vigil.silent(self.moment, SILENT)
        return [
            by_now(one, self.terms)
            for one in line
            if one.since >= gate.opens and one.seen > silent
        ]

    async def has_seats(self, gate: Gate, asking: Collection[RegistrantId]) -> bool:
        """Whether a seat is free, or can be, for anybody who asks or waits."""
        there = await store.free(self.session, gate.room, 1, staff=True)
        if there.ordinary or await self._lapsed(gate):
            return True
        staff, rooms = self.terms.staff, [gate.room.id]
        return bool(there.staff) and (
            not staff.isdisjoint(asking)
            or bool(await lobby.waiting_of(self.session, rooms, staff))
        )

    async def seat(
        self, gate: Gate, line: Sequence[Waiting]
    ) -> dict[RegistrantId, Seat]:
        """Give what is free to those of ``line``, in its order; lapsed seats count
        once nothing else is free.
        """
        unseen = await self._unseen(gate, line)
        given = await self._give(gate, line, unseen)
        if len(given) < len(line) and await self._reap(gate):
            rest = [one for one in line if one.registrant not in given]
            given |= await self._give(gate, rest, unseen.difference(given))
        return given

    async def _give(
        self, gate: Gate, line: Sequence[Waiting], unseen: frozenset[RegistrantId]
    ) -> dict[RegistrantId, Seat]:
        if not line:
            return {}
        most, staff = len(line) + len(unseen), any(one.staff for one in line)
        free = await store.free(self.session, gate.room, most, staff=staff)
        numbers: Mapping[RegistrantId, int] = allot(line, free, unseen=unseen)
        given = {
            one.registrant: self._new_seat(gate, one, numbers[one.registrant])
            for one in line
            if one.registrant in numbers
        }
        await store.give(self.session, list(given.values()))
        self.changed |= bool(given)
        return given

    async def _unseen(
        self, gate: Gate, line: Sequence[Waiting]
    ) -> frozenset[RegistrantId]:
        """For whom seats are kept, if it matters now."""
        if self.terms.now >= gate.equal_from:
            return frozenset()
        if not any(one.standby and not one.staff for one in line):
            return frozenset()
        rooms = self.terms.rooms
        seen = await lobby.arrived(self.session, rooms, gate.opens)
        inside = await store.inside(self.session, rooms)
        here = {seat.registrant for seat in inside if seat.taken >= gate.opens}
        return self.terms.confirmed - seen - here

    async def arrive(self, gate: Gate, registrants: Collection[RegistrantId]) -> None:
        """Note who was seen at the door, as long as anybody asks."""
        if self.terms.has_standby and self.terms.now < gate.equal_from:
            await lobby.arrive(
                self.session,
                gate.room.id,
                registrants,
                opens=gate.opens,
                at=self.terms.now,
            )

    async def _lapsed(self, gate: Gate) -> Sequence[Seat]:
        before = self.moment - GRACE if self.vigil.is_over else None
        return await store.lapsed(
            self.session, gate.room.id, opens=gate.opens, before=before
        )

    async def _reap(self, gate: Gate) -> bool:
        """Free the seats that lapsed; whether there were any."""
        seats = await self._lapsed(gate)
        self.changed |= bool(seats)
        stale = [seat for seat in seats if seat.taken < gate.opens]
        places = [(seat.room, seat.registrant) for seat in stale]
        await store.release(self.session, places)
        over = [seat for seat in seats if seat.taken >= gate.opens]
        await store.release(
            self.session, [(seat.room, seat.registrant) for seat in over]
        )
        await history.depart(
            self.session,
            [(seat.room, seat.registrant, self._lapsed_at(seat)) for seat in over],
            why=Why.LAPSED,
        )
        if seats:
            await self.set_aside(gate.room.id)
        return bool(seats)

    def _lapsed_at(self, seat: Seat) -> datetime:
        """When the lease of ``seat`` and its grace were over, as the event counts."""
        late = self.moment - (seat.until or self.moment) - GRACE
        return self.terms.now - max(late, timedelta())

    def _new_seat(self, gate: Gate, one: Waiting, number: int) -> Seat:
        # Who waited gets a lease in any room: it ends with the first sign that his
        # page has brought him in.
        leased = gate.leased or gate.told or one.seen < self.moment
        return Seat(
            room=gate.room.id,
            number=number,
            registrant=one.registrant,
            taken=self.terms.now,
            device=one.device,
            until=self.moment + LEASE if leased else None,
            seen=self.moment,
        )

    def _goodbye(self, room: RoomId) -> datetime:
        """Until when a seat in ``room`` is leased whose page was closed just now: no
        grace is added to what is left.
        """
        gate = self.terms.gates.get(room)
        return self.moment + (gate.unloaded if gate else UNLOADED) - GRACE

    def _kind(self, sign: Beat | Guest) -> tuple[bool, bool]:
        """Whether seats are leased, and whether held by news, where ``sign`` is from."""
        gate = self.terms.gates.get(sign[0])
        return (gate.leased, gate.told) if gate else (False, False)
