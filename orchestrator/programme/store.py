"""Questions about meetings, answered in values.

Functions take the session; the service that calls them owns the transaction.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from sqlalchemy import bindparam, update
from sqlalchemy import select as columns
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from calendars.revision import Stamp
from orchestrator.database import run
from orchestrator.ids import EventId, SessionId
from orchestrator.programme.model import (
    Event,
    Remark,
    Slot,
    Talk,
    TimedSession,
    Timetable,
)
from orchestrator.programme.tables import (
    EventRow,
    SessionRow,
    SlotRow,
    TalkRow,
    seconds,
)

Listener = Callable[[AsyncSession, Event], Awaitable[None]]
"""Called inside the transaction that stores a programme or its doors."""

Follower = Callable[[AsyncSession, Event, Event], Awaitable[None]]
"""As well, with the event as it was and as it is now."""

_REMARKS = TypeAdapter(tuple[Remark, ...])


@dataclass(frozen=True, slots=True)
class Head:
    """What tells whether a kept event is still true."""

    id: EventId
    revision: int
    access_epoch: int
    clock_offset: timedelta

    def is_of(self, event: Event) -> bool:
        """Whether ``event`` is what is stored, its clock apart."""
        return (self.id, self.revision) == (event.id, event.revision)


async def heads(session: AsyncSession) -> dict[str, Head]:
    """The head of every event, by slug."""
    head = (
        col(EventRow.slug),
        col(EventRow.id),
        col(EventRow.revision),
        col(EventRow.access_epoch),
        col(EventRow.clock_offset),
    )
    rows = await run(session, columns(*head))
    return {
        slug: Head(EventId(event), revision, epoch, timedelta(seconds=offset))
        for slug, event, revision, epoch, offset in rows
    }


async def get(session: AsyncSession, slug: str) -> Event | None:
    """The whole event of ``slug``, None if there is none."""
    query = select(EventRow).where(EventRow.slug == slug)
    row = (await session.exec(query)).one_or_none()
    return None if row is None else await _event(session, row)


async def lock(session: AsyncSession, slug: str) -> None:
    """Let one transaction at a time change the event of ``slug``; the others see
    what it stored. SQLite has one writer anyway.
    """
    row = columns(col(EventRow.id)).where(col(EventRow.slug) == slug)
    await run(session, row.with_for_update())


async def locked(session: AsyncSession, slug: str) -> Head | None:
    """As ``lock``; tells what tells whether a kept event is still true."""
    row = await run(session, _LOCKED, {"slug": slug})
    found = row.one_or_none()
    if found is None:
        return None
    event, revision, epoch, offset = found
    return Head(EventId(event), revision, epoch, timedelta(seconds=offset))


_LOCKED = (
    columns(
        col(EventRow.id),
        col(EventRow.revision),
        col(EventRow.access_epoch),
        col(EventRow.clock_offset),
    )
    .where(col(EventRow.slug) == bindparam("slug"))
    .with_for_update()
)


async def touch(session: AsyncSession, event: EventId) -> None:
    """Say that what is shown of ``event`` changed: kept pages are stale."""
    await run(
        session,
        update(EventRow)
        .where(col(EventRow.id) == event)
        .values(revision=EventRow.revision + 1),
    )


async def touch_access(session: AsyncSession, event: EventId) -> None:
    """Say that somebody's entitlement in ``event`` changed."""
    await run(
        session,
        update(EventRow)
        .where(col(EventRow.id) == event)
        .values(access_epoch=EventRow.access_epoch + 1),
    )


async def access_epoch(session: AsyncSession, event: EventId) -> int | None:
    """How often entitlements in ``event`` have changed; None if there is none."""
    epoch: int | None = (
        await run(session, _EPOCH, {"event": event})
    ).scalar_one_or_none()
    return epoch


_EPOCH = columns(col(EventRow.access_epoch)).where(
    col(EventRow.id) == bindparam("event")
)


async def set_offset(
    session: AsyncSession, event: EventId, offset: timedelta, *, revised: bool = True
) -> None:
    """Move the event's "now" away from the database's (demo, rehearsal).

    What is kept of the event is stale by that, unless not ``revised``.
    """
    await run(
        session,
        update(EventRow)
        .where(col(EventRow.id) == event)
        .values(
            clock_offset=offset.total_seconds(),
            revision=EventRow.revision + int(revised),
        ),
    )


async def set_doors(
    session: AsyncSession,
    sessions: Collection[SessionId],
    *,
    before: timedelta | None,
    after: timedelta | None,
) -> None:
    """Give ``sessions`` these doors; what is None stays as it is."""
    given = {"opens_before": seconds(before), "closes_after": seconds(after)}
    values = {name: held for name, held in given.items() if held is not None}
    if values:
        of_these = col(SessionRow.id).in_(sessions)
        await run(session, update(SessionRow).where(of_these).values(**values))


async def save(session: AsyncSession, event: Event) -> None:
    """Insert or replace ``event``; parts that it no longer names are kept as they
    are, so withdrawn ones must be in ``event.withdrawn``.
    """
    await _know(session, event.id)
    row = await session.get(EventRow, event.id)
    if row is None:
        session.add(EventRow.of(event))
    else:
        row.fill(event)
    await session.flush()
    await _merge(session, _session_rows(event))
    await _merge(session, _talk_rows(event))
    slots = (*event.timetable.slots, *(s for t in event.withdrawn for s in t.slots))
    await _merge(session, [SlotRow.of(slot) for slot in slots])


async def _know(session: AsyncSession, event: EventId) -> None:
    """Load what is there in three statements, so that merging asks nothing."""
    await session.exec(select(SessionRow).where(SessionRow.event_id == event))
    await session.exec(select(TalkRow).where(TalkRow.event_id == event))
    await session.exec(
        select(SlotRow)
        .join(TalkRow, col(TalkRow.id) == col(SlotRow.talk_id))
        .where(TalkRow.event_id == event)
    )


async def _merge(session: AsyncSession, rows: Sequence[SQLModel]) -> None:
    for row in rows:
        await session.merge(row)
    await session.flush()


def _session_rows(event: Event) -> list[SessionRow]:
    live = [timed.session for timed in event.timetable.sessions]
    known = {session.id for session in live}
    gone = [t.session for t in event.withdrawn if t.session.id not in known]
    return [
        SessionRow.of(session, event.id, position)
        for position, session in enumerate((*live, *gone))
    ]


def _talk_rows(event: Event) -> list[TalkRow]:
    return [
        TalkRow.of(slot.talk, event.id, timed.session.id, position)
        for timed in (*event.timetable.sessions, *event.withdrawn)
        for position, slot in enumerate(timed.slots)
    ]


async def _event(session: AsyncSession, row: EventRow) -> Event:
    live, withdrawn = await _sessions(session, row)
    return Event(
        id=EventId(row.id),
        slug=row.slug,
        programme=row.value(tuple(one.session for one in live)),
        timetable=Timetable(sessions=live),
        stamp=Stamp(
            uid=row.uid,
            sequence=row.sequence,
            created=row.created,
            revised=row.revised,
        ),
        revision=row.revision,
        clock_offset=timedelta(seconds=row.clock_offset),
        remarks=_REMARKS.validate_python(row.remarks),
        withdrawn=withdrawn,
    )


async def _sessions(
    session: AsyncSession, row: EventRow
) -> tuple[tuple[TimedSession, ...], tuple[TimedSession, ...]]:
    """The sessions that are on, and those withdrawn or with withdrawn talks."""
    query = select(SessionRow).where(SessionRow.event_id == row.id)
    rows = (await session.exec(query.order_by(col(SessionRow.position)))).all()
    placed = await session.exec(
        select(TalkRow, SlotRow)
        .join(SlotRow, col(SlotRow.talk_id) == col(TalkRow.id))
        .where(TalkRow.event_id == row.id)
    )
    zone = ZoneInfo(row.zone)
    live: dict[str, list[Slot]] = defaultdict(list)
    gone: dict[str, list[Slot]] = defaultdict(list)
    for talk, slot in placed:
        side = live if talk.cancelled is None else gone
        side[talk.session_id].append(_slot(talk, slot, zone))
    return (
        tuple(_timed(one, live[one.id], zone) for one in rows if not one.cancelled),
        tuple(
            _timed(one, gone[one.id], zone)
            for one in rows
            if one.cancelled or gone[one.id]
        ),
    )


def _timed(row: SessionRow, slots: Iterable[Slot], zone: ZoneInfo) -> TimedSession:
    slots = tuple(sorted(slots, key=lambda slot: slot.starts))
    session = row.value(tuple(slot.talk for slot in slots))
    return TimedSession(
        session=replace(
            session,
            starts=_local(session.starts, zone),
            ends=_local(session.ends, zone),
        ),
        slots=slots,
    )


def _slot(talk: TalkRow, slot: SlotRow, zone: ZoneInfo) -> Slot:
    value: Talk = talk.value()
    return Slot(
        talk=replace(
            value, starts=_local(value.starts, zone), ends=_local(value.ends, zone)
        ),
        starts=slot.starts.astimezone(zone),
        ends=slot.ends.astimezone(zone),
        actual_starts=slot.actual_starts,
        actual_ends=slot.actual_ends,
        skipped=slot.skipped,
    )


def _local(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return None if moment is None else moment.astimezone(zone)


async def session_ids(session: AsyncSession, event: EventId) -> set[SessionId]:
    """The sessions of ``event`` that are in the programme."""
    query = select(SessionRow.id).where(
        SessionRow.event_id == event, col(SessionRow.cancelled).is_(None)
    )
    return {SessionId(one) for one in await session.exec(query)}
