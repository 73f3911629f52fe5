"""How many were in a room over a day, as the drawing that stands before the script.

Zero-based, the capacity as a dashed line, the last and the highest value written,
the starts of talks as fine verticals, and one sentence that says the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from orchestrator.pages.times import Times
from orchestrator.pages.words import words

Seen = tuple[datetime, int]
"""A minute, and the most people that were inside in it."""

WIDTH, HEIGHT = 660, 240
LEFT, RIGHT, TOP, BOTTOM = 44, 640, 20, 210

_STEPS = [timedelta(minutes=n) for n in (15, 30, 60, 120, 240)]
_MOST_LABELS = 6
_THIRDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A place on an axis, and what is written there; ``last`` is the end of it."""

    at: float
    text: str
    last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A point of the curve with its value written beside."""

    x: float
    y: float
    text: str
    late: bool
    """It stands far to the right: the text goes to its left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Coordinates within ``WIDTH`` by ``HEIGHT``, and what the script draws from:
    seconds since 1970 of every minute in ``moments``, of the talks' starts in
    ``begun``, and of both ends in ``span``.
    """

    title: str
    sentence: str
    line: str
    area: str
    rows: tuple[Tick, ...]
    columns: tuple[Tick, ...]
    talks: tuple[float, ...]
    top: float
    highest: Mark | None
    last: Mark
    moments: tuple[int, ...]
    inside: tuple[int, ...]
    begun: tuple[int, ...]
    span: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What a curve is drawn over: from ``begins`` to ``ends``, with a room of so
    much ``capacity`` and talks that began at ``starts``.
    """

    begins: datetime
    ends: datetime
    capacity: int
    starts: tuple[datetime, ...] = ()


def curve(there: Sequence[Seen], day: Day, times: Times) -> Curve:
    """The curve of what was seen within ``day``, in order; at least one minute."""
    scale = _Scale(day, max(day.capacity, *(inside for _, inside in there), 1))
    points = [(scale.x(moment), scale.y(inside)) for moment, inside in there]
    line = " ".join(f"{x:g},{y:g}" for x, y in points)
    highest = max(there, key=lambda one: one[1])
    return Curve(
        title=_title(there, times),
        sentence=_sentence(there, highest, day, times),
        line=f"M{line}",
        area=f"M{points[0][0]:g},{BOTTOM} {line} {points[-1][0]:g},{BOTTOM}Z",
        rows=tuple(_rows(scale, day.capacity)),
        columns=tuple(_columns(scale, times)),
        talks=tuple(scale.x(one) for one in day.starts if day.begins <= one < day.ends),
        top=scale.y(day.capacity),
        highest=(
            None
            if highest[1] == there[-1][1]
            else _mark(scale, highest, str(highest[1]))
        ),
        last=_mark(scale, there[-1], _at(there[-1], times)),
        moments=tuple(int(moment.timestamp()) for moment, _ in there),
        inside=tuple(inside for _, inside in there),
        begun=tuple(int(one.timestamp()) for one in day.starts),
        span=(int(day.begins.timestamp()), int(day.ends.timestamp())),
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    day: Day
    most: int

    def x(self, moment: datetime) -> float:
        share = (moment - self.day.begins) / (self.day.ends - self.day.begins)
        return round(LEFT + share * (RIGHT - LEFT), 1)

    def y(self, inside: int) -> float:
        return round(BOTTOM - inside / self.most * (BOTTOM - TOP), 1)


def _mark(scale: _Scale, one: Seen, text: str) -> Mark:
    x = scale.x(one[0])
    late = x > (LEFT + RIGHT) * 0.75
    return Mark(x=x, y=scale.y(one[1]), text=text, late=late)


def _rows(scale: _Scale, capacity: int) -> Iterator[Tick]:
    """Nought, a third, two thirds, all; rounded where it can be."""
    round_ones = (n * 10**power for power in range(9) for n in (1, 2, 5))
    step = next(one for one in round_ones if one * _THIRDS >= capacity)
    for value in range(0, capacity - step // 2, step):
        yield Tick(at=scale.y(value), text=str(value))
    yield Tick(at=scale.y(capacity), text=str(capacity), last=True)


def _columns(scale: _Scale, times: Times) -> Iterator[Tick]:
    """Whole hours, halves or quarters: as many as can be read."""
    begins, ends = scale.day.begins, scale.day.ends
    fitting = (one for one in _STEPS if (ends - begins) / one <= _MOST_LABELS)
    step = next(fitting, _STEPS[-1])
    midnight = begins.astimezone(times.zone).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    moment = midnight + ceil((begins - midnight) / step) * step
    while moment <= ends:
        yield Tick(
            at=scale.x(moment), text=times.when(moment).column, last=moment == ends
        )
        moment += step


def _title(there: Sequence[Seen], times: Times) -> str:
    first, last = (times.when(one[0]).said for one in (there[0], there[-1]))
    text = words(times.language).gettext(
        "People in the room, from %(first)s to %(last)s"
    )
    return text % {"first": first, "last": last}


def _sentence(there: Sequence[Seen], highest: Seen, day: Day, times: Times) -> str:
    say = words(times.language).gettext
    text = say(
        "At most %(most)s at %(at)s, %(now)s at %(last)s. Capacity %(capacity)s."
    )
    return text % {
        "most": highest[1],
        "at": times.when(highest[0]).said,
        "now": there[-1][1],
        "last": times.when(there[-1][0]).said,
        "capacity": day.capacity,
    }


def _at(one: Seen, times: Times) -> str:
    text = words(times.language).gettext("%(inside)s at %(at)s")
    return text % {"inside": one[1], "at": times.when(one[0]).said}
