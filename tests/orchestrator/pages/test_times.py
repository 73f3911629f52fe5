"""Dates, times and durations read as a person would write them."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from orchestrator.pages.times import (
    Times,
    digits,
    length,
    offset_from,
    period,
    remaining,
    times_for,
    written,
)
from tests.orchestrator.pages.made_up import PARIS, at

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (0, f"0{NBSP}min"),
        (15, f"15{NBSP}min"),
        (0.5, f"1{NBSP}min"),
        (60, f"1{NBSP}h"),
        (65, f"1{NBSP}h{NBSP}05"),
        (119, f"1{NBSP}h{NBSP}59"),
    ],
)
def test_length_is_in_minutes_and_hours(minutes, expected):
    assert length(timedelta(minutes=minutes)) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0, "0:00"), (65, "1:05"), (800, "13:20"), (3725, "1:02:05"), (-4, "0:00")],
)
def test_digits_count_seconds(seconds, expected):
    assert digits(timedelta(seconds=seconds)) == expected


@pytest.mark.parametrize(
    ("hours", "language", "expected"),
    [
        (23, "fr", f"23{NBSP}h"),
        (24, "fr", f"1{NBSP}jour"),
        (60, "fr", f"2{NBSP}jours"),
        (24, "en", "1 day"),
        (60, "en", "2 days"),
    ],
)
def test_remaining_counts_days_from_twenty_four_hours(hours, language, expected):
    assert remaining(timedelta(hours=hours), language) == expected


@pytest.mark.parametrize(
    ("first", "last", "french", "english"),
    [
        (
            date(2021, 6, 28),
            date(2021, 6, 28),
            "lundi 28 juin 2021",
            "Monday 28 June 2021",
        ),
        (
            date(2021, 6, 28),
            date(2021, 6, 29),
            "28 et 29 juin 2021",
            "28 and 29 June 2021",
        ),
        (
            date(2021, 6, 1),
            date(2021, 6, 4),
            "du 1er au 4 juin 2021",
            "1 to 4 June 2021",
        ),
        (
            date(2021, 6, 28),
            date(2021, 7, 2),
            "du 28 juin au 2 juillet 2021",
            "28 June to 2 July 2021",
        ),
        (
            date(2021, 12, 30),
            date(2022, 1, 2),
            "du 30 décembre 2021 au 2 janvier 2022",
            "30 December 2021 to 2 January 2022",
        ),
    ],
)
def test_period_says_each_part_once(first, last, french, english):
    assert period(first, last, "fr") == french
    assert period(first, last, "en") == english


def test_first_of_a_month_is_an_ordinal_in_french():
    day = date(2021, 7, 1)

    assert written(day, "fr", weekday=True) == "jeudi 1er juillet 2021"
    assert written(day, "en", weekday=True) == "Thursday 1 July 2021"


def test_when_has_two_digits_in_a_column_and_one_in_a_sentence():
    when = Times(language="fr", zone=PARIS).when(at(9, 45))

    assert (when.iso, when.column, when.said) == (
        "2021-06-28T09:45+02:00",
        "09:45",
        "9:45",
    )
    assert (when.own, when.own_day) == ("", "")


@pytest.mark.parametrize(
    ("zone", "own", "day"),
    [
        ("America/Los_Angeles", "01:00", ""),
        ("Pacific/Honolulu", "22:00", "la veille"),
        ("Asia/Kolkata", "13:30", ""),
    ],
)
def test_when_names_the_day_of_the_reader_where_it_differs(zone, own, day):
    when = Times(language="fr", zone=PARIS, own=ZoneInfo(zone)).when(at(10))

    assert (when.own, when.own_day) == (own, day)


def test_the_same_clock_by_another_name_is_not_shown_twice():
    times = times_for("fr", "Europe/Paris", "Europe/Brussels", (at(10), at(16)))

    assert times.own is None


@pytest.mark.parametrize("reader", [None, "", "Nowhere/At_All", "../../etc/passwd"])
def test_a_zone_that_does_not_exist_is_no_zone(reader):
    assert times_for("fr", "Europe/Paris", reader, (at(10),)).own is None


@pytest.mark.parametrize(
    ("zone", "french", "english"),
    [
        ("Africa/Dakar", f"2{NBSP}h plus tôt", f"2{NBSP}h earlier"),
        ("Asia/Kolkata", f"3{NBSP}h{NBSP}30 plus tard", f"3{NBSP}h{NBSP}30 later"),
    ],
)
def test_the_difference_of_the_clocks_is_said(zone, french, english):
    said = [
        offset_from(times_for(language, "Europe/Paris", zone, (at(10),)), at(10))
        for language in ("fr", "en")
    ]

    assert said == [french, english]
