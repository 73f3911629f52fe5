"""The checker of histories finds what cannot be true, and nothing else."""

import pytest

from tests.drills.history import ENTER, LEAVE, Operation, Told, violations

IN, WAITS, GONE, UNKNOWN = Told.IN, Told.WAITS, Told.GONE, Told.UNKNOWN


def history(*lines):
    """Operations of (who, sent, answered, told)."""
    return [
        Operation(
            who=who,
            kind=LEAVE if told is GONE else ENTER,
            sent=sent,
            answered=answered,
            told=told,
        )
        for who, sent, answered, told in lines
    ]


@pytest.mark.parametrize(
    ("lines", "inside"),
    [
        ([("ada", 0, 1, IN), ("bob", 0, 2, WAITS)], {"ada"}),
        # Refused while the seat was being given back, let in afterwards.
        (
            [("ada", 0, 1, IN), ("bob", 2, 4, WAITS), ("ada", 3, 5, GONE)],
            {"bob"},
        ),
        # The answer was lost, the seat was not.
        ([("ada", 0, 1, UNKNOWN), ("bob", 2, 3, WAITS)], {"ada"}),
        ([("ada", 0, 1, UNKNOWN), ("bob", 2, 3, IN)], {"bob"}),
        ([("ada", 0, 1, IN), ("ada", 2, 3, GONE), ("bob", 2, 4, IN)], {"bob"}),
    ],
)
def test_history_that_can_be_true(lines, inside):
    assert violations(history(*lines), seats=1, inside=inside) == []


@pytest.mark.parametrize(
    ("lines", "inside", "found"),
    [
        (
            [("ada", 0, 1, IN), ("bob", 2, 3, IN)],
            {"ada", "bob"},
            "2 were inside at once, of 1",
        ),
        ([("bob", 2, 3, WAITS)], {"bob"}, "bob was told to wait while a seat was free"),
        (
            [("ada", 0, 1, IN), ("ada", 2, 3, GONE), ("bob", 4, 5, WAITS)],
            {"bob"},
            "bob was told to wait while a seat was free",
        ),
        ([("ada", 0, 1, IN)], set(), "ada was told that he is in, and is not"),
        ([("ada", 0, 1, IN), ("ada", 2, 3, GONE)], {"ada"}, "ada left, and is in"),
        ([], {"eve"}, "eve is in and never asked"),
    ],
)
def test_history_that_cannot_be_true(lines, inside, found):
    assert violations(history(*lines), seats=1, inside=inside) == [found]
