"""Attendance: the journal of presence, and what it adds up to."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from integrations.video.provider import Participant
from orchestrator.attendance import store
from orchestrator.attendance.csv_out import write_csv, write_sheet
from orchestrator.attendance.figures import Measure, measure, of_event, of_person
from orchestrator.attendance.intervals import believed, presence
from orchestrator.attendance.json_out import write_json
from orchestrator.attendance.model import (
    EventFigures,
    Format,
    PersonFigures,
    Presence,
    Sign,
    SignKind,
    Word,
)
from orchestrator.attendance.settling import settle
from orchestrator.attendance.told import STAYS, closings, ends, is_of, signs
from orchestrator.attendance.windows import is_on
from orchestrator.clock import Clock
from orchestrator.database import Database
from orchestrator.ids import RegistrantId, RoomId
from orchestrator.programme.model import Event
from orchestrator.registration import store as registration
from orchestrator.registration.model import Registrant
from orchestrator.rooms.model import Room
from orchestrator.rooms.service import Rooms

# A day of one person is some thousand signs: so many people are computed at
# once that the loop and the memory do not feel it.
_PEOPLE_AT_ONCE = 10

# Who was told of before is not believed to be inside still.
_LOOKS_BACK = STAYS

_WRITERS = {
    Format.CSV: write_csv,
    Format.JSON: write_json,
    Format.SHEET: write_sheet,
}


class Attendance:
    """The attendance of every event. ``clock`` is real time, not an event's."""

    def __init__(self, database: Database, rooms: Rooms, *, clock: Clock) -> None:
        self._database = database
        self._rooms = rooms
        self._clock = clock

    def now(self, event: Event) -> datetime:
        """The moment that ``event`` is at: real time, moved by its offset."""
        return self._clock() + event.clock_offset

    async def record(self, signs: Sequence[Sign]) -> None:
        """Add ``signs`` to the journal; what it holds already is not added again.

        Raises ``DatabaseUnavailable``: then none was added.
        """
        if signs:
            async with self._database.transaction() as session:
                await store.append(session, signs)

    async def hear(
        self, session: AsyncSession, event: Event, room: RoomId, words: Sequence[Word]
    ) -> tuple[Sign, ...]:
        """Add what the provider of ``room`` told, in any order, inside a transaction;
        gives who came and went, those of a room that was closed included.

        Who takes several rooms in one transaction takes them in order of their ids.
        """
        await store.hold(session, room)
        told, closed = signs(event, room, words), closings(event, words)
        await store.close(session, room, closed)
        over: set[Sign] = set()
        if came := [one for one in told if one.kind is SignKind.IN]:
            moments = [one.at for one in came]
            later = (min(moments), max(moments) + STAYS)
            over.update(ends(came, await store.closings(session, room, *later)))
        for end in closed:
            before = await store.comings(session, room, end.at - STAYS, end.at)
            over.update(ends(before, [end]))
        found = (*told, *sorted(over, key=lambda one: one.key))
        await store.append(session, found)
        return found

    async def inside(
        self, event: Event, room: Room, of: Collection[RegistrantId] | None = None
    ) -> frozenset[RegistrantId]:
        """Who (``of`` those, if they are given) is in ``room``, on the connection that it
        names, by all that its provider told, or listed.
        """
        async with self._database.reading() as session:
            since = self.now(event) - _LOOKS_BACK
            told = await store.last_told(session, room.id, since, of=of)
        return frozenset(believed(one for one in told if is_of(one, room.connection)))

    async def of(self, event: Event) -> EventFigures:
        """The figures of everybody registered at ``event``, and of all together.

        While it is on, who is not known to have gone is there until now. People
        who are off the list have figures if they have been there.
        """
        return (await self.everybody(event))[1]

    async def of_person(self, event: Event, registrant: RegistrantId) -> PersonFigures:
        """The figures of one person; those of a stranger are zero."""
        by, until = await self._measure(event), self._until(event)
        async with self._database.reading() as session:
            signs = await store.of_people(session, event.id, [registrant])
        there = presence(signs, until=until).get(registrant)
        return of_person(registrant, there, by)

    async def export(self, event: Event, form: Format, *, language: str = "") -> str:
        """The attendance of everybody, written as ``form``; for organisers.

        Lists are in ``language``, by default the event's.
        """
        people, figures = await self.everybody(event)
        said = language or event.programme.language
        return await asyncio.to_thread(_WRITERS[form], event, people, figures, said)

    async def everybody(
        self, event: Event
    ) -> tuple[tuple[Registrant, ...], EventFigures]:
        """Those whom ``of`` has figures of, in the order of registration, and them."""
        by, until = await self._measure(event), self._until(event)
        async with self._database.reading() as session:
            registrants = await registration.of_event(session, event.id)
            there: dict[RegistrantId, Presence] = {}
            async for some in self._presence(session, event, until):
                there.update(some)
        people = tuple(
            one for one in registrants if one.id in there or not one.is_cancelled
        )
        now = self.now(event)
        figures = await asyncio.to_thread(_figures, people, there, by, now)
        return people, figures

    async def take_turn(self, room: Room, every: timedelta) -> bool:
        """Whether this process is to ask the provider of ``room`` now; then no other
        is, for as long as ``every``.
        """
        async with self._database.transaction() as session:
            return await store.take_turn(session, room.id, every)

    async def settle(
        self,
        event: Event,
        room: Room,
        participants: Sequence[Participant],
        at: datetime,
    ) -> tuple[Sign, ...]:
        """Have the journal agree with the provider's list; gives what was added.

        ``at`` is the event's moment before the provider was asked: who came
        while it answered is not put out.
        """
        async with self._database.reading() as session:
            told = await store.last_told(session, room.id, at - _LOOKS_BACK)
        listed = [RegistrantId(one.id) for one in participants]
        signs = settle(believed(told), listed, at, event=event.id, room=room.id)
        await self.record(signs)
        return signs

    async def _presence(
        self, session: AsyncSession, event: Event, until: datetime | None
    ) -> AsyncIterator[Mapping[RegistrantId, Presence]]:
        """A part of the people at a time."""
        known = await store.people(session, event.id)
        for first in range(0, len(known), _PEOPLE_AT_ONCE):
            some = known[first : first + _PEOPLE_AT_ONCE]
            signs = await store.of_people(session, event.id, some)
            yield await asyncio.to_thread(presence, signs, until=until)

    async def _measure(self, event: Event) -> Measure:
        rooms = await self._rooms.of(event)
        silent = [room.id for room in rooms if not self._rooms.video.measures(room)]
        return measure(event, rooms, silent=silent)

    def _until(self, event: Event) -> datetime | None:
        """The present moment while ``event`` is on, else None."""
        now = self.now(event)
        return now if is_on(event, now) else None


def _figures(
    people: Sequence[Registrant],
    there: Mapping[RegistrantId, Presence],
    by: Measure,
    now: datetime,
) -> EventFigures:
    his = (of_person(one.id, there.get(one.id), by) for one in people)
    return of_event(his, by, now=now)
