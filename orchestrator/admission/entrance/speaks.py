"""Who may speak in a room, while nobody has said otherwise."""

from datetime import datetime

from orchestrator.access.model import Identity, Role, allows
from orchestrator.admission.terms import sessions_in
from orchestrator.programme.model import Event, Slot, TimedSession
from orchestrator.rooms.model import Room


def chairs(event: Event, room: Room, who: Identity) -> bool:
    """Whether ``who`` chairs anything that is held in ``room``."""
    return allows(who, Role.ORGANISER) or any(
        allows(who, Role.CHAIR, session=timed.session.id)
        for timed in sessions_in(event, room.name)
    )


def gives(event: Event, room: Room, who: Identity, now: datetime) -> bool:
    """Whether ``who`` gives the talk that is on in ``room`` at ``now``."""
    return Role.SPEAKER in who.roles and any(
        _is_on(timed, slot, now) and allows(who, Role.SPEAKER, talk=slot.talk.id)
        for timed in sessions_in(event, room.name)
        for slot in timed.slots
    )


def _is_on(timed: TimedSession, slot: Slot, now: datetime) -> bool:
    """By its chair's presses; by the clock in a session that nobody runs."""
    if any(one.actual_starts for one in timed.slots):
        return slot.actual_starts is not None and slot.actual_ends is None
    return slot.starts <= now < slot.ends
