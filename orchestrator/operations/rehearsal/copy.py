"""The copy of a meeting that a rehearsal is held at, with people who do not exist."""

import asyncio
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from orchestrator.access.model import Role
from orchestrator.admission.doors import DoorState
from orchestrator.admission.terms import door_of
from orchestrator.errors import Conflict
from orchestrator.operations.made_up import people
from orchestrator.operations.rehearsal.schedule import Opening
from orchestrator.operations.removal import remove
from orchestrator.operations.services import Services
from orchestrator.programme.model import (
    Event,
    Person,
    Programme,
    Reading,
    Session,
    Slot,
    Talk,
    TimedSession,
)
from orchestrator.programme.slug import rehearsal_of
from orchestrator.registration.model import Origin, Registrant
from orchestrator.rooms.model import REHEARSAL, Room, Setting
from orchestrator.rooms.named import named
from orchestrator.rooms.service import names

_MARKS = {"fr": "répétition", "en": "rehearsal"}
_SECONDS_TO_BE_SEEN = 2.5
_SECONDS_OF_SILENCE = 3.0


class NothingToRehearse(Conflict):
    """The meeting has no session."""

    slug = "nothing-to-rehearse"
    title = "There is nothing to rehearse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """One person of a copy; ``path`` is that of his personal link."""

    who: str
    path: str = field(repr=False)
    staff: bool = False
    standby: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A stored copy, who may come, and when the doors of its room are open."""

    event: Event
    room: Room
    attendees: tuple[Attendee, ...]
    openings: tuple[Opening, ...]
    staff_seats: int


async def make(
    services: Services, event: Event, *, attendees: int, room: str | None = None
) -> Event:
    """Store a copy of ``event`` in which ``attendees`` made-up people are registered.

    Its staff are those of the programme, without their addresses, and as many
    made-up people as others have a role. Where sessions are held in several rooms,
    only those of ``room`` are copied (the first one's without it). Raises
    ``NoSuchRoom``, or ``NothingToRehearse`` where nothing is held.
    """
    rooms = names(event.timetable.sessions)
    named(await services.rooms.of(event), room)
    wanted = rooms[0] if room is None else room
    reading = copied(event, wanted)
    if not reading.programme.sessions:
        known = ", ".join(filter(None, rooms))
        raise NothingToRehearse(
            f"{event.slug} has no session in {wanted or 'any room'}. "
            f"{f'Its rooms: {known}.' if known else 'Import its programme first.'}"
        )
    copy = await services.programmes.store_copy(reading, rehearsal_of(event.slug))
    for one in await services.rooms.of(event):
        if one.name == wanted:
            limit = None if one.own_capacity is None else one.capacity
            setting = Setting(staff_seats=one.staff_seats, capacity=limit)
            await services.set_room(copy, setting)
    others = await services.registration.people(event.id)
    roles = tuple(_role(one) for one in others if _has_own_role(one))
    plan = await services.registration.plan(copy, _list_of_people(attendees, roles))
    await services.registration.apply(copy, plan)
    first = openings(copy, (await services.rooms.of(copy))[0])[0]
    return await services.programmes.set_now(
        copy.slug, first.opens - timedelta(hours=1)
    )


async def look(services: Services, event: Event) -> Copy:
    """All that a rehearsal needs to know of the copy ``event``."""
    (room,) = await services.rooms.of(event)
    hours = openings(event, room)
    terms = await services.admission.terms(event, hours[0].opens)
    links = await services.registration.links(event)
    paths = {(one.name, one.email): urlsplit(one.link).path for one in links}
    registered = await services.registration.people(event.id)
    return Copy(
        event=event,
        room=room,
        attendees=tuple(
            Attendee(
                who=f"{one.name} ({one.id})",
                path=paths[one.name, one.email],
                staff=one.is_staff,
                standby=one.is_standby,
            )
            for one in registered
        ),
        openings=hours,
        staff_seats=terms.gates[room.id].staff_seats,
    )


def copied(event: Event, room: str) -> Reading:
    """The programme of ``event`` in ``room`` at the same times, without identities
    and without anybody's address.
    """
    programme = event.programme
    mark = _MARKS.get(programme.language, _MARKS["en"])
    sessions = [
        _session(one) for one in event.timetable.sessions if one.session.room == room
    ]
    bare: Programme = replace(
        programme,
        title=f"{programme.title} ({mark})",
        slug="",
        registered=None,
        organisers=_nameless(programme.organisers),
        invited=_nameless(programme.invited),
        sessions=tuple(sessions),
        talks=(),
    )
    return Reading(programme=bare)


def _session(timed: TimedSession) -> Session:
    return Session(
        title=timed.session.title,
        starts=timed.starts,
        ends=timed.ends,
        room=timed.session.room,
        chairs=_nameless(timed.session.chairs),
        talks=tuple(_talk(slot) for slot in timed.slots),
    )


def _talk(slot: Slot) -> Talk:
    talk = slot.talk
    return Talk(
        title=talk.title,
        kind=talk.kind,
        speakers=_nameless(talk.speakers),
        coauthors=talk.coauthors,
        abstract=talk.abstract,
        links=talk.links,
        language=talk.language,
        track=talk.track,
        starts=slot.starts,
        ends=slot.ends,
    )


def _nameless(persons: Iterable[Person]) -> tuple[Person, ...]:
    """``persons`` without their addresses: nothing can be sent to them."""
    return tuple(replace(one, email="") for one in persons)


def _has_own_role(one: Registrant) -> bool:
    """Whether he is staff by the organiser's word, not by the programme's."""
    if one.is_cancelled or not one.is_staff:
        return False
    return one.origin is not Origin.PROGRAMME and not one.named_name


def _role(one: Registrant) -> Role:
    return Role.ORGANISER if one.role is Role.ORGANISER else Role.CHAIR


def _list_of_people(attendees: int, roles: Sequence[Role]) -> bytes:
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(["name", "email", "affiliation", "member", "language", "role"])
    members = attendees // 2
    made_up = people(members=members, others=attendees - members + len(roles))
    for number, one in enumerate(made_up):
        role = roles[number - attendees].value if number >= attendees else ""
        member = "yes" if one.member else "no"
        table.writerow(
            [one.name, one.email, one.affiliation, member, one.language, role]
        )
    return text.getvalue().encode()


def openings(event: Event, room: Room) -> tuple[Opening, ...]:
    """When the doors of ``room`` are open, in order."""
    return tuple(_openings(event, room))


def _openings(event: Event, room: Room) -> Iterator[Opening]:
    starts = [timed.starts for timed in event.timetable.sessions]
    now: datetime = min(starts) - timedelta(days=1)
    while True:
        door = door_of(event, room, now)
        if door.state is DoorState.OVER or door.opens is None or door.closes is None:
            return
        yield Opening(door.opens, door.closes)
        now = door.closes


async def clear(services: Services, event: Event) -> None:
    """Remove the copy ``event``. Its doors close first, so that the service, once it
    has seen that, writes nothing more of it.
    """
    last = event.timetable.sessions[-1].ends + timedelta(days=1)
    await services.programmes.move_clock(event, last)
    await asyncio.sleep(_SECONDS_TO_BE_SEEN)
    await remove(services.database, event)


async def clear_left_over(services: Services) -> int:
    """Remove the copies of rehearsals that ended without doing so; how many.

    The clock of one that is being held moves each second.
    """
    before = {one.id: one for one in await services.programmes.rehearsals()}
    if not before:
        return 0
    await asyncio.sleep(_SECONDS_OF_SILENCE)
    left = [
        one
        for one in await services.programmes.rehearsals()
        if one.id in before and one.clock_offset == before[one.id].clock_offset
    ]
    cleared = 0
    for one in left:
        rooms = await services.rooms.of(one)
        if all(room.connection == REHEARSAL for room in rooms):
            await remove(services.database, one)
            cleared += 1
    return cleared
