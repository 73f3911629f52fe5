"""When the doors of a room are open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from orchestrator.programme.model import Event, TimedSession

OPENS_BEFORE = timedelta(minutes=15)
CLOSES_AFTER = timedelta(minutes=30)
"""What holds for a session that says nothing of its doors."""


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
    """Sessions whose openings touch, in the order of these."""

    opens: datetime
    closes: datetime
    sessions: tuple[TimedSession, ...]


def opens_at(timed: TimedSession) -> datetime:
    """When people are let in for ``timed``, in UTC."""
    before = timed.session.opens_before
    # In UTC: the clocks may change between the opening and the start.
    return _starts(timed) - (OPENS_BEFORE if before is None else before)


def closes_at(timed: TimedSession) -> datetime:
    """When the doors close behind ``timed``, in UTC."""
    after = timed.session.closes_after
    return timed.ends.astimezone(UTC) + (CLOSES_AFTER if after is None else after)


def door_at(sessions: Sequence[TimedSession], now: datetime) -> Door:
    """The doors of a room that holds ``sessions``, at ``now``.

    Each session lets people in from its own opening to its own closing. Openings
    that touch are one, so nobody is sent out between two sessions that follow
    each other. The closing moment itself is closed.
    """
    openings = _openings(sessions)
    for number, opening in enumerate(openings):
        if now < opening.opens:
            state = DoorState.BETWEEN if number else DoorState.BEFORE
            return Door(
                state=state,
                session=min(opening.sessions, key=_starts),
                opens=opening.opens,
                closes=opening.closes,
            )
        if now < opening.closes:
            return Door(
                state=DoorState.OPEN,
                session=_present(opening, now),
                opens=opening.opens,
                closes=opening.closes,
            )
    return Door(state=DoorState.OVER if openings else DoorState.BEFORE)


def closed_at(sessions: Sequence[TimedSession], now: datetime) -> datetime | None:
    """When the doors of a room that holds ``sessions`` closed last; None while they
    are open, and before they ever were.
    """
    begun = [one for one in _openings(sessions) if one.opens <= now]
    return begun[-1].closes if begun and begun[-1].closes <= now else None


def present_sessions(
    sessions: Sequence[TimedSession], now: datetime
) -> tuple[TimedSession, ...]:
    """Those of ``sessions`` that share the present opening, or the next one, in the
    order in which they start; none when all is over.
    """
    coming = [one for one in _openings(sessions) if now < one.closes]
    return tuple(sorted(coming[0].sessions, key=_starts)) if coming else ()


def are_open(event: Event, now: datetime) -> bool:
    """Whether the doors of any room of ``event`` are open at ``now``."""
    return door_at(event.timetable.sessions, now).is_open


def _openings(sessions: Sequence[TimedSession]) -> list[_Opening]:
    openings: list[_Opening] = []
    # A later session may open its doors before an earlier one does.
    for timed in sorted(sessions, key=opens_at):
        opens, closes = opens_at(timed), closes_at(timed)
        if openings and opens <= openings[-1].closes:
            last = openings.pop()
            opens, closes = last.opens, max(last.closes, closes)
            openings.append(_Opening(opens, closes, (*last.sessions, timed)))
        else:
            openings.append(_Opening(opens, closes, (timed,)))
    return openings


def _present(opening: _Opening, now: datetime) -> TimedSession:
    """The session people come for: the last to start of those that let in."""
    begun = [timed for timed in opening.sessions if opens_at(timed) <= now]
    return sorted(begun, key=_starts)[-1]


def _starts(timed: TimedSession) -> datetime:
    return timed.starts.astimezone(UTC)
