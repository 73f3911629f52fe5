"""Years that every part can tell: clocks, zones and calendars."""

from collections.abc import Iterator
from datetime import date

from orchestrator.programme.errors import BadTimes
from orchestrator.programme.model import Programme

# Before 1970 zones are guesses; calendars look a few years beyond an event.
FIRST, LAST = 1970, 2999


def refuse_years(programme: Programme) -> None:
    """Raise ``BadTimes`` if a day or time is in a year that no calendar can hold."""
    for name, moment in _moments(programme):
        if moment is not None and not FIRST <= moment.year <= LAST:
            raise BadTimes(
                f"{name} is in the year {moment.year}; write one from {FIRST} to {LAST}."
            )


def _moments(programme: Programme) -> Iterator[tuple[str, date | None]]:
    yield "The first day", programme.first_day
    yield "The last day", programme.last_day
    for session in programme.sessions:
        name = f"“{session.title}”" if session.title else "A session"
        yield name, session.starts
        yield name, session.ends
    for talk in programme.all_talks:
        name = f"“{talk.title}”" if talk.title else "A talk"
        yield name, talk.starts
        yield name, talk.ends
