"""How many spans lie over one another."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from itertools import accumulate

from orchestrator.operations.rehearsal.ledger import Span


class Crowding:
    """The number of spans at each moment; the end of one is no part of it."""

    def __init__(self, spans: Iterable[Span]) -> None:
        steps: Counter[float] = Counter()
        for one in spans:
            steps[one.begins] += 1
            steps[one.ends] -= 1
        self._times = sorted(steps)
        self._counts = list(accumulate(steps[time] for time in self._times))

    def most(self, begins: float, ends: float) -> int:
        """The highest number between two moments, both included."""
        first = bisect_right(self._times, begins)
        last = bisect_right(self._times, ends)
        before = self._counts[first - 1] if first else 0
        return max([before, *self._counts[first:last]])

    def highest(self) -> tuple[int, float]:
        """The highest number at all, and when it was first reached."""
        if not self._counts:
            return 0, 0.0
        most = max(self._counts)
        return most, self._times[self._counts.index(most)]
