"""What cannot be laid out is refused with the thing to change."""

from datetime import time

import pytest

from orchestrator.programme.errors import (
    BadTimes,
    DoesNotFit,
    NoSession,
    NoSuitableSession,
    NoWindow,
    OutsideWindow,
    Overlap,
    SpeakerTwice,
)
from orchestrator.programme.model import Kind, Person, Session, Talk
from orchestrator.programme.timetable import lay_out
from tests.orchestrator.programme.made import (
    at,
    minutes,
    programme,
    session,
    talk,
)


def refusal(error, *sessions, **fields):
    with pytest.raises(error) as caught:
        lay_out(programme(*sessions, **fields))
    return caught.value


def test_session_over_its_window_says_by_how_many_minutes():
    talks = [talk(title, duration=minutes(50)) for title in "abc"]

    error = refusal(DoesNotFit, session("Morning", "10:00-12:00", talks))

    assert error.facts == {"session": "Morning", "minutes": 30}
    assert error.detail == (
        "Morning (2021-06-28 10:00–12:00) is over by 30 minutes. Shorten a talk, "
        "move one to another session, or lengthen the session."
    )


def test_changeover_counts_when_a_session_is_over():
    talks = [talk(title, duration=minutes(60)) for title in "ab"]
    morning = session("Morning", "10:00-12:00", talks)

    error = refusal(DoesNotFit, morning, changeover=minutes(5))

    assert error.facts == {"session": "Morning", "minutes": 5}


def test_more_talks_than_five_minutes_each():
    talks = [talk(str(number)) for number in range(14)]

    error = refusal(DoesNotFit, session("Morning", "10:00-11:00", talks))

    assert error.facts == {"session": "Morning", "minutes": 10}
    assert "even with talks of 5 minutes" in error.detail


def test_loose_talks_that_do_not_fit_name_the_fullest_session():
    talks = [talk(title, duration=minutes(40)) for title in "abc"]
    day = session("A", "10:00-11:00"), session("B", "14:00-15:00")

    error = refusal(DoesNotFit, *day, talks=talks)

    assert error.facts == {"session": "B", "minutes": 20}


def test_talk_longer_than_its_session():
    long = talk("long", duration=minutes(90))

    error = refusal(DoesNotFit, session("A", "10:00-11:00", [long]))

    assert error.facts == {"session": "A", "minutes": 30, "talk": "long"}


def test_talk_longer_than_every_session():
    day = session("A", "10:00-11:00"), session("B", "14:00-15:30")

    error = refusal(DoesNotFit, *day, talks=[talk("long", duration=minutes(100))])

    assert error.facts == {"session": "B", "minutes": 10, "talk": "long"}


def test_talk_longer_than_a_day_in_a_session_without_an_end():
    evening = Session(
        title="A", starts=at("19:00"), talks=(talk("long", duration=minutes(1450)),)
    )

    error = refusal(DoesNotFit, evening)

    assert error.facts == {"session": "A", "minutes": 10, "talk": "long"}


def test_gaps_that_are_too_short_leave_the_session_over():
    given = talk("given", starts=at("10:30"), ends=at("10:50"))
    long = talk("long", duration=minutes(35))

    error = refusal(DoesNotFit, session("A", "10:00-11:00", [given, long]))

    assert error.facts == {"session": "A", "minutes": 25}


def test_speaker_in_two_places_names_both_talks():
    rooms = [
        session(room, "10:00-11:00", [talk(room, by=name)], room=room)
        for room, name in (("A", "Ada Noether"), ("B", "ada  noether"))
    ]

    error = refusal(SpeakerTwice, *rooms)

    assert error.facts == {"talks": ["A", "B"]}
    assert error.detail == (
        "Ada Noether would speak twice at once: “A” by Ada Noether (2021-06-28 "
        "10:00–11:00) and “B” by ada  noether (2021-06-28 10:00–11:00). Move one of "
        "the talks."
    )


def test_talks_of_one_room_at_one_time():
    talks = [
        talk("a", starts=at("10:00"), ends=at("10:40")),
        talk("b", starts=at("10:30"), ends=at("11:00")),
    ]

    error = refusal(Overlap, session("A", "10:00-11:00", talks))

    assert error.facts == {"both": ["a", "b"]}


def test_talks_of_two_open_sessions_in_one_room_at_one_time():
    open_ended = [
        session("A", "", [talk("a", starts=at("10:00"), ends=at("10:40"))]),
        session("B", "", [talk("b", starts=at("10:30"), ends=at("11:00"))]),
    ]

    error = refusal(Overlap, *open_ended)

    assert error.facts == {"both": ["a", "b"]}


def test_interleaved_open_sessions_in_one_room_are_no_overlap():
    outer = [
        talk("a", starts=at("10:00"), ends=at("11:00")),
        talk("c", starts=at("12:00"), ends=at("13:00")),
    ]
    inner = [talk("b", starts=at("11:00"), ends=at("12:00"))]

    timetable = lay_out(programme(session("A", "", outer), session("B", "", inner)))

    assert len(timetable.slots) == 3


def test_sessions_of_one_room_at_one_time():
    error = refusal(Overlap, session("A", "10:00-12:00"), session("B", "11:00-13:00"))

    assert error.facts == {"both": ["A", "B"]}


def test_start_without_room_before_the_next_given_one():
    talks = [
        talk("a", starts=at("10:03")),
        talk("between"),
        talk("b", starts=at("10:05"), ends=at("11:00")),
    ]

    error = refusal(Overlap, session("A", "10:00-11:00", talks))

    assert "Correct its time" in error.detail


def test_session_without_times():
    error = refusal(NoWindow, session("A", "", [talk("a")]))

    assert error.facts == {"session": "A"}


def test_session_with_a_start_only_needs_lengths():
    evening = Session(title="A", starts=at("19:00"), talks=(talk("a"),))

    error = refusal(NoWindow, evening)

    assert "“a” by Speaker of a has no length" in error.detail


def test_session_with_a_start_only_needs_talks():
    error = refusal(NoWindow, Session(title="A", starts=at("19:00")))

    assert "it has no talk" in error.detail


def test_loose_talks_need_a_session_with_both_ends():
    given = talk("a", starts=at("10:00"), ends=at("11:00"))

    refusal(NoWindow, session("A", "", [given]), talks=[talk("b")])


def test_talks_without_any_session():
    error = refusal(NoSession, talks=[talk("a")])

    assert "Add a session with its times" in error.detail


def test_given_time_outside_the_session():
    late = talk("late", starts=at("11:50"), ends=at("12:10"))

    error = refusal(OutsideWindow, session("A", "10:00-12:00", [late]))

    assert error.facts == {"talk": "late"}


def test_given_time_outside_every_session():
    late = talk("late", starts=at("19:00"))

    error = refusal(OutsideWindow, session("A", "10:00-12:00"), talks=[late])

    assert "is not inside any session" in error.detail


@pytest.mark.parametrize(
    "fields",
    [
        {"starts": at("11:00"), "ends": at("10:30")},
        {"ends": at("10:30")},
        {"duration": minutes(0)},
    ],
    ids=["end before start", "end without start", "no length"],
)
def test_talk_times_that_make_no_sense(fields):
    refusal(BadTimes, session("A", "10:00-12:00", [talk("a", **fields)]))


def test_session_that_ends_before_it_starts():
    refusal(BadTimes, session("A", "12:00-10:00"))


def test_unknown_zones():
    lost = Person(name="Ada", zone="Europe/Atlantis", hours=(time(8), time(18)))

    far = refusal(BadTimes, session("A", "10:00-12:00", [talk("a", speakers=(lost,))]))
    event = refusal(BadTimes, zone="Europe/Atlantis")

    assert "the time zone of Ada," in far.detail
    assert "the time zone of the meeting," in event.detail


def test_talk_that_no_session_suits():
    late = talk("late", not_before=time(20))
    day = session("A", "10:00-12:00"), session("B", "16:00-18:00")

    error = refusal(NoSuitableSession, *day, talks=[late, talk("other")])

    assert error.detail == (
        "“late” by Speaker of late cannot be given in any session: it is not to "
        "begin before 20:00. Change that, or add a session that suits."
    )


def test_talks_that_ask_for_the_same_time():
    rush = [
        talk(title, not_before=time(11, 30), duration=minutes(20)) for title in "ab"
    ]

    error = refusal(NoSuitableSession, session("A", "10:00-12:00", rush))

    assert "do not fit together" in error.detail


def test_untitled_talk_is_named_by_its_kind():
    anonymous = Talk(title="", kind=Kind.INVITED, duration=minutes(180))

    error = refusal(DoesNotFit, session("", "10:00-12:00", [anonymous]))

    assert error.detail == (
        "Session 2021-06-28 10:00–12:00 is over by 60 minutes: the untitled invited "
        "talk alone is longer. Shorten it, or lengthen the session."
    )
