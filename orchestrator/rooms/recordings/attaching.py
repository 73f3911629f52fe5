"""To which session a recording belongs."""

from datetime import datetime, timedelta

from orchestrator.ids import SessionId
from orchestrator.programme.model import Event, TimedSession

_NONE = timedelta()


def attached(event: Event, room: str, started: datetime) -> SessionId | None:
    """The session in the room of that name whose window holds ``started``, a moment of
    the event; else the nearest one, the earlier of two. None where it has none.
    """
    there = [
        timed
        for timed in event.timetable.sessions
        if timed.session.room == room
        and (timed.slots or (timed.session.starts and timed.session.ends))
    ]
    nearest = min(
        there, key=lambda one: (_away(one, started), one.starts), default=None
    )
    return nearest.session.id if nearest else None


def _away(timed: TimedSession, moment: datetime) -> timedelta:
    """How far ``moment`` is from the window; its end belongs to the next one."""
    if moment < timed.starts:
        return timed.starts - moment
    if moment < timed.ends:
        return _NONE
    return moment - timed.ends + timedelta.resolution
