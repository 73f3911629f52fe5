"""On what terms a room is entered, and what counts as being in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from integrations.video.provider import Capabilities
from orchestrator.admission.doors import Door, DoorState, closed_at, door_at
from orchestrator.admission.model import (
    GRACE,
    KEPT_FOR_CONFIRMED,
    LEASE,
    SILENT,
    UNLOADED,
    Gate,
    Place,
    Seat,
    Standing,
    Terms,
    Visitor,
    Waiting,
)
from orchestrator.admission.parts import staff_of_room
from orchestrator.admission.vigil import Vigil
from orchestrator.admission.waits import estimate
from orchestrator.ids import RoomId
from orchestrator.programme.model import Event, TimedSession
from orchestrator.registration.model import Roll
from orchestrator.rooms.errors import NoSuchRoom
from orchestrator.rooms.model import Room
from orchestrator.rooms.named import named


def gate_of(
    event: Event, room: Room, now: datetime, roll: Roll, can: Capabilities
) -> Gate | None:
    """The gate of ``room``, whose provider can do that, at ``now``; None while the
    doors are closed.
    """
    door = door_of(event, room, now)
    if not door.is_open or door.opens is None or door.session is None:
        return None
    return Gate(
        room=room,
        door=door,
        opens=door.opens,
        equal_from=door.session.starts + KEPT_FOR_CONFIRMED,
        staff_seats=staff_seats(event, room, roll),
        leased=is_leased(can),
        told=is_told(can),
        unloaded=kept_unloaded(can),
    )


def is_leased(can: Capabilities) -> bool:
    """Whether a seat lapses without signs of life: the provider can be asked who is
    there, or the page stays open beside the room.
    """
    return can.listing or can.beside


def is_told(can: Capabilities) -> bool:
    """Whether it is known who is in the room by the news of who came and went alone:
    nobody can be asked, and no page has to stay open.
    """
    return can.presence and not is_leased(can)


def kept_unloaded(can: Capabilities) -> timedelta:
    """How long a seat is kept for a page that was closed: where nobody has to stay
    on it, until the provider has been asked whether its holder is in the room.
    """
    return UNLOADED if can.beside else LEASE


def staff_seats(event: Event, room: Room, roll: Roll) -> int:
    """How many seats of ``room`` are set aside for staff: as many as was said, else
    as there are staff, but then at most half of the room: it is held for the others.
    """
    if room.staff_seats is not None:
        return min(room.staff_seats, room.capacity)
    there = staff_of_room(roll, sessions_in(event, room.name))
    return min(len(there), room.capacity // 2)


def by_now(one: Waiting, terms: Terms) -> Waiting:
    """``one`` with the rights that he has by now: roles and places change while
    people wait.
    """
    staff = one.registrant in terms.staff
    standby = one.standby and one.registrant not in terms.confirmed
    if (staff, standby) == (one.staff, one.standby):
        return one
    return replace(one, staff=staff, standby=standby)


def queues_of(
    waiting: Iterable[Waiting], terms: Terms, silent: datetime
) -> dict[RoomId, tuple[Waiting, ...]]:
    """Those of ``waiting`` who keep a place in a queue, by room, with the rights they
    have by now; who was not seen since ``silent`` does not.
    """
    lines: dict[RoomId, list[Waiting]] = {room: [] for room in terms.rooms}
    for one in waiting:
        gate = terms.gates.get(one.room)
        if gate and one.since >= gate.opens and one.seen >= silent:
            lines[one.room].append(by_now(one, terms))
    return {room: tuple(line) for room, line in lines.items()}


@dataclass(frozen=True, slots=True)
class Moved:
    """An opening under way that begins at another moment by now."""

    opened: datetime
    opens: datetime
    is_open: bool


def moved_opening(
    before: Event, after: Event, room: Room, now: datetime
) -> Moved | None:
    """How the opening of ``room`` that was under way at ``now`` has moved: its seats
    and queue go along. None when there was none, when it began no later, or when the
    session that people came for is no more to come.
    """
    old, new = door_of(before, room, now), door_of(after, room, now)
    if not old.is_open or old.opens is None or new.opens is None:
        return None
    same = (
        old.session is not None
        and new.session is not None
        and old.session.session.id == new.session.session.id
    )
    if new.opens <= old.opens or not (new.is_open or same):
        return None
    return Moved(opened=old.opens, opens=new.opens, is_open=new.is_open)


def place_in(
    gate: Gate,
    one: Waiting,
    now: datetime,
    before: int,
    behind: int,
    gone: Sequence[datetime],
) -> Place:
    """The place of ``one`` with so many before and behind him."""
    kept = one.standby and not one.staff and now < gate.equal_from
    told = estimate(gone, now, before + 1, since=gate.opens)
    return Place(
        number=before + 1,
        behind=behind,
        since=one.since,
        wait=told.wait if told else None,
        every=told.every if told else None,
        kept_until=gate.equal_from if kept else None,
        watching=one.watching,
    )


def holds(seat: Seat, gate: Gate, moment: datetime, vigil: Vigil) -> bool:
    """Whether ``seat`` counts as taken at ``moment`` (of the database)."""
    if seat.taken < gate.opens:
        return False
    if seat.until is None or not vigil.is_over:
        return True
    return moment <= seat.until + GRACE


def standing_on(seat: Seat, who: Visitor, moment: datetime) -> Standing:
    """Where the holder of ``seat`` stands: inside, or elsewhere when another device has the seat and is alive."""
    if not seat.device or not who.device or seat.device == who.device:
        return Standing.INSIDE
    if seat.seen is not None and moment - seat.seen < SILENT:
        return Standing.ELSEWHERE
    return Standing.OUTSIDE


def door_of(event: Event, room: Room, now: datetime) -> Door:
    """The doors of ``room`` at ``now``."""
    return door_at(sessions_in(event, room.name), now)


def doors_closed(event: Event, room: Room, now: datetime) -> datetime | None:
    """When the doors of ``room`` closed last; None while they are open, and before they
    ever were.
    """
    return closed_at(sessions_in(event, room.name), now)


def sessions_in(event: Event, room: str) -> tuple[TimedSession, ...]:
    """The sessions of ``event`` that are held in the room of that name."""
    timed = event.timetable.sessions
    return tuple(one for one in timed if one.session.room == room)


def choose_room(
    rooms: Sequence[Room], event: Event, now: datetime, wanted: str | None
) -> Room:
    """The room asked for, else the one that is open, else the one that opens next.

    Raises ``NoSuchRoom`` naming those there are.
    """
    if wanted is not None:
        return named(rooms, wanted)[0]
    if len(rooms) == 1:
        return rooms[0]
    doors = [(door_of(event, room, now), room) for room in rooms]
    for state in (DoorState.OPEN, DoorState.BETWEEN, DoorState.BEFORE, DoorState.OVER):
        there = [(door, room) for door, room in doors if door.state is state]
        if there:
            return min(there, key=lambda one: (one[0].opens or now, one[1].name))[1]
    raise NoSuchRoom("This meeting has no room yet. Import its programme first.")
