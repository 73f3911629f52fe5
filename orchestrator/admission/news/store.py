"""Seats as the news of providers has them: plain statements.

As in ``admission/store.py``: whoever changes anything has the lock of the event.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.admission.tables import SeatRow
from orchestrator.database import Many, run
from orchestrator.ids import RegistrantId, RoomId


async def keep(
    session: AsyncSession,
    guests: Sequence[tuple[RoomId, RegistrantId]],
    *,
    now: datetime,
    until: datetime | None,
) -> None:
    """Keep the seats of those who are in their rooms, on whatever device."""
    if guests:
        await _KEEP.run(session, guests, seen=now, until=until)


_KEEP = Many(
    "UPDATE seat SET seen = :seen, until = :until FROM {given} "
    "WHERE seat.room_id = given.room AND seat.registrant_id = given.who",
    {"room": "text", "who": "text"},
    moments=("seen", "until"),
)


async def let_go(
    session: AsyncSession,
    guests: Sequence[tuple[RoomId, RegistrantId]],
    *,
    until: datetime,
) -> None:
    """Have seats that are held be leased until then: their holders have gone."""
    if guests:
        await _LET_GO.run(session, guests, until=until)


_LET_GO = Many(
    "UPDATE seat SET until = :until FROM {given} "
    "WHERE seat.room_id = given.room AND seat.registrant_id = given.who "
    "AND seat.until IS NULL",
    {"room": "text", "who": "text"},
    moments=("until",),
)


async def lease(session: AsyncSession, room: RoomId, *, until: datetime) -> None:
    """Have every seat of ``room`` that is held be leased until then."""
    held = (
        (col(SeatRow.room_id) == room)
        & col(SeatRow.registrant_id).is_not(None)
        & col(SeatRow.until).is_(None)
    )
    await run(session, update(SeatRow).where(held).values(until=until))
