"""What providers gave to be kept, of rooms and of people.

Functions take the session; the service that calls them owns the transaction.
"""

from sqlalchemy import String, bindparam, text
from sqlmodel import col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.database import run
from orchestrator.ids import RegistrantId, RoomId
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
    INSERT INTO room_guest (room_id, connection, registrant_id, kept)
    VALUES (:room, :connection, :registrant, :kept)
    ON CONFLICT (room_id, connection, registrant_id) DO UPDATE SET kept = excluded.kept
    """
).bindparams(*(bindparam(name, type_=String()) for name in _GUEST))


async def reference(session: AsyncSession, room: RoomId, connection: str) -> str | None:
    """The provider's own name of ``room``; None before it was made there."""
    row = await session.get(RoomPlaceRow, (room, connection))
    return None if row is None else row.reference


async def made(
    session: AsyncSession, room: RoomId, connection: str, reference: str
) -> None:
    """Note that ``room`` was made, unless somebody else has noted it before."""
    given = {"room": room, "connection": connection, "reference": reference}
    await run(session, _ADD_PLACE, given)


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
) -> str:
    """What is kept of ``registrant``, empty for nothing."""
    row = await session.get(RoomGuestRow, (room, connection, registrant))
    return "" if row is None else row.kept


async def keep(
    session: AsyncSession,
    room: RoomId,
    connection: str,
    registrant: RegistrantId,
    kept: str,
) -> None:
    """Keep ``kept`` of ``registrant`` in place of what was."""
    given = {"room": room, "connection": connection}
    await run(session, _KEEP_GUEST, {**given, "registrant": registrant, "kept": kept})


async def forget_guest(session: AsyncSession, registrant: RegistrantId) -> None:
    """Keep nothing of ``registrant`` any more."""
    his = col(RoomGuestRow.registrant_id) == registrant
    await session.exec(delete(RoomGuestRow).where(his))


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
