"""The floor: who may speak in a room now, and who asks to."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.access.model import Identity
from orchestrator.admission import store as seats
from orchestrator.admission.model import Seat, Terms
from orchestrator.admission.service import Admission
from orchestrator.admission.terms import holds
from orchestrator.database import Batch, Database
from orchestrator.database import now as moment_of
from orchestrator.ids import EventId, RegistrantId, RoomId
from orchestrator.programme.model import Event
from orchestrator.registration import store as registration
from orchestrator.rooms.model import Room
from orchestrator.rooms.service import Rooms
from orchestrator.stage.errors import ChairsOnly
from orchestrator.stage.floor import store
from orchestrator.stage.floor.errors import NoSuchHand, NotInRoom
from orchestrator.stage.floor.model import Hand
from orchestrator.stage.floor.speaking import Floor, floor_at, floor_of_day
from orchestrator.stage.news.service import News
from orchestrator.stage.parties import NotOfThisMeeting, check_person

Find = Callable[[str], Awaitable[Event]]
Now = Callable[[Event], datetime]
"""The moment that an event is at."""

Changed = Callable[[str], None]
"""Told the slug of a meeting at which the floor was given or taken here."""

# Seconds: nobody hears that the floor is his, or not, so much later by the clock.
_A_MOMENT = 0.05


class Floors:
    """The floor of every room. Hands are kept in memory until they change."""

    def __init__(
        self,
        database: Database,
        rooms: Rooms,
        admission: Admission,
        news: News,
        *,
        find: Find,
        now: Now,
    ) -> None:
        self._database = database
        self._rooms = rooms
        self._admission = admission
        self._news = news
        self._find = find
        self._now = now
        self._told: list[Changed] = []
        self._kept: dict[str, tuple[EventId, tuple[Hand, ...]]] = {}
        self._floors: dict[RoomId, tuple[Event, Room, int, Floor]] = {}
        self._changes: defaultdict[str, int] = defaultdict(int)
        self._loads: Batch[str, tuple[Hand, ...]] = Batch(self._load)
        news.tell(self._changed)

    def tell(self, changed: Changed) -> None:
        """Have ``changed`` called when a chair gave or took the floor here."""
        self._told.append(changed)

    def forget(self, event: EventId) -> None:
        """``event`` is no more; another one may have its slug later."""
        for room, (kept, *_) in list(self._floors.items()):
            if kept.id == event:
                del self._floors[room]
        for slug, (ident, _) in list(self._kept.items()):
            if ident == event:
                self._changed(slug)

    async def speaks(
        self, event: Event, room: Room, who: Identity, now: datetime
    ) -> bool:
        """Whether ``who`` may speak in ``room`` at ``now``; where its provider takes
        that only at the door, whether he may at some time of the day.
        """
        floor = self.floor(event, room, now)
        if who.event != event.id:
            return False
        return floor.allows(who.grants) or any(
            floor.counts(hand.given)
            for hand in await self._hands(event)
            if (hand.room, hand.registrant) == (room.id, who.registrant)
        )

    def chairs(self, event: Event, room: Room, who: Identity, now: datetime) -> bool:
        """Whether ``who`` chairs what goes on in ``room`` at ``now``, or is an organiser:
        he gives the floor, and always has it.
        """
        floor = self.floor(event, room, now)
        return who.event == event.id and floor.chaired(who.grants)

    async def speaking(self, event: Event, room: Room) -> frozenset[RegistrantId]:
        """All who may speak in ``room`` now, whether they are in or not."""
        floor = self.floor(event, room, self._now(event))
        staff = (await self._admission.roll(event)).staff
        given = (
            hand.registrant
            for hand in await self._hands(event)
            if hand.room == room.id and floor.counts(hand.given)
        )
        by_role = (who for who, grants in staff.items() if floor.allows(grants))
        return frozenset((*by_role, *given))

    async def people(self, event: Event) -> Collection[RegistrantId]:
        """Everybody who may come to ``event``: the floor is theirs alone."""
        return (await self._admission.roll(event)).versions.keys()

    def floor(self, event: Event, room: Room, now: datetime) -> Floor:
        """The rule of ``room`` at ``now``, as its provider can follow it.

        Those who enter in one moment are let in by one rule.
        """
        moment = int(now.timestamp() / _A_MOMENT)
        last = self._floors.get(room.id)
        if last and last[0] is event and last[1] is room and last[2] == moment:
            return last[3]
        follows = self._rooms.video.can(room).stage
        rule = floor_at if follows else floor_of_day
        floor = rule(event, room.name, now)
        self._floors[room.id] = (event, room, moment, floor)
        return floor

    async def hands(self, event: Event) -> tuple[Hand, ...]:
        """Hands that are up and floors that were given, in order of raising; those of
        an earlier session of the room are over.
        """
        found = await self._hands(event)
        if not found:
            return ()
        now, rooms = self._now(event), await self._rooms.of(event)
        floors = {room.id: floor_at(event, room.name, now) for room in rooms}
        return tuple(one for one in found if floors[one.room].counts(one.since))

    def may_have_hands(self, slug: str) -> bool:
        """Whether it is not known here that no hand is up at the meeting ``slug``."""
        kept = self._kept.get(slug)
        return kept is None or bool(kept[1])

    async def raise_hand(self, event: Event, room: Room, who: Identity) -> None:
        """Have the hand of ``who`` up in ``room``; nothing when it is.

        Raises ``NotOfThisMeeting``, or ``NotInRoom`` when he has no seat there.
        """
        check_person(event, who)
        terms = await self._admission.terms(event, self._now(event))
        async with self._news.change(event) as change:
            session = change.session
            # His row is locked from here on: two of his devices come in turn.
            version = await registration.locked_version(session, who.registrant)
            if version != who.version:
                raise NotOfThisMeeting("Open your personal link again.")
            moment = await moment_of(session)
            seat = await self._seat(session, terms, room, who.registrant, moment)
            if seat is None:
                raise NotInRoom("Enter the room first, then raise your hand.")
            # The seat of an opening that was moved may begin later than now.
            at = max(moment + event.clock_offset, seat.taken)
            floor = floor_at(event, room.name, at)
            kept, lost = await store.of_rooms(session, [room.id])
            over = [*lost, *(one for one in kept if not floor.counts(one.since))]
            former = [one for one in over if one.registrant == who.registrant]
            if former:
                await store.remove(session, room.id, who.registrant)
            change.made = await store.add(session, room.id, who.registrant, at)
        if any(hand.given for hand in former):
            self._tell(event.slug)

    async def lower(self, event: Event, room: Room, who: RegistrantId) -> None:
        """Have neither hand nor floor of ``who`` in ``room`` any more."""
        async with self._news.change(event) as change:
            change.made = await store.remove(change.session, room.id, who)
        if change.made:
            self._tell(event.slug)

    async def give(
        self, event: Event, room: Room, registrant: RegistrantId, by: Identity
    ) -> None:
        """Give the floor to somebody whose hand is up; nothing when he has it.

        Raises ``ChairsOnly`` unless ``by`` chairs what goes on there, ``NoSuchHand``.
        """
        self._check_chair(event, room, by)
        async with self._news.change(event) as change:
            session = change.session
            hands, _ = await store.of_rooms(session, [room.id])
            found = [one for one in hands if one.registrant == registrant]
            if not found:
                raise NoSuchHand("It was lowered, or the person has left.")
            at = max(await moment_of(session) + event.clock_offset, found[0].raised)
            change.made = await store.give(session, room.id, registrant, at)
        if change.made:
            self._tell(event.slug)

    async def take(
        self, event: Event, room: Room, registrant: RegistrantId, by: Identity
    ) -> None:
        """Take the floor back, or let a hand be down; nothing when it is.

        Raises ``ChairsOnly`` as ``give``.
        """
        self._check_chair(event, room, by)
        await self.lower(event, room, registrant)

    async def tidy(self, event: Event) -> None:
        """Lower the hands of those who have no seat any more, or another one."""
        rooms = [room.id for room in await self._rooms.of(event)]
        async with self._database.reading() as session:
            _, lost = await store.of_rooms(session, rooms)
        for hand in lost:
            async with self._news.change(event) as change:
                # He may have come back and raised another meanwhile.
                change.made = await store.remove(
                    change.session, hand.room, hand.registrant, raised=hand.raised
                )
        if any(hand.given for hand in lost):
            self._tell(event.slug)

    def _check_chair(self, event: Event, room: Room, by: Identity) -> None:
        now = self._now(event)
        if by.event != event.id or not floor_at(event, room.name, now).chaired(
            by.grants
        ):
            raise ChairsOnly("Ask a chair of the session that is under way there.")

    async def _seat(
        self,
        session: AsyncSession,
        terms: Terms,
        room: Room,
        who: RegistrantId,
        moment: datetime,
    ) -> Seat | None:
        """The seat that counts; ``moment`` is the database's."""
        gate = terms.gates.get(room.id)
        found = await seats.held(session, [room.id], [who])
        vigil = self._admission.vigil
        return next(
            (one for one in found if gate and holds(one, gate, moment, vigil)), None
        )

    async def _hands(self, event: Event) -> tuple[Hand, ...]:
        kept = self._kept.get(event.slug)
        if kept is not None and kept[0] == event.id:
            return kept[1]
        return await self._loads.get(event.slug) or ()

    async def _load(self, slugs: Sequence[str]) -> dict[str, tuple[Hand, ...]]:
        found = {}
        for slug in slugs:
            seen, event = self._changes[slug], await self._find(slug)
            rooms = [room.id for room in await self._rooms.of(event)]
            async with self._database.reading() as session:
                found[slug], _ = await store.of_rooms(session, rooms)
            # What was read while it changed may be of before.
            if seen == self._changes[slug]:
                self._kept[slug] = event.id, found[slug]
        return found

    def _changed(self, slug: str) -> None:
        self._changes[slug] += 1
        self._kept.pop(slug, None)

    def _tell(self, slug: str) -> None:
        for one in self._told:
            one(slug)
