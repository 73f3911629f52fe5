"""People registered against places, in figures and as a bar."""

import pytest

from orchestrator.pages.gauge import gauge
from orchestrator.programme.model import Counts


def test_bar_has_one_unit_for_each_place():
    shown = gauge(Counts(members=282, non_members=262), 600, "fr")

    assert (shown.total, shown.units, shown.free) == (544, 600, 56)
    assert [(part.x, part.width) for part in shown.parts] == [(0, 282), (284, 260)]
    assert shown.sentence == "282 membres, 262 non-membres, 56 places libres"


@pytest.mark.parametrize(
    ("counts", "places", "sentence"),
    [
        (Counts(members=1, non_members=1), 3, "1 member, 1 non-member, 1 place left"),
        (Counts(unknown=4), 4, "4 not specified, 0 places left"),
        (Counts(members=5), 4, "5 members, 0 places left"),
        (Counts(members=5), None, "5 members"),
        (Counts(), 30, "30 places left"),
    ],
)
def test_sentence_counts_in_the_singular_and_the_plural(counts, places, sentence):
    assert gauge(counts, places, "en").sentence == sentence


def test_more_people_than_places_stay_inside_the_bar():
    shown = gauge(Counts(members=5, non_members=3), 4, "en")

    assert max(part.x + part.width for part in shown.parts) == shown.units == 8


def test_no_counts_no_gauge():
    assert gauge(None, 600, "fr") is None
