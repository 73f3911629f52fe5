"""What presence adds up to: talks, half-days, curve and peak."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.attendance import figures as module
from orchestrator.attendance.figures import (
    MINIMUM_STAY,
    curve,
    is_attended,
    measure,
    of_event,
    of_person,
    peak,
)
from orchestrator.attendance.json_out import document
from orchestrator.attendance.model import (
    Count,
    Half,
    HalfDay,
    HalfDayStay,
    Interval,
    Presence,
)
from orchestrator.attendance.windows import half_days, is_on, window_of
from orchestrator.programme.model import Timetable
from orchestrator.registration.model import Registrant
from tests.orchestrator.attendance.made import ADA, ANNEX, GRACE, HALL, minute, room
from tests.orchestrator.registration.meeting import (
    DUNES,
    EVENING,
    MORNING,
    NINE,
    TIDES,
    meeting,
    session,
    talk,
)

MINUTE = timedelta(minutes=1)
TEA = "brk2345bcdfg"


def span(first, last):
    return Interval(minute(first), minute(last))


def person(*spans, event=None, place=HALL, overflow=(), rooms=None, **options):
    """Ada's figures, having been there during ``spans``."""
    by = measure(event or meeting(), rooms or [room()], **options)
    there = Presence(
        rooms={place: spans} if spans else {},
        overflow={HALL: overflow} if overflow else {},
    )
    return of_person(ADA, there, by)


def actual(event, ident, starts, ends=None):
    """``event`` with the actual times of one talk, in minutes after nine."""
    timed = tuple(
        replace(
            one,
            slots=tuple(
                replace(
                    slot,
                    actual_starts=minute(starts),
                    actual_ends=None if ends is None else minute(ends),
                )
                if slot.talk.id == ident
                else slot
                for slot in one.slots
            ),
        )
        for one in event.timetable.sessions
    )
    return replace(event, timetable=Timetable(sessions=timed))


def test_only_time_inside_sessions_counts():
    found = person(span(-20, 10), span(100, 400))

    assert found.intervals == (span(-20, 10), span(100, 400))
    assert found.stay == (10 + 20 + 100) * MINUTE


def test_time_is_given_to_each_slot_breaks_too_and_attendance_to_talks():
    found = person(span(10, 20), span(310, 340))

    assert found.slots == {TIDES: 10 * MINUTE, DUNES: 20 * MINUTE, TEA: 10 * MINUTE}
    assert found.attended == {TIDES, DUNES}


def test_who_was_nowhere_has_nothing():
    by = measure(meeting(), [room()])

    found = of_person(ADA, None, by)

    assert (found.stay, found.slots, found.attended, found.half_days) == (
        timedelta(),
        {},
        frozenset(),
        (),
    )


@pytest.mark.parametrize(
    ("stay", "length", "attended"),
    [
        (timedelta(), 0, False),
        (MINIMUM_STAY, 30, True),
        (MINIMUM_STAY - timedelta(seconds=1), 30, False),
        (3 * MINUTE, 6, True),
        (2 * MINUTE, 6, False),
    ],
)
def test_a_glance_is_no_attendance(stay, length, attended):
    assert is_attended(stay, span(0, length), MINIMUM_STAY) is attended


def test_short_stays_at_one_talk_are_added():
    assert person(span(0, 3), span(10, 13)).attended == {TIDES}
    assert person(span(0, 3)).attended == frozenset()


def test_without_the_minimum_a_glance_would_count(monkeypatch):
    glance = person(span(0, 1), minimum=timedelta())

    assert glance.attended == {TIDES}


def test_a_slot_has_its_actual_time_once_that_is_given():
    moved = actual(meeting(), TIDES, 50, 65)

    found = person(span(0, 60), event=moved)

    assert found.slots == {TIDES: 10 * MINUTE}


def test_a_talk_begun_and_not_ended_has_its_planned_length():
    begun = actual(meeting(), TIDES, 50)

    assert window_of(begun.timetable.slots[0]) == span(50, 80)


def test_a_session_that_overran_counts_until_its_last_talk_ended():
    late = actual(meeting(), TIDES, 90, 130)

    assert person(span(100, 150), event=late).stay == 30 * MINUTE


def parallel():
    """Two sessions at the same hour, in two rooms."""
    return meeting(
        replace(session(MORNING, "Water", talk(TIDES, "On tides")), room="Hall"),
        replace(session(EVENING, "Sand", talk(DUNES, "On dunes")), room="Annex"),
    )


ROOMS = [room(HALL, "Hall"), room(ANNEX, "Annex")]


def test_a_talk_is_attended_in_its_own_room():
    found = person(span(0, 20), event=parallel(), place=ANNEX, rooms=ROOMS)

    assert (found.slots, found.stay) == ({DUNES: 20 * MINUTE}, 20 * MINUTE)


def test_two_rooms_at_once_are_one_stay():
    by = measure(parallel(), ROOMS)
    there = Presence(rooms={HALL: (span(0, 20),), ANNEX: (span(10, 25),)}, overflow={})

    found = of_person(ADA, there, by)

    assert (found.stay, found.intervals) == (25 * MINUTE, (span(0, 25),))
    assert found.slots == {TIDES: 20 * MINUTE, DUNES: 15 * MINUTE}


def test_a_room_that_the_programme_names_no_more_counts_for_every_session():
    rooms = [*ROOMS, room("old", "Old")]

    found = person(span(0, 20), event=parallel(), place="old", rooms=rooms)

    assert found.slots == {TIDES: 20 * MINUTE, DUNES: 20 * MINUTE}


def test_the_overflow_is_counted_apart():
    found = person(overflow=(span(-5, 20),))

    assert (found.overflow, found.stay, found.slots) == (20 * MINUTE, timedelta(), {})
    assert found.intervals == ()


@pytest.mark.parametrize(("silent", "estimated"), [([HALL], True), ([ANNEX], False)])
def test_presence_in_a_room_that_reports_nobody_is_estimated(silent, estimated):
    assert person(span(0, 20), silent=silent).estimated is estimated


def test_each_half_day_has_its_first_arrival_and_last_departure():
    found = person(span(-10, 20), span(40, 90), span(330, 500))

    assert found.half_days == (
        HalfDayStay(
            half_day=HalfDay(date(2026, 3, 2), Half.MORNING),
            arrives=minute(0),
            leaves=minute(90),
            stay=70 * MINUTE,
        ),
        HalfDayStay(
            half_day=HalfDay(date(2026, 3, 2), Half.AFTERNOON),
            arrives=minute(330),
            leaves=minute(420),
            stay=90 * MINUTE,
        ),
    )


def on(*moments, zone="Europe/Paris"):
    """An event of sessions from each moment (UTC), two hours each."""
    sessions = [
        session(f"ses{n}", "One", talk(f"tlk{n}", "A talk"), starts=at)
        for n, at in enumerate(moments)
    ]
    event = meeting(*sessions)
    return replace(event, programme=replace(event.programme, zone=zone))


def test_half_days_part_at_one_o_clock_of_the_event_also_when_clocks_change():
    winter = datetime(2026, 3, 28, 11, tzinfo=UTC)
    event = on(winter, winter + timedelta(days=1))

    assert half_days(event) == {
        HalfDay(date(2026, 3, 28), Half.MORNING): Interval(
            datetime(2026, 3, 27, 23, tzinfo=UTC), datetime(2026, 3, 28, 12, tzinfo=UTC)
        ),
        HalfDay(date(2026, 3, 28), Half.AFTERNOON): Interval(
            datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 28, 23, tzinfo=UTC)
        ),
        HalfDay(date(2026, 3, 29), Half.AFTERNOON): Interval(
            datetime(2026, 3, 29, 11, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC)
        ),
    }


def test_a_session_over_midnight_is_in_two_days():
    event = on(datetime(2026, 3, 2, 22, tzinfo=UTC))

    assert list(half_days(event)) == [
        HalfDay(date(2026, 3, 2), Half.AFTERNOON),
        HalfDay(date(2026, 3, 3), Half.MORNING),
    ]


def test_an_event_is_on_from_half_an_hour_before_to_half_an_hour_after():
    moments = (-31, -30, 0, 149, 150, 269, 270)

    found = [is_on(meeting(), minute(one)) for one in moments]

    assert found == [False, True, True, True, False, False, True]


def test_peak_is_the_first_moment_of_the_most_people():
    people = [
        (span(0, 10), span(20, 30)),
        (span(5, 8), span(20, 25)),
        (span(8, 12),),
    ]

    assert peak(people) == Count(minute(5), 2)
    assert peak([]) is None


def test_curve_counts_who_is_inside_at_each_minute():
    people = [
        (Interval(minute(0, 30), minute(2)),),
        (span(1, 3), Interval(minute(3, 10), minute(3, 50))),
        (span(-5, 1),),
    ]

    assert curve(people, (Interval(minute(0, 0), minute(4, 30)),)) == (
        Count(minute(0), 1),
        Count(minute(1), 2),
        Count(minute(2), 1),
        Count(minute(3), 0),
        Count(minute(4), 0),
    )


def test_figures_of_all_together():
    by = measure(meeting(), [room()], silent=[HALL])
    people = [
        of_person(who, Presence(rooms={HALL: (there,)}, overflow={}), by)
        for who, there in ((ADA, span(-60, 20)), (GRACE, span(10, 40)))
    ]

    found = of_event(people, by)

    assert (found.peak, found.estimated) == (Count(minute(10), 2), True)
    assert [half for _, half in found.half_days] == [Half.MORNING, Half.AFTERNOON]
    points = dict(found.curve)
    assert (min(points), len(points)) == (minute(-30), 2 * 180)
    assert [points[minute(n)] for n in (-30, 0, 10, 19, 20, 40)] == [1, 1, 2, 2, 1, 0]


@pytest.mark.parametrize(
    ("now", "last"),
    [(-40, None), (10, 9), (10.5, 10), (190, 149), (1000, 449)],
)
def test_curve_stops_at_now(now, last):
    found = of_event((), measure(meeting(), [room()]), now=minute(0) + now * MINUTE)

    reached = max((one.at for one in found.curve), default=None)
    assert reached == (None if last is None else minute(last))


MINUTE = timedelta(minutes=1)
MINUTES = st.integers(-60, 500)
SPANS = st.lists(
    st.tuples(MINUTES, MINUTES).map(lambda pair: span(*sorted(pair))), max_size=6
).map(module.union)


@given(st.lists(SPANS, max_size=5))
def test_the_curve_never_exceeds_the_peak_and_reaches_it_for_whole_minutes(people):
    by = measure(meeting(), [room()])
    found = of_event(
        (
            of_person(str(n), Presence(rooms={HALL: spans}, overflow={}), by)
            for n, spans in enumerate(people)
        ),
        by,
    )

    most = max(one.inside for one in found.curve)
    assert most == (found.peak.inside if found.peak else 0)


@given(SPANS)
def test_parts_add_up_to_the_whole(spans):
    found = person(*spans)

    assert sum((one.stay for one in found.half_days), timedelta()) == found.stay
    assert sum(found.slots.values(), timedelta()) <= found.stay
    assert found.stay <= sum((one.length for one in spans), timedelta())
    assert all(
        one.stay <= one.leaves - one.arrives and one.arrives >= NINE
        for one in found.half_days
    )


def test_a_stay_within_one_second_is_no_interval_of_the_document():
    event = meeting()
    starts, second = minute(0), timedelta(seconds=1)
    spans = (
        Interval(starts + second / 5, starts + second / 2),
        Interval(minute(2), minute(3)),
    )
    by = measure(event, [room()])
    his = of_person(ADA, Presence(rooms={HALL: spans}, overflow={}), by)
    ada = Registrant(id=ADA, event=event.id, name="Ada", registered=starts)

    told = document(event, [ada], of_event([his], by))

    (person,) = told["people"]
    assert [one["starts"][14:16] for one in person["intervals"]] == ["02"]
