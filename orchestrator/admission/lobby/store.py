"""Queues, and who was seen at the doors: plain statements, answered in values.

As in ``admission/store.py``: whoever changes anything has the lock of the event.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Select,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.admission.model import Waiting
from orchestrator.admission.tables import (
    ArrivalRow,
    WaitingRow,
)
from orchestrator.database import Many, run
from orchestrator.ids import RegistrantId, RoomId

_waits_for = col(WaitingRow.room_id)

_waits = col(WaitingRow.registrant_id)

_HEAR_WAITING = (
    update(WaitingRow)
    .where(_waits_for == bindparam("in_room"), _waits == bindparam("who"))
    .values(seen=bindparam("seen"), device=bindparam("on"))
)


async def queue(
    session: AsyncSession, rooms: Collection[RoomId]
) -> tuple[Waiting, ...]:
    """Everybody in the queues of ``rooms``, in order."""
    query = _WAITING.where(_waits_for.in_(rooms)).order_by(
        _waits_for, col(WaitingRow.number)
    )
    return _waitings(await run(session, query))


async def waiting_of(
    session: AsyncSession,
    rooms: Collection[RoomId],
    registrants: Collection[RegistrantId],
) -> tuple[Waiting, ...]:
    """The places of ``registrants`` in the queues of ``rooms``."""
    query = _WAITING.where(_waits_for.in_(rooms), _waits.in_(registrants))
    return _waitings(await run(session, query))


_WAITING: Select[*tuple[Any, ...]] = select(  # Any: columns of any type
    _waits_for,
    _waits,
    col(WaitingRow.number),
    col(WaitingRow.since),
    col(WaitingRow.seen),
    col(WaitingRow.device),
    col(WaitingRow.staff),
    col(WaitingRow.standby),
    col(WaitingRow.watching),
)


def _waitings(rows: Iterable[Sequence[Any]]) -> tuple[Waiting, ...]:  # Any: see above
    return tuple(
        Waiting(
            room=room,
            registrant=who,
            number=number,
            since=since,
            seen=seen,
            device=device,
            staff=staff,
            standby=standby,
            watching=watching,
        )
        for room, who, number, since, seen, device, staff, standby, watching in rows
    )


async def place_of(
    session: AsyncSession, one: Waiting, *, opens: datetime, alive: datetime
) -> tuple[int, int]:
    """How many are before and behind ``one``: of this opening, seen since ``alive``."""
    row = WaitingRow
    query = select(
        func.coalesce(func.sum(case((col(row.number) < one.number, 1), else_=0)), 0),
        func.coalesce(func.sum(case((col(row.number) > one.number, 1), else_=0)), 0),
    ).where(_waits_for == one.room, col(row.since) >= opens, col(row.seen) >= alive)
    before, behind = (await run(session, query)).one()
    return before, behind


async def forget_waiting(
    session: AsyncSession, room: RoomId, *, opens: datetime, before: datetime
) -> bool:
    """Take out of the queue whoever came to an earlier opening, and who was not seen
    since ``before``. Whether there was anybody.
    """
    over = or_(col(WaitingRow.since) < opens, col(WaitingRow.seen) < before)
    gone = await run(session, delete(WaitingRow).where(_waits_for == room, over))
    return gone.rowcount > 0


async def carry(
    session: AsyncSession,
    room: RoomId,
    opened: datetime,
    opens: datetime,
    seen: datetime,
) -> None:
    """As for seats: places in the queue belong to the opening that begins at
    ``opens`` by now. Nobody was silent before ``seen`` (of the database).
    """
    since, last = col(WaitingRow.since), col(WaitingRow.seen)
    there = (_waits_for == room) & (since >= opened) & (since < opens)
    later = case((last < seen, seen), else_=last)
    await run(session, update(WaitingRow).where(there).values(since=opens, seen=later))


async def last_number(session: AsyncSession, room: RoomId) -> int:
    """The number of the last in the queue of ``room``, 0 when nobody waits."""
    number: int = (await run(session, _LAST, {"room": room})).scalar_one()
    return number


_LAST = select(func.coalesce(func.max(col(WaitingRow.number)), 0)).where(
    _waits_for == bindparam("room")
)


async def join_queue(session: AsyncSession, waiting: Sequence[Waiting]) -> None:
    """Put ``waiting``, who are in no queue of the room, in the queue."""
    if waiting:
        rows = [
            {
                "room_id": one.room,
                "registrant_id": one.registrant,
                "number": one.number,
                "staff": one.staff,
                "standby": one.standby,
                "device": one.device,
                "since": one.since,
                "seen": one.seen,
                "watching": one.watching,
            }
            for one in waiting
        ]
        await run(session, insert(WaitingRow), rows)


async def leave_queue(
    session: AsyncSession, places: Iterable[tuple[RoomId, RegistrantId]]
) -> None:
    """Give places in queues up; no effect where none is held."""
    rows = [{"in_room": room, "who": who} for room, who in places]
    if rows:
        await run(session, _LEAVE_QUEUE, rows)


_LEAVE_QUEUE = delete(WaitingRow).where(
    _waits_for == bindparam("in_room"), _waits == bindparam("who")
)


async def watch(session: AsyncSession, room: RoomId, registrant: RegistrantId) -> None:
    """Note that somebody in the queue follows the stream meanwhile."""
    query = update(WaitingRow).where(_waits_for == room, _waits == registrant)
    await run(session, query.values(watching=True))


async def arrive(
    session: AsyncSession,
    room: RoomId,
    registrants: Collection[RegistrantId],
    *,
    opens: datetime,
    at: datetime,
) -> None:
    """Note who was seen at the door of ``room``; once for each opening."""
    if registrants:
        rows = [(who,) for who in registrants]
        await _ARRIVE.run(session, rows, room=room, opens=opens, at=at)


_ARRIVE = Many(
    "INSERT INTO arrival (room_id, opens, registrant_id, at) "
    "SELECT :room, :opens, given.who, :at FROM {given} "
    # Or SQLite takes what follows for a condition of a join.
    "WHERE true ON CONFLICT DO NOTHING",
    {"who": "text"},
    moments=("opens", "at"),
)


async def arrived(
    session: AsyncSession, rooms: Collection[RoomId], since: datetime
) -> frozenset[RegistrantId]:
    """Who was seen at the doors of ``rooms`` since."""
    query = select(col(ArrivalRow.registrant_id)).where(
        col(ArrivalRow.room_id).in_(rooms), col(ArrivalRow.at) >= since
    )
    return frozenset((await run(session, query)).scalars())


async def hear(
    session: AsyncSession,
    beats: Sequence[tuple[RoomId, RegistrantId, str]],
    *,
    now: datetime,
) -> None:
    """Take the signs of life of devices of people who wait."""
    rows = [
        {"in_room": room, "who": who, "on": device, "seen": now}
        for room, who, device in beats
    ]
    if rows:
        await run(session, _HEAR_WAITING, rows)


async def rename(session: AsyncSession, device: str, to: str) -> None:
    """The places of ``device`` are those of ``to`` from now on."""
    here = col(WaitingRow.device) == device
    await run(session, update(WaitingRow).where(here).values(device=to))


async def leave_all(session: AsyncSession, registrant: RegistrantId) -> None:
    """Take every place in a queue from ``registrant``."""
    await run(session, delete(WaitingRow).where(_waits == registrant))
