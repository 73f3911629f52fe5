"""What presence adds up to: per person, per talk, per half-day; curve and peak."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from orchestrator.attendance.intervals import BRIDGED
from orchestrator.attendance.model import (
    Count,
    EventFigures,
    HalfDay,
    HalfDayStay,
    Interval,
    Intervals,
    PersonFigures,
    Presence,
)
from orchestrator.attendance.spans import common, length, union
from orchestrator.attendance.windows import (
    SlotWindow,
    half_days,
    openings,
    sessions_by_room,
    slot_windows,
    windows,
)
from orchestrator.ids import RegistrantId, RoomId, TalkId
from orchestrator.programme.model import Event
from orchestrator.rooms.model import Room

MINIMUM_STAY = timedelta(minutes=5)
"""Who looks in for less has not attended a talk; half of it, where it is shorter."""

_MINUTE = timedelta(minutes=1)
_NOTHING = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """All that the presence of one person is compared with; the same for everybody.

    ``silent`` are rooms whose provider reports nobody.
    """

    windows: Mapping[RoomId, Intervals]
    slots: Mapping[RoomId, Sequence[SlotWindow]]
    half_days: Mapping[HalfDay, Interval]
    openings: Intervals
    silent: frozenset[RoomId]
    minimum: timedelta


def measure(
    event: Event,
    rooms: Sequence[Room],
    *,
    silent: Collection[RoomId] = (),
    minimum: timedelta = MINIMUM_STAY,
) -> Measure:
    """The windows of ``event``. ``minimum`` is the stay that counts as attending."""
    sessions = sessions_by_room(event, rooms)
    return Measure(
        windows={room: windows(held) for room, held in sessions.items()},
        slots=slot_windows(sessions),
        half_days=half_days(event),
        openings=openings(event),
        silent=frozenset(silent),
        minimum=minimum,
    )


def of_person(
    registrant: RegistrantId, there: Presence | None, by: Measure
) -> PersonFigures:
    """The figures of one person; None was nowhere."""
    if there is None:
        return PersonFigures(registrant=registrant, slots={})
    counted = _counted(there.rooms, by.windows)
    slots, attended = _talks(there.rooms, by)
    everywhere = (span for spans in there.rooms.values() for span in spans)
    return PersonFigures(
        registrant=registrant,
        intervals=union(everywhere, bridging=BRIDGED),
        stay=length(counted),
        slots=slots,
        attended=attended,
        half_days=tuple(_half_days(counted, by.half_days)),
        overflow=length(_counted(there.overflow, by.windows)),
        estimated=not by.silent.isdisjoint(there.rooms),
    )


def of_event(
    people: Iterable[PersonFigures], by: Measure, *, now: datetime | None = None
) -> EventFigures:
    """The figures of everybody, and those of all together; the curve goes until
    ``now``, without it to the end.
    """
    known = {one.registrant: one for one in people}
    inside = [common(one.intervals, by.openings) for one in known.values()]
    return EventFigures(
        people=known,
        half_days=tuple(by.half_days),
        curve=curve(inside, by.openings if now is None else _before(by.openings, now)),
        peak=peak(inside),
        estimated=any(one.estimated for one in known.values()),
    )


def peak(people: Iterable[Intervals]) -> Count | None:
    """The most people inside at once, at the first moment of that.

    Who comes in the instant in which another leaves was not there with him.
    """
    changes: dict[datetime, int] = defaultdict(int)
    for spans in people:
        for span in spans:
            changes[span.starts] += 1
            changes[span.ends] -= 1
    moments = sorted(changes)
    inside = list(accumulate(changes[at] for at in moments))
    if not any(inside):
        return None
    most = max(inside)
    return Count(moments[inside.index(most)], most)


def curve(people: Iterable[Intervals], during: Intervals) -> tuple[Count, ...]:
    """How many were inside at each whole minute of ``during``."""
    people = list(people)
    return tuple(one for span in during for one in _curve(people, span))


def _before(spans: Intervals, moment: datetime) -> Intervals:
    """As much of ``spans`` as lies before ``moment``."""
    begun = (one for one in spans if one.starts < moment)
    return tuple(Interval(one.starts, min(one.ends, moment)) for one in begun)


def _curve(people: Iterable[Intervals], during: Interval) -> Iterable[Count]:
    first = _minute(during.starts)
    minutes = (_minute(during.ends) - first) // _MINUTE
    changes = [0] * (minutes + 1)
    for spans in people:
        for span in common(spans, (Interval(first, during.ends),)):
            changes[(_minute(span.starts) - first) // _MINUTE] += 1
            changes[(_minute(span.ends) - first) // _MINUTE] -= 1
    inside = accumulate(changes[:minutes])
    return (Count(first + n * _MINUTE, count) for n, count in enumerate(inside))


def _minute(moment: datetime) -> datetime:
    """The first whole minute that is not before ``moment``."""
    whole = moment.astimezone(UTC).replace(second=0, microsecond=0)
    return whole if whole == moment else whole + _MINUTE


def _counted(
    rooms: Mapping[RoomId, Intervals], of_room: Mapping[RoomId, Intervals]
) -> Intervals:
    """What lies inside the sessions of the room in which it was."""
    return union(
        span
        for room, spans in rooms.items()
        for span in common(spans, of_room.get(room, ()))
    )


def _talks(
    rooms: Mapping[RoomId, Intervals], by: Measure
) -> tuple[dict[TalkId, timedelta], frozenset[TalkId]]:
    """The stay at each slot, and the talks at which it was long enough."""
    there: dict[TalkId, list[Interval]] = defaultdict(list)
    attended = set()
    for room, spans in rooms.items():
        for slot, window in by.slots.get(room, ()):
            there[slot.talk.id].extend(common(spans, (window,)))
            stay = length(union(there[slot.talk.id]))
            if slot.talk.kind.is_talk and is_attended(stay, window, by.minimum):
                attended.add(slot.talk.id)
    stays = {talk: length(union(spans)) for talk, spans in there.items()}
    return {talk: stay for talk, stay in stays.items() if stay}, frozenset(attended)


def is_attended(stay: timedelta, window: Interval, minimum: timedelta) -> bool:
    """Whether ``stay`` is long enough to have attended what took ``window``."""
    return stay > _NOTHING and stay >= min(minimum, window.length / 2)


def _half_days(
    counted: Intervals, halves: Mapping[HalfDay, Interval]
) -> Iterable[HalfDayStay]:
    for half_day, span in halves.items():
        if there := common(counted, (span,)):
            yield HalfDayStay(
                half_day=half_day,
                arrives=there[0].starts,
                leaves=there[-1].ends,
                stay=length(there),
            )
