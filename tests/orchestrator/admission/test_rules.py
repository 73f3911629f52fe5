"""Rules of the door: who gets which seat, how long it takes, what counts."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.access.model import Grant, Role
from orchestrator.admission.allot import Free, allot
from orchestrator.admission.model import LEASE, SILENT, Picture, Seat, Waiting
from orchestrator.admission.parts import staff_of_room
from orchestrator.admission.tally import mark, minutes, tally
from orchestrator.admission.terms import staff_seats
from orchestrator.admission.vigil import Vigil
from orchestrator.admission.waits import LOOKED_BACK, Estimate, estimate
from orchestrator.ids import EventId, RegistrantId, RoomId, SessionId
from orchestrator.registration.model import Roll
from orchestrator.rooms.model import Room
from tests.orchestrator.admission.people import Steady, meeting

NOW = datetime(2021, 6, 28, 8, 30, tzinfo=UTC)
OPENED = NOW - timedelta(hours=1)
ROOM = RoomId("plenary")


@dataclass(frozen=True)
class One:
    registrant: str
    staff: bool = False
    standby: bool = False


LINES = st.lists(
    st.builds(
        One,
        registrant=st.sampled_from("abcdefghij"),
        staff=st.booleans(),
        standby=st.booleans(),
    ),
    unique_by=lambda one: one.registrant,
)
FREE = st.builds(
    lambda ordinary, staff: Free(
        ordinary=range(1, ordinary + 1),
        staff=range(ordinary + 1, ordinary + staff + 1),
    ),
    st.integers(0, 8),
    st.integers(0, 4),
)
UNSEEN = st.frozensets(st.sampled_from("abcxyz"))


@given(LINES, FREE)
def test_nobody_but_staff_gets_a_staff_seat_and_no_seat_goes_twice(line, free):
    given_to = allot(line, free)

    numbers = list(given_to.values())
    assert len({*numbers}) == len(numbers)
    people = {one.registrant: one for one in line}
    aside = {who for who, number in given_to.items() if number in free.staff}
    assert all(people[who].staff for who in aside)


@given(LINES, FREE)
def test_seats_go_in_the_order_of_the_line(line, free):
    given_to = allot(line, free)

    for wanted in ({"staff": True}, {"staff": False}):
        alike = [
            one.registrant in given_to for one in line if one.staff is wanted["staff"]
        ]
        assert alike == sorted(alike, reverse=True)


@given(LINES, FREE)
def test_nobody_waits_while_a_seat_is_free_for_him(line, free):
    given_to = allot(line, free)

    left = len({*free.ordinary} - {*given_to.values()})
    left_aside = len({*free.staff} - {*given_to.values()})
    out = [one for one in line if one.registrant not in given_to]
    assert not (left and out)
    assert not (left_aside and any(one.staff for one in out))


@given(LINES, FREE, UNSEEN)
def test_kept_seats_remain_after_standby_people_came_in(line, free, unseen):
    given_to = allot(line, free, unseen=unseen)

    standby = [
        one
        for one in line
        if one.standby and not one.staff and one.registrant in given_to
    ]
    left = len({*free.ordinary} - {*given_to.values()})
    others = [
        one
        for one in line
        if one.registrant in given_to
        and not (one.standby and not one.staff)
        and one.registrant not in unseen
    ]
    still = len(unseen.difference(given_to))
    # Unless others, who may take any seat, came after the last of them.
    assert not standby or left + len(others) >= still


@given(LINES, FREE, UNSEEN)
def test_keeping_seats_takes_none_from_who_is_not_standby(line, free, unseen):
    with_all = allot([one for one in line if not one.standby], free)

    kept = allot([one for one in line if not one.standby], free, unseen=unseen)

    assert kept == with_all


def test_standby_is_passed_over_not_put_back():
    line = [One("a", standby=True), One("b"), One("c", standby=True)]

    found = [allot(line, Free(range(1, n)), unseen={"x"}) for n in (2, 3, 4, 5)]

    some = {"a": 1, "b": 2}
    assert found == [{"b": 1}, some, some, {**some, "c": 3}]


@pytest.mark.parametrize(
    ("ages", "since", "told"),
    [
        ([1, 2], OPENED, None),
        ([16, 17, 18], OPENED, None),
        ([-1, -2, -3], OPENED, None),
        ([1, 2, 15], OPENED, timedelta(minutes=5)),
        ([1, 2, 3], NOW - timedelta(minutes=6), timedelta(minutes=2)),
        ([0, 0, 0], NOW, None),
    ],
)
def test_wait_is_told_from_seats_that_came_free_lately(ages, since, told):
    gone = [NOW - timedelta(minutes=age) for age in ages]

    found = estimate(gone, NOW, 4, since=since)

    assert found == (told and Estimate(every=told, wait=4 * told))


@given(
    st.lists(st.integers(-100, 3000), min_size=3),
    st.integers(1, 600),
)
def test_who_is_further_back_never_waits_less(ages, place):
    gone = [NOW - timedelta(seconds=age) for age in ages]

    first, second = (
        estimate(gone, NOW, number, since=OPENED) for number in (place, place + 1)
    )

    assert (first is None) == (second is None)
    if first and second:
        assert timedelta() < first.wait < second.wait
        assert first.every <= LOOKED_BACK / 3


def test_process_takes_no_seat_before_it_listened_for_a_lease():
    time = Steady()
    vigil = Vigil(time)

    time.seconds = LEASE.total_seconds() - 1
    early = vigil.is_over
    time.seconds += 1
    on_time = vigil.is_over
    vigil.disturbed()

    assert (early, on_time, vigil.is_over) == (False, True, False)


@pytest.mark.parametrize(
    ("asleep", "step", "over"),
    [(1, 0, True), (29, 0, True), (31, 0, False), (1, 3600, False), (1, -3600, False)],
)
def test_process_that_slept_or_whose_clock_was_put_right_listens_anew(
    asleep, step, over
):
    time = Steady()
    vigil = Vigil(time)
    time.vigils.append(vigil)
    time.seconds = 2 * LEASE.total_seconds()
    time.vigils.clear()

    time.seconds += asleep
    vigil.heard(time.moment + timedelta(seconds=step))

    assert vigil.is_over is over


def test_silence_before_a_process_listened_is_not_known_to_be_one():
    time = Steady()
    vigil = Vigil(time)
    vigil.heard(time.moment)
    time.vigils.append(vigil)

    time.seconds = SILENT.total_seconds() - 1
    early = vigil.silent(time.moment, SILENT)
    time.seconds += 1

    assert early < time.moment - timedelta(days=1000)
    assert vigil.silent(time.moment, SILENT) == time.moment - SILENT


def test_process_listens_from_its_start_on_not_from_its_first_look():
    time = Steady()
    vigil = Vigil(time)

    time.seconds = SILENT.total_seconds()
    vigil.heard(time.moment)

    assert vigil.silent(time.moment, SILENT) == time.moment - SILENT


def test_staff_of_a_room_have_a_part_in_what_is_held_there():
    event = meeting(rooms=("A", "B"))
    in_a, in_b = (timed.session.id for timed in event.timetable.sessions)
    roll = Roll(
        staff={
            RegistrantId("boss"): (Grant(Role.ORGANISER),),
            RegistrantId("chair of A"): (Grant(Role.CHAIR, session=in_a),),
            RegistrantId("chair of B"): (Grant(Role.CHAIR, session=in_b),),
            RegistrantId("gone"): (Grant(Role.CHAIR, session=SessionId("old")),),
        }
    )

    assert staff_of_room(roll, event.timetable.sessions[:1]) == {"boss", "chair of A"}


@given(
    capacity=st.integers(1, 30),
    wanted=st.none() | st.integers(0, 40),
    chairs=st.integers(0, 40),
)
def test_staff_have_a_seat_each_but_leave_half_of_the_room(capacity, wanted, chairs):
    event = meeting()
    room = hall(capacity=capacity, staff_seats=wanted)
    roll = Roll(
        staff={RegistrantId(f"chair{n}"): (Grant(Role.CHAIR),) for n in range(chairs)}
    )

    aside = staff_seats(event, room, roll)

    if wanted is None:
        assert aside == min(chairs, capacity // 2)
    else:
        assert aside == min(wanted, capacity)


def hall(**facts):
    return Room(id=ROOM, event=EventId("day"), name="", connection="main", **facts)


def test_room_in_figures():
    room = hall(capacity=6)
    seats = {
        RegistrantId(who): Seat(
            room=ROOM, number=number, registrant=RegistrantId(who), taken=NOW
        )
        for number, who in enumerate(("ada", "bob", "boss", "new"), start=1)
    }
    line = tuple(
        Waiting(
            room=ROOM,
            registrant=RegistrantId(who),
            number=number,
            since=NOW,
            seen=NOW,
            watching=who == "eve",
        )
        for number, who in enumerate(("dan", "eve"))
    )
    picture = Picture(
        seats=seats, queues={ROOM: line}, barred=frozenset(), gone={ROOM: ()}
    )
    roll = Roll(
        staff={RegistrantId("boss"): (Grant(Role.ORGANISER),)},
        members=frozenset({RegistrantId("ada"), RegistrantId("boss")}),
        non_members=frozenset({RegistrantId("bob")}),
        confirmed=frozenset({RegistrantId("ada"), RegistrantId("bob")}),
    )

    told = tally(room, picture, roll, reserved=5, peak=2)

    assert (told.inside, told.waiting, told.watching) == (4, 2, 1)
    assert (told.members, told.non_members, told.unknown, told.staff) == (1, 1, 1, 1)
    # No more seats can be kept than there are left.
    assert (told.reserved, told.free, told.peak) == (2, 0, 4)


@pytest.mark.parametrize(
    ("wait", "told"),
    [(None, None), (0, 1), (1, 1), (60, 1), (61, 2), (600, 10)],
)
def test_waits_are_told_in_whole_minutes(wait, told):
    assert minutes(wait if wait is None else timedelta(seconds=wait)) == told


def test_mark_tells_a_device_and_is_no_digest():
    assert mark("0123456789abcdef") == "01234567"
