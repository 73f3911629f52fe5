"""Writing what differs between two revisions of an event: plain statements, no rows
of what stays. A press of a chair has to be durable within a moment.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Executable, bindparam, insert, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.database import run
from orchestrator.ids import SessionId
from orchestrator.programme.model import Event, Slot, TimedSession
from orchestrator.programme.tables import (
    EventRow,
    SessionRow,
    SlotRow,
    TalkRow,
    stamped,
)

Columns = dict[str, Any]  # Any: columns of a row

_STAMP = ("sequence", "revised", "cancelled")


def _changing(row: Any, key: str, *names: str) -> Executable:  # Any: a table
    columns: Columns = {name: bindparam(f"new_{name}") for name in names}
    return update(row).where(col(getattr(row, key)) == bindparam("of")).values(columns)


_EVENT = _changing(EventRow, "id", "revision")
_SESSION = _changing(SessionRow, "id", "starts", "ends", *_STAMP)
_TALK = _changing(TalkRow, "id", "session_id", "position", *_STAMP)
_SLOT = _changing(
    SlotRow, "talk_id", "starts", "ends", "actual_starts", "actual_ends", "skipped"
)


async def change(session: AsyncSession, before: Event, after: Event) -> None:
    """Have ``before``, which is stored, be ``after``: its revision, and sessions,
    talks and slots as far as they differ. No session comes or goes.
    """
    await run(session, _EVENT, {"of": after.id, "new_revision": after.revision})
    await _apply(session, _SESSION, _windows(before), _windows(after))
    await _apply(session, _TALK, _talks(before), _talks(after))
    await _apply(session, _SLOT, _slots(before), _slots(after))
    known = {slot.talk.id for slot, _, _ in _places(before)}
    new = [place for place in _places(after) if place[0].talk.id not in known]
    if new:
        talks = [TalkRow.of(slot.talk, after.id, home, n) for slot, home, n in new]
        slots = [SlotRow.of(slot) for slot, _, _ in new]
        await run(session, insert(TalkRow), [one.model_dump() for one in talks])
        await run(session, insert(SlotRow), [one.model_dump() for one in slots])


async def _apply(
    session: AsyncSession,
    statement: Executable,
    former: dict[str, Columns],
    present: dict[str, Columns],
) -> None:
    changed = [
        {"of": ident, **{f"new_{name}": value for name, value in columns.items()}}
        for ident, columns in present.items()
        if ident in former and former[ident] != columns
    ]
    if changed:
        await run(session, statement, changed)


def _windows(event: Event) -> dict[str, Columns]:
    return {
        timed.session.id: {
            "starts": _instant(timed.session.starts),
            "ends": _instant(timed.session.ends),
            **_stamp(timed.session),
        }
        for timed in event.timetable.sessions
    }


def _talks(event: Event) -> dict[str, Columns]:
    return {
        slot.talk.id: {"session_id": home, "position": position, **_stamp(slot.talk)}
        for slot, home, position in _places(event)
    }


def _slots(event: Event) -> dict[str, Columns]:
    return {
        slot.talk.id: {
            "starts": _instant(slot.starts),
            "ends": _instant(slot.ends),
            "actual_starts": _instant(slot.actual_starts),
            "actual_ends": _instant(slot.actual_ends),
            "skipped": slot.skipped,
        }
        for slot, _, _ in _places(event)
    }


def _places(event: Event) -> Iterator[tuple[Slot, SessionId, int]]:
    sessions: Sequence[TimedSession] = (*event.timetable.sessions, *event.withdrawn)
    for timed in sessions:
        for position, slot in enumerate(timed.slots):
            yield slot, timed.session.id, position


def _stamp(one: Any) -> Columns:  # Any: a session or a talk
    columns = stamped(one.stamp)
    return {name: columns[name] for name in _STAMP}


def _instant(moment: datetime | None) -> datetime | None:
    """In UTC: two clocks of one zone do not compare as instants."""
    return None if moment is None else moment.astimezone(UTC)
