"""So many times at once, then one more now and then; and memory has an end."""

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.web.limits import Limit, within

AT_ONCE, EVERY = 3, 2.0


class Seconds:
    """A counter that a test moves."""

    now = 1_000.0

    def __call__(self):
        return self.now


def limit(seconds, **options):
    return Limit(at_once=AT_ONCE, every=EVERY, counter=seconds, **options)


def test_so_many_at_once_and_one_more_every_so_often():
    seconds = Seconds()
    ours = limit(seconds)

    first = [ours.take("ada") for _ in range(5)]
    seconds.now += EVERY / 2
    early = ours.take("ada")
    seconds.now += EVERY / 2
    later = [ours.take("ada") for _ in range(2)]

    assert first == [0, 0, 0, EVERY, EVERY]
    assert (early, later) == (EVERY / 2, [0, EVERY])


def test_callers_do_not_pay_for_each_other():
    ours = limit(Seconds())

    assert [ours.take(who) for who in "aaabbb"] == [0] * 6


@given(st.lists(st.floats(0, 5), max_size=60))
def test_never_more_than_what_has_come_together(pauses):
    seconds = Seconds()
    ours, began, taken = limit(seconds), seconds.now, 0
    for pause in pauses:
        seconds.now += pause
        wait = ours.take("ada")
        taken += not wait
        if wait:
            seconds.now += wait + 1e-6
            assert ours.take("ada") == 0
            taken += 1
        assert taken <= AT_ONCE + (seconds.now - began) / EVERY + 1e-6


@given(st.integers(1, 20), st.lists(st.integers(0, 40), max_size=100))
def test_no_more_callers_are_kept_than_there_is_room_for(kept, callers):
    ours = limit(Seconds(), kept=kept)

    for one in callers:
        ours.take(one)

    assert len(ours) == min(kept, len({*callers}))


def test_the_refusal_says_when_to_come_again():
    seconds = Seconds()
    ours = limit(seconds)
    for _ in range(AT_ONCE):
        within(ours, "ada")

    seconds.now += 0.5
    with pytest.raises(web.HTTPTooManyRequests) as refused:
        within(ours, "ada")

    assert refused.value.headers["Retry-After"] == "2"
