"""An event whose doors are open, and as many registrants as a test needs."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from calendars.revision import Stamp
from orchestrator.access.model import Grant, Role
from orchestrator.access.tables import RoleGrantRow
from orchestrator.admission import store
from orchestrator.admission.model import Visitor
from orchestrator.admission.service import Admission
from orchestrator.admission.vigil import Vigil
from orchestrator.ids import EventId, RegistrantId, RoomId, SessionId
from orchestrator.programme import store as programme_store
from orchestrator.programme.model import (
    Event,
    Programme,
    Session,
    TimedSession,
    Timetable,
)
from orchestrator.registration import store as registration_store
from orchestrator.registration.model import Registrant, Standing
from orchestrator.registration.tables import RegistrantRow
from orchestrator.rooms import store as rooms_store
from orchestrator.rooms.model import Room
from orchestrator.rooms.service import Rooms

MADE = datetime(2021, 6, 1, tzinfo=UTC)
DAY = EventId("day")
TEN = datetime(2021, 6, 28, 8, 0, tzinfo=UTC)
"""The start of the session, at 10:00 in Paris."""

LINK = {"main": {"provider": "link", "url": "https://video.example/room"}}
BESIDE = {"main": {**LINK["main"], "presence": "page"}}
"""A room whose page stays open beside it: its seats are leases."""


@dataclass
class Steady:
    """A steady counter that a test moves."""

    seconds: float = 0.0

    def __call__(self):
        return self.seconds


@dataclass
class Doorway:
    """The doors of one event, as one process has them."""

    database: object
    event: Event
    admission: Admission
    counter: Steady
    now: datetime = TEN
    names: list = field(default_factory=list)

    async def enter(self, name, *, device="phone", room=None, **options):
        """What ``name`` is answered; ``staff`` and ``standby`` as he registered."""
        who = await self.visitor(name, device)
        return await self.admission.enter(
            self.event, who, self.now, room=room, **options
        )

    async def look(self, name, *, device="phone", room=None):
        who = await self.visitor(name, device)
        return await self.admission.look(self.event, who, self.now, room=room)

    async def leave(self, name):
        await self.admission.leave(self.event, RegistrantId(name), self.now)

    async def visitor(self, name, device):
        roll, who = await self.admission.roll(self.event), RegistrantId(name)
        return Visitor(
            registrant=who,
            device=f"{name}'s {device}",
            staff=who in roll.staff,
            standby=who in roll.standby,
        )

    async def inside(self):
        """Who holds a seat that counts now."""
        picture = await self.admission.picture(self.event, self.now)
        return frozenset(picture.seats)

    async def queue(self, room="plenary"):
        picture = await self.admission.picture(self.event, self.now)
        return [one.registrant for one in picture.queues[RoomId(room)]]


def meeting(*, rooms=("",), starts=TEN, hours=2):
    """An event with one session in each of ``rooms``."""
    stamp = Stamp(uid="day", sequence=0, created=MADE, revised=MADE)
    sessions = tuple(
        TimedSession(
            session=Session(
                id=SessionId(f"session{number}"),
                title="Morning",
                starts=starts,
                ends=starts + timedelta(hours=hours),
                room=room,
                stamp=replace(stamp, uid=f"session{number}"),
            ),
            slots=(),
        )
        for number, room in enumerate(rooms)
    )
    return Event(
        id=DAY,
        slug="day",
        programme=Programme(title="A day", slug="day"),
        timetable=Timetable(sessions=sessions),
        stamp=stamp,
        revision=1,
    )


async def doorway(
    database, *, capacity=3, connections=LINK, rooms=("",), staff_seats=None, **options
):
    """The doors of a new event; its only room is called ``plenary`` by its id."""
    event = meeting(rooms=rooms)
    places = [
        Room(
            id=RoomId(name or "plenary"),
            event=DAY,
            name=name,
            capacity=capacity,
            connection="main",
            staff_seats=staff_seats,
        )
        for name in rooms
    ]
    async with database.transaction() as session:
        await programme_store.save(session, event)
        for place in places:
            await rooms_store.save(session, place)
            await store.provide(session, place.id, capacity)
    return beside(database, event, connections=connections, **options)


def beside(database, event, *, connections=LINK, counter=None, epoch=None):
    """The same doors in another process."""
    counter = counter or Steady()

    async def roll(ident):
        async with database.reading() as session:
            return await registration_store.roll(session, ident)

    admission = Admission(
        database,
        Rooms(database, connections),
        roll,
        now=lambda _event: TEN,
        epoch=epoch or (lambda _event: None),
        vigil=Vigil(counter),
    )
    return Doorway(database, event, admission, counter)


async def crowd(
    database, size, *, prefix="person", standing=Standing.CONFIRMED, role=None
):
    """Names (and ids) of ``size`` new registrants, each with ``role`` if it is given."""
    names = [f"{prefix}{number}" for number in range(size)]
    async with database.transaction() as session:
        for name in names:
            registrant = Registrant(
                id=RegistrantId(name),
                event=DAY,
                name=name,
                registered=MADE,
                standing=standing,
            )
            session.add(RegistrantRow.of(registrant))
        await session.flush()
        for name in names if role else ():
            grant = Grant(Role(role))
            session.add(RoleGrantRow.of(grant, RegistrantId(name), DAY))
    return names
