"""Years that every part can tell (clocks, zones, calendars), and that one meeting
can be in.
"""

from collections.abc import Iterator
from datetime import date

from orchestrator.programme.errors import BadTimes
from orchestrator.programme.model import Programme

# Before 1970 zones are guesses; calendars look a few years beyond an event.
FIRST, LAST = 1970, 2999
# A seminar may go on for years; beyond that a year is mistyped.
MOST = 10


def refuse_years(programme: Programme) -> None:
    """Raise ``BadTimes`` if a day or time is in a year that no calendar can hold,
    or too far from the others.
    """
    known = [(name, at.year) for name, at in _moments(programme) if at is not None]
    for name, year in known:
        if not FIRST <= year <= LAST:
            raise BadTimes(
                f"{name} is in the year {year}; write one from {FIRST} to {LAST}."
            )
    if not known:
        return
    (first, began), (last, ends) = (
        limit(known, key=lambda one: one[1]) for limit in (min, max)
    )
    if ends - began > MOST:
        raise BadTimes(
            f"{first} is in the year {began}, {last} in {ends}; correct one of them."
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
