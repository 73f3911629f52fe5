"""When it counts to be there: windows of talks, sessions and half-days."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from orchestrator.attendance.model import Half, HalfDay, Interval, Intervals
from orchestrator.attendance.spans import union
from orchestrator.ids import RoomId
from orchestrator.programme.model import Event, Slot, TimedSession
from orchestrator.rooms.model import Room

NOON = time(13)
"""Where morning becomes afternoon, in the event's zone."""

MARGIN = timedelta(minutes=30)
"""People come before a session and stay after it; curve and peak show that."""

_DAY = timedelta(days=1)


class SlotWindow(NamedTuple):
    """A slot with the time at which it was really given."""

    slot: Slot
    window: Interval


def window_of(slot: Slot) -> Interval:
    """The time of ``slot``, the actual one as far as it is given.

    Begun and not ended, it has its planned length.
    """
    starts = slot.actual_starts or slot.starts
    ends = slot.actual_ends
    if ends is None:
        ends = starts + (slot.ends - slot.starts)
    return Interval(starts.astimezone(UTC), ends.astimezone(UTC))


def session_window(timed: TimedSession) -> Interval:
    """The announced window of a session, and whatever its talks took beyond it."""
    slots = [window_of(slot) for slot in timed.slots]
    starts = min([timed.starts.astimezone(UTC), *(one.starts for one in slots)])
    ends = max([timed.ends.astimezone(UTC), *(one.ends for one in slots)])
    return Interval(starts, ends)


def sessions_by_room(
    event: Event, rooms: Sequence[Room]
) -> dict[RoomId, tuple[TimedSession, ...]]:
    """The sessions held in each room.

    A room that the programme does not name (any more) has all of them: being
    there was being at the meeting, and nobody knows at which session.
    """
    timed = event.timetable.sessions
    named = {one.session.room for one in timed}
    return {
        room.id: tuple(
            one
            for one in timed
            if room.name not in named or one.session.room == room.name
        )
        for room in rooms
    }


def windows(sessions: Iterable[TimedSession]) -> Intervals:
    """The time of ``sessions`` as one line."""
    return union(map(session_window, sessions))


def openings(event: Event) -> Intervals:
    """The sessions of ``event`` with ``MARGIN`` on both sides, as one line."""
    return union(
        Interval(one.starts - MARGIN, one.ends + MARGIN)
        for one in windows(event.timetable.sessions)
    )


def is_on(event: Event, now: datetime) -> bool:
    """Whether ``now`` is inside an opening: people come, are there, or leave."""
    return any(one.starts <= now < one.ends for one in openings(event))


def half_days(event: Event) -> Mapping[HalfDay, Interval]:
    """The half-days in which ``event`` has a session, whole, in order.

    The afternoon lasts until midnight.
    """
    zone = ZoneInfo(event.programme.zone)
    found: dict[HalfDay, Interval] = {}
    for window in windows(event.timetable.sessions):
        day = window.starts.astimezone(zone).date()
        while _instant(day, time(), zone) < window.ends:
            found.update(_halves(day, zone, window))
            day += _DAY
    return dict(sorted(found.items(), key=lambda one: one[1]))


def _halves(
    day: date, zone: ZoneInfo, window: Interval
) -> Iterable[tuple[HalfDay, Interval]]:
    """Those halves of ``day`` that ``window`` touches."""
    noon = _instant(day, NOON, zone)
    halves = {
        Half.MORNING: Interval(_instant(day, time(), zone), noon),
        Half.AFTERNOON: Interval(noon, _instant(day + _DAY, time(), zone)),
    }
    for half, span in halves.items():
        if max(span.starts, window.starts) < min(span.ends, window.ends):
            yield HalfDay(day, half), span


def _instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)


def slot_windows(
    sessions: Mapping[RoomId, Sequence[TimedSession]],
) -> dict[RoomId, tuple[SlotWindow, ...]]:
    """The slots held in each room, with their real times."""
    found: dict[RoomId, list[SlotWindow]] = defaultdict(list)
    for room, held in sessions.items():
        for timed in held:
            found[room].extend(
                SlotWindow(slot, window_of(slot)) for slot in timed.slots
            )
    return {room: tuple(slots) for room, slots in found.items()}
