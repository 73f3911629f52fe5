"""What each simulated person will do: drawn beforehand, the same for one seed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from orchestrator.operations.rehearsal.ledger import Span
from orchestrator.operations.rehearsal.schedule import AHEAD

_RUSH = 10.0
"""Most come within so many seconds from the opening."""

_AWAY = (1.0, 20.0)
"""Seconds after which somebody who dropped out is back, if he comes back."""


class What(StrEnum):
    """What somebody does while he is there."""

    RELOAD = "reload"
    SWITCH = "switch"
    DROP = "drop"
    """His device is gone without a word."""
    LEAVE = "leave"
    CLOSE = "close"
    """He closes the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """``what`` he does ``at`` so many seconds. Who dropped out is back ``away`` seconds
    later, None for not any more.
    """

    at: float
    what: What
    away: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One coming, seconds from the start of the rehearsal.

    He comes at ``arrives`` and stays until ``ends``, when the doors close; his
    deeds, in order, may end it before. ``scanned``: his mail system opens the link
    first. ``twice``: he presses twice. He gives up at ``patience`` if he has to wait.
    """

    arrives: float
    ends: float
    scanned: bool
    twice: bool
    patience: float
    deeds: tuple[Deed, ...]


def plan(choose: Random, openings: Sequence[Span]) -> tuple[Visit, ...]:
    """The visits of one person; he comes to most openings, and to one at least."""
    wanted = [one for one in openings if choose.random() < 0.85]  # noqa: PLR2004
    return tuple(
        _visit(choose, one, first=number == 0)
        for number, one in enumerate(wanted or [choose.choice(openings)])
    )


def _visit(choose: Random, opening: Span, *, first: bool) -> Visit:
    arrives = _arrival(choose, opening)
    begins = max(arrives, opening.begins)
    rest = opening.ends - begins
    patient = choose.random() < 0.7  # noqa: PLR2004
    return Visit(
        arrives=arrives,
        ends=opening.ends,
        scanned=first and choose.random() < 0.3,  # noqa: PLR2004
        twice=choose.random() < 0.25,  # noqa: PLR2004
        patience=opening.ends if patient else begins + rest * choose.uniform(0.2, 0.9),
        deeds=tuple(_deeds(choose, begins, rest)),
    )


def _arrival(choose: Random, opening: Span) -> float:
    """Some are early, most come at the opening, some late."""
    long = opening.ends - opening.begins
    kind = choose.random()
    if kind < 0.2:  # noqa: PLR2004
        return opening.begins - choose.uniform(0.0, AHEAD)
    if kind < 0.75:  # noqa: PLR2004
        return opening.begins + choose.uniform(0.0, min(_RUSH, long / 5))
    return opening.begins + choose.uniform(long / 10, long / 2)


def _deeds(choose: Random, begins: float, rest: float) -> Iterator[Deed]:
    """Some things in the first three quarters of a stay, perhaps its end after."""
    for share, what in ((0.1, What.RELOAD), (0.3, What.SWITCH), (0.5, What.DROP)):
        if choose.random() > 0.2:  # noqa: PLR2004
            continue
        at = begins + rest * (share + choose.uniform(0.0, 0.2))
        away = choose.uniform(*_AWAY) if choose.random() < 0.6 else None  # noqa: PLR2004
        if what is not What.DROP:
            yield Deed(at=at, what=what)
        elif away is None or at + away > begins + rest:
            yield Deed(at=at, what=what)
            return
        else:
            yield Deed(at=at, what=what, away=away)
    if choose.random() < 0.4:  # noqa: PLR2004
        at = begins + rest * choose.uniform(0.75, 0.95)
        yield Deed(at=at, what=choose.choice((What.LEAVE, What.CLOSE)))
