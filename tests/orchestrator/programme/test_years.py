"""A year that no calendar can hold is refused where it comes in."""

from dataclasses import replace
from datetime import date

import pytest

from orchestrator.programme.errors import BadTimes
from orchestrator.programme.timetable import lay_out
from tests.orchestrator.programme.made import at, programme, session, talk


def in_year(moment, year):
    return moment.replace(year=year)


@pytest.mark.parametrize("year", [1, 999, 1969, 3000, 9998])
def test_year_out_of_range_is_named(year):
    starts, ends = in_year(at("10:00"), year), in_year(at("12:00"), year)
    morning = replace(session("Morning", "10:00-12:00"), starts=starts, ends=ends)

    with pytest.raises(BadTimes, match=f"“Morning” is in the year {year}; write one"):
        lay_out(programme(morning))


def test_day_of_the_meeting_and_times_of_talks_are_looked_at():
    morning = session("Morning", "10:00-12:00")
    late = replace(talk("Late"), starts=in_year(at("10:00"), 3000))
    day = programme(morning, first_day=date(9999, 12, 31))

    with pytest.raises(BadTimes, match="The first day is in the year 9999"):
        lay_out(day)
    with pytest.raises(BadTimes, match="“Late” is in the year 3000"):
        lay_out(programme(replace(morning, talks=(late,))))


def test_year_far_from_the_others_is_a_slip():
    morning, evening = (session(name, "10:00-12:00") for name in ("A", "B"))
    far = replace(
        evening, starts=in_year(evening.starts, 2038), ends=in_year(evening.ends, 2038)
    )

    with pytest.raises(BadTimes, match="“A” is in the year 2021, “B” in 2038"):
        lay_out(programme(morning, far))
