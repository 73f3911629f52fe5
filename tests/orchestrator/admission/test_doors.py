"""Doors open before a session, close after it, and stay open between neighbours."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.admission.doors import (
    Door,
    DoorState,
    closed_at,
    closes_at,
    door_at,
    opens_at,
    present_sessions,
)
from orchestrator.programme.model import Session, TimedSession

DAY = datetime(2021, 6, 28, tzinfo=UTC)


def at(clock):
    hours, minutes = clock.split(":")
    return DAY + timedelta(hours=int(hours), minutes=int(minutes))


def session(starts, ends, *, before=None, after=None):
    """One that lets people in these minutes before and after, else the usual ones."""
    return TimedSession(
        session=Session(
            title=starts,
            starts=at(starts),
            ends=at(ends),
            opens_before=minutes(before),
            closes_after=minutes(after),
        ),
        slots=(),
    )


def minutes(number):
    return None if number is None else timedelta(minutes=number)


MORNING, EVENING = session("10:00", "12:00"), session("16:00", "18:00")


def told(clock, *sessions):
    door = door_at(sessions, at(clock))
    return door.state, door.session and door.session.session.title


def test_doors_open_a_quarter_of_an_hour_before_and_close_half_an_hour_after():
    moments = ["09:44", "09:45", "12:29", "12:30", "15:45", "18:29", "18:30"]

    assert [told(clock, MORNING, EVENING) for clock in moments] == [
        (DoorState.BEFORE, "10:00"),
        (DoorState.OPEN, "10:00"),
        (DoorState.OPEN, "10:00"),
        (DoorState.BETWEEN, "16:00"),
        (DoorState.OPEN, "16:00"),
        (DoorState.OPEN, "16:00"),
        (DoorState.OVER, None),
    ]


def test_nobody_is_sent_out_between_sessions_that_follow_each_other():
    first, second = session("10:00", "11:00"), session("11:30", "12:30")

    door = door_at([second, first], at("11:10"))

    assert door == Door(
        state=DoorState.OPEN, session=first, opens=at("09:45"), closes=at("13:00")
    )


def test_a_meeting_without_sessions_is_not_open_and_not_over():
    assert door_at([], at("10:00")) == Door(state=DoorState.BEFORE)


def test_each_session_has_doors_of_its_own():
    early, late = session("10:00", "12:00", before=60), session("16:00", "18:00", before=0, after=0)  # fmt: skip
    moments = ["08:59", "09:00", "12:29", "12:30", "15:59", "16:00", "17:59", "18:00"]

    assert [told(clock, early, late) for clock in moments] == [
        (DoorState.BEFORE, "10:00"),
        (DoorState.OPEN, "10:00"),
        (DoorState.OPEN, "10:00"),
        (DoorState.BETWEEN, "16:00"),
        (DoorState.BETWEEN, "16:00"),
        (DoorState.OPEN, "16:00"),
        (DoorState.OPEN, "16:00"),
        (DoorState.OVER, None),
    ]


def test_long_doors_of_neighbours_become_one_opening():
    early = replace(MORNING.session, closes_after=minutes(120))
    late = session("16:00", "18:00", before=120)

    door = door_at([late, TimedSession(session=early, slots=())], at("13:30"))

    assert (door.state, door.opens, door.closes) == (
        DoorState.OPEN,
        at("09:45"),
        at("18:30"),
    )


def test_session_to_come_is_the_next_to_start_whichever_opens_first():
    soon, later = session("10:00", "11:00", before=5), session("10:30", "11:30", before=60)  # fmt: skip

    moments = ["09:00", "09:40", "09:56"]

    assert [told(clock, soon, later) for clock in moments] == [
        (DoorState.BEFORE, "10:00"),
        (DoorState.OPEN, "10:30"),
        (DoorState.OPEN, "10:30"),
    ]


@pytest.mark.parametrize(("day", "offset"), [("2021-03-28", 2), ("2021-10-31", 1)])
def test_doors_keep_their_minutes_when_the_clocks_change(day, offset):
    """Half past four of a night in which Paris turns its clocks at three."""
    starts = datetime.fromisoformat(f"{day} 04:30").replace(tzinfo=ZoneInfo("Europe/Paris"))  # fmt: skip
    night = TimedSession(
        session=Session(
            title="", starts=starts, ends=starts, opens_before=minutes(240)
        ),
        slots=(),
    )

    opens = datetime.fromisoformat(f"{day} 00:30+00:00") - timedelta(hours=offset)

    assert opens_at(night) == opens
    assert door_at([night], opens).is_open


SPANS = st.tuples(
    st.integers(0, 1300),
    st.integers(5, 120),
    st.none() | st.integers(0, 240),
    st.none() | st.integers(0, 240),
)


@given(st.lists(SPANS, max_size=6), st.integers(-240, 1700))
def test_doors_are_open_exactly_while_some_session_lets_people_in(spans, minute):
    sessions = [
        TimedSession(
            session=Session(
                title="",
                starts=DAY + timedelta(minutes=start),
                ends=DAY + timedelta(minutes=start + length),
                opens_before=minutes(before),
                closes_after=minutes(after),
            ),
            slots=(),
        )
        for start, length, before, after in spans
    ]
    hours = [
        (
            start - (15 if before is None else before),
            start + length + (30 if after is None else after),
        )
        for start, length, before, after in spans
    ]
    now = DAY + timedelta(minutes=minute)

    door = door_at(sessions, now)

    assert door.is_open is any(opens <= minute < closes for opens, closes in hours)
    if door.is_open:
        assert door.opens <= now < door.closes
        assert opens_at(door.session) <= now < door.closes
        assert {door.opens, door.closes} <= {
            edge for one in sessions for edge in (opens_at(one), closes_at(one))
        }
    elif door.session:
        to_come = [one for one in sessions if opens_at(one) > now]
        assert door.opens == min(map(opens_at, to_come))
        assert door.session.starts == min(
            one.starts for one in to_come if opens_at(one) <= door.closes
        )
        between = len(to_come) < len(sessions)
        assert door.state is (DoorState.BETWEEN if between else DoorState.BEFORE)
    else:
        assert door.state is (DoorState.OVER if sessions else DoorState.BEFORE)
        assert all(closes_at(one) <= now for one in sessions)


@pytest.mark.parametrize(
    ("clock", "closed"),
    [
        ("09:00", None),
        ("10:00", None),
        ("12:29", None),
        ("12:30", "12:30"),
        ("15:44", "12:30"),
        ("15:45", None),
        ("18:30", "18:30"),
        ("23:00", "18:30"),
    ],
)
def test_doors_have_closed_between_openings_and_after_the_last(clock, closed):
    found = closed_at([EVENING, MORNING], at(clock))

    assert found == (closed and at(closed))


@pytest.mark.parametrize(
    ("clock", "titles"),
    [
        ("09:00", ["10:00", "12:30"]),
        ("13:00", ["10:00", "12:30"]),
        ("15:00", ["16:00"]),
        ("18:30", []),
    ],
)
def test_sessions_of_one_opening_are_those_that_follow_each_other(clock, titles):
    noon = session("12:30", "13:30")

    found = present_sessions([EVENING, noon, MORNING], at(clock))

    assert [one.session.title for one in found] == titles
