"""What is on now and what comes next, at one instant of a timetable."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from orchestrator.programme.model import Event, Slot, TimedSession, Timetable


class SlotState(StrEnum):
    """Where a slot stands; the value is its class in ``look.css``."""

    PLANNED = ""
    NEXT = "next"
    NOW = "now"
    DONE = "done"


class Phase(StrEnum):
    """Where the whole event stands; the value is kept in ``<html data-state>``."""

    BEFORE = "before"
    DAY = "day"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """An instant of a timetable.

    ``current`` are the slots under way (several in parallel rooms), ``next``
    those that start together after them. ``changes`` is the next instant at
    which any of this differs, None when nothing will.
    """

    now: datetime
    phase: Phase
    current: tuple[Slot, ...]
    next: tuple[Slot, ...]
    changes: datetime | None

    def state(self, slot: Slot) -> SlotState:
        """Where ``slot`` stands at this instant."""
        if slot in self.current:
            return SlotState.NOW
        if slot in self.next and self.phase is Phase.DAY:
            return SlotState.NEXT
        return SlotState.DONE if ends_of(slot) <= self.now else SlotState.PLANNED


def starts_of(slot: Slot) -> datetime:
    """The actual start once given, else the planned one."""
    return slot.actual_starts or slot.starts


def ends_of(slot: Slot) -> datetime:
    """The actual end once given, else the planned one."""
    return slot.actual_ends or slot.ends


def moment_of(event: Event, now: datetime, *, room: str | None = None) -> Moment:
    """The moment ``now`` of ``event``, of one ``room`` if it is named.

    Before the first day *next* is known but not marked on the page; during a
    day it is, and between two days too.
    """
    slots = _slots(event.timetable, room)
    current = tuple(slot for slot in slots if starts_of(slot) <= now < ends_of(slot))
    ahead = [slot for slot in slots if starts_of(slot) > now]
    first = min(map(starts_of, ahead), default=None)
    edges = (edge for slot in slots for edge in (starts_of(slot), ends_of(slot)))
    return Moment(
        now=now,
        phase=phase_of(event, now),
        current=current,
        next=tuple(slot for slot in ahead if starts_of(slot) == first),
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


def _slots(timetable: Timetable, room: str | None) -> list[Slot]:
    return sorted(_of_room(timetable.sessions, room), key=starts_of)


def _of_room(sessions: Iterable[TimedSession], room: str | None) -> Iterable[Slot]:
    for timed in sessions:
        if room is None or timed.session.room == room:
            yield from timed.slots
