"""What is on now and what comes next, at one instant of a timetable.

A session whose chair has started anything goes by what he says: a talk is on until
he ends it, and the next one is the first that he has neither started nor skipped. A
session that nobody runs goes by the clock.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from orchestrator.programme.model import Event, Slot, TimedSession

TOLD_FROM = timedelta(minutes=2)
"""A start or an end that is off by less is told as it was promised."""

# After a session's end a chair may still bring the last one on.
_GRACE = timedelta(minutes=15)


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


def starts_of(slot: Slot) -> datetime:
    """The actual start once given, else the planned one."""
    return slot.actual_starts or slot.starts


def ends_of(slot: Slot) -> datetime:
    """The actual end once given, else the planned one; what began after that, or well
    before its planned start, has its own length.
    """
    if slot.actual_ends:
        return slot.actual_ends
    began = slot.actual_starts
    if began is None or slot.starts - TOLD_FROM < began < slot.ends:
        return slot.ends
    return began + _length(slot)


def _length(slot: Slot) -> timedelta:
    """In real time: the clocks may change meanwhile."""
    return slot.ends.astimezone(UTC) - slot.starts.astimezone(UTC)


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
        until = _run_until(event, timed)
        run = until is not None and now < until
        given = [slot for slot in timed.slots if not slot.skipped]
        current += [slot for slot in given if _is_on(slot, now, run=run)]
        ahead += [slot for slot in given if _is_to_come(slot, now, run=run)]
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


def _is_on(slot: Slot, now: datetime, *, run: bool) -> bool:
    if run:
        return slot.actual_starts is not None and slot.actual_ends is None
    return starts_of(slot) <= now < ends_of(slot)


def _is_to_come(slot: Slot, now: datetime, *, run: bool) -> bool:
    if run:
        return slot.actual_starts is None
    return starts_of(slot) > now


def _run_until(event: Event, timed: TimedSession) -> datetime | None:
    """Until when a session goes by what its chair says, None if he has said nothing.

    A chair who forgets to end the last talk must not have it on for the rest of the
    day: the next session of the room ends it, or midnight. What he never started is
    not waited for long.
    """
    started = [slot for slot in timed.slots if slot.actual_starts]
    if not started:
        return None
    if all(slot.actual_ends for slot in started):
        return timed.ends + _GRACE
    zone = ZoneInfo(event.programme.zone)
    day = timed.ends.astimezone(zone).date() + timedelta(days=1)
    following = (
        min(map(starts_of, other.slots), default=other.starts)
        for other in event.timetable.sessions
        if other.session.room == timed.session.room and other.starts >= timed.ends
    )
    return min(following, default=datetime.combine(day, time(), zone))


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
