"""Texts lose what would break a line, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.text import LONGEST_LINE, clean, one_line


@pytest.mark.parametrize(
    ("given_text", "cleaned"),
    [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a\x85b\u2028c\u2029d\x0be\x0cf", "a\nb\nc\nd\ne\nf"),
        ("a\x00b\x1bc\x7fd\x9fe\x1cf", "abcdef"),
        ("tab\tand é, œ, 😀; \\n", "tab\tand é, œ, 😀; \\n"),
        ("half \ud83d pair", "half � pair"),
        ("\ufeffmark\ufeff of order", "mark of order"),
    ],
)
def test_clean(given_text, cleaned):
    assert clean(given_text) == cleaned


def test_one_line_joins_lines_and_cuts_long_ones():
    assert one_line("  a\r\n b\u2028c\t d ") == "a b c d"
    assert one_line("é" * LONGEST_LINE) == "é" * LONGEST_LINE
    assert one_line("é" * 4000) == "é" * (LONGEST_LINE - 1) + "…"


@given(st.text(st.characters(exclude_categories=())))
def test_cleaning_twice_changes_nothing_more(text):
    assert clean(clean(text)) == clean(text)
    assert one_line(one_line(text)) == one_line(text)


@given(st.text(st.characters(exclude_categories=())))
def test_only_line_feeds_break_a_cleaned_text(text):
    assert "\n".join(clean(text).splitlines()) == clean(text).removesuffix("\n")
