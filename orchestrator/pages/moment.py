"""What is on now and what comes next, at one instant of a timetable.

Whether a session goes by its chair or by the clock is ruled in ``programme/course``.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from orchestrator.programme.course import (
    TOLD_FROM,
    ends_of,
    is_on,
    is_to_come,
    run_until,
    starts_of,
)
from orchestrator.programme.model import Event, Slot, TimedSession

__all__ = [
    "TOLD_FROM",
    "Moment",
    "Phase",
    "SlotState",
    "ends_of",
    "event_bounds",
    "moment_of",
    "phase_of",
    "session_of",
    "starts_of",
]


class SlotState(StrEnum):
    """Where a slot stands; the value is its class in ``look.css``."""

    PLANNED = ""
    NEXT = "next"
    NOW = "now"
    DONE = "done"
    ABSENT = "absent"


class Phase(StrEnum):
    """Where the whole event stands; the value is kept in ``<html data-state>``."""

    BEFORE = "before"
    DAY = "day"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """An instant of a timetable.

    ``current`` are the slots under way (several in parallel rooms), ``ahead`` those
    to come, in order, ``next`` those of them that come together first. ``late`` are
    to come although their time is over. ``changes`` is the next instant at which the
    clock alone changes any of this, None when it will not.
    """

    now: datetime
    phase: Phase
    current: tuple[Slot, ...]
    next: tuple[Slot, ...]
    ahead: tuple[Slot, ...]
    late: tuple[Slot, ...]
    changes: datetime | None

    def state(self, slot: Slot) -> SlotState:
        """Where ``slot`` stands at this instant."""
        if slot.skipped:
            return SlotState.ABSENT
        if slot in self.current:
            return SlotState.NOW
        if slot.actual_ends:
            return SlotState.DONE
        if slot in self.next and self.phase is Phase.DAY:
            return SlotState.NEXT
        past = ends_of(slot) <= self.now and slot not in self.late
        return SlotState.DONE if past else SlotState.PLANNED


def moment_of(event: Event, now: datetime, *, room: str | None = None) -> Moment:
    """The moment ``now`` of ``event``, of one ``room`` if it is named.

    Before the first day *next* is known but not marked on the page; during a
    day it is, and between two days too.
    """
    current: list[Slot] = []
    ahead: list[Slot] = []
    edges: list[datetime] = []
    for timed in event.timetable.sessions:
        if room not in (None, timed.session.room):
            continue
        until = run_until(event, timed)
        run = until is not None and now < until
        given = [slot for slot in timed.slots if not slot.skipped]
        current += [slot for slot in given if is_on(slot, now, run=run)]
        ahead += [slot for slot in given if is_to_come(slot, now, run=run)]
        edges += [until] if until else []
        edges += [edge for slot in given for edge in (starts_of(slot), ends_of(slot))]
    ahead.sort(key=starts_of)
    first = starts_of(ahead[0]) if ahead else None
    return Moment(
        now=now,
        phase=Phase.DAY if current else phase_of(event, now),
        current=tuple(sorted(current, key=starts_of)),
        next=tuple(slot for slot in ahead if starts_of(slot) == first),
        ahead=tuple(ahead),
        late=tuple(slot for slot in ahead if slot.ends <= now),
        changes=min((edge for edge in edges if edge > now), default=None),
    )


def phase_of(event: Event, now: datetime) -> Phase:
    """Before the first day (in the event's zone), under way, or over."""
    bounds = event_bounds(event)
    if bounds is None:
        return Phase.BEFORE
    zone = ZoneInfo(event.programme.zone)
    if now >= bounds[1]:
        return Phase.OVER
    begun = now.astimezone(zone).date() >= bounds[0].astimezone(zone).date()
    return Phase.DAY if begun else Phase.BEFORE


def event_bounds(event: Event) -> tuple[datetime, datetime] | None:
    """First start and last end of all sessions; None without any."""
    sessions = event.timetable.sessions
    if not sessions:
        return None
    return min(timed.starts for timed in sessions), max(
        timed.ends for timed in sessions
    )


def session_of(event: Event, slot: Slot) -> TimedSession:
    """The session that holds ``slot``."""
    return next(timed for timed in event.timetable.sessions if slot in timed.slots)
