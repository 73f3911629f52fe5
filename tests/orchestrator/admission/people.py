"""An event whose doors are open, and as many registrants as a test needs."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import cycle, product

from sqlalchemy import select

from calendars.revision import Stamp
from orchestrator.access.model import Grant, Role
from orchestrator.access.tables import RoleGrantRow
from orchestrator.admission import store
from orchestrator.admission.following.service import free_seats, provide_seats
from orchestrator.admission.model import Visitor
from orchestrator.admission.service import Admission
from orchestrator.admission.tables import SeatRow
from orchestrator.admission.turnstile import service as turnstile
from orchestrator.admission.vigil import Vigil
from orchestrator.database import run
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
from orchestrator.registration.service import Registration
from orchestrator.registration.tables import RegistrantRow
from orchestrator.rooms import store as rooms_store
from orchestrator.rooms.model import Room, Setting
from orchestrator.rooms.service import Rooms

MADE = datetime(2021, 6, 1, tzinfo=UTC)
DAY = EventId("day")
TEN = datetime(2021, 6, 28, 8, 0, tzinfo=UTC)
"""The start of the session, at 10:00 in Paris."""

_LOOKS = 20
"""Seconds between two looks of a process at the database, at most."""

DATABASE_STARTED = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
"""The database's clock is not that of the meeting."""

LINK = {"main": {"provider": "link", "url": "https://video.example/room"}}
BESIDE = {"main": {**LINK["main"], "presence": "page"}}
"""A room whose page stays open beside it: its seats are leases."""

LISTED = {
    "main": {
        "provider": "bigbluebutton",
        "url": "https://video.example/bigbluebutton",
        "secret": "of the server",
    }
}
"""A room elsewhere, whose provider can be asked who is in it."""

TOLD = {
    "main": {
        "provider": "zoom",
        "account_id": "a",
        "client_id": "c",
        "client_secret": "s",
        "mail_domain": "people.meeting.example",
        "webhook_secret": "of the subscription",
    }
}
"""A room elsewhere, whose provider only tells who came and went."""


class Steady:
    """Seconds that a test lets pass: for processes, and for the database's clock.

    Processes look at the database meanwhile, as they do.
    """

    def __init__(self):
        self.begin()

    def begin(self):
        """At the first second, with no process."""
        self._seconds, self.vigils = 0.0, []

    def __call__(self):
        return self._seconds

    @property
    def seconds(self):
        return self._seconds

    @seconds.setter
    def seconds(self, wanted):
        while self._seconds < wanted:
            self._seconds = min(wanted, self._seconds + _LOOKS)
            for vigil in self.vigils:
                vigil.heard(self.moment)

    @property
    def moment(self):
        return DATABASE_STARTED + timedelta(seconds=self.seconds)

    async def of_database(self, _session):
        return self.moment

    def drive(self, monkeypatch):
        """Be the database's clock wherever admission asks for it."""
        for place in ("admission", "admission.following"):
            monkeypatch.setattr(
                f"orchestrator.{place}.service.moment_of", self.of_database
            )
        monkeypatch.setattr(turnstile, "now", self.of_database)


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

    async def send_out(self, name, *, by):
        await self.admission.send_out(
            self.event, RegistrantId(name), self.now, by=RegistrantId(by)
        )

    async def let_back(self, name):
        await self.admission.let_back(self.event, RegistrantId(name), self.now)

    async def beat(self, *names, device="phone", room="plenary"):
        """A sign of life of each of ``names``."""
        beats = [(RoomId(room), RegistrantId(n), f"{n}'s {device}") for n in names]
        await self.admission.hear(self.event, self.now, beats=beats)

    async def close_page(self, name, *, device="phone", room="plenary"):
        page = (RoomId(room), RegistrantId(name), f"{name}'s {device}")
        await self.admission.hear(self.event, self.now, closed=[page])

    async def come(self, *names, room="plenary"):
        """The room's provider tells, or lists, that ``names`` are in it."""
        inside = [(RoomId(room), RegistrantId(one)) for one in names]
        await self.admission.hear(self.event, self.now, inside=inside)

    async def unlisted(self, *names, room="plenary"):
        """The provider does not answer; ``names`` are believed to be inside."""
        rooms = await self.admission.rooms(self.event)
        (place,) = [one for one in rooms if one.id == room]
        ids = [RegistrantId(one) for one in names]
        await self.admission.unlisted(self.event, place, ids)

    async def go(self, *names, room="plenary"):
        """The room's provider tells that ``names`` have left it."""
        gone = [(RoomId(room), RegistrantId(one)) for one in names]
        await self.admission.hear(self.event, self.now, gone=gone)

    async def press(self, who, **options):
        """What is answered to ``who``, whatever has become of him since."""
        return await self.admission.enter(self.event, who, self.now, **options)

    async def revoke(self, name, *, cancelled):
        """Make the links of ``name`` worthless, or take him off the list."""
        registration = Registration(
            self.database,
            tokens=None,
            base_url="",
            touched=programme_store.touch_access,
            listeners=[free_seats],
        )
        await (registration.cancel if cancelled else registration.revoke)(
            RegistrantId(name)
        )

    async def change_room(self, room="plenary", **changes):
        await change_room([self], room, **changes)

    async def set_up(self, room, **setting):
        await set_up([self], room, **setting)

    async def rows(self):
        """Every seat there is: room, number, holder."""
        async with self.database.reading() as session:
            row = SeatRow
            query = select(row.room_id, row.number, row.registrant_id)
            rows = await run(session, query.order_by(row.room_id, row.number))
            return [tuple(one) for one in rows]

    async def tidy(self):
        await self.admission.tidy(self.event, self.now)

    async def picture(self):
        return await self.admission.picture(self.event, self.now)

    async def visitor(self, name, device):
        async with self.database.reading() as session:
            person = await registration_store.get(session, RegistrantId(name))
        return Visitor(
            registrant=person.id,
            device=f"{name}'s {device}",
            staff=person.is_staff,
            standby=person.is_standby,
            version=person.version,
        )

    async def inside(self):
        """Who holds a seat that counts now."""
        picture = await self.admission.picture(self.event, self.now)
        return frozenset(picture.seats)

    async def queue(self, room="plenary"):
        picture = await self.admission.picture(self.event, self.now)
        return [one.registrant for one in picture.queues[RoomId(room)]]


@dataclass
class Several:
    """The same doors in several processes: each is asked in turn."""

    doors: list

    def __post_init__(self):
        self._turn = cycle(self.doors)

    def __getattr__(self, name):
        return getattr(next(self._turn), name)

    def __setattr__(self, name, value):
        if name != "now":
            return super().__setattr__(name, value)
        for door in self.doors:
            door.now = value
        return None

    async def change_room(self, room="plenary", **changes):
        await change_room(self.doors, room, **changes)

    async def set_up(self, room, **setting):
        await set_up(self.doors, room, **setting)


def meeting(*, rooms=("",), starts=TEN, hours=(0,), capacity=None):
    """An event with a session of two hours in each of ``rooms``, so many ``hours``
    after ``starts``.
    """
    stamp = Stamp(uid="day", sequence=0, created=MADE, revised=MADE)
    sessions = tuple(
        TimedSession(
            session=Session(
                id=SessionId(f"session{number}"),
                title="Session",
                starts=starts + timedelta(hours=hour),
                ends=starts + timedelta(hours=hour + 2),
                room=room,
                stamp=replace(stamp, uid=f"session{number}"),
            ),
            slots=(),
        )
        for number, (room, hour) in enumerate(product(rooms, hours))
    )
    return Event(
        id=DAY,
        slug="day",
        programme=Programme(title="A day", slug="day", capacity=capacity),
        timetable=Timetable(sessions=sessions),
        stamp=stamp,
        revision=1,
    )


async def doorway(
    database,
    *,
    capacity=3,
    connections=LINK,
    rooms=("",),
    hours=(0,),
    staff_seats=None,
    **options,
):
    """The doors of a new event; its only room is called ``plenary`` by its id."""
    event = meeting(rooms=rooms, hours=hours, capacity=capacity)
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


async def change_room(doors, room="plenary", **changes):
    """Store the room anew, as the organisers' command does."""
    database, event = doors[0].database, doors[0].event
    (former,) = [one for one in await doors[0].admission.rooms(event) if one.id == room]
    changed = replace(former, **changes)
    event = replace(event, revision=event.revision + 1)
    async with database.transaction() as session:
        await rooms_store.save(session, changed)
        await provide_seats(session, changed)
    for door in doors:
        door.event = event


async def set_up(doors, room, **setting):
    """Set the room of that name up as the organisers' command does; the programme is
    imported again afterwards, unchanged.
    """
    database, event = doors[0].database, doors[0].event
    rooms = Rooms(database, {}, [provide_seats])
    async with database.transaction() as session:
        await rooms.set_up(session, event, Setting(**setting), name=room)
        await rooms.follow(session, event)
    for door in doors:
        door.event = replace(event, revision=event.revision + 1)


async def give_role(database, name, role=Role.SPEAKER):
    """Make staff of somebody who was not."""
    async with database.transaction() as session:
        session.add(RoleGrantRow.of(Grant(role), RegistrantId(name), DAY))


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
    counter.vigils.append(admission.vigil)
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
