"""A page that cannot be read is refused with its line and with what to do."""

from datetime import date

import pytest

from orchestrator.programme.importers import UnreadableProgramme, read
from orchestrator.programme.importers.page import read_page
from tests.orchestrator.programme.importers.pages import page_with


def refusal(page, **options):
    with pytest.raises(UnreadableProgramme) as refused:
        read(page, **options)
    return refused.value.line, refused.value.detail


@pytest.mark.parametrize(
    ("page", "line", "detail"),
    [
        (
            page_with("- Session 1 : 10h-12h", date="31 juin 2021"),
            3,
            "Line 3: “31 juin 2021” is no day of the calendar; correct it, or write it"
            " as 28 juin 2021.",
        ),
        (
            page_with("### Mardi 31 juin\n\n- 10h-11h : Un, par Ada Roux"),
            9,
            "Line 9: “Mardi 31 juin” is no day of the calendar; correct it, or write it"
            " as 28 juin 2021.",
        ),
        (
            page_with("- 10h-11h : Un, par Ada Roux\n- 25h : Deux"),
            10,
            "Line 10: “25h” is no time of day; write one from 0h00 to 23h59, such as"
            " 10h30.",
        ),
        (
            page_with("- Session 1 : 12h-10h"),
            9,
            "Line 9: “12h-10h” ends before it starts; write the earlier time first, as"
            " in 10h-12h.",
        ),
        (
            page_with("- 02h30-03h30 : Nuit, par Ada Roux", date="28 mars 2021"),
            9,
            "Line 9: On 2021-03-28 the clocks of Europe/Paris skip 02:30; write another"
            " time.",
        ),
        (
            page_with("- Session 1 : 10h-12h", date="du 29 juin au 28 mai 2021"),
            3,
            "Line 3: the last day (2021-05-28) is before the first (2021-06-29); write"
            " the earlier day first.",
        ),
        (
            page_with("- Session 1 : 10h-12h", date="28 juin"),
            3,
            "Line 3: the year of 28/06 is not on the page; write it, as in 28 juin"
            " 2021.",
        ),
        (
            "# Journée\n\n## Programme\n\n- Session 1 : 10h-12h\n",
            0,
            "The page names no date; add a line such as “Date : 28 juin 2021”.",
        ),
        (
            page_with("À venir."),
            0,
            "The page has no talk and no session; write a list such as “10h-10h30 :"
            " Title, par Name (Lab)”, or a line “Session 1 : 10h-12h”.",
        ),
        (
            "",
            0,
            "The page has no talk and no session; write a list such as “10h-10h30 :"
            " Title, par Name (Lab)”, or a line “Session 1 : 10h-12h”.",
        ),
    ],
    ids=[
        "date", "day", "hour", "backwards", "gap", "range", "year", "no date",
        "no talk", "empty",
    ],
)  # fmt: skip
def test_the_reason_names_the_line_and_what_to_do(page, line, detail):
    assert refusal(page) == (line, detail)


def test_a_zone_that_does_not_exist_is_refused():
    line, detail = refusal(page_with("- Session 1 : 10h-12h"), zone="Europe/Pari")

    assert (line, detail) == (
        0,
        "“Europe/Pari” is no time zone; did you mean Europe/Paris?",
    )


def test_the_day_of_writing_gives_a_year_that_the_page_leaves_out():
    page = page_with("- Session 1 : 10h-12h", date="28 juin")

    programme = read_page(page, today=date(2024, 5, 1)).programme

    assert programme.first_day == date(2024, 6, 28)


def test_a_weekday_without_a_year_finds_the_year_nearest_to_one_on_the_page():
    page = page_with("- Session 1 : 10h-12h", date="lundi 28 juin", above="Bilan 2020.")

    assert read(page).programme.first_day == date(2021, 6, 28)


def test_a_weekday_that_is_not_the_date_s_is_remarked():
    reading = read(page_with("- Session 1 : 10h-12h", date="mardi 28 juin 2021"))

    assert [(remark.line, remark.text) for remark in reading.remarks] == [
        (
            3,
            "2021-06-28 is a Monday, the page says Tuesday; the date is kept. Correct"
            " one of them.",
        )
    ]


def test_an_hour_that_the_clocks_show_twice_is_the_first():
    page = page_with("- 02h30-04h : Nuit, par Ada Roux", date="31 octobre 2021")

    (talk,) = read(page).programme.all_talks

    assert talk.starts.utcoffset().total_seconds() == 7200
