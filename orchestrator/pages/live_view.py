"""The rooms as they are now, for organisers and chairs: figures, bars, curves."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from orchestrator.admission.model import Tally
from orchestrator.admission.terms import sessions_in
from orchestrator.ids import RoomId
from orchestrator.pages.counted import Counted
from orchestrator.pages.curve import Curve, Day, Seen, curve
from orchestrator.pages.moment import starts_of
from orchestrator.pages.times import Times
from orchestrator.pages.words import words
from orchestrator.programme.model import Event
from orchestrator.rooms.model import Room

_MINUTE = timedelta(minutes=1)

NEARLY = 9, 10
"""From this share of the seats on the room is nearly full."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """How many are in each room of an event, and how many were, by room."""

    rooms: tuple[Room, ...]
    tallies: Mapping[RoomId, Tally]
    registered: int
    opened: int
    seen: Mapping[RoomId, Sequence[Seen]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomGauge:
    """One room: a bar of one unit a seat, its figures and its curve.

    ``level`` is empty, ``near`` (from ``mark`` people on) or ``full``: no seat is
    free for anybody but staff. ``warnings`` are said at these levels. ``key``
    explains the bar, its parts in order.
    """

    name: str
    inside: int
    capacity: int
    reserved: int
    mark: int
    level: str
    warnings: tuple[tuple[str, Counted], ...]
    key: tuple[Counted, ...]
    figures: tuple[tuple[str, Counted], ...]
    curve: Curve | None

    @property
    def fill(self) -> str:
        """The colour of the bar."""
        return {"near": "f-warn", "full": "f-over"}.get(self.level, "f-accent")

    @property
    def taken(self) -> int:
        """How much of the bar is taken; more than the capacity does not fit."""
        return min(self.inside, self.capacity)

    @property
    def kept_at(self) -> int:
        """Where the seats kept for staff begin: a gap after those taken."""
        return self.taken + round(self.capacity / 300)

    @property
    def sentence(self) -> str:
        return ", ".join(part.text for part in self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveView:
    """All rooms, and the figures of the event itself."""

    rooms: tuple[RoomGauge, ...] = ()
    people: tuple[tuple[str, Counted], ...] = ()


def live_view(event: Event, inside: Inside, now: datetime, times: Times) -> LiveView:
    """``inside`` in words, with the day of each room around ``now``."""
    say = words(times.language).gettext
    return LiveView(
        rooms=tuple(
            _gauge(
                room,
                inside.tallies[room.id],
                _curve(event, room, inside.seen.get(room.id, ()), now, times),
                times.language,
            )
            for room in inside.rooms
        ),
        people=(
            (
                say("Registered"),
                _plain("registered", inside.registered, times.language),
            ),
            (say("Link opened"), _plain("opened", inside.opened, times.language)),
        ),
    )


def _gauge(room: Room, one: Tally, drawn: Curve | None, language: str) -> RoomGauge:
    share, whole = NEARLY
    mark = -(-one.capacity * share // whole)
    level = "near" if one.inside >= mark else ""
    return RoomGauge(
        name=room.name,
        inside=one.inside,
        capacity=one.capacity,
        reserved=one.reserved,
        mark=mark,
        level=level if one.free else "full",
        warnings=_warnings(one, language),
        key=_key(one, language),
        figures=_figures(one, language),
        curve=drawn,
    )


def _key(one: Tally, language: str) -> tuple[Counted, ...]:
    ngettext = words(language).ngettext
    return (
        _counted(
            "inside",
            one.inside,
            language,
            lambda n: ngettext("{} inside", "{} inside", n),
        ),
        _counted(
            "reserved",
            one.reserved,
            language,
            lambda n: ngettext("{} reserved for staff", "{} reserved for staff", n),
        ),
        _counted(
            "free", one.free, language, lambda n: ngettext("{} free", "{} free", n)
        ),
    )


def _warnings(one: Tally, language: str) -> tuple[tuple[str, Counted], ...]:
    say, ngettext = words(language).gettext, words(language).ngettext
    near = _counted(
        "free",
        one.free,
        language,
        lambda n: ngettext("Nearly full, {} free", "Nearly full, {} free", n),
    )
    full = Counted(
        name="waiting",
        value=one.waiting,
        language=language,
        one=say("Full, {} in the queue"),
        other=say("Full, {} in the queue"),
        zero=say("Full, nobody in the queue"),
    )
    return (("near", near), ("full", full))


def _figures(one: Tally, language: str) -> tuple[tuple[str, Counted], ...]:
    say = words(language).gettext
    figures = (
        (say("In the queue"), "waiting", one.waiting),
        (say("Members"), "members", one.members),
        (say("Non-members"), "non_members", one.non_members),
        (say("Not specified"), "unknown", one.unknown),
        (say("Staff"), "staff", one.staff),
        (say("At most"), "peak", one.peak),
        (say("Watching the stream"), "watching", one.watching),
    )
    return tuple((words, _plain(name, n, language)) for words, name, n in figures)


def _plain(name: str, value: int, language: str) -> Counted:
    return Counted(name=name, value=value, language=language)


def _counted(
    name: str, value: int, language: str, say: Callable[[int], str]
) -> Counted:
    return Counted(name=name, value=value, language=language, one=say(1), other=say(2))


def _curve(
    event: Event, room: Room, seen: Sequence[Seen], now: datetime, times: Times
) -> Curve | None:
    """The curve of the day of ``now``, else of the last day on which somebody came."""
    by_day: dict[date, list[Seen]] = {}
    for one in seen:
        by_day.setdefault(one[0].astimezone(times.zone).date(), []).append(one)
    if not by_day:
        return None
    today = now.astimezone(times.zone).date()
    day = today if today in by_day else max(by_day)
    there = by_day[day]
    held = [
        one
        for one in sessions_in(event, room.name)
        if one.starts.astimezone(times.zone).date() == day
    ]
    talks = (slot for one in held for slot in one.slots if slot.talk.kind.is_talk)
    whole = Day(
        begins=min(there[0][0], *(one.starts for one in held)),
        ends=max(there[-1][0] + _MINUTE, *(one.ends for one in held)),
        capacity=room.capacity,
        starts=tuple(map(starts_of, talks)),
    )
    return curve(there, whole, times)
