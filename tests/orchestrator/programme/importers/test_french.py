"""Dates, hours and windows in the spellings of French and English pages."""

from datetime import time, timedelta

import pytest

from orchestrator.programme.importers.errors import UnreadableProgramme
from orchestrator.programme.importers.french import (
    Day,
    dates_in,
    say_day,
    weekday_in,
    years_in,
)
from orchestrator.programme.importers.hours import (
    bare_window,
    hours_in,
    leading_hours,
    length_in,
    window_in,
    windows_in,
)

JUNE_28 = Day(day=28, month=6, year=2021)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("28-06-2021", JUNE_28),
        ("28/06/2021", JUNE_28),
        ("28.06.2021", JUNE_28),
        ("28/06/21", JUNE_28),
        ("06/28/2021", JUNE_28),
        ("2021-06-28", JUNE_28),
        ("28 juin 2021", JUNE_28),
        ("28-juin-2021", JUNE_28),
        ("le 28 JUIN 2021 à Paris", JUNE_28),
        ("28 June 2021", JUNE_28),
        ("28th of June, 2021", JUNE_28),
        ("June 28, 2021", JUNE_28),
        ("Jun. 28th 2021", JUNE_28),
        ("lundi 28 juin", Day(day=28, month=6, weekday=0)),
        ("Lundi 28/06", Day(day=28, month=6, weekday=0)),
        ("Monday, 28 June", Day(day=28, month=6, weekday=0)),
        ("1er mars 2022", Day(day=1, month=3, year=2022)),
        ("3 aout 2022", Day(day=3, month=8, year=2022)),
        ("14 févr. 2022", Day(day=14, month=2, year=2022)),
        ("29 février", Day(day=29, month=2)),
    ],
)
def test_a_day_is_read(text, day):
    (days,) = dates_in(text, line=1)

    assert (days.first, days.last) == (day, day)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("28-29 juin 2021", (28, 6), (29, 6)),
        ("28–29/06/2021", (28, 6), (29, 6)),
        ("du 28 au 29 juin 2021", (28, 6), (29, 6)),
        ("du lundi 28 au mardi 29 juin 2021", (28, 6), (29, 6)),
        ("les 28, 29 et 30 juin 2021", (28, 6), (30, 6)),
        ("30 juin - 1er juillet 2021", (30, 6), (1, 7)),
        ("28/06/2021 - 29/06/2021", (28, 6), (29, 6)),
        ("2021-06-28 – 2021-06-30", (28, 6), (30, 6)),
        ("June 28-29, 2021", (28, 6), (29, 6)),
        ("June 30 to July 2, 2021", (30, 6), (2, 7)),
    ],
)
def test_a_range_of_days_is_read(text, first, last):
    (days,) = dates_in(text, line=1)

    assert (days.first.day, days.first.month) == first
    assert (days.last.day, days.last.month) == last
    assert {days.first.year, days.last.year} == {2021}


@pytest.mark.parametrize(
    "text", ["10h-12h", "10-12", "juin 2021", "1, 2, 3", "14:00-15:30", "p. 28/06"]
)
def test_what_is_no_day_is_not_read_as_one(text):
    assert dates_in(text, line=1) == ()


@pytest.mark.parametrize(
    "text", ["31 juin 2021", "31/06/2021", "29 février 2021", "32 mars", "2021-13-01"]
)
def test_a_day_that_no_calendar_has_is_refused_with_its_line(text):
    with pytest.raises(UnreadableProgramme) as refused:
        dates_in(f"Le {text}", line=7)

    assert refused.value.facts == {"line": 7}
    assert refused.value.detail == (
        f"Line 7: “{text}” is no day of the calendar; correct it,"
        " or write it as 28 juin 2021."
    )


def test_weekdays_and_years_are_found():
    assert weekday_in("Journée du mercredi") == 2
    assert weekday_in("marine") is None
    assert years_in("De 2019 à 2021, p. 12019, 10/2020.") == (2019, 2021)


@pytest.mark.parametrize(
    ("language", "said"), [("fr", "mardi 1er mars"), ("en", "Tuesday 1 March")]
)
def test_a_day_is_said(language, said):
    day = Day(day=1, month=3).within(2022)

    assert say_day(day, language) == said


@pytest.mark.parametrize(
    ("text", "starts", "ends"),
    [
        ("10h-12h", time(10), time(12)),
        ("16-18h", time(16), time(18)),
        ("10h30 - 12h", time(10, 30), time(12)),
        ("9 h 30 – 10 h 15", time(9, 30), time(10, 15)),
        ("14:00-15:30", time(14), time(15, 30)),
        ("9h45 – 10h30", time(9, 45), time(10, 30)),
        ("10h à 12h", time(10), time(12)),
        ("de 10h à 12h30", time(10), time(12, 30)),
        ("entre 10h et 12h", time(10), time(12)),
        ("10H30/11H", time(10, 30), time(11)),
        ("10 heures - 11 heures 30", time(10), time(11, 30)),
        ("9.30-10.15", time(9, 30), time(10, 15)),
        ("9h-10", time(9), time(10)),
        ("midi - 14h", time(12), time(14)),
        ("2pm-3:30pm", time(14), time(15, 30)),
        ("2-3:30pm", time(14), time(15, 30)),
        ("11-1pm", time(11), time(13)),
        ("12-1am", time(0), time(1)),
        ("from 10am to noon", time(10), time(12)),
    ],
)
def test_a_window_is_read(text, starts, ends):
    hours = window_in(f"Bloc A ({text})", line=1)

    assert (hours.starts, hours.ends) == (starts, ends)


@pytest.mark.parametrize(
    ("text", "starts", "rest"),
    [
        ("9h45 Titre", time(9, 45), " Titre"),
        ("9 h 30 : Titre", time(9, 30), " : Titre"),
        ("14:00, Titre", time(14), ", Titre"),
        ("10h 12 exposés courts", time(10), " 12 exposés courts"),
        ("9h45 - 3 idées", time(9, 45), " - 3 idées"),
        ("at 2pm: Title", time(14), ": Title"),
        ("à 10h. Titre", time(10), ". Titre"),
    ],
)
def test_an_hour_at_the_beginning_is_read(text, starts, rest):
    hours = leading_hours(text, line=1)

    assert (hours.starts, hours.ends, text[hours.end :]) == (starts, None, rest)


@pytest.mark.parametrize(
    "text", ["100h de calcul", "3 ways", "2021-06-28", "h30", "a 3-tensor", "10 hommes"]
)
def test_what_is_no_hour_is_not_read_as_one(text):
    assert leading_hours(text, line=1) is None
    assert window_in(text, line=1) is None


def test_several_windows_are_read_in_order():
    found = windows_in("Sessions : 10h-12h et 14h-16h", line=1)

    assert [(h.starts.hour, h.ends.hour) for h in found] == [(10, 12), (14, 16)]


def test_a_column_of_hours_may_leave_out_the_h():
    hours = bare_window("10-12", line=1)

    assert (hours.starts, hours.ends) == (time(10), time(12))


def test_a_single_hour_counts_where_no_window_is():
    assert hours_in("vers 10h30, salle 2", line=1).starts == time(10, 30)
    assert hours_in("10h30 ou 14h-15h", line=1).ends == time(15)


@pytest.mark.parametrize("text", ["25h", "24h-25h", "10h75", "99:99"])
def test_an_hour_that_no_day_has_is_refused_with_its_line(text):
    with pytest.raises(UnreadableProgramme, match="is no time of day") as refused:
        leading_hours(text, line=4)

    assert refused.value.line == 4


def test_a_window_that_ends_before_it_starts_is_refused_with_its_line():
    with pytest.raises(UnreadableProgramme) as refused:
        window_in("Session 1 : 12h-10h", line=9)

    assert refused.value.detail == (
        "Line 9: “12h-10h” ends before it starts; write the earlier time first,"
        " as in 10h-12h."
    )


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("30 min", 30), ("45'", 45), ("1h30", 90), ("2 heures", 120), ("20 minutes", 20)],
)
def test_a_length_is_read(text, minutes):
    assert length_in(f"({text})") == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["", "0 min", "longtemps"])
def test_what_is_no_length_is_not_read_as_one(text):
    assert length_in(text) is None
