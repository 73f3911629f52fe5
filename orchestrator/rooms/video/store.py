"""What providers gave to be kept, of rooms and of people.

Functions take the session; the service that calls them owns the transaction.
"""

from sqlalchemy import Integer, String, bindparam, text
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.database import run
from orchestrator.ids import EventId, RegistrantId, RoomId
from orchestrator.rooms.model import Room
from orchestrator.rooms.tables import RoomRow
from orchestrator.rooms.video.tables import RoomGuestRow, RoomPlaceRow

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
    session: AsyncSession, room: RoomId, connection: str, registrant: RegistrantId
) -> None:
    """Keep nothing of ``registrant`` there any more."""
    his = delete(RoomGuestRow).where(
        col(RoomGuestRow.room_id) == room,
        col(RoomGuestRow.connection) == connection,
        col(RoomGuestRow.registrant_id) == registrant,
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
