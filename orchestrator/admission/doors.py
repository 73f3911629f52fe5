"""When the doors of a room are open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from orchestrator.programme.model import TimedSession

OPENS_BEFORE = timedelta(minutes=15)
CLOSES_AFTER = timedelta(minutes=30)


class DoorState(StrEnum):
    """``BEFORE -> OPEN -> (BETWEEN -> OPEN)* -> OVER``."""

    BEFORE = "before"
    OPEN = "open"
    BETWEEN = "between"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """The doors at one moment.

    ``session`` is the one that is on, or the next one; None when all is over or
    nothing is planned. ``opens`` and ``closes`` bound the present opening, or
    the next one.
    """

    state: DoorState
    session: TimedSession | None = None
    opens: datetime | None = None
    closes: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.state is DoorState.OPEN


@dataclass(frozen=True, slots=True)
class _Opening:
    opens: datetime
    closes: datetime
    sessions: tuple[TimedSession, ...]


def door_at(
    sessions: Sequence[TimedSession],
    now: datetime,
    *,
    opens_before: timedelta = OPENS_BEFORE,
    closes_after: timedelta = CLOSES_AFTER,
) -> Door:
    """The doors of a room that holds ``sessions``, at ``now``.

    Openings that touch are one, so nobody is sent out between two sessions that
    follow each other. The closing moment itself is closed.
    """
    openings = _openings(sessions, opens_before, closes_after)
    for number, opening in enumerate(openings):
        if now < opening.opens:
            state = DoorState.BETWEEN if number else DoorState.BEFORE
            return Door(
                state=state,
                session=opening.sessions[0],
                opens=opening.opens,
                closes=opening.closes,
            )
        if now < opening.closes:
            return Door(
                state=DoorState.OPEN,
                session=_present(opening, now, opens_before),
                opens=opening.opens,
                closes=opening.closes,
            )
    return Door(state=DoorState.OVER if openings else DoorState.BEFORE)


def _openings(
    sessions: Sequence[TimedSession], before: timedelta, after: timedelta
) -> list[_Opening]:
    openings: list[_Opening] = []
    for timed in sorted(sessions, key=lambda one: one.starts):
        opens, closes = timed.starts - before, timed.ends + after
        if openings and opens <= openings[-1].closes:
            last = openings.pop()
            opens, closes = last.opens, max(last.closes, closes)
            openings.append(_Opening(opens, closes, (*last.sessions, timed)))
        else:
            openings.append(_Opening(opens, closes, (timed,)))
    return openings


def _present(opening: _Opening, now: datetime, before: timedelta) -> TimedSession:
    """The session people come for: the last one whose doors have opened."""
    begun = [timed for timed in opening.sessions if timed.starts - before <= now]
    return begun[-1]
