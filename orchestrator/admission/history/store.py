"""What is remembered of the rooms: how seats came free, who was sent out, how many
were inside.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import (
    String,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
)
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.admission.model import Why
from orchestrator.admission.tables import (
    DepartureRow,
    ExclusionRow,
    OccupancyRow,
    SeatRow,
)
from orchestrator.database import UtcDateTime, run
from orchestrator.ids import EventId, RegistrantId, RoomId


async def depart(
    session: AsyncSession,
    gone: Iterable[tuple[RoomId, RegistrantId, datetime]],
    *,
    why: Why,
) -> None:
    """Note which seats came free, at what moments of the event, and how."""
    rows = [
        {"room_id": room, "registrant_id": who, "at": at, "why": why.value}
        for room, who, at in gone
    ]
    if rows:
        await run(session, insert(DepartureRow), rows)


async def departures(
    session: AsyncSession, rooms: Collection[RoomId], since: datetime
) -> dict[RoomId, tuple[datetime, ...]]:
    """When seats of ``rooms`` came free since, by room."""
    row = DepartureRow
    query = select(col(row.room_id), col(row.at)).where(
        col(row.room_id).in_(rooms), col(row.at) >= since
    )
    found: dict[RoomId, list[datetime]] = {room: [] for room in rooms}
    for room, at in await run(session, query):
        found[room].append(at)
    return {room: tuple(sorted(moments)) for room, moments in found.items()}


async def barred(session: AsyncSession, event: EventId) -> frozenset[RegistrantId]:
    """Who was sent out of ``event`` and has not been let in again."""
    rows = await run(session, _BARRED, {"event": event})
    return frozenset(rows.scalars())


_BARRED = select(col(ExclusionRow.registrant_id)).where(
    col(ExclusionRow.event_id) == bindparam("event")
)


async def bar(
    session: AsyncSession,
    event: EventId,
    registrant: RegistrantId,
    *,
    by: RegistrantId,
    at: datetime,
) -> None:
    """Have ``registrant`` stay out; no effect when he is out already."""
    await run(
        session,
        _BAR,
        {"who": registrant, "event": event, "by": by, "at": at},
    )


_BAR = text(
    "INSERT INTO exclusion (registrant_id, event_id, by_id, at) "
    "VALUES (:who, :event, :by, :at) ON CONFLICT DO NOTHING"
).bindparams(bindparam("at", type_=UtcDateTime()))


async def unbar(
    session: AsyncSession, event: EventId, registrant: RegistrantId
) -> None:
    """Let ``registrant`` come in again."""
    row = ExclusionRow
    await run(
        session,
        delete(row).where(
            col(row.event_id) == event, col(row.registrant_id) == registrant
        ),
    )


async def unwelcome(
    session: AsyncSession, event: EventId, ids: Collection[RegistrantId]
) -> frozenset[RegistrantId]:
    """Those of ``ids`` who must not be in a room of ``event``: they were sent out, or
    are cancelled, or their link was withdrawn and no new one has given them a seat.
    """
    rows = await run(session, _UNWELCOME, {"event": event, "ids": list(ids)})
    return frozenset(RegistrantId(one) for one in rows.scalars())


_UNWELCOME = text(
    """
    SELECT person.id FROM registrant AS person
    WHERE person.event_id = :event AND person.id IN :ids AND (
      person.standing = 'cancelled'
      OR EXISTS (SELECT 1 FROM exclusion WHERE registrant_id = person.id)
      OR person.version > 1
        AND NOT EXISTS (SELECT 1 FROM seat WHERE registrant_id = person.id)
    )
    """
).bindparams(
    # Without its type PostgreSQL takes an empty list for one of numbers.
    bindparam("ids", expanding=True, type_=String())
)


async def ways_to_end(
    session: AsyncSession,
) -> list[tuple[str, RoomId, str, RegistrantId]]:
    """The meeting (its slug), room, connection and owner of each way in that a provider
    still has open for somebody who was sent out or cancelled, or who came by links
    that were revoked since.
    """
    rows = await run(session, _WAYS_TO_END)
    return [
        (slug, RoomId(room), connection, RegistrantId(who))
        for slug, room, connection, who in rows
    ]


_WAYS_TO_END = text(
    """
    SELECT event.slug, guest.room_id, guest.connection, guest.registrant_id
    FROM room_guest AS guest
    JOIN registrant AS person ON person.id = guest.registrant_id
    JOIN event ON event.id = person.event_id
    WHERE guest.kept <> '' AND (
      person.standing = 'cancelled'
      OR person.version > guest.version
      OR EXISTS (SELECT 1 FROM exclusion WHERE registrant_id = person.id)
    )
    """
)


async def without_seat(
    session: AsyncSession,
    room: RoomId,
    ids: Collection[RegistrantId],
    *,
    since: datetime,
) -> dict[RegistrantId, Why]:
    """Those of ``ids`` who have no seat in ``room`` and had one since: how it came free
    the last time.
    """
    row, seat = DepartureRow, SeatRow
    seated = select(col(seat.registrant_id)).where(
        col(seat.room_id) == room, col(seat.registrant_id).is_not(None)
    )
    query = select(col(row.registrant_id), col(row.why)).where(
        col(row.room_id) == room,
        col(row.at) >= since,
        col(row.registrant_id).in_(ids),
        col(row.registrant_id).not_in(seated),
    )
    rows = await run(session, query.order_by(col(row.id)))
    return {RegistrantId(who): Why(why) for who, why in rows}


async def observe(
    session: AsyncSession, room: RoomId, minute: datetime, inside: int, waiting: int
) -> None:
    """Note how many are in ``room``; the most of a minute stays."""
    row = {"room": room, "at": minute, "inside": inside, "waiting": waiting}
    await run(session, _OBSERVE, row)


_OBSERVE = text(
    "INSERT INTO occupancy (room_id, minute, inside, waiting) "
    "VALUES (:room, :at, :inside, :waiting) ON CONFLICT (room_id, minute) DO UPDATE "
    "SET inside = CASE WHEN excluded.inside > occupancy.inside "
    "THEN excluded.inside ELSE occupancy.inside END, "
    "waiting = CASE WHEN excluded.waiting > occupancy.waiting "
    "THEN excluded.waiting ELSE occupancy.waiting END"
).bindparams(bindparam("at", type_=UtcDateTime()))


async def occupancy(
    session: AsyncSession, room: RoomId
) -> tuple[tuple[datetime, int, int], ...]:
    """Minute, most inside, most waiting; in order."""
    row = OccupancyRow
    query = (
        select(col(row.minute), col(row.inside), col(row.waiting))
        .where(col(row.room_id) == room)
        .order_by(col(row.minute))
    )
    return tuple((m, i, w) for m, i, w in await run(session, query))


async def peaks(
    session: AsyncSession, rooms: Collection[RoomId]
) -> Mapping[RoomId, int]:
    """The most that were in each of ``rooms`` at once."""
    row = OccupancyRow
    query = (
        select(col(row.room_id), func.max(col(row.inside)))
        .where(col(row.room_id).in_(rooms))
        .group_by(col(row.room_id))
    )
    rows = (await run(session, query)).all()
    return {RoomId(room): number for room, number in rows}
