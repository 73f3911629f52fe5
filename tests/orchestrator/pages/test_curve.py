"""The drawing of how many were in a room over a day."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.pages.curve import BOTTOM, LEFT, RIGHT, TOP, Day, curve
from orchestrator.pages.people_view import times_of
from tests.orchestrator.pages.made_up import at, event

FRENCH = times_of(event(), "fr", None)
MORNING = Day(begins=at(9, 45), ends=at(12), capacity=600, starts=(at(10), at(10, 15)))


def seen(*counts, first=None):
    first = first or at(9, 45)
    return [(first + timedelta(minutes=n), count) for n, count in enumerate(counts)]


def points(path):
    return [
        tuple(map(float, one.split(","))) for one in re.findall(r"[\d.]+,[\d.]+", path)
    ]


def test_curve_stands_on_nought_and_says_the_last_and_the_highest():
    drawn = curve(seen(0, 300, 450, 412), MORNING, FRENCH)

    assert points(drawn.line)[0] == (LEFT, BOTTOM)
    assert (drawn.highest.text, drawn.last.text) == ("450", "412 à 9:48")
    assert drawn.top == TOP
    assert drawn.title == "Présents dans la salle, de 9:45 à 9:48"
    assert drawn.sentence == "Au plus 450 à 9:47, 412 à 9:48. Capacité 600."


def test_highest_is_not_written_twice():
    assert curve(seen(1, 2, 3), MORNING, FRENCH).highest is None


def test_axes_are_told_in_round_numbers_and_hours():
    drawn = curve(seen(1), MORNING, FRENCH)

    assert [row.text for row in drawn.rows] == ["0", "200", "400", "600"]
    assert [column.text for column in drawn.columns] == [
        "10:00",
        "10:30",
        "11:00",
        "11:30",
        "12:00",
    ]
    assert drawn.columns[-1].at == RIGHT
    assert len(drawn.talks) == 2


@pytest.mark.parametrize(
    ("capacity", "rows"),
    [
        (1, ["0", "1"]),
        (3, ["0", "1", "2", "3"]),
        (60, ["0", "20", "40", "60"]),
        (544, ["0", "200", "400", "544"]),
    ],
)
def test_scale_ends_with_the_capacity(capacity, rows):
    day = Day(begins=at(9, 45), ends=at(12), capacity=capacity)

    assert [row.text for row in curve(seen(1), day, FRENCH).rows] == rows


@given(st.lists(st.integers(0, 2000), min_size=1, max_size=130), st.integers(1, 1000))
def test_no_point_leaves_the_drawing(counts, capacity):
    day = Day(begins=at(9, 45), ends=at(12), capacity=capacity)

    drawn = curve(seen(*counts), day, FRENCH)

    assert all(LEFT <= x <= RIGHT and TOP <= y <= BOTTOM for x, y in points(drawn.line))
    assert drawn.inside == tuple(counts)
    assert TOP <= drawn.top <= BOTTOM
