"""Questions about registrants, answered in values.

Functions take the session; the service that calls them owns the transaction.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, func, insert, select, text, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.access import store as access
from orchestrator.access.model import Grant, Identity
from orchestrator.database import Many, run
from orchestrator.ids import EventId, RegistrantId
from orchestrator.programme.model import Counts
from orchestrator.registration.model import Origin, Registrant, Roll, Standing
from orchestrator.registration.tables import RegistrantRow


async def lock(session: AsyncSession, event: EventId) -> None:
    """Let one transaction at a time change the people of ``event``.

    SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name != "sqlite":
        statement = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
        await run(session, statement, {"name": f"registration {event}"})


async def lookup_many(
    session: AsyncSession, ids: Collection[RegistrantId]
) -> dict[RegistrantId, Registrant]:
    """Those of ``ids`` that exist, with their roles; two plain statements."""
    table = RegistrantRow.__table__  # type: ignore[attr-defined]  # SQLModel gives every table class one
    query = select(table).where(table.c.id.in_(ids))
    found = (await run(session, query)).mappings().all()
    if not found:
        return {}
    grants = await access.grants_of(session, ids)
    return _values(found, grants)


async def identities(
    session: AsyncSession, ids: Collection[RegistrantId]
) -> dict[RegistrantId, Identity]:
    """What access needs to know of ``ids``, as far as they exist and are not
    cancelled; one plain statement, since a whole meeting asks in one minute.
    """
    rows = (await run(session, _IDENTITIES, {"ids": list(ids)})).all()
    grants = access.grants_in_rows(rows)
    found = {}
    for ident, event, name, version, member, language, standing, *_ in rows:
        found[ident] = Identity(
            registrant=ident,
            event=event,
            name=name,
            version=version,
            member=member,
            language=language,
            standby=standing == Standing.STANDBY,
            grants=grants.get(ident, ()),
        )
    return found


async def withdrawn(
    session: AsyncSession, links: Collection[tuple[RegistrantId, int]]
) -> frozenset[tuple[RegistrantId, int]]:
    """Those of ``links`` (whose, of which version) that hold no more: they were
    revoked, or their owner is cancelled or not there.
    """
    if not links:
        return frozenset()
    rows = await _WITHDRAWN.run(session, list(links))
    return frozenset((RegistrantId(who), version) for who, version in rows)


_WITHDRAWN = Many(
    "SELECT given.who, given.version FROM {given} LEFT JOIN registrant "
    "ON registrant.id = given.who AND registrant.version = given.version "
    "AND registrant.standing != 'cancelled' WHERE registrant.id IS NULL",
    {"who": "text", "version": "integer"},
)

_IDENTITIES = access.with_grants(
    select(
        col(RegistrantRow.id),
        col(RegistrantRow.event_id),
        col(RegistrantRow.name),
        col(RegistrantRow.version),
        col(RegistrantRow.member),
        col(RegistrantRow.language),
        col(RegistrantRow.standing),
    ).where(
        col(RegistrantRow.id).in_(bindparam("ids", expanding=True)),
        col(RegistrantRow.standing) != Standing.CANCELLED.value,
    ),
    col(RegistrantRow.id),
)


async def get(session: AsyncSession, registrant: RegistrantId) -> Registrant | None:
    """The registrant, None if there is none."""
    return (await lookup_many(session, [registrant])).get(registrant)


async def locked_version(session: AsyncSession, registrant: RegistrantId) -> int | None:
    """The version of somebody's links, None if he is not registered (any more).

    Until the transaction ends he is neither revoked nor cancelled: on PostgreSQL
    his row is locked, SQLite has one writer.
    """
    query = (
        select(col(RegistrantRow.version))
        .where(
            col(RegistrantRow.id) == registrant,
            col(RegistrantRow.standing) != Standing.CANCELLED.value,
        )
        .with_for_update()
    )
    version: int | None = (await run(session, query)).scalar_one_or_none()
    return version


async def of_event(session: AsyncSession, event: EventId) -> tuple[Registrant, ...]:
    """Everybody of ``event``, first come first."""
    table = RegistrantRow.__table__  # type: ignore[attr-defined]  # see lookup_many
    query = (
        select(table)
        .where(table.c.event_id == event)
        .order_by(table.c.registered, table.c.id)
    )
    rows = (await run(session, query)).mappings().all()
    grants = await access.grants_in(session, event)
    return tuple(_values(rows, grants).values())


async def roll(session: AsyncSession, event: EventId) -> Roll:
    """Who may come to ``event``, as the door needs to know it: two statements, and
    no value for each person, since a large meeting has many.
    """
    row = RegistrantRow
    query = select(
        col(row.id), col(row.member), col(row.standing), col(row.version)
    ).where(col(row.event_id) == event, col(row.standing) != Standing.CANCELLED.value)
    rows = (await run(session, query)).all()
    versions = {RegistrantId(who): version for who, _, _, version in rows}
    granted = await access.grants_in(session, event)
    staff = {who: grants for who, grants in granted.items() if who in versions}
    return Roll(
        staff=staff,
        members=frozenset(who for who, member, _, _ in rows if member),
        non_members=frozenset(who for who, member, _, _ in rows if member is False),
        standby=frozenset(
            who for who, _, standing, _ in rows if standing == Standing.STANDBY.value
        ).difference(staff),
        confirmed=frozenset(
            who for who, _, standing, _ in rows if standing == Standing.CONFIRMED.value
        ).difference(staff),
        versions=versions,
    )


async def add(session: AsyncSession, registrants: Sequence[Registrant]) -> None:
    """Insert ``registrants``, in the order in which they came."""
    if registrants:
        rows = [RegistrantRow.of(one).model_dump() for one in registrants]
        await run(session, insert(RegistrantRow), rows)


async def change(session: AsyncSession, registrants: Sequence[Registrant]) -> None:
    """Replace what is stored of ``registrants``, their roles apart."""
    if registrants:
        rows = [RegistrantRow.of(one).model_dump() for one in registrants]
        names = [name for name in rows[0] if name != "id"]
        await run(
            session,
            update(RegistrantRow)
            .where(col(RegistrantRow.id) == bindparam("former"))
            .values({name: bindparam(name) for name in names}),
            [{"former": row.pop("id"), **row} for row in rows],
        )


async def counts(session: AsyncSession, event: EventId) -> Counts | None:
    """Confirmed people by category, those of the programme apart; None for nobody."""
    member = col(RegistrantRow.member)
    query = (
        select(member, func.count())
        .where(
            col(RegistrantRow.event_id) == event,
            col(RegistrantRow.standing) == Standing.CONFIRMED.value,
            col(RegistrantRow.origin) != Origin.PROGRAMME.value,
        )
        .group_by(member)
    )
    rows = await run(session, query)
    found: dict[bool | None, int] = {row[0]: row[1] for row in rows}
    if not found:
        return None
    return Counts(
        members=found.get(True, 0),
        non_members=found.get(False, 0),
        unknown=found.get(None, 0),
    )


def _values(
    rows: Sequence[Mapping[Any, Any]],  # Any: columns as the driver gives them
    grants: Mapping[RegistrantId, tuple[Grant, ...]],
) -> dict[RegistrantId, Registrant]:
    values = (RegistrantRow.value_of(row, grants.get(row["id"], ())) for row in rows)
    return {value.id: value for value in values}
