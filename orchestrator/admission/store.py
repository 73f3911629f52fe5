"""Seats: plain statements, answered in values. The database decides, never memory.

Functions take the session; whoever calls them owns the transaction, and has called
``lock`` in it before anything is changed.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Select,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.admission.allot import Free
from orchestrator.admission.model import Seat
from orchestrator.admission.tables import (
    SeatRow,
)
from orchestrator.database import Many, UtcDateTime, run
from orchestrator.ids import EventId, RegistrantId, RoomId
from orchestrator.rooms.model import Room

_room = col(SeatRow.room_id)

_number = col(SeatRow.number)

_staff = col(SeatRow.staff)

_holder = col(SeatRow.registrant_id)

_device = col(SeatRow.device)

_until = col(SeatRow.until)

_Beyond = aliased(SeatRow)

_EMPTY = {
    "registrant_id": None,
    "device": None,
    "taken": None,
    "until": None,
    "seen": None,
}


async def lock(session: AsyncSession, event: EventId) -> bool:
    """Be the only one to change seats and queues of ``event`` until the end of the
    transaction. Whether others may have changed something since its beginning:
    SQLite has one writer, who is that from the beginning.

    Whoever changes an event or its people as well locks those first.
    """
    if session.get_bind().dialect.name == "sqlite":
        return False
    await run(session, _LOCK, {"name": f"seats {event}"})
    return True


_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


async def provide(session: AsyncSession, room: RoomId, capacity: int) -> None:
    """Have as many seats as ``capacity``; seats in use are never taken away.

    A seat beyond the capacity stays with its holder and is not given again.
    """
    numbers = await run(session, select(_number).where(_room == room))
    there = set(numbers.scalars())
    missing = [n for n in range(1, capacity + 1) if n not in there]
    if missing:
        rows = [{"room_id": room, "number": n, "staff": False} for n in missing]
        await run(session, insert(SeatRow), rows)
    await run(
        session,
        delete(SeatRow).where(_room == room, _number > capacity, _holder.is_(None)),
    )


async def set_aside(
    session: AsyncSession,
    room: Room,
    wanted: int,
    staff: Collection[RegistrantId],
) -> bool:
    """Have ``wanted`` seats set aside for ``staff``, as far as such seats are free
    or in their hands: nobody is moved. Whether there are as many.
    """
    query = select(_number, _staff, _holder).where(
        # A free seat beyond the capacity is given to nobody.
        _room == room.id,
        or_(_number <= room.capacity, _holder.is_not(None)),
    )
    seats = (await run(session, query)).all()
    aside = [number for number, is_staff, _ in seats if is_staff]
    able = [
        (holder is None, -number)
        for number, is_staff, holder in seats
        if not is_staff and (holder is None or holder in staff)
    ]
    numbers = [-number for _, number in sorted(able)][: max(0, wanted - len(aside))]
    surplus = sorted(aside)[: max(0, len(aside) - wanted)]
    for chosen, value in ((numbers, True), (surplus, False)):
        if chosen:
            there = update(SeatRow).where(_room == room.id, _number.in_(chosen))
            await run(session, there.values(staff=value))
    return len(aside) + len(numbers) >= wanted


async def free(session: AsyncSession, room: Room, most: int, *, staff: bool) -> Free:
    """The lowest free seats of ``room``, ``most`` of each class at most; those set
    aside only where ``staff`` asks for them.

    Whoever has a seat beyond the capacity counts: so many ordinary seats fewer.
    """
    found, beyond = [], 0
    for aside in (False, True) if staff else (False,):
        rows = await run(
            session,
            _FREE,
            {
                "room": room.id,
                "capacity": room.capacity,
                "staff": aside,
                "most": most,
            },
        )
        there = rows.all()
        beyond = max([beyond, *(number for _, number in there)])
        found.append([number for number, _ in there])
    ordinary, for_staff = found[0], found[1] if staff else []
    short = max(0, beyond - len(ordinary))
    return Free(
        ordinary=ordinary[: max(0, len(ordinary) - beyond)],
        staff=for_staff[: max(0, len(for_staff) - short)],
    )


_BEYOND = (
    select(func.count())
    .where(
        col(_Beyond.room_id) == bindparam("room"),
        col(_Beyond.number) > bindparam("capacity"),
        col(_Beyond.registrant_id).is_not(None),
    )
    .scalar_subquery()
)
_FREE = (
    select(_number, _BEYOND)
    .where(
        _room == bindparam("room"),
        _staff == bindparam("staff"),
        _holder.is_(None),
        _number <= bindparam("capacity"),
    )
    .order_by(_number)
    .limit(bindparam("most") + _BEYOND)
    # Rows that somebody is just giving back are waited for, not passed over.
    .with_for_update(of=SeatRow)
)


async def give(session: AsyncSession, seats: Sequence[Seat]) -> None:
    """Give ``seats``, which are free, to those named in them; taken and seen at one
    moment.

    Raises IntegrityError when somebody has another seat of the room already.
    """
    for leased, some in _by_lease(seats):
        rows = [(one.room, one.number, one.registrant, one.device) for one in some]
        taken, seen = some[0].taken, some[0].seen
        await _GIVE.run(session, rows, taken=taken, until=leased, seen=seen)


_GIVE = Many(
    "UPDATE seat SET registrant_id = given.who, device = given.device, "
    "taken = :taken, until = :until, seen = :seen FROM {given} "
    # The room comes from the rows, so that they are gone through, not the seats.
    "WHERE seat.room_id = given.room AND seat.number = given.number "
    "AND seat.registrant_id IS NULL",
    {"room": "text", "number": "integer", "who": "text", "device": "text"},
    moments=("taken", "until", "seen"),
)


async def renew(session: AsyncSession, seats: Sequence[Seat]) -> None:
    """Keep ``seats`` with their holders on the devices named in them,
    until the moments said.
    """
    for leased, some in _by_lease(seats):
        rows = [(one.room, one.registrant, one.device) for one in some]
        await _RENEW.run(session, rows, until=leased, seen=some[0].seen)


_RENEW = Many(
    "UPDATE seat SET device = given.device, until = :until, seen = :seen "
    "FROM {given} WHERE seat.room_id = given.room "
    "AND seat.registrant_id = given.who",
    {"room": "text", "who": "text", "device": "text"},
    moments=("until", "seen"),
)


def _by_lease(seats: Sequence[Seat]) -> Iterator[tuple[datetime | None, list[Seat]]]:
    for until in {seat.until for seat in seats}:
        yield until, [seat for seat in seats if seat.until == until]


async def hear(
    session: AsyncSession,
    beats: Sequence[tuple[RoomId, RegistrantId, str]],
    *,
    now: datetime,
    until: datetime | None,
    holding: bool = False,
) -> None:
    """Take the signs of life of devices: whoever has lost his seat gains nothing.

    ``holding``: a seat that is held, without a lease, stays so.
    """
    if beats:
        await _HEAR.run(session, beats, seen=now, until=until, holding=holding)


_HEAR = Many(
    "UPDATE seat SET seen = :seen, until = CASE "
    "WHEN CAST(:holding AS boolean) AND seat.until IS NULL THEN NULL ELSE :until END "
    "FROM {given} WHERE seat.room_id = given.room AND seat.registrant_id = given.who "
    "AND seat.device = given.device",
    {"room": "text", "who": "text", "device": "text"},
    moments=("seen", "until"),
)


async def shorten(
    session: AsyncSession,
    pages: Sequence[tuple[tuple[RoomId, RegistrantId, str], datetime]],
) -> None:
    """End the leases of those whose page was closed at the moment said, if not
    sooner.
    """
    if pages:
        rows = [
            {"in_room": room, "who": who, "on": on, "until": until}
            for (room, who, on), until in pages
        ]
        await run(session, _SHORTEN, rows)


_SHORTEN = (
    update(SeatRow)
    .where(
        _room == bindparam("in_room"),
        _holder == bindparam("who"),
        _device == bindparam("on"),
        _until > bindparam("until"),
    )
    .values(until=bindparam("until"))
)


async def release(
    session: AsyncSession, seats: Iterable[tuple[RoomId, RegistrantId]]
) -> None:
    """Give seats back; no effect where none is held."""
    rows = [{"in_room": room, "who": who} for room, who in seats]
    if rows:
        await run(session, _RELEASE, rows)


_RELEASE = (
    update(SeatRow)
    .where(_room == bindparam("in_room"), _holder == bindparam("who"))
    .values(**_EMPTY)
)


async def rename(session: AsyncSession, device: str, to: str) -> None:
    """The seats of ``device`` are those of ``to`` from now on."""
    await run(session, update(SeatRow).where(_device == device).values(device=to))


async def release_all(session: AsyncSession, registrant: RegistrantId) -> None:
    """Take every seat from ``registrant``."""
    await run(session, update(SeatRow).where(_holder == registrant).values(**_EMPTY))


async def held(
    session: AsyncSession,
    rooms: Collection[RoomId],
    registrants: Collection[RegistrantId],
) -> tuple[Seat, ...]:
    """The seats of ``registrants`` in ``rooms``, lapsed ones included."""
    rows = [(room, who) for room in rooms for who in registrants]
    if not rows:
        return ()
    return _seats((await _HELD.run(session, rows)).all())


_HELD = Many(
    "SELECT seat.room_id, seat.number, seat.registrant_id, seat.taken, seat.device, "
    "seat.until, seat.seen, seat.staff FROM {given} "
    "JOIN seat ON seat.room_id = given.room AND seat.registrant_id = given.who",
    {"room": "text", "who": "text"},
    answers={
        "taken": UtcDateTime(),
        "until": UtcDateTime(),
        "seen": UtcDateTime(),
        "staff": Boolean(),
    },
)


async def inside(session: AsyncSession, rooms: Collection[RoomId]) -> tuple[Seat, ...]:
    """Every seat of ``rooms`` that has a holder, lapsed ones included."""
    query = _SEATS.where(_room.in_(rooms), _holder.is_not(None))
    return _seats(await run(session, query))


_SEATS: Select[*tuple[Any, ...]] = select(  # Any: columns of any type
    _room,
    _number,
    _holder,
    col(SeatRow.taken),
    _device,
    _until,
    col(SeatRow.seen),
    _staff,
)


def _seats(rows: Iterable[Sequence[Any]]) -> tuple[Seat, ...]:  # Any: see _SEATS
    return tuple(
        Seat(
            room=room,
            number=number,
            registrant=holder,
            taken=taken,
            device=device or "",
            until=until,
            seen=seen,
            staff=staff,
        )
        for room, number, holder, taken, device, until, seen, staff in rows
    )


async def lapsed(
    session: AsyncSession, room: RoomId, *, opens: datetime, before: datetime | None
) -> tuple[Seat, ...]:
    """Seats of ``room`` of an earlier opening than that of ``opens``, and those
    whose lease ended before ``before`` (none when that is None).
    """
    stale = col(SeatRow.taken) < opens
    over = stale if before is None else or_(stale, _until < before)
    return _seats(
        await run(session, _SEATS.where(_room == room, _holder.is_not(None), over))
    )


async def carry(
    session: AsyncSession,
    room: RoomId,
    opened: datetime,
    opens: datetime,
    until: datetime,
) -> None:
    """Have the seats of the opening that began at ``opened`` belong to the one that
    begins at ``opens``: it is the same, moved. Leases last until ``until`` at least.
    """
    taken = col(SeatRow.taken)
    there = (_room == room) & _holder.is_not(None) & (taken >= opened) & (taken < opens)
    longer = case((_until < until, until), else_=_until)
    await run(session, update(SeatRow).where(there).values(taken=opens, until=longer))


async def spare_staff_seats(
    session: AsyncSession, rooms: Collection[RoomId]
) -> Mapping[RoomId, int]:
    """How many free seats are set aside for staff, by room."""
    query = (
        select(_room, func.count())
        .where(_room.in_(rooms), _staff, _holder.is_(None))
        .group_by(_room)
    )
    rows = (await run(session, query)).all()
    return {RoomId(room): number for room, number in rows}
