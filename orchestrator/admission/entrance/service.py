"""The way into the video room: for the holder of a seat, made when he presses.

Whether he holds one is asked of the database each time, since what is made lets him
in elsewhere: what people of one moment ask is one statement.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from integrations.video.provider import Entry as VideoEntry
from integrations.video.provider import Guest
from integrations.video.provider import Role as VideoRole
from orchestrator.access.model import Identity
from orchestrator.admission import store
from orchestrator.admission.errors import ElsewhereToo
from orchestrator.admission.model import Seat, Standing, Visitor
from orchestrator.admission.refusals import refusal
from orchestrator.admission.service import Admission
from orchestrator.admission.terms import choose_room, holds, standing_on
from orchestrator.database import Batch, Database
from orchestrator.database import now as moment_of
from orchestrator.errors import Conflict, Denied
from orchestrator.ids import RegistrantId, RoomId
from orchestrator.programme.model import Event
from orchestrator.rooms.model import Room
from orchestrator.rooms.service import Rooms


class Floor(Protocol):
    """Who has the floor of a room; the stage, which is above, has it."""

    async def speaks(
        self, event: Event, room: Room, who: Identity, now: datetime
    ) -> bool:
        """Whether ``who`` may speak in ``room`` at ``now``."""
        ...

    def chairs(self, event: Event, room: Room, who: Identity, now: datetime) -> bool:
        """Whether ``who`` runs what goes on there."""
        ...


_Key = tuple[RoomId, RegistrantId]


@dataclass(frozen=True, slots=True, kw_only=True)
class WayIn:
    """What leads ``guest`` into ``room``: a secret of his."""

    room: Room
    guest: Guest
    entry: VideoEntry = field(repr=False)


class Entrance:
    """The ways into video rooms."""

    def __init__(
        self,
        database: Database,
        admission: Admission,
        rooms: Rooms,
        *,
        now: Callable[[Event], datetime],
        floor: Floor,
    ) -> None:
        self._database = database
        self._admission = admission
        self._rooms = rooms
        self._now = now
        self._floor = floor
        self._seats: Batch[_Key, tuple[Seat, datetime]] = Batch(
            self._load, gathering=True
        )

    async def way_in(
        self, event: Event, who: Identity, visitor: Visitor, *, room: str | None = None
    ) -> WayIn:
        """The way into ``room`` (by default the one that is open).

        Raises what keeps him from it, ``RoomNotSet``, and ``RoomSilent`` when the
        provider does not answer: his seat stays his.

        Where only news tells who is in, his seat is held from now on: he may be inside
        before that is told, and if it never is.
        """
        now = self._now(event)
        place = await self._held(event, visitor, now, room)
        chair = self._floor.chairs(event, place, who, now)
        guest = Guest(
            id=who.registrant,
            name=who.name,
            role=VideoRole.CHAIR if chair else VideoRole.PARTICIPANT,
            speaks=chair or await self._floor.speaks(event, place, who, now),
            language=who.language,
        )
        video, version = self._rooms.video, visitor.version
        entry = await video.way_in(event, place, guest, version=version)
        if video.can(place).keeps:
            await self._hold_still(event, visitor, place)
        if self._admission.goes_by_news(place):
            await self._admission.present(event, place, [who.registrant])
        return WayIn(room=place, guest=guest, entry=entry)

    async def _hold_still(self, event: Event, who: Visitor, room: Room) -> None:
        """Raise what keeps him from ``room`` if he lost his seat while the provider
        made his way in, which is good for longer than a moment: it is ended again.
        """
        try:
            await self._held(event, who, self._now(event), room.name)
        except ElsewhereToo:
            raise  # the way in is his on the other device
        except (Conflict, Denied):
            await self._admission.exits.put_out_of(event, room, who.registrant)
            raise

    async def _held(
        self, event: Event, who: Visitor, now: datetime, room: str | None
    ) -> Room:
        """The room in which ``who`` holds a seat; raises why he does not."""
        terms = await self._admission.terms(event, now)
        place = choose_room(await self._rooms.of(event), event, now, room)
        gate = terms.gates.get(place.id)
        found = gate and await self._seats.get((place.id, who.registrant))
        if gate and found:
            seat, moment = found
            counts = holds(seat, gate, moment, self._admission.vigil)
            if counts and standing_on(seat, who, moment) is Standing.INSIDE:
                return place
        entry = await self._admission.look(event, who, now, room=room)
        if entry.standing is not Standing.INSIDE:
            raise refusal(entry)
        return entry.room

    async def _load(self, keys: Sequence[_Key]) -> Mapping[_Key, tuple[Seat, datetime]]:
        """Seats with the database's time."""
        rooms, people = {room for room, _ in keys}, {who for _, who in keys}
        async with self._database.reading() as session:
            moment = await moment_of(session)
            seats = await store.held(session, rooms, people)
        self._admission.vigil.heard(moment)
        return {(one.room, one.registrant): (one, moment) for one in seats}
