"""What was asked of the service, by whom and when, and what it answered.

Every call has a moment at which it was made and one at which its answer was there,
on one steady counter of seconds. What it did happened somewhere in between; a call
without an answer may have done it or not. All that ``verdict.py`` says rests on
that, and on nothing else: the ledger knows neither HTTP nor the database.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

SETTLED = 30.0
"""After so many seconds a call whose answer was given up does nothing any more."""


class Act(StrEnum):
    """What a call is for. Those that ask for a seat: ``press`` (which is not told
    where it stands) and ``enter``.
    """

    OPEN = "open the link"
    PRESS = "press"
    PAGE = "the room's page"
    ENTER = "enter"
    RENEW = "sign of life"
    UNLOAD = "close the page"
    LEAVE = "leave"


class Told(StrEnum):
    """Where the caller stands, by the answer."""

    NOTHING = "nothing"
    INSIDE = "inside"
    ELSEWHERE = "elsewhere"
    WAITING = "waiting"
    OUTSIDE = "outside"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of ``who`` on ``device``, from ``invoked`` to ``ended``.

    ``known`` is False when it cannot be said whether it was carried out: no answer,
    or that of a server that failed. ``status`` is what was answered, empty for
    nothing. The answer was true at some moment between ``stale`` seconds before the
    call and its end.
    """

    who: str
    device: str
    act: Act
    invoked: float
    ended: float
    told: Told = Told.NOTHING
    known: bool = True
    stale: float = 0.0
    status: str = ""

    @property
    def asks(self) -> bool:
        """Whether it may have given him a seat or a place."""
        return self.act in (Act.PRESS, Act.ENTER)

    @property
    def since(self) -> float:
        """The earliest moment that the answer can be about."""
        return self.invoked - self.stale

    @property
    def settled(self) -> float:
        """From when on it does nothing any more."""
        return self.ended if self.known else self.ended + SETTLED


@dataclass(frozen=True, slots=True)
class Span:
    """From ``begins`` to ``ends``, in seconds of the ledger."""

    begins: float
    ends: float

    def meets(self, begins: float, ends: float) -> bool:
        """Whether it has a moment in common with ``begins`` to ``ends``."""
        return self.begins <= ends and begins <= self.ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the room was promised to do.

    A seat is kept for ``lease`` seconds after a sign of life, and surely free
    ``lapse`` seconds after the last one. ``staff_seats`` of the ``capacity`` are
    set aside for ``staff``. Somewhere in each of ``closings`` the doors closed and
    all seats ended; in ``kept`` seats may have been kept from ``standby`` people.
    """

    capacity: int
    staff_seats: int = 0
    staff: frozenset[str] = frozenset()
    standby: frozenset[str] = frozenset()
    lease: float = 60.0
    lapse: float = float("inf")
    closings: tuple[Span, ...] = ()
    kept: tuple[Span, ...] = ()


@dataclass(slots=True)
class Ledger:
    """Calls in the order in which they ended."""

    calls: list[Call] = field(default_factory=list)

    def write(self, call: Call) -> None:
        self.calls.append(call)

    def by_person(self) -> Mapping[str, Sequence[Call]]:
        """The calls of each, in the order in which they were made."""
        return by_person(self.calls)


def by_person(calls: Iterable[Call]) -> Mapping[str, Sequence[Call]]:
    """``calls`` of each, in the order in which they were made."""
    found: dict[str, list[Call]] = defaultdict(list)
    for call in sorted(calls, key=lambda one: (one.invoked, one.ended)):
        found[call.who].append(call)
    return found
