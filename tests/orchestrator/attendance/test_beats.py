"""Heartbeats are thinned, and a kept one is never lost."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.attendance import beats as module
from orchestrator.attendance.beats import EVERY, Beats
from orchestrator.attendance.intervals import presence
from orchestrator.attendance.model import Interval, SignKind, Source
from tests.orchestrator.attendance.made import ADA, GRACE, HALL, minute
from tests.orchestrator.registration.meeting import EVENT, NINE


def moments(signs):
    return [(one.at - NINE) // timedelta(seconds=1) for one in signs]


def test_a_device_is_kept_once_in_thirty_seconds():
    beats = Beats()

    for second in range(0, 121, 20):
        beats.beat(EVENT, HALL, ADA, "one", minute(0, second))

    assert moments(beats.take()) == [0, 40, 80, 120]
    assert beats.take() == []


def test_devices_people_and_the_overflow_are_kept_apart():
    beats = Beats()

    for who, stream in ((ADA, "one"), (ADA, "two"), (GRACE, "one")):
        beats.beat(EVENT, HALL, who, stream, NINE)
    beats.beat(EVENT, HALL, ADA, "one", NINE, source=Source.OVERFLOW)

    kept = beats.take()
    assert len({(one.source, one.key) for one in kept}) == len(kept) == 4


def test_after_leaving_the_next_beat_is_kept_at_once():
    beats = Beats()
    beats.beat(EVENT, HALL, ADA, "one", minute(0))
    beats.beat(EVENT, HALL, ADA, "one", minute(0, 20))
    beats.leave(EVENT, HALL, ADA, "one", minute(0, 25))
    beats.beat(EVENT, HALL, ADA, "one", minute(0, 28))

    kept = beats.take()

    assert moments(kept) == [0, 25, 28]
    assert [one.kind for one in kept] == [SignKind.HERE, SignKind.OUT, SignKind.HERE]


def test_a_clock_set_back_does_not_silence_a_device():
    beats = Beats()
    beats.beat(EVENT, HALL, ADA, "one", minute(60))

    beats.beat(EVENT, HALL, ADA, "one", minute(5))

    assert moments(beats.take()) == [3600, 300]


def test_what_could_not_be_written_comes_again_first():
    beats = Beats()
    beats.beat(EVENT, HALL, ADA, "one", minute(0))
    due = beats.take()
    beats.beat(EVENT, HALL, ADA, "one", minute(1))

    beats.give_back(due)

    assert moments(beats.take()) == [0, 60]


def test_silent_devices_are_forgotten_and_no_beat_with_them(monkeypatch):
    monkeypatch.setattr(module, "_REMEMBERED", 10)
    beats = Beats()
    for number in range(11):
        beats.beat(EVENT, HALL, ADA, f"device{number}", minute(0, number))
    first = beats.take()

    beats.beat(EVENT, HALL, ADA, "device10", minute(0, 20))
    beats.beat(EVENT, HALL, ADA, "device0", minute(0, 20))

    assert len(beats._last) == 6
    assert (len(first), [one.stream for one in beats.take()]) == (11, ["device0"])


@given(st.lists(st.tuples(st.integers(1, 60), st.booleans()), min_size=2, max_size=40))
def test_thinning_loses_less_than_its_step_at_the_end(steps):
    beats, written, second = Beats(), [], 0
    for step, fails in steps:
        beats.beat(EVENT, HALL, ADA, "one", minute(0, second))
        last, second = second, second + step
        due = beats.take()
        if fails:
            beats.give_back(due)
        else:
            written.extend(due)
    written.extend(beats.take())

    found = presence(written).get(ADA)
    (span,) = found.rooms[HALL] if found else [Interval(NINE, NINE)]
    assert span.starts == NINE
    assert timedelta() <= minute(0, last) - span.ends < EVERY
