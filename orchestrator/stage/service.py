"""The stage: what a chair presses, carried out once and seen by everybody."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.access import store as access
from orchestrator.access.model import Identity
from orchestrator.database import Database
from orchestrator.database import now as moment_of
from orchestrator.ids import EventId, RegistrantId, SessionId, TalkId, new_id
from orchestrator.outbox import store as outbox
from orchestrator.outbox.model import Owed
from orchestrator.programme.model import Event
from orchestrator.programme.service import Programmes
from orchestrator.programme.slug import is_rehearsal
from orchestrator.registration import store as registration
from orchestrator.stage import store
from orchestrator.stage.errors import ChairsOnly, Impossible, KeyTaken
from orchestrator.stage.model import Proposal, Record, Rundown
from orchestrator.stage.parties import chairs
from orchestrator.stage.placing import Notes, noted
from orchestrator.stage.pressing import (
    Press,
    Step,
    pressed,
    rundown_in,
    session_of,
    sessions_of,
    undone,
)
from orchestrator.stage.retiming import propose
from orchestrator.stage.schemas import ACTION, Action, Undo
from orchestrator.stage.snapshots import print_of, taken
from orchestrator.stage.stale import Stale, is_stale
from orchestrator.stage.store import Kept
from orchestrator.stage.telling import Moved, moves, still_untold, would_move

Changed = Callable[[str], None]
"""Told the slug of a meeting of which something was pressed here."""

TALK_MOVED = "talk-moved"
"""Kind of what is owed to a speaker: facts ``talk``, ``session``, ``was``, ``now``."""

MOST_SINCE = 50
"""So many presses are told to who was too late, and to a desk."""

_LOOKS = 3

_Stored = tuple[Event, Mapping[SessionId, Notes]]
"""The event that a press led to, and all that is noted of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A press that was carried out, and the rundown as it is now.

    ``replayed``: it had been carried out before, under the same key.
    """

    rundown: Rundown
    record: Record
    replayed: bool = False


class Stage:
    """The sessions of every meeting while they are on."""

    def __init__(self, database: Database, programmes: Programmes) -> None:
        self._database = database
        self._programmes = programmes
        self._told: list[Changed] = []
        self._kept: dict[EventId, tuple[int, Mapping[SessionId, Notes]]] = {}

    def tell(self, changed: Changed) -> None:
        """Have ``changed`` called after each press that was carried out here."""
        self._told.append(changed)

    def forget(self, event: EventId) -> None:
        """``event`` is no more."""
        self._kept.pop(event, None)

    async def rundown(self, event: Event, session: SessionId) -> Rundown:
        """The running order of ``session`` as it is now; raises ``NoSuchSession``."""
        event, notes = await self._notes(event)
        return rundown_in(event, session, notes)

    async def rundowns(self, event: Event) -> tuple[Rundown, ...]:
        """The running orders of all sessions of ``event``, in time order."""
        event, notes = await self._notes(event)
        sessions = [timed.session.id for timed in event.timetable.sessions]
        return tuple(rundown_in(event, one, notes) for one in sessions)

    async def records(
        self, event: Event, session: SessionId, *, most: int | None = None
    ) -> tuple[Record, ...]:
        """What was pressed in ``session``, the newest first, ``most`` of it."""
        session_of(event, session)
        async with self._database.reading() as opened:
            return await store.since(opened, session, most=most)

    async def latest(
        self, rundowns: Iterable[Rundown]
    ) -> dict[SessionId, tuple[Record, ...]]:
        """What was pressed in each of ``rundowns`` last, the newest first; what an
        undo would take back is among it, however long ago that was.
        """
        async with self._database.reading() as opened:
            return {
                one.session: await store.latest(opened, one.session, most=MOST_SINCE)
                if one.version
                else ()
                for one in rundowns
            }

    async def histories(
        self, event: Event
    ) -> tuple[tuple[Rundown, tuple[Record, ...]], ...]:
        """Each session of ``event``, and what was pressed in it, the newest first."""
        async with self._database.reading() as opened:
            records = await store.of_event(opened, event.id)
        return tuple(
            (one, tuple(records.get(one.session, ())))
            for one in await self.rundowns(event)
        )

    async def proposal(
        self, event: Event, session: SessionId, now: datetime
    ) -> Proposal | None:
        """What a re-timing at ``now``, a moment of the event, would change."""
        return propose(await self.rundown(event, session), now)

    async def told(self, event: Event, proposal: Proposal) -> int:
        """How many people will have mail when ``proposal`` is accepted."""
        event, notes = await self._notes(event)
        talks = {shift.talk for shift in proposal.shifts}
        moved = [
            one
            for timed in event.timetable.sessions
            if talks & {slot.talk.id for slot in timed.slots}
            for one in would_move(
                rundown_in(event, timed.session.id, notes),
                proposal,
                notes.get(timed.session.id, Notes()).told,
            )
        ]
        async with self._database.reading() as opened:
            return len({who for who, _ in await _concerned(opened, moved)})

    def refuse_others(self, event: Event, session: SessionId, by: Identity) -> None:
        """Raise ``ChairsOnly`` unless ``by`` chairs ``session``, ``NoSuchSession`` where
        there is none.
        """
        session_of(event, session)
        if not chairs(event, by, session):
            raise ChairsOnly("Open the personal link of a chair of this session.")

    async def act(
        self,
        event: Event,
        session: SessionId,
        action: Action,
        *,
        by: Identity,
        version: int | None = None,
        key: str | None = None,
    ) -> Done:
        """Carry ``action`` out for the chair ``by``, who saw ``version``, once.

        Of two presses under one ``key`` the second does nothing. What is answered is
        durable. Raises ``NoSuchSession``, ``ChairsOnly``, ``Stale``, ``KeyTaken`` and
        what the rules raise.
        """
        self.refuse_others(event, session, by)
        late = await self._too_late(event, session, action, by, version, key)
        if late is not None:
            return late

        async def work(opened: AsyncSession) -> tuple[Done, _Stored | None]:
            press, record = await self._found(opened, event, session, action, by, key)
            if record is not None:
                return Done(rundown=press.rundown, record=record, replayed=True), None
            if is_stale(version, press.rundown.version):
                raise await _stale(opened, press.rundown, version or 0)
            step, record = await _carry_out(opened, press, key)
            sessions = sessions_of(press, step)
            after = await self._programmes.retime(
                opened, press.event, sessions, press.moment
            )
            notes = await _keep(opened, press, step, after)
            return Done(rundown=step.after[0], record=record), (after, notes)

        # In one go: each wait in between would be behind all else that goes on.
        done, stored = await self._database.in_one_go(work)
        if stored is not None:
            await self._tell(*stored)
        return done

    async def _tell(self, after: Event, notes: Mapping[SessionId, Notes]) -> None:
        await self._programmes.stored(after)
        self._kept[after.id] = (after.revision, notes)
        for changed in self._told:
            changed(after.slug)

    async def _too_late(
        self,
        event: Event,
        session: SessionId,
        action: Action,
        by: Identity,
        version: int | None,
        key: str | None,
    ) -> Done | None:
        """What was done already, or ``Stale``, if it is known here that the press comes
        too late: whoever holds the event is not waited for then.
        """
        noted = self._kept.get(event.id, (0, {}))[1].get(session, Notes()).version
        if version is None or version >= noted or not is_stale(version, noted):
            return None
        # Before the other reading: who holds one connection waits for no second one.
        rundown = await self.rundown(event, session)
        async with self._database.reading() as opened:
            record = await store.by_key(opened, session, key) if key else None
            if record is None:
                raise await _stale(opened, rundown, version)
        _refuse_other(record, action, by)
        return Done(rundown=rundown, record=record, replayed=True)

    async def _found(
        self,
        opened: AsyncSession,
        event: Event,
        session: SessionId,
        action: Action,
        by: Identity,
        key: str | None,
    ) -> tuple[Press, Record | None]:
        """The press on what is stored, from now on the only one of the event; and
        what was recorded of it if it was carried out before.
        """
        held = await self._programmes.held(opened, event.slug)
        kept = self._kept.get(held.id)
        if kept is None or kept[0] != held.revision:
            kept = await store.notes(opened, held.id)
        press = Press(
            event=held,
            notes=kept[1],
            session=session,
            action=action,
            by=by,
            moment=await moment_of(opened),
        )
        session_of(held, session)
        record = await store.by_key(opened, session, key) if key else None
        if record is not None:
            _refuse_other(record, action, by)
        return press, record

    async def _notes(self, event: Event) -> tuple[Event, Mapping[SessionId, Notes]]:
        """What is noted of the sessions of ``event``, and the event as it is by then:
        another process may have pressed since it was read.
        """
        for _ in range(_LOOKS):
            kept = self._kept.get(event.id)
            if kept is not None and kept[0] == event.revision:
                return event, kept[1]
            async with self._database.reading() as opened:
                revision, notes = await store.notes(opened, event.id)
            if revision <= event.revision:
                self._kept[event.id] = (event.revision, notes)
                return event, notes
            await self._programmes.look()
            event = await self._programmes.find(event.slug)
        return event, notes


async def _stale(opened: AsyncSession, rundown: Rundown, version: int) -> Stale:
    since = await store.since(opened, rundown.session, max(version, 0), most=MOST_SINCE)
    return Stale(rundown, since)


def _refuse_other(record: Record, action: Action, by: Identity) -> None:
    """Raise ``KeyTaken`` unless ``record`` is of that very press."""
    if (record.by, record.action) != (by.registrant, _written(action)):
        raise KeyTaken("Use a new key for each press.")


def _written(action: Action) -> dict[str, object]:
    written: dict[str, object] = ACTION.dump_python(action, mode="json")
    return written


async def _carry_out(
    opened: AsyncSession, press: Press, key: str | None
) -> tuple[Step, Record]:
    """Do ``press`` and write it down."""
    is_undo = isinstance(press.action, Undo)
    if is_undo:
        step = await _take_back(opened, press)
    else:
        step = pressed(press, TalkId(new_id()))
    names = [(one.session, one.version) for one in step.after]
    written = [
        Kept(
            session=after.session,
            record=Record(
                version=after.version,
                by=press.by.registrant,
                name=press.by.name,
                at=press.now,
                action=_written(press.action),
            ),
            before=taken(before, after),
            after=print_of(after),
            other=next((one for one in names if one[0] != after.session), None),
        )
        for before, after in zip(step.before, step.after, strict=True)
    ]
    await store.add(opened, written, key, stands=not is_undo)
    return step, written[0].record


async def _take_back(opened: AsyncSession, press: Press) -> Step:
    """Undo the last press of the session that stands, in both sessions of a transfer."""
    last = await store.standing(opened, press.session)
    if last is None:
        raise Impossible("Nothing was pressed that could be taken back.")
    former = [last]
    if last.other is not None:
        other = await store.standing(opened, last.other[0])
        if other is None or other.record.version != last.other[1]:
            raise Impossible(
                "The other session has gone on since: move the talk back instead."
            )
        former.append(other)
    step = undone(press, [(one.session, one.before, one.after) for one in former])
    for one, after in zip(former, step.after, strict=True):
        version = one.record.version
        await store.take_back(opened, one.session, version, by=after.version)
    return step


async def _keep(
    opened: AsyncSession, press: Press, step: Step, after: Event
) -> Mapping[SessionId, Notes]:
    """Note what ``step`` leads to, and owe mail to whom it concerns; all notes."""
    told = {
        talk: at
        for one in step.before
        for talk, at in press.notes.get(one.session, Notes()).told.items()
    }
    moved = moves(step.before, step.after, told)
    changed = {
        one.session: noted(one, still_untold(moved, told, one)) for one in step.after
    }
    await store.save(opened, after.id, after.revision, changed)
    if not is_rehearsal(after.slug):
        await _owe(opened, press, moved)
    return {**press.notes, **changed}


async def _owe(opened: AsyncSession, press: Press, moved: Sequence[Moved]) -> None:
    messages = [
        Owed(
            kind=TALK_MOVED,
            event=press.event.id,
            registrant=who,
            facts={
                "talk": one.talk,
                "session": one.session,
                "was": one.was.isoformat(),
                "now": one.now.isoformat(),
            },
            created=press.moment,
        )
        for who, one in await _concerned(opened, moved)
    ]
    await outbox.owe(opened, messages)


async def _concerned(
    opened: AsyncSession, moved: Sequence[Moved]
) -> list[tuple[RegistrantId, Moved]]:
    """The speakers who have to be told what ``moved``; who is cancelled is not."""
    far = [one for one in moved if one.is_far]
    if not far:
        return []
    speakers = await access.speakers_of(opened, [one.talk for one in far])
    everybody = {who for own in speakers.values() for who in own}
    there = await registration.identities(opened, everybody)
    return [
        (who, one) for one in far for who in speakers.get(one.talk, ()) if who in there
    ]
