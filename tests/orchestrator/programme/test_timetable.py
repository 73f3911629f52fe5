"""A programme without clock times gets them."""

import time as clock
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from orchestrator.programme.model import Kind, Programme, Session, Talk
from orchestrator.programme.timetable import lay_out, without_fillers
from tests.orchestrator.programme.made import (
    at,
    invited,
    minutes,
    model_day,
    pause,
    programme,
    session,
    talk,
    times,
)


def placed(programme, timetable):
    sessions = tuple(timed.session for timed in timetable.sessions)
    return replace(programme, sessions=sessions, talks=())


def test_model_day():
    assert times(lay_out(model_day())) == [
        [
            "10:00-10:15 one",
            "10:15-10:30 two",
            "10:30-10:45 three",
            "10:45-11:00 four",
            "11:00-11:15 five",
            "11:15-11:30 six",
            "11:30-12:00 …",
        ],
        [
            "16:00-16:15 seven",
            "16:15-16:30 eight",
            "16:30-17:00 nine",
            "17:00-17:15 ten",
            "17:15-17:45 …",
            "17:45-18:00 …",
        ],
    ]


def test_talks_of_the_session_are_those_of_its_slots():
    timetable = lay_out(model_day())

    assert [timed.session.talks for timed in timetable.sessions] == [
        tuple(slot.talk for slot in timed.slots) for timed in timetable.sessions
    ]


def test_changeover_passes_between_talks_only():
    morning = session(
        "A", "10:00-11:00", [talk("one"), talk("two"), pause(), talk("three")]
    )

    timetable = lay_out(programme(morning, changeover=minutes(5)))

    assert times(timetable) == [
        [
            "10:00-10:10 one",
            "10:15-10:25 two",
            "10:25-10:40 Coffee",
            "10:40-10:50 three",
            "10:50-11:00 …",
        ]
    ]


def test_changeover_is_kept_around_a_given_time():
    given = talk("given", starts=at("10:30"), ends=at("10:40"))
    morning = session("A", "10:00-11:00", [talk("one"), given, talk("two")])

    timetable = lay_out(programme(morning, changeover=minutes(10)))

    assert times(timetable) == [
        [
            "10:00-10:10 one",
            "10:30-10:40 given",
            "10:50-11:00 two",
        ]
    ]


def test_given_duration_is_kept():
    morning = session("A", "10:00-11:00", [invited("one", duration=minutes(37))])

    assert times(lay_out(programme(morning))) == [["10:00-10:37 one", "10:37-11:00 …"]]


def test_given_times_are_kept_and_others_fill_the_gaps_in_order():
    lunch = pause(starts=at("10:30"), ends=at("11:00"))
    last = talk("last", starts=at("11:30"), ends=at("12:00"))
    talks = [talk("one"), talk("two"), lunch, talk("three"), last]

    timetable = lay_out(programme(session("A", "10:00-12:00", talks)))

    assert times(timetable) == [
        [
            "10:00-10:15 one",
            "10:15-10:30 two",
            "10:30-11:00 Coffee",
            "11:00-11:15 three",
            "11:30-12:00 last",
        ]
    ]


def test_talk_after_a_given_one_comes_before_it_where_there_is_no_room_behind():
    given = talk("given", starts=at("11:00"), ends=at("12:00"))
    talks = [given, talk("one"), talk("two")]

    timetable = lay_out(programme(session("A", "10:00-12:00", talks)))

    assert times(timetable) == [
        ["10:00-10:30 one", "10:30-11:00 two", "11:00-12:00 given"]
    ]


def test_loose_talk_of_given_time_goes_into_the_session_of_that_time():
    given = talk("given", starts=at("16:30"), ends=at("17:00"))
    day = session("A", "10:00-11:00"), session("B", "16:00-17:00")

    timetable = lay_out(programme(*day, talks=[given, talk("one"), talk("two")]))

    assert times(timetable) == [
        ["10:00-10:30 one", "10:30-11:00 …"],
        ["16:00-16:30 two", "16:30-17:00 given"],
    ]


def test_loose_talk_of_given_time_takes_the_room_that_is_free():
    first = talk("first", starts=at("10:00"), ends=at("11:00"))
    second = talk("second", starts=at("10:30"), ends=at("11:00"))
    rooms = [session(room, "10:00-11:00", room=room) for room in ("A", "B")]

    timetable = lay_out(programme(*rooms, talks=[first, second]))

    assert times(timetable) == [["10:00-11:00 first"], ["10:30-11:00 second"]]


def test_talk_with_a_start_only_lasts_until_the_next_one():
    talks = [
        talk("one", starts=at("10:00")),
        pause(starts=at("10:45")),
        talk("two", starts=at("11:00")),
    ]

    timetable = lay_out(programme(session("A", "10:00-11:40", talks)))

    assert times(timetable) == [
        ["10:00-10:45 one", "10:45-11:00 Coffee", "11:00-11:40 two"]
    ]


def test_last_talk_of_an_open_session_lasts_as_long_as_the_one_before():
    talks = [
        talk("one", starts=at("10:00")),
        pause(starts=at("10:20")),
        talk("two", starts=at("10:40")),
    ]

    timetable = lay_out(programme(session("A", "", talks)))

    assert times(timetable) == [
        ["10:00-10:20 one", "10:20-10:40 Coffee", "10:40-11:00 two"]
    ]


def test_only_talk_of_an_open_session_lasts_half_an_hour():
    only = talk("one", starts=at("10:00"))

    timetable = lay_out(programme(session("A", "", [only])))

    assert times(timetable) == [["10:00-10:30 one"]]


def test_end_and_duration_give_the_start():
    only = talk("one", ends=at("11:00"), duration=minutes(20))

    timetable = lay_out(programme(session("A", "", [only])))

    assert times(timetable) == [["10:40-11:00 one"]]


def test_session_with_a_start_takes_the_lengths_of_its_talks():
    talks = [talk("one", duration=minutes(20)), pause()]
    evening = Session(title="A", starts=at("19:00"), talks=tuple(talks))

    assert times(lay_out(programme(evening))) == [
        ["19:00-19:20 one", "19:20-19:35 Coffee"]
    ]


def test_open_session_takes_no_other_talks():
    given = talk("given", starts=at("09:00"), ends=at("10:00"))
    day = session("A", "", [given]), session("B", "10:00-11:00")

    timetable = lay_out(programme(*day, talks=[talk("one")]))

    assert times(timetable) == [["09:00-10:00 given"], ["10:00-11:00 one"]]


def test_unit_is_the_same_in_all_sessions():
    full = session("A", "10:00-11:00", [talk("one"), talk("two"), talk("three")])
    free = session("B", "14:00-15:00", [talk("four")])

    assert times(lay_out(programme(full, free))) == [
        ["10:00-10:20 one", "10:20-10:40 two", "10:40-11:00 three"],
        ["14:00-14:20 four", "14:20-15:00 …"],
    ]


def test_loose_talks_come_after_those_of_the_session():
    day = (
        session("A", "10:00-11:00", [talk("one"), talk("two")]),
        session("B", "14:00-15:00"),
    )

    timetable = lay_out(programme(*day, talks=map(talk, ["three", "four"])))

    assert times(timetable) == [
        ["10:00-10:30 one", "10:30-11:00 two"],
        ["14:00-14:30 three", "14:30-15:00 four"],
    ]


def test_empty_session_is_a_discussion():
    assert times(lay_out(programme(session("A", "10:00-11:00")))) == [["10:00-11:00 …"]]


def test_discussion_at_the_end_takes_what_is_left():
    table = Talk(title="Round table", kind=Kind.DISCUSSION)
    morning = session("A", "10:00-11:00", [talk("one", duration=minutes(15)), table])

    timetable = lay_out(programme(morning))

    assert times(timetable) == [["10:00-10:15 one", "10:15-11:00 Round table"]]


def test_untitled_discussion_between_talks_is_no_filler():
    between = Talk(title="", kind=Kind.DISCUSSION)
    morning = session("A", "10:00-11:00", [talk("one"), between, talk("two")])

    timetable = lay_out(programme(morning))

    assert times(timetable) == [["10:00-10:20 one", "10:20-10:40 …", "10:40-11:00 two"]]


def test_fillers_do_not_pile_up():
    first = placed(model_day(), lay_out(model_day()))

    again = placed(first, lay_out(first))

    assert again == first


def test_filler_keeps_its_identity_when_talks_come_before_it():
    filler = Talk(title="", kind=Kind.DISCUSSION, id="filler")
    morning = session("A", "10:00-11:00", [filler])

    timetable = lay_out(programme(morning, talks=[talk("one", duration=minutes(30))]))

    assert [slot.talk.id for slot in timetable.slots] == ["", "filler"]


def test_without_fillers_leaves_what_the_source_said():
    before = programme(session("A", "10:00-11:00", [talk("one", duration=minutes(5))]))

    assert without_fillers(placed(before, lay_out(before))) == before


def test_sessions_come_in_time_order():
    day = session("late", "16:00-17:00"), session("early", "10:00-11:00")

    timetable = lay_out(programme(*day))

    assert [timed.session.title for timed in timetable.sessions] == ["early", "late"]


def test_parallel_sessions_in_different_rooms():
    rooms = [session(name, "10:00-11:00", [talk(name)], room=name) for name in "AB"]

    assert times(lay_out(programme(*rooms))) == [["10:00-11:00 A"], ["10:00-11:00 B"]]


def test_sessions_of_equal_facts_keep_their_own_talks():
    twins = [
        Session(title="", starts=at("10:00"), ends=at("11:00"), room=room)
        for room in ("A", "B")
    ]

    timetable = lay_out(programme(*twins, talks=map(talk, ["one", "two"])))

    assert times(timetable) == [["10:00-11:00 one"], ["10:00-11:00 two"]]


def test_times_are_in_the_zone_of_the_event():
    utc = Session(
        title="A",
        starts=datetime(2021, 6, 28, 8, tzinfo=UTC),
        ends=datetime(2021, 6, 28, 9, tzinfo=UTC),
    )

    (timed,) = lay_out(programme(utc, talks=[talk("one")])).sessions

    zone = ZoneInfo("Europe/Paris")
    assert {timed.starts.tzinfo, timed.ends.tzinfo, timed.slots[0].starts.tzinfo} == {
        zone
    }
    assert f"{timed.starts:%H:%M}" == "10:00"


def test_night_of_the_longer_hour_has_room_for_one_hour_more():
    night = Session(
        title="Night",
        starts=at("01:00", 31, 10),
        ends=at("04:00", 31, 10),
        talks=tuple(map(talk, "abcd")),
    )

    slots = lay_out(programme(night)).slots

    lengths = {
        slot.ends.astimezone(UTC) - slot.starts.astimezone(UTC) for slot in slots
    }
    assert lengths == {minutes(60)}
    assert [f"{slot.starts:%H:%M%z}" for slot in slots] == [
        "01:00+0200",
        "02:00+0200",
        "02:00+0100",
        "03:00+0100",
    ]


def test_night_of_the_shorter_hour_has_no_room_for_it():
    night = Session(
        title="Night",
        starts=at("01:00", 28, 3),
        ends=at("04:00", 28, 3),
        talks=tuple(map(talk, "ab")),
    )

    timetable = lay_out(programme(night))

    assert times(timetable) == [["01:00-03:00 a", "03:00-04:00 b"]]


def test_programme_without_talks_or_sessions_is_empty():
    assert lay_out(Programme(title="Soon")).sessions == ()


def test_thousand_talks_in_forty_sessions_take_less_than_a_second():
    sessions = [
        session(
            f"S{number}", "09:00-14:00", day=1 + number % 20, room=str(number // 20)
        )
        for number in range(40)
    ]
    talks = [
        invited(f"T{number}") if number % 10 == 0 else talk(f"T{number}")
        for number in range(1000)
    ]
    spent = []
    for _ in range(3):
        began = clock.process_time()
        timetable = lay_out(programme(*sessions, talks=talks))
        spent.append(clock.process_time() - began)

    assert min(spent) < 1
    assert sum(bool(slot.talk.title) for slot in timetable.slots) == 1000
