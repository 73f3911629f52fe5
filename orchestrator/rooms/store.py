"""Questions about rooms, answered in values."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.ids import EventId, RoomId
from orchestrator.rooms.model import Room
from orchestrator.rooms.tables import RoomRow


async def of_event(session: AsyncSession, event: EventId) -> tuple[Room, ...]:
    """The rooms of ``event``, by name."""
    query = select(RoomRow).where(RoomRow.event_id == event).order_by(col(RoomRow.name))
    return tuple(row.value() for row in await session.exec(query))


async def get(session: AsyncSession, room: RoomId) -> Room | None:
    """The room, None if there is none."""
    row = await session.get(RoomRow, room)
    return None if row is None else row.value()


async def save(session: AsyncSession, room: Room) -> None:
    """Insert or replace ``room``."""
    await session.merge(RoomRow.of(room))
    await session.flush()
