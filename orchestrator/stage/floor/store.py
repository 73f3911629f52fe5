"""Hands, answered in values.

Functions take the session; the service that calls them owns the transaction.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, column, delete, insert, select, table, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.database import UtcDateTime, run
from orchestrator.ids import RegistrantId, RoomId
from orchestrator.stage.floor.model import Hand
from orchestrator.stage.floor.tables import HandRow

_room, _who = col(HandRow.room_id), col(HandRow.registrant_id)
_raised, _given = col(HandRow.raised), col(HandRow.given)

# People are the registration's and seats the admission's; both are read with the hands.
_people = table("registrant", column("id"), column("name"), column("affiliation"))
_seats = table(
    "seat",
    column("room_id"),
    column("registrant_id"),
    column("taken", UtcDateTime()),
)

_HANDS = (
    select(
        _room,
        _who,
        _people.c.name,
        _people.c.affiliation,
        _raised,
        _given,
        _seats.c.taken,
    )
    .join_from(HandRow, _people, _people.c.id == _who)
    .outerjoin(_seats, and_(_seats.c.room_id == _room, _seats.c.registrant_id == _who))
    .order_by(_raised, _who)
)


async def of_rooms(
    session: AsyncSession, rooms: Collection[RoomId]
) -> tuple[tuple[Hand, ...], tuple[Hand, ...]]:
    """The hands in ``rooms`` in order of raising: of those who have kept their seat
    since, and of those who have not.
    """
    kept: list[Hand] = []
    lost: list[Hand] = []
    query = _HANDS.where(_room.in_(rooms))
    for room, who, name, affiliation, raised, given, taken in await run(session, query):
        hand = Hand(
            room=RoomId(room),
            registrant=RegistrantId(who),
            name=name,
            affiliation=affiliation,
            raised=raised,
            given=given,
        )
        (kept if taken is not None and taken <= raised else lost).append(hand)
    return tuple(kept), tuple(lost)


async def add(
    session: AsyncSession, room: RoomId, who: RegistrantId, at: datetime
) -> bool:
    """Have the hand up since ``at``; False when it was up already."""
    there = select(_who).where(_room == room, _who == who)
    if (await run(session, there)).first() is not None:
        return False
    row = {"room_id": room, "registrant_id": who, "raised": at, "given": None}
    await run(session, insert(HandRow).values(row))
    return True


async def give(
    session: AsyncSession, room: RoomId, who: RegistrantId, at: datetime
) -> bool:
    """Note that he was given the floor at ``at``; False when no hand of his is up."""
    up = update(HandRow).where(_room == room, _who == who, _given.is_(None))
    return (await run(session, up.values(given=at))).rowcount > 0


async def remove(
    session: AsyncSession,
    room: RoomId,
    who: RegistrantId,
    *,
    raised: datetime | None = None,
) -> bool:
    """Have neither hand nor floor there, or none that was ``raised`` at that moment;
    False when there was none.
    """
    there = delete(HandRow).where(_room == room, _who == who)
    if raised is not None:
        there = there.where(_raised == raised)
    return (await run(session, there)).rowcount > 0
