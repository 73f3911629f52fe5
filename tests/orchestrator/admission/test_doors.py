"""Doors open before a session, close after it, and stay open between neighbours."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.admission.doors import Door, DoorState, door_at
from orchestrator.programme.model import Session, TimedSession

DAY = datetime(2021, 6, 28, tzinfo=UTC)


def at(clock):
    hours, minutes = clock.split(":")
    return DAY + timedelta(hours=int(hours), minutes=int(minutes))


def session(starts, ends):
    return TimedSession(
        session=Session(title=starts, starts=at(starts), ends=at(ends)), slots=()
    )


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


@given(
    st.lists(st.tuples(st.integers(0, 1300), st.integers(5, 120)), max_size=6),
    st.integers(0, 1500),
)
def test_doors_are_open_exactly_while_some_session_lets_people_in(spans, minute):
    sessions = [
        TimedSession(
            session=Session(
                title="",
                starts=DAY + timedelta(minutes=start),
                ends=DAY + timedelta(minutes=start + length),
            ),
            slots=(),
        )
        for start, length in spans
    ]
    let_in = any(start - 15 <= minute < start + length + 30 for start, length in spans)

    door = door_at(sessions, DAY + timedelta(minutes=minute))

    assert door.is_open is let_in
