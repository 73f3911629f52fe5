"""Arithmetic of intervals: union, and what two have in common."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from orchestrator.attendance.model import Interval, Intervals

_NOTHING = timedelta()


def union(spans: Iterable[Interval], *, bridging: timedelta = _NOTHING) -> Intervals:
    """All of ``spans`` as one line, in order; those without length are left out.

    Holes shorter than ``bridging`` are filled.
    """
    line: list[Interval] = []
    for span in sorted(spans):
        if span.ends <= span.starts:
            continue
        if not line:
            line.append(span)
            continue
        last = line[-1]
        hole = span.starts - last.ends
        if hole <= _NOTHING or hole < bridging:
            if span.ends > last.ends:
                line[-1] = Interval(last.starts, span.ends)
        else:
            line.append(span)
    return tuple(line)


def common(some: Sequence[Interval], others: Sequence[Interval]) -> Intervals:
    """What lies in both; each is in order and without overlap."""
    shared: list[Interval] = []
    one = other = 0
    while one < len(some) and other < len(others):
        starts = max(some[one].starts, others[other].starts)
        ends = min(some[one].ends, others[other].ends)
        if starts < ends:
            shared.append(Interval(starts, ends))
        if some[one].ends < others[other].ends:
            one += 1
        else:
            other += 1
    return tuple(shared)


def length(spans: Iterable[Interval]) -> timedelta:
    """How long ``spans`` are together; they must not overlap."""
    return sum((span.length for span in spans), _NOTHING)
