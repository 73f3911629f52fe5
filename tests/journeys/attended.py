"""People in the room and at its door, as many as a picture wants."""

from datetime import timedelta
from itertools import pairwise

from sqlalchemy import delete, update

from orchestrator.admission import store
from orchestrator.admission.history import store as history
from orchestrator.admission.lobby import store as lobby
from orchestrator.admission.model import Seat, Waiting, Why
from orchestrator.admission.tables import DepartureRow, OccupancyRow, SeatRow
from orchestrator.database import now as moment_of
from orchestrator.database import run

LATECOMERS = 543
"""From so many people inside on more have to be registered."""

_MINUTE = timedelta(minutes=1)
# Of the highest, at so many minutes after the opening.
_RISE = ((0, 0.0), (15, 0.74), (39, 1.0), (45, 0.98), (68, 0.965), (10_000, 0.965))


async def empty(services, event):
    """Nobody is in, nobody waits, nobody was."""
    rooms = await services.rooms.of(event)
    ids = [room.id for room in rooms]
    async with services.database.transaction() as session:
        for registrant in await registrants(services, event):
            await lobby.leave_all(session, registrant)
        await run(session, update(SeatRow).values(registrant_id=None, taken=None))
        for row in (DepartureRow, OccupancyRow):
            await run(session, delete(row).where(row.room_id.in_(ids)))
    services.live.changed(event.slug)


async def registrants(services, event):
    """Everybody's id; those last whose links the pictures open."""
    people = await services.registration.people(event.id)
    return [one.id for one in people if not one.is_staff][::-1]


async def come_late(services, event):
    """Register more people than there are seats."""
    lines = "".join(f"Tard Venu {n},tard{n}@lac.example\n" for n in range(90))
    plan = await services.registration.plan(event, f"name,email\n{lines}".encode())
    await services.registration.apply(event, plan)


async def attend(services, event, inside, waiting):
    """So many are in since the opening, and so many wait."""
    (room,) = await services.rooms.of(event)
    now = services.programmes.now(event)
    people = await registrants(services, event)
    entry = services.admission
    gate = (await entry.terms(event, now)).gates[room.id]
    async with services.database.transaction() as session:
        moment = await moment_of(session)
        seats = [
            Seat(
                room=room.id,
                number=number,
                registrant=people[number - 1],
                taken=gate.opens + timedelta(seconds=number),
                seen=moment,
            )
            for number in range(1, inside + 1)
        ]
        await store.give(session, seats)
        line = [
            waits(room, people[inside + n], n + 1, now, moment) for n in range(waiting)
        ]
        await lobby.join_queue(session, line)
        for minute, share in curve(int((now - gate.opens) / _MINUTE)):
            most = round(share * inside / 0.965)
            await history.observe(
                session, room.id, gate.opens + minute * _MINUTE, min(most, 600), waiting
            )
        gone = [now - n * timedelta(seconds=45) for n in range(1, 21)]
        for at in gone:
            await history.depart(session, [(room.id, people[0], at)], why=Why.LEFT)
    services.live.changed(event.slug)


async def queue_behind(services, event, behind):
    """So many more wait, behind all the others."""
    (room,) = await services.rooms.of(event)
    now = services.programmes.now(event)
    people = await registrants(services, event)
    async with services.database.transaction() as session:
        moment = await moment_of(session)
        last = await lobby.last_number(session, room.id)
        line = [
            waits(room, people[-2 - n], last + 1 + n, now, moment)
            for n in range(behind)
        ]
        await lobby.join_queue(session, line)
    services.live.changed(event.slug)


def waits(room, registrant, number, now, moment):
    return Waiting(
        room=room.id, registrant=registrant, number=number, since=now, seen=moment
    )


def curve(minutes):
    """Each minute, and the share of the highest that was in."""
    for minute in range(minutes + 1):
        before, after = next(pair for pair in pairwise(_RISE) if minute < pair[1][0])
        part = (minute - before[0]) / (after[0] - before[0])
        yield minute, before[1] + part * (after[1] - before[1])
