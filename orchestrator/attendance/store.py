"""The journal of presence: lines are added and read, never changed.

Functions take the session; the service that calls them owns the transaction.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, bindparam, func, select, text
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.attendance.model import Closing, Sign, SignKind, Source
from orchestrator.attendance.tables import ClosingRow, PresenceRow
from orchestrator.database import UtcDateTime, now, run
from orchestrator.ids import EventId, RegistrantId, RoomId
from orchestrator.rooms.tables import RoomRow

_TEXTS = ("source", "key", "event", "room", "registrant", "kind", "stream")
_MOMENTS = ("at", "received")

# A sign of somebody who was erased in the meantime, or whom a provider made up,
# must not hold up the signs of the others: it is passed over.
_APPEND = text(
    """
    INSERT INTO presence
      (source, key, event_id, room_id, registrant_id, kind, stream, at, received)
    SELECT
      :source, :key, :event, :room, :registrant, :kind, :stream, :at, :received
    WHERE
      EXISTS (SELECT 1 FROM registrant WHERE id = :registrant AND event_id = :event)
      AND EXISTS (SELECT 1 FROM room WHERE id = :room AND event_id = :event)
    ON CONFLICT (source, key) DO NOTHING
    """
).bindparams(
    *(bindparam(name, type_=String()) for name in _TEXTS),
    *(bindparam(name, type_=UtcDateTime()) for name in _MOMENTS),
)

_event, _room = col(PresenceRow.event_id), col(PresenceRow.room_id)
_registrant, _source = col(PresenceRow.registrant_id), col(PresenceRow.source)
_kind, _stream = col(PresenceRow.kind), col(PresenceRow.stream)
_key, _at = col(PresenceRow.key), col(PresenceRow.at)
_FAMILY = (Source.PROVIDER.value, Source.POLL.value)


async def append(session: AsyncSession, signs: Sequence[Sign]) -> None:
    """Add ``signs``; those that are there already stay as they came first.

    Passed over is who is not registered at the event, or a room of another.
    """
    if not signs:
        return
    received = await now(session)
    lines = [
        {
            "source": one.source.value,
            "key": one.key,
            "event": one.event,
            "room": one.room,
            "registrant": one.registrant,
            "kind": one.kind.value,
            "stream": one.stream,
            "at": one.at,
            "received": received,
        }
        for one in signs
    ]
    await run(session, _APPEND, lines)


async def people(session: AsyncSession, event: EventId) -> list[RegistrantId]:
    """Of whom the journal of ``event`` tells, in order of their ids."""
    query = select(_registrant).where(_event == event).distinct().order_by(_registrant)
    return [RegistrantId(one) for one in (await run(session, query)).scalars()]


async def of_people(
    session: AsyncSession, event: EventId, registrants: Collection[RegistrantId]
) -> list[Sign]:
    """All that the journal tells of ``registrants``, in no order."""
    columns = (_event, _room, _registrant, _source, _kind, _stream, _at, _key)
    query = select(*columns).where(_event == event, _registrant.in_(registrants))
    return [_sign(row) for row in await run(session, query)]


async def last_told(
    session: AsyncSession,
    room: RoomId,
    since: datetime,
    *,
    of: Collection[RegistrantId] | None = None,
) -> list[Sign]:
    """What providers and polls told of ``room``: the last sign of each person (of
    those given), connection and kind. Their keys are empty.
    """
    groups = (_event, _room, _registrant, _source, _kind, _stream)
    query = (
        select(*groups, func.max(_at))
        .where(_room == room, _source.in_(_FAMILY), _at >= since)
        .group_by(*groups)
    )
    if of is not None:
        query = query.where(_registrant.in_(of))
    return [_sign((*row, "")) for row in await run(session, query)]


async def hold(session: AsyncSession, room: RoomId) -> None:
    """Be the only one, until the end of the transaction, to note who came to ``room``
    by its provider's word, and that it was closed.

    SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name != "sqlite":
        await run(session, _HOLD, {"name": f"presence {room}"})


_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


async def close(
    session: AsyncSession, room: RoomId, closed: Collection[Closing]
) -> None:
    """Note when ``room`` was closed, and on which connection."""
    lines = [
        {"room": room, "connection": one.connection, "at": one.at} for one in closed
    ]
    if lines:
        await run(session, _CLOSE, lines)


_CLOSE = text(
    "INSERT INTO closing (room_id, connection, at) VALUES (:room, :connection, :at) "
    "ON CONFLICT DO NOTHING"
).bindparams(
    *(bindparam(name, type_=String()) for name in ("room", "connection")),
    bindparam("at", type_=UtcDateTime()),
)


async def closings(
    session: AsyncSession, room: RoomId, since: datetime, until: datetime
) -> list[Closing]:
    """When ``room`` was closed between two moments, both included, on which
    connection.
    """
    connection, at = col(ClosingRow.connection), col(ClosingRow.at)
    query = select(connection, at).where(
        col(ClosingRow.room_id) == room, at.between(since, until)
    )
    return [Closing(*row) for row in await run(session, query)]


async def comings(
    session: AsyncSession, room: RoomId, since: datetime, until: datetime
) -> list[Sign]:
    """By which connections the provider of ``room`` told people to come between two
    moments, both included: the last of each. Their keys are empty.
    """
    groups = (_event, _room, _registrant, _source, _kind, _stream)
    query = (
        select(*groups, func.max(_at))
        .where(_room == room, _source == Source.PROVIDER.value)
        .where(_kind == SignKind.IN.value, _at.between(since, until))
        .group_by(*groups)
    )
    return [_sign((*row, "")) for row in await run(session, query)]


async def untold(
    session: AsyncSession, connection: str, last: datetime, within: timedelta
) -> datetime | None:
    """When the page of somebody who came to a room on ``connection`` was first heard of
    after ``last``, its provider's last word; None where nobody came. Who was heard of
    ``within`` that time of it came with it. Moments are the database's.
    """
    received, room = col(PresenceRow.received), col(RoomRow.id)
    here = select(room).where(col(RoomRow.connection) == connection)
    of_pages = (_room.in_(here), _source == Source.PAGE.value)
    around = received.between(last - within, last + within)
    known = select(_registrant).where(*of_pages, around)
    since = select(func.min(received)).where(
        *of_pages, received > last + within, _registrant.not_in(known)
    )
    moment: datetime | None = (await run(session, since)).scalar()
    return moment


async def take_turn(session: AsyncSession, room: RoomId, every: timedelta) -> bool:
    """Whether whoever calls is to ask the provider of ``room`` now; then nobody else
    is, for as long as ``every``.
    """
    moment = await now(session)
    turn = {"room": room, "now": moment, "due": moment + every}
    return (await run(session, _TAKE_TURN, turn)).rowcount > 0


_TAKE_TURN = text(
    """
    INSERT INTO polled (room_id, due)
    SELECT :room, :due WHERE EXISTS (SELECT 1 FROM room WHERE id = :room)
    ON CONFLICT (room_id) DO UPDATE SET due = excluded.due WHERE polled.due <= :now
    """
).bindparams(
    bindparam("room", type_=String()),
    *(bindparam(name, type_=UtcDateTime()) for name in ("now", "due")),
)


def _sign(row: Sequence[Any]) -> Sign:  # Any: columns as the driver gives them
    event, room, registrant, source, kind, stream, at, key = row
    return Sign(
        event=event,
        room=room,
        registrant=registrant,
        source=Source(source),
        kind=SignKind(kind),
        stream=stream,
        key=key,
        at=at,
    )
