"""An event with a room and as many registrants as a test needs."""

from datetime import UTC, datetime

from calendars.revision import Stamp
from orchestrator.admission import store
from orchestrator.ids import EventId, RegistrantId, RoomId
from orchestrator.programme import store as programme_store
from orchestrator.programme.model import Event, Programme, Timetable
from orchestrator.registration.model import Registrant
from orchestrator.registration.tables import RegistrantRow
from orchestrator.rooms import store as rooms_store
from orchestrator.rooms.model import Room

MADE = datetime(2021, 6, 1, tzinfo=UTC)
DAY = EventId("day")


async def plenary(database, *, capacity):
    """The only room of an empty event."""
    stamp = Stamp(uid="day", sequence=0, created=MADE, revised=MADE)
    event = Event(
        id=DAY,
        slug="day",
        programme=Programme(title="A day", slug="day"),
        timetable=Timetable(sessions=()),
        stamp=stamp,
        revision=1,
    )
    room = Room(
        id=RoomId("plenary"), event=DAY, name="", capacity=capacity, connection="main"
    )
    async with database.transaction() as session:
        await programme_store.save(session, event)
        await rooms_store.save(session, room)
        await store.provide(session, room.id, capacity)
    return room


async def crowd(database, size):
    """Names (and ids) of ``size`` new registrants."""
    names = [f"person{number}" for number in range(size)]
    async with database.transaction() as session:
        for name in names:
            registrant = Registrant(
                id=RegistrantId(name), event=DAY, name=name, registered=MADE
            )
            session.add(RegistrantRow.of(registrant))
    return names
