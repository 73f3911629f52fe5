"""Seats, as one statement each: the database decides, never memory.

The steps and their reasons stand in ``docs/architecture.md``, "Seats".
"""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, text, update
from sqlalchemy.sql.dml import ReturningUpdate
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.admission.model import Seat
from orchestrator.admission.tables import SeatRow
from orchestrator.database import run
from orchestrator.ids import RegistrantId, RoomId

_room = col(SeatRow.room_id)
_number = col(SeatRow.number)
_holder = col(SeatRow.registrant_id)
_until = col(SeatRow.until)


async def provide(session: AsyncSession, room: RoomId, capacity: int) -> None:
    """Have as many seats as ``capacity``; seats in use are never taken away.

    A seat beyond the capacity stays with its holder and is not given again.
    """
    numbers = await run(session, select(_number).where(_room == room))
    there = set(numbers.scalars())
    missing = [n for n in range(1, capacity + 1) if n not in there]
    if missing:
        await run(
            session, insert(SeatRow), [{"room_id": room, "number": n} for n in missing]
        )
    await run(
        session,
        delete(SeatRow).where(_room == room, _number > capacity, _holder.is_(None)),
    )


async def renew(
    session: AsyncSession, room: RoomId, registrant: RegistrantId, until: datetime
) -> Seat | None:
    """The seat that ``registrant`` has already, kept until ``until``."""
    return await _one(
        session,
        update(SeatRow)
        .where(_room == room, _holder == registrant)
        .values(until=until)
        .returning(_number),
        room,
        registrant,
        until,
    )


async def take(
    session: AsyncSession,
    room: RoomId,
    registrant: RegistrantId,
    *,
    now: datetime,
    until: datetime,
    capacity: int,
    alone: bool = False,
) -> Seat | None:
    """The lowest seat that is free or lapsed, None when there is none.

    On PostgreSQL rows that others hold in this moment are passed over, so None
    does not mean "full". It does when ``alone``, in a transaction that began
    with ``lock``: then those rows are waited for.

    Raises IntegrityError when the same person takes one at the same time.
    """
    free = (
        select(_number)
        .where(_room == room, _number <= capacity, or_(_holder.is_(None), _until < now))
        .order_by(_number)
        .limit(1)
        .with_for_update(skip_locked=not alone)
    )
    return await _one(
        session,
        update(SeatRow)
        .where(_room == room, _number == free.scalar_subquery())
        .values(registrant_id=registrant, taken=now, until=until)
        .returning(_number),
        room,
        registrant,
        until,
    )


async def keep(
    session: AsyncSession, room: RoomId, now: datetime, until: datetime
) -> None:
    """Have every seat that is held last until ``until``.

    A row that somebody works on in this moment is passed over, since two who wait
    for each other would both fail.
    """
    held = (
        select(_number)
        .where(_room == room, _until >= now, _until != until)
        .with_for_update(skip_locked=True)
    )
    await run(
        session,
        update(SeatRow).where(_room == room, _number.in_(held)).values(until=until),
    )


async def lock(session: AsyncSession, room: RoomId) -> None:
    """Be the only one to look for a seat in earnest, until the transaction ends.

    To be taken before any row: who passes over locked rows may himself keep a
    row locked that turned out to be taken, and two would wait for each other.
    """
    await run(
        session,
        text("SELECT pg_advisory_xact_lock(hashtextextended(:room, 0))"),
        {"room": room},
    )


async def release(
    session: AsyncSession, room: RoomId, registrant: RegistrantId
) -> None:
    """Give the seat back; no effect when none is held."""
    await run(
        session,
        update(SeatRow)
        .where(_room == room, _holder == registrant)
        .values(registrant_id=None, taken=None, until=None),
    )


async def release_all(session: AsyncSession, registrant: RegistrantId) -> None:
    """Give back the seats of ``registrant`` in every room."""
    await run(
        session,
        update(SeatRow)
        .where(_holder == registrant)
        .values(registrant_id=None, taken=None, until=None),
    )


async def held(
    session: AsyncSession, room: RoomId, registrant: RegistrantId, now: datetime
) -> Seat | None:
    """The seat of ``registrant``, None when he has none or it lapsed."""
    query = select(_number, _until).where(
        _room == room, _holder == registrant, _until >= now
    )
    row = (await run(session, query)).one_or_none()
    if row is None:
        return None
    return Seat(room=room, number=row[0], registrant=registrant, until=row[1])


async def taken(session: AsyncSession, room: RoomId, now: datetime) -> int:
    """How many seats are held."""
    query = select(func.count()).where(_room == room, _until >= now)
    count: int = (await run(session, query)).scalar_one()
    return count


async def _one(
    session: AsyncSession,
    statement: ReturningUpdate[Any],  # Any: RETURNING has no common type
    room: RoomId,
    registrant: RegistrantId,
    until: datetime,
) -> Seat | None:
    number: int | None = (await run(session, statement)).scalar_one_or_none()
    if number is None:
        return None
    return Seat(room=room, number=number, registrant=registrant, until=until)
