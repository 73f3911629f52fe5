"""A room in figures, and where its people stand, as browsers are told."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from orchestrator.admission.events import RoomFigures, StandingChanged
from orchestrator.admission.model import Picture, Tally, Terms, Waiting
from orchestrator.admission.terms import place_in
from orchestrator.ids import RegistrantId, RoomId
from orchestrator.registration.model import Roll
from orchestrator.rooms.model import Room

_MINUTE = timedelta(minutes=1)


def tally(
    room: Room, picture: Picture, roll: Roll, *, reserved: int, peak: int
) -> Tally:
    """``room`` in figures."""
    inside = [who for who, seat in picture.seats.items() if seat.room == room.id]
    line = picture.queues.get(room.id, ())
    plain = [who for who in inside if who not in roll.staff]
    members = sum(who in roll.members for who in plain)
    non_members = sum(who in roll.non_members for who in plain)
    return Tally(
        capacity=room.capacity,
        inside=len(inside),
        reserved=min(reserved, max(0, room.capacity - len(inside))),
        waiting=len(line),
        watching=sum(one.watching for one in line),
        members=members,
        non_members=non_members,
        unknown=len(plain) - members - non_members,
        staff=len(inside) - len(plain),
        peak=max(peak, len(inside)),
    )


def mark(device: str) -> str:
    """What tells a page whether the seat is on its own device, and nothing else."""
    return device[:8]


def minutes(wait: timedelta | None) -> int | None:
    """Whole minutes, at least one."""
    return None if wait is None else max(1, math.ceil(wait / _MINUTE))


def figures(room: Room, one: Tally) -> RoomFigures:
    return RoomFigures(
        name=room.name,
        capacity=one.capacity,
        inside=one.inside,
        reserved=one.reserved,
        waiting=one.waiting,
        watching=one.watching,
        members=one.members,
        non_members=one.non_members,
        unknown=one.unknown,
        staff=one.staff,
        peak=one.peak,
    )


@dataclass(frozen=True, slots=True)
class View:
    """What standing is told from: who is in, each place in a queue (with how many
    are before), the terms, and the names of the rooms.
    """

    picture: Picture
    places: Mapping[RegistrantId, tuple[int, Waiting]]
    terms: Terms
    names: Mapping[RoomId, str]


def standing(slug: str, who: RegistrantId, view: View) -> StandingChanged:
    """Where ``who`` stands at the event of ``slug``."""
    if who in view.picture.barred:
        return StandingChanged(event=slug, registrant=who, standing="withdrawn")
    if (seat := view.picture.seats.get(who)) is not None:
        return StandingChanged(
            event=slug,
            registrant=who,
            standing="inside",
            room=view.names[seat.room],
            here=mark(seat.device),
        )
    if (found := view.places.get(who)) is not None:
        return _waits(slug, *found, view)
    return StandingChanged(event=slug, registrant=who, standing="outside")


def _waits(slug: str, before: int, one: Waiting, view: View) -> StandingChanged:
    behind = len(view.picture.queues[one.room]) - before - 1
    gate, gone = view.terms.gates[one.room], view.picture.gone[one.room]
    place = place_in(gate, one, view.terms.now, before, behind, gone)
    return StandingChanged(
        event=slug,
        registrant=one.registrant,
        standing="waiting",
        room=view.names[one.room],
        place=place.number,
        behind=place.behind,
        wait=minutes(place.wait),
    )
