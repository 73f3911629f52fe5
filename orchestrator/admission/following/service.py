"""What follows for seats and queues, inside the transactions of others.

Each takes the lock of the event's seats; whoever calls has locked the event's row
and its people before, if he needs them.
"""

from collections.abc import Collection

from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.admission import store
from orchestrator.admission.lobby import store as lobby
from orchestrator.admission.model import LEASE
from orchestrator.admission.terms import moved_opening
from orchestrator.database import now as moment_of
from orchestrator.ids import EventId
from orchestrator.programme.model import Event
from orchestrator.registration.model import Registrant
from orchestrator.rooms import store as rooms_store
from orchestrator.rooms.model import Room


async def provide_seats(session: AsyncSession, room: Room) -> None:
    """Have the seats of ``room`` as rows. Listener of the rooms."""
    await store.lock(session, room.event)
    await store.provide(session, room.id, room.capacity)


async def free_seats(session: AsyncSession, registrant: Registrant) -> None:
    """Take every seat from somebody who is to be out. Listener of registration."""
    await store.lock(session, registrant.event)
    await store.release_all(session, registrant.id)
    await lobby.leave_all(session, registrant.id)


async def carry_seats(session: AsyncSession, before: Event, after: Event) -> None:
    """Have seats and queues go along when an opening under way is moved: nobody who
    is in is put out because a session starts later. Follower of the programme.
    """
    await store.lock(session, after.id)
    moment = await moment_of(session)
    for room in await rooms_store.of_event(session, after.id):
        moved = moved_opening(before, after, room, moment + after.clock_offset)
        if moved is not None:
            # Pages are quiet while the doors are closed.
            heard = max(moment, moved.opens - after.clock_offset)
            until = heard + LEASE
            await store.carry(session, room.id, moved.opened, moved.opens, until)
            await lobby.carry(session, room.id, moved.opened, moved.opens, heard)


async def follow_browser(
    session: AsyncSession, events: Collection[EventId], former: str, device: str
) -> None:
    """Have what a browser holds at ``events`` be that of ``device``, by which it is
    known now. Listener of access.
    """
    # In one order, or two browsers of the same events might wait for each other.
    for event in sorted(events):
        await store.lock(session, event)
    await store.rename(session, former, device)
    await lobby.rename(session, former, device)
