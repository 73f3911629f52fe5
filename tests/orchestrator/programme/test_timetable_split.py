"""Blocks of talks over sessions, against trying every split."""

from bisect import bisect_right
from fractions import Fraction
from functools import partial
from itertools import accumulate, combinations_with_replacement, pairwise

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.programme.split import Space, split

LOADS = st.lists(st.integers(1, 6), max_size=7)
SPACES = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from([4, 6, 9, 12])),
    min_size=1,
    max_size=4,
)


def reach(sums, free, first):
    return max(first, bisect_right(sums, sums[first] + free) - 1)


def spaces_for(loads, shapes):
    sums = [0, *accumulate(loads)]
    return [
        Space(load, size, partial(reach, sums, size - load)) for load, size in shapes
    ]


def tried(loads, shapes):
    """Every split that fits, the best by the rule first."""
    sums = [0, *accumulate(loads)]
    splits = []
    for cuts in combinations_with_replacement(range(len(loads) + 1), len(shapes) - 1):
        ends = [0, *cuts, len(loads)]
        blocks = [sums[b] - sums[a] for a, b in pairwise(ends)]
        full = [
            Fraction(load + block, size)
            for (load, size), block in zip(shapes, blocks, strict=True)
        ]
        over = any(
            block and load + block > size
            for (load, size), block in zip(shapes, blocks, strict=True)
        )
        if not over:
            counts = tuple(b - a for a, b in pairwise(ends))
            splits.append((max(full), sum(one**2 for one in full), counts))
    return sorted(splits)


@given(loads=LOADS, shapes=SPACES)
def test_split_is_the_best_of_all(loads, shapes):
    splits = tried(loads, shapes)

    counts = split(loads, spaces_for(loads, shapes))

    assert counts == (splits[0][2] if splits else None)


def test_tie_gives_fewer_talks_to_the_earlier():
    assert split([1] * 7, spaces_for([1] * 7, [(0, 9), (0, 9)])) == (3, 4)


def test_few_talks_do_not_crowd_into_the_last_sessions():
    assert split([1] * 7, spaces_for([1] * 7, [(0, 9)] * 3)) == (2, 2, 3)


def test_longer_session_takes_more():
    assert split([1] * 9, spaces_for([1] * 9, [(0, 6), (0, 12)])) == (3, 6)


def test_splits_that_differ_by_a_billionth():
    loads = [500_000_001, 1, 499_999_999]

    counts = split(loads, spaces_for(loads, [(0, 10**9), (0, 10**9)]))

    assert counts == (1, 2)
