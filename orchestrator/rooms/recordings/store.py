"""Questions about recordings, answered in values.

Functions take the session; the service that calls them owns the transaction.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import String, bindparam, text
from sqlmodel import col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.database import UtcDateTime, now, run
from orchestrator.ids import RoomId, SessionId
from orchestrator.rooms.recordings.model import State, Take
from orchestrator.rooms.recordings.tables import RecordingRow
from orchestrator.rooms.tables import RoomRow

_room = col(RecordingRow.room_id)


async def of_rooms(
    session: AsyncSession, rooms: Collection[RoomId]
) -> tuple[Take, ...]:
    """Every recording of ``rooms``, in the order in which they began."""
    query = (
        select(RecordingRow)
        .where(_room.in_(rooms))
        .order_by(col(RecordingRow.noted), col(RecordingRow.id))
    )
    return tuple(row.value() for row in await session.exec(query))


async def lock(session: AsyncSession, room: RoomId) -> None:
    """Be the only one to begin a recording of ``room``, or to take one in, until the
    transaction ends; who refers to the room goes on. SQLite has one writer anyway.
    """
    query = select(RoomRow.id).where(RoomRow.id == room)
    await session.exec(query.with_for_update(key_share=True))


async def by_reference(
    session: AsyncSession, connection: str, reference: str
) -> Take | None:
    """The recording that the provider calls ``reference``."""
    query = select(RecordingRow).where(
        RecordingRow.connection == connection, RecordingRow.reference == reference
    )
    row = (await session.exec(query)).first()
    return None if row is None else row.value()


async def save(
    session: AsyncSession, take: Take, *, due: datetime | None = None
) -> None:
    """Insert or replace ``take``; its file is to be fetched at ``due``, which stays as
    it was without one.
    """
    given = RecordingRow.of(take)
    row = await session.get(RecordingRow, take.id)
    if row is None:
        row = given
    else:
        row.sqlmodel_update(given.model_dump(exclude={"due"}))
    if due is not None:
        row.due = due
    session.add(row)
    await session.flush()


async def attach(session: AsyncSession, take: str, to: SessionId | None) -> None:
    """Have the recording of that id belong to ``to``."""
    there = update(RecordingRow).where(col(RecordingRow.id) == take)
    await session.exec(there.values(session_id=to))


async def remove(session: AsyncSession, take: str) -> None:
    """Forget the recording of that id."""
    await session.exec(delete(RecordingRow).where(col(RecordingRow.id) == take))


async def claim(session: AsyncSession, lease: timedelta) -> Take | None:
    """A recording whose file is to be fetched; nobody else has it for ``lease``."""
    moment, due = await now(session), col(RecordingRow.due)
    query = (
        select(RecordingRow)
        .where(RecordingRow.state == State.READY.value, due <= moment)
        .order_by(due)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = (await session.exec(query)).first()
    if row is None:
        return None
    claimed = update(RecordingRow).where(col(RecordingRow.id) == row.id)
    await session.exec(claimed.values(due=moment + lease))
    return row.value()


async def get(session: AsyncSession, take: str) -> Take | None:
    """The recording of that id, as it is now; nobody else changes it until the
    transaction ends.
    """
    query = select(RecordingRow).where(RecordingRow.id == take).with_for_update()
    row = (await session.exec(query)).first()
    return None if row is None else row.value()


async def digests(session: AsyncSession) -> set[str]:
    """The content that recordings need."""
    query = select(RecordingRow.digest).where(RecordingRow.digest != "")
    return set(await session.exec(query))


async def take_turn(
    session: AsyncSession, room: RoomId, connection: str, every: timedelta
) -> bool:
    """Whether whoever calls is to ask for the recordings of ``room`` on ``connection``
    now; then nobody else is, for as long as ``every``.
    """
    moment = await now(session)
    turn = {"room": room, "connection": connection, "now": moment}
    turn["due"] = moment + every
    return (await run(session, _TAKE_TURN, turn)).rowcount > 0


_TAKE_TURN = text(
    """
    INSERT INTO recording_turn (room_id, connection, due)
    SELECT :room, :connection, :due
    WHERE EXISTS (SELECT 1 FROM room WHERE id = :room)
    ON CONFLICT (room_id, connection) DO UPDATE SET due = excluded.due
    WHERE recording_turn.due <= :now
    """
).bindparams(
    *(bindparam(name, type_=String()) for name in ("room", "connection")),
    *(bindparam(name, type_=UtcDateTime()) for name in ("now", "due")),
)
