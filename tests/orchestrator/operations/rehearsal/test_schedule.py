"""The clock of a rehearsal, and what its people are going to do."""

from datetime import timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.operations.rehearsal.ledger import Span
from orchestrator.operations.rehearsal.plan import What, plan
from orchestrator.operations.rehearsal.schedule import AHEAD, Opening, Schedule
from tests.orchestrator.pages.made_up import at

DAY = (Opening(at(9, 45), at(12, 30)), Opening(at(15, 45), at(18, 30)))


@st.composite
def schedules(draw):
    moment, openings = at(9), []
    for gap, long in draw(
        st.lists(
            st.tuples(st.integers(1, 2000), st.integers(1, 600)), min_size=1, max_size=4
        )
    ):
        opens = moment + timedelta(minutes=gap)
        moment = opens + timedelta(minutes=long)
        openings.append(Opening(opens, moment))
    return Schedule(openings, draw(st.sampled_from([1, 60, 1000])))


def test_openings_pass_faster_and_the_time_between_them_is_left_out():
    quick = Schedule(DAY, 60)
    long = 165.0

    assert quick.spans() == (
        Span(AHEAD, AHEAD + long),
        Span(AHEAD + long + AHEAD, AHEAD + long + AHEAD + long),
    )
    assert quick.moment(0) == at(9, 44, second=55)
    assert quick.moment(AHEAD + 15) == at(10)
    assert quick.moment(AHEAD + long) == at(15, 44, second=55)
    assert quick.moment(AHEAD + long + AHEAD) == at(15, 45)


@given(schedules(), st.floats(0, 1))
def test_clock_goes_on_and_tells_when_each_moment_is(schedule, share):
    span = schedule.spans()[-1]
    seconds = span.begins + share * (span.ends - span.begins) * 0.99
    moment = schedule.moment(seconds)

    assert abs(schedule.seconds(moment) - seconds) < 0.01
    steps = [schedule.moment(n * span.ends / 50) for n in range(60)]
    assert steps == sorted(steps)


@given(st.integers(), schedules())
def test_everybody_comes_and_does_things_in_order_within_his_visits(seed, schedule):
    spans = schedule.spans()

    visits = plan(Random(seed), spans)

    assert visits
    for visit in visits:
        (opening,) = [one for one in spans if one.ends == visit.ends]
        assert opening.begins - AHEAD <= visit.arrives < opening.ends
        moments = [visit.arrives, *(deed.at for deed in visit.deeds), visit.ends]
        assert moments == sorted(moments)
        back = [one.at + one.away for one in visit.deeds if one.away is not None]
        assert all(moment <= visit.ends for moment in back)


def test_people_do_all_that_people_do():
    choose = Random(1)
    visits = [
        one for _ in range(200) for one in plan(choose, Schedule(DAY, 60).spans())
    ]

    assert {deed.what for one in visits for deed in one.deeds} == set(What)
    assert (
        {one.scanned for one in visits}
        == {one.twice for one in visits}
        == {True, False}
    )
    assert plan(Random(7), [Span(5, 9)]) == plan(Random(7), [Span(5, 9)])
