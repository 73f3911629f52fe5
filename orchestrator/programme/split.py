"""Contiguous blocks of talks, so that the fullest session is as little full as possible.

The talks are a row of loads, the sessions a row of spaces; each space takes the
next block of the row. Among the splits that fit, the one is chosen whose

1. fullest space is as little full as possible,
2. spaces are as evenly full as possible (least sum of squares); without this a
   few talks over many sessions would all crowd into the last ones,
3. earlier spaces take fewer talks.

All arithmetic is on whole numbers, so a tie is a tie.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import accumulate
from math import floor, lcm

# Bisection narrows the fullness down to this; the last steps are exact.
_CLOSE = Fraction(1, 1 << 20)


@dataclass(frozen=True, slots=True)
class Space:
    """A session as the split sees it: what it holds already, and its size.

    ``reach(i)`` is the first talk that no longer fits after talks ``i``…; it
    never falls when ``i`` rises.
    """

    load: int
    size: int
    reach: Callable[[int], int]


def split(loads: Sequence[int], spaces: Sequence[Space]) -> tuple[int, ...] | None:
    """How many talks each space takes, or None when they do not fit."""
    row = _Row(loads, spaces)
    if (limit := row.tightest()) is None:
        return None
    return row.most_even(limit)


class _Row:
    """One question, with what is computed once for it."""

    def __init__(self, loads: Sequence[int], spaces: Sequence[Space]) -> None:
        self.count = len(loads)
        self.sums = (0, *accumulate(loads))
        self.spaces = spaces
        self.scale = lcm(*(space.size for space in spaces))
        self._reaches: list[dict[int, int]] = [{} for _ in spaces]

    def reach(self, number: int, first: int, limit: Fraction | None) -> int:
        """The end of the longest block from ``first`` on, -1 if none may be."""
        kept = self._reaches[number]
        if first not in kept:
            kept[first] = self.spaces[number].reach(first)
        if limit is None:
            return kept[first]
        space = self.spaces[number]
        free = floor(limit * space.size) - space.load
        if free < 0:
            return -1
        return min(kept[first], bisect_right(self.sums, self.sums[first] + free) - 1)

    def farthest(self, limit: Fraction | None) -> list[int] | None:
        """Where each block ends if all are as long as may be, None if too short."""
        ends = [0]
        for number in range(len(self.spaces)):
            ends.append(self.reach(number, ends[-1], limit))
            if ends[-1] < ends[-2]:
                return None
        return ends if ends[-1] == self.count else None

    def fullest(self, ends: Sequence[int]) -> Fraction:
        blocks = zip(self.spaces, ends, ends[1:], strict=False)
        return max(
            Fraction(space.load + self.sums[last] - self.sums[first], space.size)
            for space, first, last in blocks
        )

    def tightest(self) -> Fraction | None:
        """The least fullness of the fullest space, exactly; None if all do not fit."""
        if (ends := self.farthest(None)) is None:
            return None
        low, high = Fraction(0), self.fullest(ends)
        while high - low > _CLOSE:
            middle = (low + high) / 2
            if (ends := self.farthest(middle)) is None:
                low = middle
            else:
                high = self.fullest(ends)
            # Keep the numbers short: what is lost here the last steps find.
            low = Fraction(floor(low * (1 << 24)), 1 << 24)
        return self._lowered(high)

    def _lowered(self, limit: Fraction) -> Fraction:
        """Step down from one possible fullness to the next while it is enough."""
        step = Fraction(1, 2 * self.scale)
        while (ends := self.farthest(limit - step)) is not None:
            limit = self.fullest(ends)
        return limit

    def most_even(self, limit: Fraction) -> tuple[int, ...]:
        """The counts of the most even split that nowhere exceeds ``limit``."""
        latest = self.farthest(limit) or []
        earliest = self._earliest(limit, latest)
        costs = [0]
        choices: list[Sequence[int]] = []
        for number in reversed(range(len(self.spaces))):
            starts = range(earliest[number], latest[number] + 1)
            stops = range(earliest[number + 1], latest[number + 1] + 1)
            layer = _Layer(self, number, limit, starts, stops, costs)
            costs, chosen = layer.solved()
            choices.append(chosen)
        return self._followed(choices, earliest)

    def _earliest(self, limit: Fraction, latest: Sequence[int]) -> list[int]:
        """Where each block must end at the least, for the rest to fit behind it."""
        ends = [self.count]
        for number in reversed(range(len(self.spaces))):
            reached = partial(self.reach, number, limit=limit)
            firsts = range(latest[number] + 1)
            ends.append(bisect_left(firsts, ends[-1], key=reached))
        return ends[::-1]

    def _followed(
        self, choices: Sequence[Sequence[int]], earliest: Sequence[int]
    ) -> tuple[int, ...]:
        counts, at = [], 0
        for number, chosen in enumerate(reversed(choices)):
            end = chosen[at - earliest[number]]
            counts.append(end - at)
            at = end
        return tuple(counts)


class _Layer:
    """The best block of one space for every talk it may begin with.

    ``costs`` are those of the spaces behind it, one for each of ``stops``. The
    cost of a block is a convex function of its load, so the best end never
    falls when the start rises: half of the starts are found with the ends of
    the other half as bounds (divide and conquer, n log n instead of n²).
    """

    def __init__(
        self,
        row: _Row,
        number: int,
        limit: Fraction,
        starts: range,
        stops: range,
        costs: Sequence[int],
    ) -> None:
        space = row.spaces[number]
        self.sums, self.held = row.sums, space.load
        self.weight = (row.scale // space.size) ** 2
        self.reach = partial(row.reach, number, limit=limit)
        self.starts, self.stops, self.behind = starts, stops, costs
        self.costs = [0] * len(starts)
        self.chosen = [0] * len(starts)

    def solved(self) -> tuple[list[int], list[int]]:
        """The least cost and the end of the block, for each of the starts."""
        todo = [(0, len(self.starts), self.stops[0], self.stops[-1])]
        while todo:
            low, high, least, most = todo.pop()
            if low == high:
                continue
            middle = (low + high) // 2
            end = self._choose(middle, least, most)
            todo.append((low, middle, least, end))
            todo.append((middle + 1, high, end, most))
        return self.costs, self.chosen

    def _choose(self, index: int, least: int, most: int) -> int:
        first = self.starts[index]
        held = self.held - self.sums[first]
        ends = range(max(first, least), min(self.reach(first), most) + 1)
        self.costs[index], self.chosen[index] = min(
            (
                (held + self.sums[end]) ** 2 * self.weight
                + self.behind[end - self.stops[0]],
                end,
            )
            for end in ends
        )
        return self.chosen[index]
