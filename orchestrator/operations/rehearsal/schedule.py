"""When it is what time at the meeting: the clock of a rehearsal."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from orchestrator.operations.rehearsal.ledger import Span

AHEAD = 5.0
"""Seconds from the start of a rehearsal, and from one closing, to the next opening."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Doors open from ``opens`` to ``closes``, moments of the event."""

    opens: datetime
    closes: datetime


@dataclass(frozen=True, slots=True)
class Schedule:
    """Each opening passes ``speed`` times faster than it will; what lies between two
    of them passes in ``AHEAD`` seconds.
    """

    openings: Sequence[Opening]
    speed: float

    def spans(self) -> tuple[Span, ...]:
        """Each opening in seconds from the start."""
        found, clock = [], AHEAD
        for one in self.openings:
            ends = clock + (one.closes - one.opens).total_seconds() / self.speed
            found.append(Span(clock, ends))
            clock = ends + AHEAD
        return tuple(found)

    def moment(self, seconds: float) -> datetime:
        """The moment of the event ``seconds`` after the start."""
        spans = self.spans()
        number = bisect_right([one.begins for one in spans], seconds) - 1
        if number < 0:
            return self._before(0, spans[0].begins - seconds)
        opening, span = self.openings[number], spans[number]
        if seconds < span.ends:
            gone = timedelta(seconds=(seconds - span.begins) * self.speed)
            return opening.opens + gone
        if number + 1 < len(spans):
            return self._before(number + 1, spans[number + 1].begins - seconds)
        return opening.closes + timedelta(seconds=seconds - span.ends)

    def _before(self, number: int, seconds: float) -> datetime:
        """``seconds`` before an opening, not earlier than the end of the last."""
        moment = self.openings[number].opens - timedelta(seconds=seconds)
        return max(moment, self.openings[number - 1].closes) if number else moment

    def seconds(self, moment: datetime) -> float:
        """When it is ``moment``, which lies within an opening."""
        for opening, span in zip(self.openings, self.spans(), strict=True):
            if opening.opens <= moment <= opening.closes:
                gone = (moment - opening.opens).total_seconds()
                return span.begins + gone / self.speed
        raise ValueError(f"the doors are closed at {moment.isoformat()}")
