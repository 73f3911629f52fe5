"""How long somebody in the queue may have to wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

LOOKED_BACK = timedelta(minutes=15)
"""Seats that came free longer ago tell nothing of the minutes to come."""

_FEW = 3
"""From so many on a rate is told: two could be a couple that left together."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """``every``: one seat comes free in so long; ``wait``: his turn comes then."""

    every: timedelta
    wait: timedelta


def estimate(
    gone: Sequence[datetime], now: datetime, place: int, *, since: datetime
) -> Estimate | None:
    """When the person at ``place`` (from 1) may come in; None if nobody can say.

    ``gone`` are the moments at which seats came free, ``since`` is when the doors
    opened. The rate is that of the last quarter of an hour: people leave at the end
    of a talk and hardly within one, so a shorter past misleads.
    """
    begins = max(since, now - LOOKED_BACK)
    lately = sum(begins <= moment <= now for moment in gone)
    if lately < _FEW or now <= begins:
        return None
    every = (now - begins) / lately
    return Estimate(every=every, wait=every * place)
