"""From signs to intervals: each rule once, and no order that matters."""

from datetime import timedelta
from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.attendance import intervals
from orchestrator.attendance.intervals import believed, presence
from orchestrator.attendance.model import Interval, Source
from orchestrator.attendance.spans import common, length, union
from tests.orchestrator.attendance.made import (
    ADA,
    ANNEX,
    GRACE,
    HALL,
    beats,
    minute,
    poll,
    provider,
    sign,
)
from tests.orchestrator.registration.meeting import NINE


def inside(*signs, until=None):
    """Ada's intervals in the hall, as minutes after nine."""
    there = presence(signs, until=until).get(ADA)
    spans = there.rooms.get(HALL, ()) if there else ()
    return [tuple((at - NINE) / timedelta(minutes=1) for at in span) for span in spans]


def test_beats_make_one_interval_from_the_first_to_the_last():
    assert inside(*beats(minute(0), minute(20))) == [(0, 20)]


def test_a_single_sign_is_no_presence():
    assert presence([sign("here", minute(3))]) == {}


def test_silence_ends_presence_at_the_last_sign():
    heard = [sign("here", minute(n)) for n in (0, 2, 4.5, 7.1, 8)]

    assert inside(*heard) == [(0, 4.5), (7.1, 8)]


def test_without_the_limit_of_silence_a_page_would_be_there_all_the_time(monkeypatch):
    monkeypatch.setattr(intervals, "SILENCE", timedelta(hours=1))
    heard = [sign("here", minute(n)) for n in (0, 2, 4.5, 7.1, 8)]

    assert inside(*heard) == [(0, 8)]


def test_leaving_a_page_ends_presence_at_once_and_only_once():
    left = sign("out", minute(5))

    assert inside(*beats(minute(0), minute(4.5)), left, sign("out", minute(6))) == [
        (0, 5)
    ]
    assert inside(left) == []


@pytest.mark.parametrize(
    ("back", "found"),
    [(minute(5, 59), [(0, 10)]), (minute(6), [(0, 5), (6, 10)])],
)
def test_a_page_loaded_again_within_a_minute_leaves_no_hole(back, found):
    again = beats(back, minute(10))

    assert inside(*beats(minute(0), minute(4)), sign("out", minute(5)), *again) == found


def test_devices_that_overlap_are_one_line():
    one = beats(minute(0), minute(10))
    other = beats(minute(8), minute(15), stream="two")

    assert inside(*one, *other) == [(0, 15)]


def test_each_device_goes_silent_by_itself():
    one = beats(minute(0), minute(2))
    other = [sign("here", minute(4), stream="two"), sign("here", minute(8))]

    assert inside(*one, *other) == [(0, 2)]


def test_a_connection_lasts_without_beats():
    assert inside(provider("in", minute(0)), provider("out", minute(90))) == [(0, 90)]


def test_out_without_in_is_nothing():
    assert inside(provider("out", minute(9))) == []


def test_a_connection_that_nothing_ends_lasts_until_its_last_evidence():
    came = provider("in", minute(0))

    assert inside(came) == []
    assert inside(came, poll("here", minute(30))) == [(0, 30)]


def test_a_poll_brings_in_whose_coming_was_lost_and_its_out_ends_him():
    assert inside(poll("here", minute(5)), provider("out", minute(9))) == [(5, 9)]


def test_a_poll_puts_out_whose_leaving_was_lost_on_every_connection():
    came = [provider("in", minute(0)), provider("in", minute(1), stream="two")]

    gone = poll("out", minute(9))

    assert inside(*came, gone, provider("out", minute(12))) == [(0, 9)]


def test_a_late_in_takes_over_what_a_poll_saw():
    seen = [poll("here", minute(5)), provider("in", minute(6))]

    assert inside(*seen, provider("out", minute(9))) == [(5, 9)]


def test_one_of_two_connections_leaves_the_other():
    first = [provider("in", minute(0)), provider("out", minute(5))]
    second = [
        provider("in", minute(1), stream="two"),
        provider("out", minute(8), stream="two"),
    ]

    assert inside(*first, *second) == [(0, 8)]


def test_a_visit_told_with_one_time_for_both_ends_does_not_last():
    told = [provider("out", minute(5)), provider("in", minute(5))]

    assert inside(*told, poll("here", minute(30))) == []


def test_page_and_provider_are_merged_and_rooms_are_not():
    there = presence(
        [
            *beats(minute(0), minute(5)),
            provider("in", minute(4)),
            provider("out", minute(9)),
            *beats(minute(20), minute(25), room=ANNEX),
        ]
    )

    assert there[ADA].rooms == {
        HALL: (Interval(minute(0), minute(9)),),
        ANNEX: (Interval(minute(20), minute(25)),),
    }


def test_who_follows_from_outside_is_in_no_room():
    there = presence(beats(minute(0), minute(5), source=Source.OVERFLOW))

    assert there[ADA].rooms == {}
    assert there[ADA].overflow == {HALL: (Interval(minute(0), minute(5)),)}


@pytest.mark.parametrize(
    ("signs", "found"),
    [
        (beats(minute(0), minute(9)), [(0, 10)]),
        (beats(minute(0), minute(7)), [(0, 7)]),
        ([provider("in", minute(0))], [(0, 10)]),
        ([provider("in", minute(0) - timedelta(hours=6))], []),
        ([provider("in", minute(0)), provider("out", minute(11))], [(0, 10)]),
        ([sign("here", minute(11)), sign("here", minute(12))], []),
        ([poll("here", minute(10))], []),
    ],
)
def test_while_live_who_is_not_known_to_have_gone_is_there_until_now(signs, found):
    assert inside(*signs, until=minute(10)) == found


FOUR = [
    provider("in", minute(0)),
    provider("out", minute(20)),
    provider("in", minute(30), stream="two"),
    provider("out", minute(40) + timedelta(days=90), stream="two"),
]


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_four_events_told_three_times_in_any_order(order):
    told = [FOUR[n] for n in order for _ in range(3)]

    found = inside(*told)

    assert found == [(0, 20), (30, 40 + 90 * 24 * 60)]


SECONDS = st.integers(0, 900)
SIGNS = st.lists(
    st.builds(
        lambda kind, second, source, who, stream, room: sign(
            kind,
            NINE + timedelta(seconds=second),
            source=source,
            who=who,
            stream=stream,
            room=room,
        ),
        st.sampled_from(["in", "here", "out"]),
        SECONDS,
        st.sampled_from(Source),
        st.sampled_from([ADA, GRACE]),
        st.sampled_from(["", "one", "two"]),
        st.sampled_from([HALL, ANNEX]),
    ),
    max_size=25,
)


@given(SIGNS, st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(signs, chance):
    told = [one for one in signs for _ in range(chance.randint(1, 3))]
    chance.shuffle(told)

    assert presence(told) == presence(signs)


@given(SIGNS, SECONDS)
def test_intervals_are_in_order_apart_and_inside_what_was_told(signs, second):
    until = NINE + timedelta(seconds=second)

    for there in presence(signs, until=until).values():
        for spans in (*there.rooms.values(), *there.overflow.values()):
            assert all(one.starts < one.ends for one in spans)
            holes = [other.starts - one.ends for one, other in pairwise(spans)]
            assert all(hole >= intervals.BRIDGED for hole in holes)
            assert min(one.at for one in signs) <= spans[0].starts
            assert spans[-1].ends <= until


@given(SIGNS, SIGNS)
def test_people_do_not_touch_each_other(signs, others):
    ours = [one for one in signs if one.registrant == ADA]
    theirs = [one for one in others if one.registrant != ADA]

    assert presence([*theirs, *ours]).get(ADA) == presence(ours).get(ADA)


@given(SIGNS)
def test_the_last_sign_of_each_kind_is_enough_to_believe_somebody_inside(signs):
    told = [
        one
        for one in signs
        if one.room == HALL and one.source in (Source.PROVIDER, Source.POLL)
    ]
    last = {}
    for one in sorted(told, key=lambda one: one.at):
        last[one.registrant, one.source, one.stream, one.kind] = one

    assert believed(last.values()).keys() == believed(told).keys()


SPANS = st.lists(
    st.tuples(SECONDS, SECONDS).map(
        lambda pair: Interval(*(NINE + timedelta(seconds=n) for n in sorted(pair)))
    ),
    max_size=8,
)


def moments(spans):
    """The seconds that ``spans`` hold."""
    return {
        second
        for starts, ends in spans
        for second in range(
            (starts - NINE) // timedelta(seconds=1),
            (ends - NINE) // timedelta(seconds=1),
        )
    }


@given(SPANS, SPANS)
def test_union_and_common_part_hold_the_seconds_they_should(some, others):
    one, other = union(some), union(others)

    assert moments(one) == moments(some)
    assert moments(common(one, other)) == moments(some) & moments(others)
    assert length(one) == timedelta(seconds=len(moments(some)))
