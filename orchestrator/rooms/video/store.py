"""What providers gave to be kept, of rooms and of people.

Functions take the session; the service that calls them owns the transaction.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Integer, String, bindparam, text
from sqlmodel import col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.database import UtcDateTime, now, run
from orchestrator.ids import EventId, RegistrantId, RoomId
from orchestrator.rooms.model import Room
from orchestrator.rooms.tables import RoomRow
from orchestrator.rooms.video.tables import RoomEndingRow, RoomGuestRow, RoomPlaceRow

_PLACE = ("room", "connection", "reference")
_GUEST = ("room", "connection", "registrant", "kept")

_ADD_PLACE = text(
    """
    INSERT INTO room_place (room_id, connection, reference)
    VALUES (:room, :connection, :reference)
    ON CONFLICT (room_id, connection) DO NOTHING
    """
).bindparams(*(bindparam(name, type_=String()) for name in _PLACE))

_KEEP_GUEST = text(
    """
    INSERT INTO room_guest (room_id, connection, registrant_id, kept, version)
    VALUES (:room, :connection, :registrant, :kept, :version)
    ON CONFLICT (room_id, connection, registrant_id)
    DO UPDATE SET kept = excluded.kept, version = excluded.version
    WHERE excluded.version >= room_guest.version
    """
).bindparams(
    *(bindparam(name, type_=String()) for name in _GUEST),
    bindparam("version", type_=Integer()),
)


async def reference(session: AsyncSession, room: RoomId, connection: str) -> str | None:
    """The provider's own name of ``room``; None before it was made there."""
    row = await session.get(RoomPlaceRow, (room, connection))
    return None if row is None else row.reference


async def connections(session: AsyncSession, event: EventId) -> tuple[str, ...]:
    """Where rooms of ``event`` were made, now or formerly."""
    query = (
        select(RoomPlaceRow.connection)
        .join(RoomRow, col(RoomRow.id) == RoomPlaceRow.room_id)
        .where(RoomRow.event_id == event)
        .distinct()
    )
    return tuple(await session.exec(query))


async def made(
    session: AsyncSession, room: RoomId, connection: str, reference: str
) -> None:
    """Note that ``room`` was made, unless somebody else has noted it before."""
    given = {"room": room, "connection": connection, "reference": reference}
    await run(session, _ADD_PLACE, given)


async def connections_of(session: AsyncSession, room: RoomId) -> list[str]:
    """Where ``room`` was made: it may have been moved since."""
    query = select(RoomPlaceRow.connection).where(RoomPlaceRow.room_id == room)
    return list((await session.exec(query.order_by(RoomPlaceRow.connection))).all())


async def made_anew(
    session: AsyncSession, room: RoomId, connection: str, reference: str, *, former: str
) -> None:
    """Note that ``room`` was made anew, unless it is not the ``former`` one any more."""
    query = (
        update(RoomPlaceRow)
        .where(col(RoomPlaceRow.room_id) == room)
        .where(col(RoomPlaceRow.connection) == connection)
        .where(col(RoomPlaceRow.reference) == former)
    )
    await session.exec(query.values(reference=reference))


async def kept(
    session: AsyncSession, room: RoomId, connection: str, registrant: RegistrantId
) -> tuple[str, int]:
    """What is kept of ``registrant``, empty for nothing, and the version of the links
    by which he came.
    """
    row = await session.get(RoomGuestRow, (room, connection, registrant))
    return ("", 0) if row is None else (row.kept, row.version)


async def kept_of_all(
    session: AsyncSession, room: RoomId, connection: str
) -> dict[RegistrantId, str]:
    """What is kept of everybody in ``room``."""
    query = select(RoomGuestRow.registrant_id, RoomGuestRow.kept).where(
        RoomGuestRow.room_id == room, RoomGuestRow.connection == connection
    )
    rows = await session.exec(query)
    return {RegistrantId(registrant): kept for registrant, kept in rows}


async def keep(
    session: AsyncSession,
    room: RoomId,
    connection: str,
    registrant: RegistrantId,
    kept: str,
    version: int,
) -> None:
    """Keep ``kept`` of ``registrant`` in place of what was, unless he has come by newer
    links meanwhile.
    """
    given = {"room": room, "connection": connection, "registrant": registrant}
    await run(session, _KEEP_GUEST, {**given, "kept": kept, "version": version})


async def forget_guest(
    session: AsyncSession,
    room: RoomId,
    connection: str,
    registrant: RegistrantId,
    kept: str,
) -> None:
    """Keep nothing of ``registrant`` there any more, unless it is not ``kept`` any more
    but what he got since.
    """
    his = delete(RoomGuestRow).where(
        col(RoomGuestRow.room_id) == room,
        col(RoomGuestRow.connection) == connection,
        col(RoomGuestRow.registrant_id) == registrant,
        col(RoomGuestRow.kept) == kept,
    )
    await run(session, his)


async def find(session: AsyncSession, connection: str, word: str) -> Room | None:
    """The room that a provider names ``word`` on ``connection``, or once had there."""
    query = (
        select(RoomRow)
        .join(RoomPlaceRow, col(RoomPlaceRow.room_id) == RoomRow.id)
        .where(RoomPlaceRow.connection == connection)
        .where((RoomPlaceRow.room_id == word) | (RoomPlaceRow.reference == word))
    )
    row = (await session.exec(query)).first() if word else None
    return None if row is None else row.value()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A room that this process is to end, until ``until``: then another one may.

    ``tries`` is the number of this try, from 1.
    """

    room: RoomId
    connection: str
    until: datetime
    tries: int


async def end_after(
    session: AsyncSession, room: RoomId, connection: str, wait: timedelta
) -> None:
    """Have ``room`` ended on ``connection``, where it was made, in so long."""
    given = {"room": room, "connection": connection}
    await run(session, _END, {**given, "due": await now(session) + wait})


async def end_closed(
    session: AsyncSession, room: RoomId, connection: str, closed: datetime
) -> None:
    """Have ``room`` ended on ``connection``, where it was made, unless it was (or is
    about to be) for this closing of its doors.
    """
    given = {"room": room, "connection": connection, "closed": closed}
    await run(session, _END_CLOSED, {**given, "due": await now(session)})


_END = text(
    """
    INSERT INTO room_ending (room_id, connection, closed, due, tries)
    SELECT room_id, connection, NULL, :due, 0 FROM room_place
    WHERE room_id = :room AND connection = :connection
    ON CONFLICT (room_id, connection) DO UPDATE
    SET due = excluded.due, tries = 0
    """
).bindparams(
    *(bindparam(name, type_=String()) for name in ("room", "connection")),
    bindparam("due", type_=UtcDateTime()),
)

_END_CLOSED = text(
    """
    INSERT INTO room_ending (room_id, connection, closed, due, tries)
    SELECT room_id, connection, :closed, :due, 0 FROM room_place
    WHERE room_id = :room AND connection = :connection
    ON CONFLICT (room_id, connection) DO UPDATE
    SET closed = excluded.closed, due = excluded.due, tries = 0
    WHERE room_ending.closed IS NULL OR room_ending.closed <> excluded.closed
    """
).bindparams(
    *(bindparam(name, type_=String()) for name in ("room", "connection")),
    *(bindparam(name, type_=UtcDateTime()) for name in ("closed", "due")),
)


async def ending_is_due(session: AsyncSession) -> bool:
    """Whether any room is to be ended now."""
    due = col(RoomEndingRow.due) <= await now(session)
    query = select(RoomEndingRow.room_id).where(due).limit(1)
    return (await session.exec(query)).first() is not None


async def claim_ending(session: AsyncSession, lease: timedelta) -> Ending | None:
    """A room to be ended now; nobody else has it for ``lease``."""
    moment, due = await now(session), col(RoomEndingRow.due)
    query = (
        select(RoomEndingRow)
        .where(due <= moment)
        .order_by(due)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = (await session.exec(query)).first()
    if row is None:
        return None
    row.due, row.tries = moment + lease, row.tries + 1
    session.add(row)
    await session.flush()
    return Ending(
        room=RoomId(row.room_id),
        connection=row.connection,
        until=moment + lease,
        tries=row.tries,
    )


async def settle_ending(
    session: AsyncSession, ending: Ending, *, again: timedelta | None = None
) -> None:
    """Have no process try ``ending`` any more, or only after ``again``; where it has
    become due anew meanwhile, that stays.
    """
    due = None if again is None else await now(session) + again
    query = (
        update(RoomEndingRow)
        .where(col(RoomEndingRow.room_id) == ending.room)
        .where(col(RoomEndingRow.connection) == ending.connection)
        .where(col(RoomEndingRow.due) == ending.until)
    )
    await session.exec(query.values(due=due))
