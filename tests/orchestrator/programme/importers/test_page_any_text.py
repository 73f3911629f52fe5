"""Whatever the text: a reading, or the importer's own refusal; and soon."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestrator.programme.importers import UnreadableProgramme, read
from orchestrator.programme.importers.page import read_page
from orchestrator.programme.model import Reading
from tests.orchestrator.programme.importers.pages import PAGES, page_with
from tests.real_page import REAL_PAGE

KNOWN = [*sorted(PAGES.iterdir()), *([REAL_PAGE] if REAL_PAGE.exists() else [])]
LINES = [path.read_text("utf-8").split("\n") for path in KNOWN]
SCRAPS = st.sampled_from(
    [*'#*_-|<>[]()&?:;h019é «»"\\', "10h-12h", "<td>", "31 juin", "par ", "](", "## "]
)


def outcome(text):
    """The reading, or the line of the refusal."""
    try:
        return read_page(text)
    except UnreadableProgramme as refused:
        return refused.facts["line"]


@given(st.text())
def test_any_text_is_read_or_refused(text):
    assert isinstance(outcome(text), Reading | int)


@given(st.lists(st.one_of(SCRAPS, st.text(max_size=5)), max_size=60))
def test_any_heap_of_marks_is_read_or_refused(scraps):
    text = page_with("".join(scraps), above="\n".join(scraps[:5]))

    assert isinstance(outcome(text), Reading | int)


@st.composite
def mutated(draw):
    """A page with lines left out, doubled, moved, cut and scribbled on."""
    lines = list(draw(st.sampled_from(LINES)))
    for _ in range(draw(st.integers(1, 5))):
        place = draw(st.integers(0, len(lines) - 1))
        change = draw(st.sampled_from(["drop", "double", "move", "cut", "scribble"]))
        line = lines[place]
        if change == "drop" and len(lines) > 1:
            del lines[place]
        elif change == "double":
            lines.insert(place, line)
        elif change == "move":
            lines.insert(draw(st.integers(0, len(lines) - 1)), lines.pop(place))
        elif change == "cut":
            lines[place] = line[: draw(st.integers(0, len(line)))]
        else:
            spot = draw(st.integers(0, len(line)))
            lines[place] = line[:spot] + draw(SCRAPS) + line[spot:]
    return "\n".join(lines)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(mutated())
def test_a_damaged_page_is_read_or_refused(text):
    assert isinstance(outcome(text), Reading | int)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw):
    try:
        found = read(
            b"# Jour\n\nDate : 3 mai 2022\n\n- 10h-11h : " + raw, format="page"
        )
    except UnreadableProgramme as refused:
        found = refused.line

    assert isinstance(found, Reading | int)


@pytest.mark.parametrize(
    "unit",
    [
        "(", "[", "`", "*", "<b>", "by Ada ", "10h-", "Aa ", "a?b", "[a](",
        "joint work with A", "\n- 10h : T by Ada Ex (L)", "\n| a ", "\n  - a",
        "Orateur : Ada Ex\n\n", "<table><tr><td rowspan=99>x", "<![", "28 juin ",
    ],
)  # fmt: skip
def test_the_time_grows_with_the_length_and_not_faster(unit):
    spent = [
        quickest(page_with("- 10h : " + unit * (length // len(unit))))
        for length in (4_000, 16_000)
    ]

    # Four times the length in about four times the time; squared it were 16.
    assert spent[1] < 10 * spent[0] + 0.3


def quickest(text):
    """Seconds to read ``text``; the collector of garbage, which looks through what
    other tests left, does not come every time.
    """
    spent = []
    for _ in range(3):
        begun = time.process_time()
        outcome(text)
        spent.append(time.process_time() - begun)
    return min(spent)
