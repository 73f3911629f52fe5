"""Questions of the stage to the database, answered in values.

Functions take the session; the service that calls them owns the transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import bindparam, insert, select, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.database import run
from orchestrator.ids import EventId, RegistrantId, SessionId, TalkId
from orchestrator.stage.model import Record
from orchestrator.stage.placing import Notes
from orchestrator.stage.snapshots import Snapshot
from orchestrator.stage.tables import ActionRow, RundownRow

_SNAPSHOT = TypeAdapter(Snapshot)
_TOLD = TypeAdapter(dict[TalkId, datetime])

Columns = dict[str, Any]  # Any: columns of a row


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A press as it is stored: what was recorded of it, and what takes it back.

    ``other`` is the same press in the other session of a transfer.
    """

    session: SessionId
    record: Record
    before: Snapshot
    after: str
    other: tuple[SessionId, int] | None = None


_NOTES = (
    col(RundownRow.session_id),
    col(RundownRow.revision),
    col(RundownRow.version),
    col(RundownRow.refused),
    col(RundownRow.lengths),
    col(RundownRow.told),
)
_RECORD = (
    col(ActionRow.version),
    col(ActionRow.registrant_id),
    col(ActionRow.name),
    col(ActionRow.at),
    col(ActionRow.action),
    col(ActionRow.undone),
)
_of_session = col(ActionRow.session_id) == bindparam("session")
_newest_first = col(ActionRow.version).desc()

_ALL_NOTES = select(*_NOTES).where(col(RundownRow.event_id) == bindparam("event"))
_BY_KEY = select(*_RECORD).where(_of_session, col(ActionRow.key) == bindparam("key"))
_SINCE = (
    select(*_RECORD)
    .where(_of_session, col(ActionRow.version) > bindparam("since"))
    .order_by(_newest_first)
)
_OF_EVENT = (
    select(col(ActionRow.session_id), *_RECORD)
    .join(RundownRow, col(RundownRow.session_id) == col(ActionRow.session_id))
    .where(col(RundownRow.event_id) == bindparam("event"))
    .order_by(_newest_first)
)
_STANDING = (
    select(
        *_RECORD,
        col(ActionRow.before),
        col(ActionRow.after),
        col(ActionRow.other_session),
        col(ActionRow.other_version),
    )
    .where(_of_session, col(ActionRow.stands))
    .order_by(_newest_first)
    .limit(1)
)
_TAKE_BACK = (
    update(ActionRow)
    .where(_of_session, col(ActionRow.version) == bindparam("at_version"))
    .values(stands=False, undone=bindparam("by_version"))
)
_CHANGE = (
    update(RundownRow)
    .where(col(RundownRow.session_id) == bindparam("session"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in ("revision", "version", "refused", "lengths", "told")
        }
    )
)


async def notes(
    session: AsyncSession, event: EventId
) -> tuple[int, dict[SessionId, Notes]]:
    """What is kept of the sessions of ``event`` that a chair has pressed in, and the
    revision of the event that the last press made; 0 before the first.
    """
    rows = (await run(session, _ALL_NOTES, {"event": event})).all()
    found = {
        SessionId(ident): Notes(
            version=version,
            refused=refused,
            lengths={talk: _lengths(*own) for talk, own in lengths.items()},
            told=_TOLD.validate_python(told),
        )
        for ident, _, version, refused, lengths, told in rows
    }
    return max((row[1] for row in rows), default=0), found


async def save(
    session: AsyncSession,
    event: EventId,
    revision: int,
    changed: Mapping[SessionId, Notes],
) -> None:
    """Keep ``changed``, each one version on; ``event`` is at ``revision`` by that."""
    for ident, one in changed.items():
        columns: Columns = {
            "revision": revision,
            "version": one.version,
            "refused": one.refused,
            "lengths": {
                talk: [length.total_seconds() for length in own]
                for talk, own in one.lengths.items()
            },
            "told": _TOLD.dump_python(dict(one.told), mode="json"),
        }
        if one.version == 1:
            row = {"session_id": ident, "event_id": event, **columns}
            await run(session, insert(RundownRow), [row])
        else:
            new = {f"new_{name}": value for name, value in columns.items()}
            await run(session, _CHANGE, {"session": ident, **new})


async def add(
    session: AsyncSession, presses: Sequence[Kept], key: str | None, *, stands: bool
) -> None:
    """Write ``presses`` down; ``key`` is that of the first."""
    rows = [
        {
            "session_id": one.session,
            "version": one.record.version,
            "key": None if number else key,
            "registrant_id": one.record.by,
            "name": one.record.name,
            "at": one.record.at,
            "action": one.record.action,
            "before": _SNAPSHOT.dump_python(one.before, mode="json"),
            "after": one.after,
            "other_session": one.other and one.other[0],
            "other_version": one.other and one.other[1],
            "stands": stands,
            "undone": None,
        }
        for number, one in enumerate(presses)
    ]
    await run(session, insert(ActionRow), rows)


async def by_key(session: AsyncSession, ident: SessionId, key: str) -> Record | None:
    """The press in the session that was made under ``key``."""
    row = (await run(session, _BY_KEY, {"session": ident, "key": key})).one_or_none()
    return None if row is None else _record(*row)


async def since(
    session: AsyncSession,
    ident: SessionId,
    version: int = 0,
    *,
    most: int | None = None,
) -> tuple[Record, ...]:
    """What was pressed in the session after ``version``, the newest first, ``most`` of
    it.
    """
    query = _SINCE if most is None else _SINCE.limit(most)
    rows = await run(session, query, {"session": ident, "since": version})
    return tuple(_record(*row) for row in rows)


async def latest(
    session: AsyncSession, ident: SessionId, *, most: int
) -> tuple[Record, ...]:
    """What was pressed in the session last, the newest first: ``most`` of it, and the
    last press that stands where that was earlier.
    """
    found = await since(session, ident, most=most)
    if len(found) < most or any(_stands(one) for one in found):
        return found
    earlier = await standing(session, ident)
    return (*found, earlier.record) if earlier else found


def _stands(record: Record) -> bool:
    return record.undone is None and record.action["do"] != "undo"


async def of_event(
    session: AsyncSession, event: EventId
) -> dict[SessionId, list[Record]]:
    """What was pressed in each session of ``event``, the newest first."""
    found: dict[SessionId, list[Record]] = {}
    for ident, *columns in await run(session, _OF_EVENT, {"event": event}):
        found.setdefault(SessionId(ident), []).append(_record(*columns))
    return found


async def standing(session: AsyncSession, ident: SessionId) -> Kept | None:
    """The last press in the session that was not taken back."""
    row = (await run(session, _STANDING, {"session": ident})).one_or_none()
    if row is None:
        return None
    *columns, before, after, other, version = row
    return Kept(
        session=ident,
        record=_record(*columns),
        before=_SNAPSHOT.validate_python(before),
        after=after,
        other=(SessionId(other), version) if other else None,
    )


async def take_back(
    session: AsyncSession, ident: SessionId, version: int, *, by: int
) -> None:
    """The press to ``version`` stands no more; the one to ``by`` took it back."""
    at = {"session": ident, "at_version": version, "by_version": by}
    await run(session, _TAKE_BACK, at)


def _record(
    version: int,
    by: str,
    name: str,
    at: datetime,
    action: dict[str, object],
    undone: int | None,
) -> Record:
    return Record(
        version=version,
        by=RegistrantId(by),
        name=name,
        at=at,
        action=action,
        undone=undone,
    )


def _lengths(talk: float, questions: float) -> tuple[timedelta, timedelta]:
    return timedelta(seconds=talk), timedelta(seconds=questions)
