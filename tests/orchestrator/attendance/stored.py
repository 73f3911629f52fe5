"""A stored meeting with rooms and people, and its attendance."""

from dataclasses import replace

from orchestrator.attendance.service import Attendance
from orchestrator.ids import RegistrantId
from orchestrator.registration.model import Registrant
from orchestrator.registration.tables import RegistrantRow
from orchestrator.rooms import store as rooms_store
from orchestrator.rooms.service import Rooms
from tests.orchestrator.attendance.made import room
from tests.orchestrator.registration.meeting import NINE, meeting, stored


async def with_people(database, names, *, event=None, rooms=None):
    """A stored event with its rooms and registrants, ids being names."""
    event = await stored(database, event or meeting())
    async with database.transaction() as session:
        for one in rooms or [room()]:
            await rooms_store.save(session, replace(one, event=event.id))
        for name in names:
            one = Registrant(
                id=RegistrantId(name), event=event.id, name=name, registered=NINE
            )
            session.add(RegistrantRow.of(one))
    return event


def attendance_of(database, *, now):
    """The service at the moment ``now``, which does not pass."""
    return Attendance(database, Rooms(database, {}), clock=lambda: now)
