"""A talk that cannot be given at any time is moved, and it is said why."""

from dataclasses import replace
from datetime import time

from orchestrator.programme.model import Person, Remark
from orchestrator.programme.timetable import lay_out, moved
from tests.orchestrator.programme.made import (
    at,
    invited,
    minutes,
    model_day,
    programme,
    session,
    talk,
    times,
)

BELKIN = Person(
    name="Mikhail Belkin", zone="America/Los_Angeles", hours=(time(7), time(22))
)
MORNING, AFTERNOON = "10:00-12:00", "16:00-18:00"


def titles(timetable):
    return [
        [slot.talk.title for slot in timed.slots if slot.talk.title]
        for timed in timetable.sessions
    ]


def test_speaker_far_away_who_suits_stays():
    day = model_day()
    talks = [
        replace(one, speakers=(BELKIN,)) if one.title == "nine" else one
        for one in day.talks
    ]
    bound = replace(day, talks=tuple(talks))

    timetable = lay_out(bound)

    assert times(timetable) == times(lay_out(day))
    assert moved(bound, timetable) == ()


def test_speaker_far_away_goes_to_the_session_in_his_day():
    far = invited("far", speakers=(BELKIN,))
    day = programme(
        session("A", MORNING),
        session("B", AFTERNOON),
        talks=[far, *map(talk, ["one", "two", "three", "four"])],
    )

    timetable = lay_out(day)

    assert times(timetable) == [
        ["10:00-10:40 one", "10:40-11:20 two", "11:20-12:00 three"],
        ["16:00-17:20 far", "17:20-18:00 four"],
    ]
    assert moved(day, timetable) == (
        Remark(
            line=0,
            text="“far” by Mikhail Belkin is at 2021-06-28 16:00 (B), not at "
            "2021-06-28 10:00 as on the page: Mikhail Belkin speaks from 07:00 to "
            "22:00 in America/Los_Angeles (10:00 is 01:00 in America/Los_Angeles).",
        ),
    )


def test_talk_named_in_a_session_that_does_not_suit_leaves_it():
    late = talk("late", not_before=time(16))
    day = programme(
        session("A", MORNING, [talk("one"), late, talk("two")]),
        session("B", AFTERNOON, [talk("three")]),
    )

    timetable = lay_out(day)

    assert titles(timetable) == [["one", "two"], ["late", "three"]]
    assert [remark.text for remark in moved(day, timetable)] == [
        "“late” by Speaker of late is at 2021-06-28 16:00 (B), not at 2021-06-28 "
        "10:40 as on the page: it is not to begin before 16:00."
    ]


def test_talk_that_must_wait_is_overtaken_in_its_session():
    late = talk("late", not_before=time(10, 45))
    day = programme(session("A", MORNING, [late, talk("one"), talk("two")]))

    timetable = lay_out(day)

    assert times(timetable) == [
        ["10:00-10:40 one", "10:40-11:20 two", "11:20-12:00 late"]
    ]


def test_talk_that_waits_alone_leaves_time_before_it():
    late = talk("late", not_before=time(11, 30))

    timetable = lay_out(programme(session("A", MORNING, [late])))

    assert times(timetable) == [["11:30-12:00 late"]]


def test_talk_that_must_end_early_comes_first():
    early = Person(name="Ada", zone="Asia/Tokyo", hours=(time(8), time(18)))
    talks = [
        talk("one", duration=minutes(30)),
        talk("early", speakers=(early,), duration=minutes(60)),
    ]

    timetable = lay_out(programme(session("A", MORNING, talks)))

    assert times(timetable) == [
        ["10:00-11:00 early", "11:00-11:30 one", "11:30-12:00 …"]
    ]


def test_hours_over_midnight():
    owl = Person(name="Ada", zone="Europe/Paris", hours=(time(17), time(1)))
    day = session("A", MORNING), session("B", AFTERNOON)

    timetable = lay_out(programme(*day, talks=[talk("one", speakers=(owl,))]))

    assert times(timetable) == [["10:00-12:00 …"], ["17:00-18:00 one"]]


def test_hours_count_with_not_before():
    person = Person(name="Ada", zone="Europe/Paris", hours=(time(8), time(17)))
    both = talk("one", speakers=(person,), not_before=time(16, 30))

    timetable = lay_out(programme(session("A", AFTERNOON), talks=[both]))

    assert times(timetable) == [["16:30-17:00 one", "17:00-18:00 …"]]


def test_two_far_talks_are_both_moved():
    far = [talk(title, not_before=time(16)) for title in ("one", "two")]
    day = session("A", MORNING), session("B", AFTERNOON)

    timetable = lay_out(programme(*day, talks=[*far, *map(talk, ["three", "four"])]))

    assert titles(timetable) == [["three", "four"], ["one", "two"]]


def test_nearest_session_with_room_is_taken():
    full = session("B", "14:00-15:00", [talk("full", duration=minutes(60))])
    late = talk("late", not_before=time(13), duration=minutes(30))
    day = session("A", MORNING, [late]), full, session("C", AFTERNOON)

    timetable = lay_out(programme(*day))

    assert titles(timetable) == [[], ["full"], ["late"]]


def test_given_time_is_kept_with_a_remark():
    kept = talk("kept", speakers=(BELKIN,), starts=at("10:00"), ends=at("11:00"))
    day = programme(session("A", MORNING, [kept]))

    timetable = lay_out(day)

    assert times(timetable) == [["10:00-11:00 kept", "11:00-12:00 …"]]
    assert [remark.text for remark in moved(day, timetable)] == [
        "“kept” by Mikhail Belkin is kept at 2021-06-28 10:00, the time it was given, "
        "although Mikhail Belkin speaks from 07:00 to 22:00 in America/Los_Angeles "
        "(10:00 is 01:00 in America/Los_Angeles)."
    ]


def test_zone_without_hours_spares_the_night():
    person = Person(name="Ada", zone="America/Los_Angeles")
    day = session("A", MORNING), session("B", AFTERNOON)
    talks = talk("far", speakers=(person,)), talk("near")

    timetable = lay_out(programme(*day, talks=talks))

    assert titles(timetable) == [["near"], ["far"]]


def test_given_time_in_the_hours_of_the_speaker_needs_no_remark():
    kept = talk("kept", speakers=(BELKIN,), starts=at("16:00"), ends=at("17:00"))
    day = programme(session("B", AFTERNOON, [kept]))

    assert moved(day, lay_out(day)) == ()


def test_session_that_is_over_only_without_the_constraint():
    late = talk("late", not_before=time(16), duration=minutes(50))
    others = [talk(title, duration=minutes(50)) for title in ("one", "two")]
    day = programme(session("A", MORNING, [late, *others]), session("B", AFTERNOON))

    timetable = lay_out(day)

    assert titles(timetable) == [["one", "two"], ["late"]]
    assert [remark.text for remark in moved(day, timetable)] == [
        "“late” by Speaker of late is at 2021-06-28 16:00 (B): it is not to begin "
        "before 16:00."
    ]
