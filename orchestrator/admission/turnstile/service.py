"""The one writer of seats in a process: presses of one moment share a transaction.

At 10:00 six hundred people press within a second. Each press in a transaction of
its own would cost thirty times a bare answer, and a commit. Those that come while
one transaction runs are gathered and carried out by the next, in their order.

Every transaction begins with the lock of the event, so "full" is said only by
somebody who has looked while nobody else could take or give back a seat.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.access import store as access
from orchestrator.admission import store
from orchestrator.admission.history import store as history
from orchestrator.admission.lobby import store as lobby
from orchestrator.admission.model import (
    SILENT,
    Gate,
    Seat,
    Standing,
    Visitor,
    Waiting,
    Why,
)
from orchestrator.admission.orders import Answer, Leave, Order, Press, Signs, Tidy
from orchestrator.admission.seating.service import Seating
from orchestrator.admission.turnstile.store import doubtful, withdrawn
from orchestrator.admission.vigil import Vigil
from orchestrator.database import Batch, Database, DatabaseUnavailable, now
from orchestrator.ids import EventId, RegistrantId, RoomId
from orchestrator.programme import store as programmes

Changed = Callable[[str], None]
"""Told the slug of an event whose seats or queues this process has changed."""

_Aside = tuple[int, int, frozenset[RegistrantId]]
"""Revision of the event (a room may shrink and grow again, which leaves no seat
set aside), seats for staff, and who they are.
"""

_TRIES = 3
_REMEMBERED = 20_000


class Turnstile:
    """Carries orders out; ``vigil`` says whether seats may lapse."""

    def __init__(
        self, database: Database, vigil: Vigil, changed: Changed = lambda _slug: None
    ) -> None:
        self._database = database
        self._vigil = vigil
        self._changed = changed
        self._lines: dict[EventId, Batch[Order, Answer | Exception]] = {}
        self._aside: dict[RoomId, _Aside] = {}
        """Terms on which a committed transaction found enough seats set aside."""
        self._came: set[RegistrantId] = set()
        """Who has had a browser known by this process."""

    def forget(self, event: EventId, rooms: Collection[RoomId]) -> None:
        """``event``, which had ``rooms``, is no more."""
        self._lines.pop(event, None)
        for room in rooms:
            self._aside.pop(room, None)

    async def press(self, press: Press) -> Answer:
        """Let somebody in, or put him in the queue."""
        answer = await self.carry_out(press)
        assert answer is not None  # noqa: S101 -- every press has an answer
        return answer

    async def carry_out(self, order: Order) -> Answer | None:
        """Do what ``order`` says, in turn; what it answers is durable."""
        line = self._lines.get(order.terms.event)
        if line is None:
            line = Batch(self._all, gathering=True)
            self._lines[order.terms.event] = line
        answer = await line.get(order)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def _all(self, orders: Sequence[Order]) -> Mapping[Order, Answer | Exception]:
        try:
            answers: Mapping[Order, Answer | Exception] = await self._round(orders)
        except IntegrityError:
            # Somebody was deleted, or pressed elsewhere in this moment: the others
            # must not pay for it.
            answers = await self._one_by_one(orders)
        return answers

    async def _one_by_one(
        self, orders: Sequence[Order]
    ) -> Mapping[Order, Answer | Exception]:
        answers: dict[Order, Answer | Exception] = {}
        for order in orders:
            for last in (*[False] * (_TRIES - 1), True):
                try:
                    answers.update(await self._round([order]))
                except IntegrityError as error:
                    if last:
                        answers[order] = error
                except DatabaseUnavailable as error:
                    # What the others were answered is durable.
                    answers[order] = error
                    break
                else:
                    break
        return answers

    async def _round(self, orders: Sequence[Order]) -> Mapping[Order, Answer]:
        """One transaction."""
        try:
            answers, aside, changed = await self._database.in_one_go(
                lambda session: self._carried_out(session, orders)
            )
        except DatabaseUnavailable:
            self._vigil.disturbed()
            raise
        self._aside.update(aside)
        if changed:
            self._changed(orders[-1].terms.slug)
        return answers

    async def _carried_out(
        self, session: AsyncSession, orders: Sequence[Order]
    ) -> tuple[Mapping[Order, Answer], Mapping[RoomId, _Aside], bool]:
        """The work of one transaction, and whether it changed anything; a withdrawn
        link changes nothing.
        """
        terms = orders[-1].terms
        outside = await withdrawn(session, doubtful(orders, terms))
        orders = [one for one in orders if one not in outside]
        if not orders:
            return outside, {}, False
        # Browsers first: they refer to the event, whose row others lock before they
        # ask for the lock of its seats.
        again = await self._know(session, orders)
        await store.lock(session, terms.event)
        # Whoever withdraws a link frees the seat under the same lock: a press that
        # was under way meanwhile must not take it again.
        if await programmes.access_epoch(session, terms.event) != terms.epoch:
            outside |= await withdrawn(session, orders)
            orders = [one for one in orders if one not in outside]
        if again:
            await access.forget_oldest(session, terms.event, again)
        moment = await now(session)
        self._vigil.heard(moment)
        seating = Seating(session, terms, moment, self._vigil)
        aside = await self._set_aside(seating, orders)
        await seating.signs([one for one in orders if isinstance(one, Signs)])
        for order in orders:
            if isinstance(order, Leave):
                await seating.leave(order)
        pressed = [one for one in orders if isinstance(one, Press)]
        answers = await _Entering(seating).all(pressed)
        if len(pressed) < len(orders):
            await seating.let_in()
        changed = seating.changed or bool(pressed)
        return {**answers, **outside}, aside, changed

    async def _know(
        self, session: AsyncSession, orders: Sequence[Order]
    ) -> frozenset[RegistrantId]:
        """Have new browsers known; who has had one known here before: only such may
        have too many, and a first press has nothing to count.
        """
        pressed = (one for one in orders if isinstance(one, Press))
        browsers = [one.browser for one in pressed if one.browser]
        if not browsers:
            return frozenset()
        await access.remember_all(session, browsers)
        came = Counter(known.registrant for _, known, _ in browsers)
        again = {who for who, n in came.items() if n > 1 or who in self._came}
        if len(self._came) > _REMEMBERED:
            self._came.clear()
        self._came.update(came)
        return frozenset(again)

    async def _set_aside(
        self, seating: Seating, orders: Sequence[Order]
    ) -> Mapping[RoomId, _Aside]:
        """Have as many seats set aside for staff as there are staff by now; where
        there are, by room, on what terms.
        """
        tidying = any(isinstance(one, Tidy) for one in orders)
        done = {}
        for room, gate in seating.terms.gates.items():
            terms = seating.terms
            wanted = (terms.revision, gate.staff_seats, terms.staff)
            if (tidying or self._aside.get(room) != wanted) and (
                await seating.set_aside(room)
            ):
                done[room] = wanted
        return done


@dataclass(slots=True)
class _Entering:
    """The presses of one transaction, and what each is answered."""

    seating: Seating
    answers: dict[Order, Answer] = field(default_factory=dict)

    async def all(self, orders: Sequence[Press]) -> Mapping[Order, Answer]:
        """Let in whom there is a seat for; the others wait."""
        if not orders:
            return self.answers
        terms, session = self.seating.terms, self.seating.session
        barred = await history.barred(session, terms.event)
        by_room: dict[RoomId, list[Press]] = defaultdict(list)
        for order in orders:
            if order.room not in terms.gates:
                self.answers[order] = Answer(standing=Standing.CLOSED)
            elif order.who.registrant in barred:
                self.answers[order] = Answer(standing=Standing.WITHDRAWN)
            else:
                by_room[order.room].append(order)
        for room, pressed in by_room.items():
            await self._room(terms.gates[room], pressed)
        return self.answers

    async def _room(self, gate: Gate, orders: Sequence[Press]) -> None:
        ids = {one.who.registrant for one in orders}
        seats = await store.held(self.seating.session, self.seating.terms.rooms, ids)
        here = {seat.registrant: seat for seat in seats if seat.room == gate.room.id}
        good = {who: seat for who, seat in here.items() if seat.taken >= gate.opens}
        await self._renew(
            gate, [one for one in orders if one.who.registrant in good], good
        )
        asking: dict[RegistrantId, Press] = {}
        for order in orders:
            if order.who.registrant not in good:
                asking.setdefault(order.who.registrant, order)
        if not asking:
            return
        stale = [(gate.room.id, who) for who in asking if who in here]
        await store.release(self.seating.session, stale)
        await self._ask(gate, asking)
        await self._follow(gate, [o for o in orders if o not in self.answers], asking)
        others = [room for room in self.seating.terms.rooms if room != gate.room.id]
        await lobby.leave_queue(
            self.seating.session, [(room, who) for room in others for who in asking]
        )
        elsewhere = [
            seat
            for seat in seats
            if seat.room != gate.room.id and seat.registrant in asking
        ]
        await self.seating.give_back(elsewhere, Why.MOVED)

    async def _follow(
        self, gate: Gate, orders: Sequence[Press], first: Mapping[RegistrantId, Press]
    ) -> None:
        """Answer whoever pressed more than once by what came of his first press."""
        seats, again = {}, []
        for order in orders:
            answer = self.answers[first[order.who.registrant]]
            if answer.seat is None:
                self.answers[order] = answer
            else:
                seats[order.who.registrant] = answer.seat
                again.append(order)
        await self._renew(gate, again, seats)

    async def _renew(
        self,
        gate: Gate,
        orders: Sequence[Press],
        seats: Mapping[RegistrantId, Seat],
    ) -> None:
        """Keep the seats of those who have one, for the device that may have it."""
        now_on = dict(seats)
        inside = []
        for order in orders:
            seat = now_on[order.who.registrant]
            if _is_elsewhere(seat, order, self.seating.moment):
                self.answers[order] = Answer(standing=Standing.ELSEWHERE, seat=seat)
            else:
                now_on[seat.registrant] = replace(
                    seat, device=order.who.device, seen=self.seating.moment
                )
                inside.append(order)
        mine = {order.who.registrant: None for order in inside}
        kept = await self.seating.keep(gate, [now_on[who] for who in mine])
        by_holder = {seat.registrant: seat for seat in kept}
        for order in inside:
            seat = by_holder[order.who.registrant]
            self.answers[order] = Answer(standing=Standing.INSIDE, seat=seat)

    async def _ask(self, gate: Gate, asking: Mapping[RegistrantId, Press]) -> None:
        """Put those who ask behind those who wait, and seat whom there is room for."""
        session, room = self.seating.session, gate.room.id
        last = await lobby.last_number(session, room)
        line = await self._line(gate, asking) if last else []
        before = {one.registrant for one in line}
        newcomers = [order for who, order in asking.items() if who not in before]
        new = [
            self._waiting(room, order.who, last + number)
            for number, order in enumerate(newcomers, start=1)
        ]
        able = self.seating.still_there(gate, [*line, *new])
        given = await self.seating.seat(gate, able)
        # Only now: the seat kept for somebody who has just come is still his.
        await self.seating.arrive(gate, asking)
        await lobby.leave_queue(
            session, [(room, who) for who in given if who in before]
        )
        await lobby.join_queue(
            session, [one for one in new if one.registrant not in given]
        )
        waits = {one.registrant: one for one in (*line, *new)}
        for who, order in asking.items():
            if (seat := given.get(who)) is not None:
                self.answers[order] = Answer(standing=Standing.INSIDE, seat=seat)
            else:
                self.answers[order] = Answer(
                    standing=Standing.WAITING, waiting=waits[who]
                )

    async def _line(
        self, gate: Gate, asking: Mapping[RegistrantId, Press]
    ) -> list[Waiting]:
        """The queue, in which those who ask anew have just been seen; themselves only
        where nobody can be let in. Reading thousands for each round would take longer
        than all else.
        """
        session, room = self.seating.session, gate.room.id
        if await self.seating.has_seats(gate, asking):
            there = await lobby.queue(session, [room])
        else:
            there = await lobby.waiting_of(session, [room], asking)
        line = []
        heard, stale = [], []
        for one in there:
            order = asking.get(one.registrant)
            if order is None:
                line.append(one)
            elif one.since < gate.opens:
                stale.append((room, one.registrant))
            else:
                device = order.who.device
                heard.append((room, one.registrant, device))
                line.append(replace(one, seen=self.seating.moment, device=device))
        await lobby.leave_queue(session, stale)
        await lobby.hear(session, heard, now=self.seating.moment)
        return line

    def _waiting(self, room: RoomId, who: Visitor, number: int) -> Waiting:
        return Waiting(
            room=room,
            registrant=who.registrant,
            number=number,
            since=self.seating.terms.now,
            seen=self.seating.moment,
            device=who.device,
            staff=who.staff,
            standby=who.standby,
        )


def _is_elsewhere(seat: Seat, order: Press, moment: datetime) -> bool:
    """Whether another device has ``seat``, gives signs of life, and was not told
    to let go.
    """
    if order.take_over or not seat.device or not order.who.device:
        return False
    if seat.device == order.who.device:
        return False
    return seat.seen is not None and moment - seat.seen < SILENT
