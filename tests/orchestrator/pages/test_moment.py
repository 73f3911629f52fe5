"""What is on and what comes next, at any instant."""

from dataclasses import replace

import pytest

from orchestrator.pages.moment import Phase, SlotState, ends_of, moment_of
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


def run(*happened, skipped=(), room=""):
    """The day whose first talks began and ended as told; None is not yet."""
    first, second = event().timetable.sessions
    slots = list(first.slots)
    for number, (began, ended) in enumerate(happened):
        slots[number] = replace(slots[number], actual_starts=began, actual_ends=ended)
    for number in skipped:
        slots[number] = replace(slots[number], skipped=True)
    session = replace(second.session, room=room)
    return event(
        timetable=(
            replace(first, slots=tuple(slots)),
            replace(second, session=session),
        )
    )


@pytest.mark.parametrize(
    ("happened", "now", "current", "following"),
    [
        # The clock says the second: the chair has not started it.
        ([(at(10, 1), None)], at(10, 20), ["talk1"], ["talk2"]),
        ([(at(10, 1), at(10, 16))], at(10, 20), [], ["talk2"]),
        ([(at(10), at(10, 8)), (at(10, 8), None)], at(10, 9), ["talk2"], ["talk3"]),
        # What is on is on beyond the end of its session, until the next one begins.
        ([(at(10), None)], at(12, 30), ["talk1"], ["talk2"]),
        ([(at(10), None)], at(16), ["talk7"], ["talk8"]),
        # Nobody waits for the rest once the session is over.
        ([(at(10), at(10, 15))], at(12, 14), [], ["talk2"]),
        ([(at(10), at(10, 15))], at(12, 15), [], ["talk7"]),
    ],
)
def test_session_that_is_run_goes_by_its_chair(happened, now, current, following):
    moment = moment_of(run(*happened), now)

    assert (names(moment.current), names(moment.next)) == (current, following)


def test_another_room_does_not_end_what_is_on():
    moment = moment_of(run((at(10), None), room="B"), at(16))

    assert names(moment.current) == ["talk1", "talk7"]


def test_what_was_given_skipped_and_is_late_is_told_apart():
    day = run((at(10), at(10, 15)), (at(10, 15), None), skipped=[2])
    moment = moment_of(day, at(11, 10))

    assert [moment.state(slot) for slot in day.timetable.slots[:5]] == [
        SlotState.DONE,
        SlotState.NOW,
        SlotState.ABSENT,
        SlotState.NEXT,
        SlotState.PLANNED,
    ]
    assert names(moment.late) == ["talk4"]


def test_skipped_talk_is_not_on_where_the_clock_decides():
    moment = moment_of(run(skipped=[1]), at(10, 20))

    assert (names(moment.current), names(moment.next)) == ([], ["talk3"])


def test_day_is_not_over_while_somebody_is_on():
    last = event().timetable.sessions[1]
    slots = (replace(last.slots[0], actual_starts=at(16)), *last.slots[1:])
    moment = moment_of(event(timetable=(replace(last, slots=slots),)), at(18, 5))

    assert (moment.phase, moment.changes) == (Phase.DAY, at(0, day=29))


def test_talk_begun_after_its_time_has_its_whole_length():
    slot = run((at(10, 40), None)).timetable.slots[0]

    assert ends_of(slot) == at(10, 55)


@pytest.mark.parametrize(
    ("began", "ends"),
    [(at(9, 50), at(10, 5)), (at(9, 59), at(10, 15)), (at(10, 7), at(10, 15))],
)
def test_talk_begun_well_before_its_time_ends_before_it(began, ends):
    assert ends_of(run((began, None)).timetable.slots[0]) == ends


def test_an_event_without_sessions_lies_ahead():
    empty = event(timetable=())

    moment = moment_of(empty, at(10))

    assert (moment.phase, moment.current, moment.next) == (Phase.BEFORE, (), ())
