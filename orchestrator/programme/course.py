"""Which slots of a session are on at an instant, and which are to come.

A session whose chair has started anything goes by what he says: a talk is on until
he ends it, and the next one is the first that he has neither started nor skipped. A
session that nobody runs goes by the clock.
"""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from orchestrator.programme.model import Event, Slot, TimedSession

TOLD_FROM = timedelta(minutes=2)
"""A start or an end that is off by less is told as it was promised."""

# After a session's end a chair may still bring the last one on.
_GRACE = timedelta(minutes=15)


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


def is_on(slot: Slot, now: datetime, *, run: bool) -> bool:
    """Whether ``slot``, which is given, is on; ``run``: its session goes by its chair."""
    if run:
        return slot.actual_starts is not None and slot.actual_ends is None
    return starts_of(slot) <= now < ends_of(slot)


def is_to_come(slot: Slot, now: datetime, *, run: bool) -> bool:
    """Whether ``slot``, which is given, is to come; ``run`` as for ``is_on``."""
    if run:
        return slot.actual_starts is None
    return starts_of(slot) > now


def is_run(event: Event, timed: TimedSession, now: datetime) -> bool:
    """Whether a session goes by what its chair says."""
    until = run_until(event, timed)
    return until is not None and now < until


def run_until(event: Event, timed: TimedSession) -> datetime | None:
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
