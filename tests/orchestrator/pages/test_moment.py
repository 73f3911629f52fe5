"""What is on and what comes next, at any instant."""

from dataclasses import replace

import pytest

from orchestrator.pages.moment import Phase, SlotState, moment_of
from tests.orchestrator.pages.made_up import at, event, talk, timed


def names(slots):
    return [slot.talk.id for slot in slots]


@pytest.mark.parametrize(
    ("now", "phase", "current", "following", "changes"),
    [
        (at(9, day=27), Phase.BEFORE, [], ["talk1"], at(10)),
        (at(0), Phase.DAY, [], ["talk1"], at(10)),
        (at(9, 59, second=59), Phase.DAY, [], ["talk1"], at(10)),
        (at(10), Phase.DAY, ["talk1"], ["talk2"], at(10, 15)),
        (at(10, 15), Phase.DAY, ["talk2"], ["talk3"], at(10, 30)),
        (at(12), Phase.DAY, [], ["talk7"], at(16)),
        (at(17, 59), Phase.DAY, ["discussion2"], [], at(18)),
        (at(18), Phase.OVER, [], [], None),
    ],
)
def test_moment_of_the_day(now, phase, current, following, changes):
    moment = moment_of(event(), now)

    assert moment.phase is phase
    assert names(moment.current) == current
    assert names(moment.next) == following
    assert moment.changes == changes


def test_next_is_marked_on_the_day_only():
    before, during = (
        moment_of(event(), now).state(event().timetable.slots[0])
        for now in (at(9, day=27), at(9))
    )

    assert (before, during) == (SlotState.PLANNED, SlotState.NEXT)


def test_parallel_rooms_have_two_talks_on_and_one_each():
    both = event(
        timetable=(
            timed(1, at(10), at(11), [(30, talk(1)), (30, talk(2))], room="A"),
            timed(2, at(10), at(11), [(30, talk(3)), (30, talk(4))], room="B"),
        )
    )

    assert names(moment_of(both, at(10, 5)).current) == ["talk1", "talk3"]
    assert names(moment_of(both, at(10, 5)).next) == ["talk2", "talk4"]
    assert names(moment_of(both, at(10, 5), room="B").current) == ["talk3"]


def test_actual_times_win_over_planned_ones():
    first = event().timetable.sessions[0]
    late = replace(first.slots[0], actual_starts=at(10, 4), actual_ends=at(10, 20))
    moved = event(timetable=(replace(first, slots=(late, *first.slots[2:])),))

    assert names(moment_of(moved, at(10, 2)).current) == []
    assert names(moment_of(moved, at(10, 17)).current) == ["talk1"]


def test_an_event_without_sessions_lies_ahead():
    empty = event(timetable=())

    moment = moment_of(empty, at(10))

    assert (moment.phase, moment.current, moment.next) == (Phase.BEFORE, (), ())
