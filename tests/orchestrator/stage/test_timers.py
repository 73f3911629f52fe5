"""What the clocks of a session show."""

import pytest

from orchestrator.stage.timers import (
    Bell,
    Phase,
    bells,
    day_late,
    forecast,
    timers,
)
from tests.orchestrator.stage.rundowns import (
    afternoon,
    at,
    cue,
    minutes,
    morning,
    press,
    rundown,
)


@pytest.fixture
def third():
    first = press(morning(), "10:00", "next")
    return press(press(first, "10:16", "next"), "10:31", "next")


@pytest.mark.parametrize(
    ("now", "left", "talk", "questions", "phase"),
    [
        ("10:37:59", (301, 481), "on-time", "on-time", "on-time"),
        ("10:38", (300, 480), "soon", "on-time", "soon"),
        ("10:42:59", (1, 181), "soon", "soon", "soon"),
        ("10:43", (0, 180), "over", "soon", "soon"),
        ("10:46", (-180, 0), "over", "over", "over"),
        ("10:53:12", (-612, -432), "over", "over", "over"),
    ],
)
def test_talk_and_questions_count_down(third, now, left, talk, questions, phase):
    seen = timers(third, at(now))

    assert (seen.talk.left.total_seconds(), seen.whole.left.total_seconds()) == left
    assert (seen.talk.phase, seen.questions.phase) == (talk, questions)
    assert (seen.phase, seen.whole.phase) == (phase, questions)
    assert (seen.talk.starts, seen.talk.ends) == (at("10:31"), at("10:43"))
    assert (seen.questions.starts, seen.questions.ends) == (at("10:43"), at("10:46"))


def test_clock_is_amber_when_chosen(third):
    assert timers(third, at("10:33"), soon=minutes(10)).phase is Phase.SOON


def test_talk_without_questions_has_one_clock(third):
    off = press(third, "10:32", "put-questions-off")

    seen = timers(off, at("10:43"))

    assert (seen.questions, seen.phase) == (None, Phase.OVER)


def test_delay_of_the_next_one_and_of_the_session(third):
    seen = timers(third, at("10:53:12"))

    assert (seen.next_late, seen.session_late) == (minutes(8), minutes(8))


def test_pauses_make_up_for_a_delay():
    late = press(afternoon(), "15:00", "next")

    seen = timers(late, at("15:24"))

    assert (seen.next_late, seen.session_late) == (minutes(4), minutes(-5))


def test_nobody_on_has_no_clock():
    seen = timers(morning(), at("09:55"))

    assert (seen.talk, seen.whole, seen.questions, seen.phase) == (None,) * 4
    assert (seen.next_late, seen.session_late) == (minutes(-5), minutes(0))


def test_what_is_over_is_as_late_as_it_was():
    one = press(rundown(cue("only", "10:00", "10:15")), "10:00", "next")

    over = timers(press(one, "10:12", "finish"), at("11:00"))

    assert (over.next_late, over.session_late) == (None, minutes(-3))
    assert forecast(morning(), at("13:00")) == at("12:00")


def test_delay_of_a_day_is_what_the_time_between_sessions_leaves():
    first = press(rundown(cue("one", "10:00", "10:15")), "10:00", "next")
    second = rundown(cue("two", "10:20", "10:35"), session="second")

    assert day_late([second, first], at("10:18")) == minutes(0)
    assert day_late([second, first], at("10:30")) == minutes(10)
    begun = press(second, "10:20", "next")
    assert day_late([first, begun], at("10:30")) == minutes(0)
    assert day_late([], at("10:30")) == minutes(0)


def test_bells_ring_for_the_talk_and_for_its_questions(third):
    assert bells(third) == (
        Bell(at=at("10:38"), minutes=5, questions=False),
        Bell(at=at("10:42"), minutes=1, questions=False),
        Bell(at=at("10:43"), minutes=0, questions=False),
        Bell(at=at("10:45"), minutes=1, questions=True),
        Bell(at=at("10:46"), minutes=0, questions=True),
    )


def test_bells_ring_when_chosen(third):
    off = press(third, "10:32", "put-questions-off")

    assert [one.at for one in bells(off, (2,))] == [at("10:41")]
    assert bells(morning()) == ()
