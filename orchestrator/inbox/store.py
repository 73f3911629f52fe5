"""The journal of deliveries.

Functions take the session; whoever calls them owns the transaction.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    LargeBinary,
    String,
    and_,
    bindparam,
    delete,
    func,
    select,
    text,
    update,
)
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.database import UtcDateTime, now, run
from orchestrator.inbox.model import Aside, Due, Failure, Kept, State
from orchestrator.inbox.tables import DeliveryRow

_row = DeliveryRow
_number, _connection = col(_row.number), col(_row.connection)
_body, _received = col(_row.body), col(_row.received)
_state, _due, _error = col(_row.state), col(_row.due), col(_row.error)

_KEEP = text(
    """
    INSERT INTO delivery (connection, key, body, received, state, due, tries, error)
    VALUES (:connection, :key, :body, :received, :state, :due, 0, '')
    ON CONFLICT (connection, key) DO NOTHING
    """
).bindparams(
    *(bindparam(name, type_=String()) for name in ("connection", "key", "state")),
    *(bindparam(name, type_=UtcDateTime()) for name in ("received", "due")),
    bindparam("body", type_=LargeBinary()),
)


async def keep(session: AsyncSession, deliveries: Iterable[Kept]) -> None:
    """Add ``deliveries``, of which there is at least one; what was told before stays
    as it came first.
    """
    moment = await now(session)
    # In one order everywhere: two processes that are told the same would otherwise
    # wait for each other.
    ordered = sorted(deliveries, key=lambda one: (one.connection, one.key))
    lines = [
        {
            "connection": one.connection,
            "key": one.key,
            "body": one.body,
            "received": one.received,
            "state": State.NEW.value,
            "due": moment,
        }
        for one in ordered
    ]
    await run(session, _KEEP, lines)


async def is_due(session: AsyncSession) -> bool:
    """Whether anything is to be handled now."""
    query = select(_number).where(_is_due(await now(session))).limit(1)
    return (await run(session, query)).first() is not None


async def take_due(
    session: AsyncSession, at_most: int, *, numbers: Collection[int] | None = None
) -> list[Due]:
    """What is to be handled now, in order of arrival, only those of ``numbers`` if
    these are given. Nobody else is given them before the end of the transaction.
    """
    columns = (_number, _connection, col(_row.key), _body, _received, col(_row.tries))
    wanted = _is_due(await now(session))
    if numbers is not None:
        wanted = and_(wanted, _number.in_(numbers))
    query = select(*columns).where(wanted).order_by(_number).limit(at_most)
    rows = await run(session, query.with_for_update(skip_locked=True))
    return [
        Due(
            number=number,
            kept=Kept(connection=connection, key=key, body=body, received=received),
            tries=tries,
        )
        for number, connection, key, body, received, tries in rows
    ]


async def done(session: AsyncSession, numbers: Collection[int]) -> None:
    """Note that these have been handled."""
    change = update(_row).where(_number.in_(numbers))
    await run(session, change.values(state=State.DONE.value, error=""))


async def failed(session: AsyncSession, failures: Sequence[Failure]) -> None:
    """Note that these have not."""
    for one in failures:
        values = {"tries": col(_row.tries) + 1, "error": one.error}
        if one.again is None:
            values |= {"state": State.ASIDE.value}
        else:
            values |= {"due": one.again}
        still = and_(_number == one.number, _state == State.NEW.value)
        await run(session, update(_row).where(still).values(values))


async def aside(session: AsyncSession, connections: Collection[str]) -> list[Aside]:
    """What was set aside of ``connections``, by reason, the latest first."""
    last = func.max(_received)
    query = (
        select(_connection, _error, func.count(), last)
        .where(_is_aside(connections))
        .group_by(_connection, _error)
        .order_by(last.desc())
    )
    return [
        Aside(connection=connection, error=error, number=number, last=moment)
        for connection, error, number, moment in await run(session, query)
    ]


async def again(session: AsyncSession, connections: Collection[str]) -> int:
    """Have what was set aside of ``connections`` tried anew; how many there are."""
    change = update(_row).where(_is_aside(connections))
    values = {"state": State.NEW.value, "due": await now(session), "tries": 0}
    return (await run(session, change.values(values))).rowcount


async def last(session: AsyncSession, connection: str) -> datetime | None:
    """When ``connection`` last told something new."""
    query = select(_received).where(_connection == connection)
    newest = query.order_by(_number.desc()).limit(1)
    moment: datetime | None = (await run(session, newest)).scalar()
    return moment


async def latest(
    session: AsyncSession, connection: str, *, at_most: int
) -> list[bytes]:
    """What ``connection`` told last, as far as it is kept, the latest first."""
    known = and_(_connection == connection, _body.is_not(None))
    query = select(_body).where(known).order_by(_number.desc()).limit(at_most)
    return [body for (body,) in await run(session, query) if body is not None]


async def forget_bodies(
    session: AsyncSession, before: datetime, *, state: State, at_most: int
) -> int:
    """Forget what stood in those of ``state`` that came before a moment; how many."""
    old = and_(_state == state.value, _body.is_not(None), _received < before)
    some = select(_number).where(old).limit(at_most)
    return (
        await run(session, update(_row).where(_number.in_(some)).values(body=None))
    ).rowcount


async def forget(session: AsyncSession, before: datetime, *, at_most: int) -> int:
    """Forget those that came before a moment and are not to be tried; how many."""
    old = and_(_state != State.NEW.value, _received < before)
    some = select(_number).where(old).limit(at_most)
    return (await run(session, delete(_row).where(_number.in_(some)))).rowcount


def _is_aside(connections: Collection[str]) -> ColumnElement[bool]:
    """Without its body one is of no use to anybody."""
    there = _body.is_not(None)
    return and_(_state == State.ASIDE.value, there, _connection.in_(connections))


def _is_due(moment: datetime) -> ColumnElement[bool]:
    return and_(_state == State.NEW.value, _due <= moment)
