"""Whether two titles, or two names, mean the same."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Generic, TypeVar

T = TypeVar("T")

# In a group of equals that is larger than this, order alone decides.
_COMPARED = 10_000


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """``text`` without accents, case, punctuation and double spaces."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = (
        letter if letter.isalnum() else " "
        for letter in letters
        if not unicodedata.combining(letter)
    )
    return " ".join("".join(kept).split())


def likeness(one: str, other: str, *, least: float) -> float:
    """How alike two plain texts are, from 0 to 1; 0 when under ``least``."""
    if not one or not other:
        return 0.0
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    bounds = (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)
    ratios = (bound() for bound in bounds)
    last = 0.0
    for last in ratios:
        if last < least:
            return 0.0
    return last


class Pairs(Generic[T]):
    """Who is whose former self; each is used once, in rounds, the surest first.

    ``former`` leads from an index of ``after`` to one of ``before``.
    """

    def __init__(self, before: Sequence[T], after: Sequence[T]) -> None:
        self.before = before
        self.after = after
        self.former: dict[int, int] = {}
        self._used: set[int] = set()

    def open_before(self) -> list[int]:
        """Those of ``before`` that are nobody's former self yet, in order."""
        return [index for index in range(len(self.before)) if index not in self._used]

    def open_after(self) -> list[int]:
        return [index for index in range(len(self.after)) if index not in self.former]

    def join(self, before: int, after: int) -> None:
        """Pair two, unless one of them has been paired."""
        if before not in self._used and after not in self.former:
            self._used.add(before)
            self.former[after] = before

    def join_best(self, scored: Iterable[tuple[tuple[float, ...], int, int]]) -> None:
        """Pair by the least score; of equal scores the first in order."""
        for _, before, after in sorted(scored):
            self.join(before, after)

    def join_equal(
        self,
        key: Callable[[T], Hashable],
        distance: Callable[[T, T], tuple[float, ...]],
    ) -> None:
        """Pair those of equal ``key``, the nearest first; an empty key is none."""
        groups: dict[Hashable, list[int]] = defaultdict(list)
        for index in self.open_before():
            if value := key(self.before[index]):
                groups[value].append(index)
        wanted: dict[Hashable, list[int]] = defaultdict(list)
        for index in self.open_after():
            if (value := key(self.after[index])) in groups:
                wanted[value].append(index)
        for value, new in wanted.items():
            self._join_group(groups[value], new, distance)

    def _join_group(
        self,
        old: Sequence[int],
        new: Sequence[int],
        distance: Callable[[T, T], tuple[float, ...]],
    ) -> None:
        if len(old) * len(new) > _COMPARED:
            for one, other in zip(old, new, strict=False):
                self.join(one, other)
            return
        self.join_best(
            (distance(self.before[one], self.after[other]), one, other)
            for one in old
            for other in new
        )
