"""Questions about personal calendars and their owners, answered in values.

Functions take the session; the service that calls them owns the transaction.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, tuple_, update
from sqlalchemy import select as columns
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.access import store as roles
from orchestrator.access.feed_keys import parts
from orchestrator.access.feed_keys.model import REGISTRATION, FeedKey, Part, Turn
from orchestrator.access.tables import FeedKeyRow, PartRow
from orchestrator.database import run
from orchestrator.ids import EventId, RegistrantId, SessionId, TalkId

_PART = (
    col(PartRow.registrant_id),
    col(PartRow.session_id),
    col(PartRow.talk_id),
    col(PartRow.turns),
    col(PartRow.since),
    col(PartRow.ended),
)
_PRIMARY = tuple_(*_PART[:3])


async def by_digest(
    session: AsyncSession, digests: Collection[str]
) -> dict[str, FeedKey]:
    """The keys that have one of ``digests``, in one statement."""
    query = select(FeedKeyRow).where(col(FeedKeyRow.digest).in_(digests))
    return {row.digest: row.value() for row in await session.exec(query)}


async def of(session: AsyncSession, registrant: RegistrantId) -> FeedKey | None:
    """The key of somebody's calendar, None while he has none."""
    row = await session.get(FeedKeyRow, registrant)
    return None if row is None else row.value()


async def of_many(
    session: AsyncSession, registrants: Collection[RegistrantId]
) -> dict[RegistrantId, FeedKey]:
    """The keys of those of ``registrants`` who have one, in one statement."""
    query = select(FeedKeyRow).where(col(FeedKeyRow.registrant_id).in_(registrants))
    found = [row.value() for row in await session.exec(query)]
    return {key.registrant: key for key in found}


async def add(session: AsyncSession, key: FeedKey) -> None:
    """Insert ``key``; raises IntegrityError if its registrant has one by now."""
    session.add(FeedKeyRow.of(key))
    await session.flush()


async def change(session: AsyncSession, key: FeedKey) -> None:
    """Replace the key that its registrant has."""
    await session.merge(FeedKeyRow.of(key))
    await session.flush()


async def carry(session: AsyncSession, registrant: RegistrantId, to: int) -> None:
    """Keep the address of somebody's calendar while the version of his links rises
    to ``to``; one that was revoked before stays so.
    """
    row = FeedKeyRow
    which = (col(row.registrant_id) == registrant) & (col(row.version) == to - 1)
    await run(session, update(row).where(which).values(version=to))


async def turns_of(
    session: AsyncSession, registrants: Collection[RegistrantId]
) -> dict[RegistrantId, dict[Part, Turn]]:
    """How the parts of ``registrants`` went; empty for who never had one."""
    found: dict[RegistrantId, dict[Part, Turn]] = defaultdict(dict)
    known = await _turns(session, col(PartRow.registrant_id).in_(registrants))
    for (who, part), turn in known.items():
        found[who][part] = turn
    return found


async def follow(
    session: AsyncSession,
    event: EventId,
    live: Collection[SessionId | TalkId],
    moment: datetime,
) -> None:
    """Note at ``moment`` which parts of ``event`` began, ended or came back.

    ``live`` are the sessions and talks that are in the programme. One transaction
    at a time may do so; that of the registration's lock.
    """
    known = await _turns(session, col(PartRow.event_id) == event)
    present = set(parts.held(await roles.grants_in(session, event)))
    await _write(session, event, parts.changed(known, present, live, moment))


async def end_registration(
    session: AsyncSession, registrant: RegistrantId, event: EventId, moment: datetime
) -> None:
    """Note that somebody is not registered any more; once is enough."""
    former = (await turns_of(session, [registrant]))[registrant].get(REGISTRATION)
    turn = parts.ended(former, moment)
    if turn is not None:
        await _write(session, event, {(registrant, REGISTRATION): turn})


async def _turns(
    session: AsyncSession, condition: ColumnElement[bool]
) -> dict[parts.Key, Turn]:
    rows = await run(session, columns(*_PART).where(condition))
    return {
        (RegistrantId(who), _part(of_session, talk)): Turn(turns, since, ended)
        for who, of_session, talk, turns, since, ended in rows
    }


def _part(session: str, talk: str) -> Part:
    return Part(SessionId(session) if session else None, TalkId(talk) if talk else None)


async def _write(
    session: AsyncSession, event: EventId, changed: Mapping[parts.Key, Turn]
) -> None:
    if not changed:
        return
    rows = [_row(event, key, turn).model_dump() for key, turn in changed.items()]
    await run(session, delete(PartRow).where(_PRIMARY.in_(list(map(_primary, rows)))))
    await run(session, insert(PartRow), rows)


def _row(event: EventId, key: parts.Key, turn: Turn) -> PartRow:
    who, part = key
    return PartRow(
        registrant_id=who,
        session_id=part.session or "",
        talk_id=part.talk or "",
        event_id=event,
        turns=turn.turns,
        since=turn.since,
        ended=turn.ended,
    )


def _primary(row: Mapping[str, Any]) -> tuple[str, str, str]:  # Any: columns of a row
    return row["registrant_id"], row["session_id"], row["talk_id"]
