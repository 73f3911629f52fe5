"""What people asked of the doors and were told, and whether it can be true."""

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum

ENTER, LEAVE = "enter", "leave"


class Told(StrEnum):
    """What came of an operation; ``UNKNOWN`` may have happened, at any time since."""

    IN = "in"
    WAITS = "waits"
    GONE = "gone"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One request of ``who``: when it was sent, and when (and what) was answered.

    Seconds of one steady counter. A person sends one at a time.
    """

    who: str
    kind: str
    sent: float
    answered: float
    told: Told


@dataclass(frozen=True, slots=True)
class Span:
    """One person inside, from one moment until another."""

    who: str
    begins: float
    ends: float


def surely(history):
    """Spans in which somebody was inside, whatever the unknown ones did."""
    for who, line in _by_person(history).items():
        for one, following in _pairs(line):
            if one.told is Told.IN:
                yield Span(who, one.answered, following.sent if following else math.inf)


def perhaps(history):
    """Spans in which somebody may have been inside: from the first press until an
    answered leave. Whoever waits may come in meanwhile.
    """
    for who, line in _by_person(history).items():
        begins = None
        for one in line:
            if one.kind == ENTER and begins is None:
                begins = one.sent
            elif one.told is Told.GONE and begins is not None:
                yield Span(who, begins, one.answered)
                begins = None
        if begins is not None:
            yield Span(who, begins, math.inf)


def most(spans):
    """The most spans at one moment; one that ends where another begins is over."""
    level = highest = 0
    for _, step in _steps(spans):
        level += step
        highest = max(highest, level)
    return highest


def violations(history, *, seats, inside):
    """What cannot be true of ``history``, in words; ``inside`` hold seats at its end.

    Never more inside than seats; nobody told to wait while a seat was free all the
    time that he asked; nobody inside at the end who left, or outside who was in.
    """
    found = []
    certain = most(surely(history))
    if certain > seats:
        found.append(f"{certain} were inside at once, of {seats}")
    found += _spurious(history, seats)
    for who, line in _by_person(history).items():
        last = line[-1]
        if last.told is Told.IN and who not in inside:
            found.append(f"{who} was told that he is in, and is not")
        if last.told is Told.GONE and who in inside:
            found.append(f"{who} left, and is in")
    strangers = set(inside) - {one.who for one in history if one.kind == ENTER}
    found += [f"{who} is in and never asked" for who in sorted(strangers)]
    return found


def _spurious(history, seats):
    """Refusals during which fewer may have been inside, or before in the queue, than
    there are seats.
    """
    # Everybody who may have been inside or waiting counts: who asks is one of them.
    levels, level = [], 0
    for moment, step in _steps(perhaps(history)):
        level += step
        levels.append((moment, level))
    moments = [moment for moment, _ in levels]
    for one in history:
        if one.told is Told.WAITS and _highest(levels, moments, one) <= seats:
            yield f"{one.who} was told to wait while a seat was free"


def _highest(levels, moments, one):
    first = max(0, bisect_right(moments, one.sent) - 1)
    last = bisect_left(moments, one.answered, lo=first) + 1
    return max((level for _, level in levels[first:last]), default=0)


def _steps(spans):
    steps = []
    for span in spans:
        if span.begins < span.ends:
            steps += [(span.begins, 1), (span.ends, -1)]
    return sorted(steps)


def _by_person(history):
    lines = defaultdict(list)
    for one in sorted(history, key=lambda one: one.sent):
        lines[one.who].append(one)
    return lines


def _pairs(line):
    return zip(line, [*line[1:], None], strict=True)
