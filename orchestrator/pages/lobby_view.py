"""A place in the queue of a full room, in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from orchestrator.admission.model import Place
from orchestrator.admission.tally import minutes
from orchestrator.pages.counted import Counted, ordinal, people
from orchestrator.pages.times import Times, When, length
from orchestrator.pages.words import words

_SECONDS_TOLD = timedelta(seconds=90)
_STEP = 5
"""Seconds are told in steps of so many: the rate is no more exact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lobby:
    """Where somebody who waits stands, and what that rests on.

    ``wait`` ("9 min") and ``every`` ("45 seconds") are empty while nothing can be
    said; ``at`` is when it was said. ``kept_until`` is set while seats are kept for
    registered people and he is not one of them.
    """

    number: int
    ordinal: str
    wait: str
    every: str
    at: When
    since: When
    kept_until: When | None
    before: Counted
    behind: Counted


def lobby(place: Place, now: datetime, times: Times) -> Lobby:
    """``place`` as it is at ``now``."""
    wait = minutes(place.wait)
    return Lobby(
        number=place.number,
        ordinal=ordinal(place.number, times.language),
        wait=length(timedelta(minutes=wait)) if wait else "",
        every=_often(place.every, times.language) if place.every else "",
        at=times.when(now),
        since=times.when(place.since),
        kept_until=times.when(place.kept_until) if place.kept_until else None,
        before=people("before", place.number - 1, times.language),
        behind=people("behind", place.behind, times.language),
    )


def _often(every: timedelta, language: str) -> str:
    """How far apart: "45 seconds", "2 minutes"."""
    ngettext = words(language).ngettext
    if every < _SECONDS_TOLD:
        number = max(_STEP, _STEP * round(every.total_seconds() / _STEP))
        return ngettext("{} second", "{} seconds", number).format(number)
    number = round(every / timedelta(minutes=1))
    return ngettext("{} minute", "{} minutes", number).format(number)
