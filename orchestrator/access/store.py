"""Questions about known browsers and roles, answered in values.

Functions take the session; the service that calls them owns the transaction.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.access.model import Grant, Role, Source
from orchestrator.access.tables import BrowserSessionRow, RoleGrantRow
from orchestrator.database import Many, run
from orchestrator.ids import EventId, RegistrantId, SessionId, TalkId

_digest = col(BrowserSessionRow.digest)
_event = col(BrowserSessionRow.event_id)
_GRANT = (
    col(RoleGrantRow.registrant_id),
    col(RoleGrantRow.role),
    col(RoleGrantRow.session_id),
    col(RoleGrantRow.talk_id),
    col(RoleGrantRow.source),
)
_STRENGTH = tuple(Source)

MOST_BROWSERS = 20
"""In so many browsers one person is known at an event."""

Key = tuple[str, EventId]
"""A browser's digest, and the event at which it is known."""


@dataclass(frozen=True, slots=True)
class Known:
    """Whom a browser is known as."""

    registrant: RegistrantId
    version: int
    expires: datetime
    calendar: str = ""


async def known(session: AsyncSession, keys: Collection[Key]) -> dict[Key, Known]:
    """Whom the browsers are known as, in one statement; expired ones included."""
    row = BrowserSessionRow
    query = select(
        _digest,
        _event,
        col(row.registrant_id),
        col(row.version),
        col(row.expires),
        col(row.calendar),
    ).where(_digest.in_({digest for digest, _ in keys}))
    found = {
        (digest, EventId(event)): Known(RegistrantId(who), *rest)
        for digest, event, who, *rest in await run(session, query)
    }
    return {key: found[key] for key in keys if key in found}


async def remember(
    session: AsyncSession, key: Key, browser: Known, created: datetime
) -> None:
    """Know the browser ``key`` as ``browser``; there is no row of that key yet."""
    digest, event = key
    row = BrowserSessionRow(
        digest=digest,
        event_id=event,
        registrant_id=browser.registrant,
        version=browser.version,
        calendar=browser.calendar,
        created=created,
        expires=browser.expires,
    )
    session.add(row)
    await session.flush()


async def remember_all(
    session: AsyncSession, browsers: Sequence[tuple[Key, Known, datetime]]
) -> None:
    """As ``remember``, for many: their keys, as whom, and since when.

    Those who come in one moment are known until the latest of their terms, and since
    the first of the moments.
    """
    if browsers:
        rows = [
            (digest, event, known.registrant, known.version, known.calendar)
            for (digest, event), known, _ in browsers
        ]
        await _REMEMBER.run(
            session,
            rows,
            created=min(created for _, _, created in browsers),
            expires=max(known.expires for _, known, _ in browsers),
        )


_REMEMBER = Many(
    "INSERT INTO browser_session "
    "(digest, event_id, registrant_id, version, calendar, created, expires) "
    "SELECT given.digest, given.event, given.who, given.version, given.calendar, "
    ":created, :expires FROM {given}",
    {
        "digest": "text",
        "event": "text",
        "who": "text",
        "version": "integer",
        "calendar": "text",
    },
    moments=("created", "expires"),
)


async def forget_oldest(
    session: AsyncSession, event: EventId, registrants: Collection[RegistrantId]
) -> None:
    """Know each of ``registrants`` at ``event`` in ``MOST_BROWSERS`` at most, those
    that became known last.
    """
    every, surplus = aliased(BrowserSessionRow), aliased(BrowserSessionRow)
    newest = (col(every.created).desc(), col(every.digest))
    place = func.row_number().over(
        partition_by=col(every.registrant_id), order_by=newest
    )
    ranked = (
        select(col(every.digest).label("digest"), place.label("place"))
        .where(col(every.event_id) == event, col(every.registrant_id).in_(registrants))
        .subquery()
    )
    beyond = select(ranked.c.digest).where(ranked.c.place > MOST_BROWSERS)
    # What another transaction is deleting is not waited for: it may wait for us.
    free = (
        select(col(surplus.digest))
        .where(col(surplus.event_id) == event, col(surplus.digest).in_(beyond))
        .with_for_update(skip_locked=True)
    )
    await run(
        session,
        delete(BrowserSessionRow).where(_event == event, _digest.in_(free)),
    )


async def prolong(session: AsyncSession, key: Key, expires: datetime) -> None:
    """Know the browser ``key`` until ``expires``."""
    await run(
        session,
        update(BrowserSessionRow)
        .where(_digest == key[0], _event == key[1])
        .values(expires=expires),
    )


async def rename(session: AsyncSession, digest: str, to: str) -> frozenset[EventId]:
    """Give a browser another digest; nothing knows the former one any more.

    Returns the events at which it is known.
    """
    renamed = await run(
        session,
        update(BrowserSessionRow)
        .where(_digest == digest)
        .values(digest=to)
        .returning(_event),
    )
    return frozenset(EventId(event) for event in renamed.scalars())


async def forget(
    session: AsyncSession, digest: str, event: EventId | None = None
) -> None:
    """Know the browser no more: at ``event``, or at any."""
    query = delete(BrowserSessionRow).where(_digest == digest)
    await run(session, query if event is None else query.where(_event == event))


async def forget_expired(session: AsyncSession, now: datetime) -> None:
    """Delete what is past its term."""
    expired = col(BrowserSessionRow.expires) <= now
    await run(session, delete(BrowserSessionRow).where(expired))


async def people_known(session: AsyncSession, event: EventId) -> int:
    """How many people some browser is known as at ``event``."""
    who = col(BrowserSessionRow.registrant_id)
    query = select(func.count(who.distinct())).where(_event == event)
    number: int = (await run(session, query)).scalar_one()
    return number


async def who_is_known(
    session: AsyncSession, event: EventId
) -> frozenset[RegistrantId]:
    """Those whom some browser is known as at ``event``."""
    query = select(col(BrowserSessionRow.registrant_id)).where(_event == event)
    return frozenset((await run(session, query)).scalars())


async def last_opened(
    session: AsyncSession, event: EventId, links: Mapping[RegistrantId, int]
) -> dict[RegistrantId, datetime]:
    """When the link of each was last opened in a browser that did not know him
    before; ``links`` are whose, of which version. Those who did not have none.
    """
    who, version = col(BrowserSessionRow.registrant_id), col(BrowserSessionRow.version)
    query = (
        select(who, version, func.max(col(BrowserSessionRow.created)))
        .where(_event == event, who.in_(links))
        .group_by(who, version)
    )
    rows = await run(session, query)
    return {RegistrantId(one): opened for one, its, opened in rows if links[one] == its}


def with_grants(
    people: Select[*tuple[Any, ...]],  # Any: columns of any statement
    registrant: SQLColumnExpression[str],
) -> Select[*tuple[Any, ...]]:
    """``people`` with a row for each grant (one for who has none), its columns last.

    ``registrant`` is the column of their ids; ``grants_in_rows`` reads the rows.
    """
    theirs = col(RoleGrantRow.registrant_id) == registrant
    return people.add_columns(*_GRANT).outerjoin(RoleGrantRow, theirs)


def grants_in_rows(
    rows: Iterable[Sequence[Any]],  # Any: see with_grants
) -> dict[RegistrantId, tuple[Grant, ...]]:
    """The roles, by registrant, in rows of ``with_grants``."""
    columns = (row[-len(_GRANT) :] for row in rows)
    return _by_registrant(one for one in columns if one[0] is not None)


async def grants_of(
    session: AsyncSession, registrants: Collection[RegistrantId]
) -> dict[RegistrantId, tuple[Grant, ...]]:
    """The roles of those of ``registrants`` who have any, in one statement."""
    of_them = col(RoleGrantRow.registrant_id).in_(registrants)
    return await _grants(session, of_them)


async def grants_in(
    session: AsyncSession, event: EventId
) -> dict[RegistrantId, tuple[Grant, ...]]:
    """Every role of ``event`` by registrant."""
    return await _grants(session, col(RoleGrantRow.event_id) == event)


async def speakers_of(
    session: AsyncSession, talks: Collection[TalkId]
) -> dict[TalkId, tuple[RegistrantId, ...]]:
    """Who speaks in each of ``talks``, as far as anybody does, in a steady order."""
    row = RoleGrantRow
    query = (
        select(col(row.talk_id), col(row.registrant_id))
        .where(col(row.role) == Role.SPEAKER.value, col(row.talk_id).in_(talks))
        .distinct()
        .order_by(col(row.registrant_id))
    )
    found: dict[TalkId, tuple[RegistrantId, ...]] = {}
    for talk, who in await run(session, query):
        found[talk] = (*found.get(talk, ()), RegistrantId(who))
    return found


async def set_grants(
    session: AsyncSession,
    event: EventId,
    wanted: Mapping[RegistrantId, Collection[Grant]],
    sources: Collection[Source],
) -> frozenset[RegistrantId]:
    """Give the registrants exactly the grants ``wanted``, as far as those of
    ``sources`` go; grants of other sources stay. Returns whose grants changed.
    """
    row = RoleGrantRow
    query = select(*_GRANT, col(row.id)).where(
        col(row.event_id) == event,
        col(row.source).in_([source.value for source in sources]),
    )
    missing = _named(wanted)
    surplus: dict[str, RegistrantId] = {}
    for *columns, ident in await run(session, query):
        who, grant = _granted(columns)
        if (who, grant, grant.source) in missing:
            missing.discard((who, grant, grant.source))
        elif who in wanted:
            surplus[ident] = who
    new = [RoleGrantRow.of(grant, who, event) for who, grant, _ in missing]
    if surplus:
        await run(session, delete(row).where(col(row.id).in_(surplus)))
    if new:
        await run(session, insert(row), [one.model_dump() for one in new])
    return frozenset((*surplus.values(), *(who for who, _, _ in missing)))


async def drop_gone(
    session: AsyncSession,
    event: EventId,
    sessions: Collection[SessionId],
    talks: Collection[TalkId],
) -> frozenset[RegistrantId]:
    """Delete roles in sessions and talks that are not among the live ones given.

    Returns whose grants changed.
    """
    row = RoleGrantRow
    gone = (col(row.session_id).is_not(None) & col(row.session_id).not_in(sessions)) | (
        col(row.talk_id).is_not(None) & col(row.talk_id).not_in(talks)
    )
    deleted = await run(
        session,
        delete(row)
        .where(col(row.event_id) == event, gone)
        .returning(col(row.registrant_id)),
    )
    return frozenset(RegistrantId(who) for who in deleted.scalars())


def _named(
    wanted: Mapping[RegistrantId, Iterable[Grant]],
) -> set[tuple[RegistrantId, Grant, Source]]:
    return {(who, one, one.source) for who, grants in wanted.items() for one in grants}


async def _grants(
    session: AsyncSession,
    condition: ColumnElement[bool],
) -> dict[RegistrantId, tuple[Grant, ...]]:
    rows = await run(session, select(*_GRANT).where(condition))
    return _by_registrant(rows)


def _by_registrant(
    rows: Iterable[Sequence[str]],
) -> dict[RegistrantId, tuple[Grant, ...]]:
    found: dict[RegistrantId, list[Grant]] = defaultdict(list)
    for columns in rows:
        who, grant = _granted(columns)
        found[who].append(grant)
    return {who: _distinct(grants) for who, grants in found.items()}


def _granted(columns: Sequence[str]) -> tuple[RegistrantId, Grant]:
    """One row of ``_GRANT``."""
    who, role, session, talk, source = columns
    grant = Grant(
        Role(role),
        SessionId(session) if session else None,
        TalkId(talk) if talk else None,
        Source(source),
    )
    return RegistrantId(who), grant


def _distinct(grants: Iterable[Grant]) -> tuple[Grant, ...]:
    """Each grant once, from its strongest source, in a steady order."""
    ranked = sorted(grants, key=lambda one: -_STRENGTH.index(one.source))
    strongest = {grant: grant for grant in ranked}
    # A dict keeps the first of equal keys; the value is the last, the strongest.
    return tuple(
        sorted(
            strongest.values(),
            key=lambda one: (one.role, one.session or "", one.talk or ""),
        )
    )
