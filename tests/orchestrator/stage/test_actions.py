"""One press of a chair: what it does, and why it is refused."""

from dataclasses import replace

import pytest

from orchestrator.stage.actions import apply, insert, transfer, undo
from orchestrator.stage.errors import BadOrder, Breaches, Impossible, NoSuchTalk
from orchestrator.stage.model import CueState
from tests.orchestrator.stage.rundowns import (
    BREAK,
    DISCUSSION,
    INVITED,
    action,
    afternoon,
    at,
    cue,
    minutes,
    morning,
    press,
    rundown,
    times,
    told,
)


@pytest.fixture
def begun():
    """The third talk is on, since a minute after its time."""
    first = press(morning(), "10:00", "next")
    return press(press(first, "10:16", "next"), "10:31", "next")


@pytest.fixture
def tight():
    """A talk, then an invited one that follows at once, then the end."""
    return rundown(
        cue("one", "10:00", "10:15"),
        cue("two", "10:15", "10:30"),
        cue("star", "10:30", "11:00", INVITED),
    )


def put(rundown, now, kind, length, before=None, *, breach=False):
    said = action("insert", kind=kind, minutes=length, before=before, breach=breach)
    return insert(rundown, said, "new", at(now))


def send(rundown, other, talk, now="10:00", *, breach=False):
    said = action("transfer", talk=talk, session=other.session, breach=breach)
    return transfer(rundown, other, said, at(now))


def test_next_ends_what_is_live_and_brings_the_next_on(begun):
    after = press(begun, "10:53:12", "next", talk="t4")

    assert after.version == begun.version + 1
    assert told(after)[:4] == [
        "t1 done 10:00-10:15",
        "t2 done 10:15-10:30",
        "t3 done 10:30-10:45",
        "t4 live 10:45-11:00",
    ]
    assert after.cue("t3").actual_ends == after.live.actual_starts == at("10:53:12")


def test_next_is_refused_when_another_one_was_meant(begun):
    with pytest.raises(Impossible, match="Another one is next now"):
        press(begun, "10:53", "next", talk="t3")
    with pytest.raises(NoSuchTalk):
        press(begun, "10:53", "next", talk="elsewhere")


def test_next_after_the_last_only_ends():
    one = press(rundown(cue("only", "10:00", "10:15")), "10:00", "next")

    over = press(one, "10:14", "next")

    assert told(over) == ["only done 10:00-10:15"]
    with pytest.raises(Impossible, match="nothing is to come"):
        press(over, "10:15", "next")
    with pytest.raises(Impossible, match="Nothing is to come"):
        press(over, "10:15", "next", talk="only")


def test_invited_talk_is_brought_on_early_by_a_second_press(tight):
    late = replace(tight, cues=tight.cues[2:])

    with pytest.raises(Breaches) as refused:
        press(late, "10:27:59", "next")

    assert refused.value.facts == {
        "breaches": [
            {
                "talk": "star",
                "was": "2021-06-28T10:30:00+02:00",
                "now": "2021-06-28T10:27:59+02:00",
            }
        ]
    }
    assert press(late, "10:27:59", "next", breach=True).live.talk == "star"
    assert press(late, "10:28", "next").live.talk == "star"


def test_start_of_a_later_talk_moves_it_before_the_others(begun):
    after = press(begun, "10:46", "start", talk="t6")

    assert told(after)[2:] == [
        "t3 done 10:30-10:45",
        "t6 live 10:45-11:00",
        "t4 planned 11:00-11:15",
        "t5 planned 11:15-11:30",
        "end planned 11:30-12:00",
    ]


def test_start_without_a_talk_brings_the_next_on():
    one = press(rundown(cue("only", "10:00", "10:15")), "10:00", "start")

    assert told(one) == ["only live 10:00-10:15"]
    with pytest.raises(Impossible, match="Nothing is to come"):
        press(one, "10:05", "start")


def test_start_of_an_invited_talk_out_of_turn_needs_a_second_press():
    day = afternoon()

    with pytest.raises(Breaches, match="An invited talk would start at 15:01"):
        press(day, "15:01", "start", talk="belkin")
    early = press(day, "15:01", "start", talk="belkin", breach=True)

    assert told(early)[:2] == ["belkin live 15:00-16:00", "a1 planned 16:05-16:20"]


def test_start_of_an_invited_talk_on_its_minute_keeps_its_time():
    day = replace(afternoon(), ends=at("19:30"))

    after = press(day, "16:29", "start", talk="belkin")

    assert told(after)[:2] == ["belkin live 16:30-17:30", "a1 planned 17:35-17:50"]


@pytest.mark.parametrize(
    ("talk", "why"),
    [("t3", "That one is on"), ("t1", "has been given"), ("t6", "is skipped")],
)
def test_start_is_refused_for_what_is_not_to_come(begun, talk, why):
    skipped = press(begun, "10:32", "skip", talk="t6")

    with pytest.raises(Impossible, match=why):
        press(skipped, "10:33", "start", talk=talk)


def test_finish_leaves_nobody_on(begun):
    after = press(begun, "10:44", "finish")

    assert (after.live, after.cue("t3").actual_ends) == (None, at("10:44"))
    with pytest.raises(Impossible, match="Nothing is on"):
        press(after, "10:45", "finish")


def test_clock_that_goes_back_makes_no_length_negative(begun):
    after = press(begun, "10:20", "next")

    ended = after.cue("t3").actual_ends
    assert ended == begun.live.actual_starts == after.live.actual_starts


def test_back_is_as_if_the_one_before_had_never_ended(begun):
    after = press(press(begun, "10:53", "next"), "10:54", "back")

    assert after.cues == begun.cues


def test_back_after_the_last_has_it_on_again(begun):
    after = press(press(begun, "10:53", "finish"), "10:54", "back")

    assert after.cues == begun.cues


def test_back_is_refused_before_anything_has_ended():
    with pytest.raises(Impossible, match="Nothing has ended"):
        press(press(morning(), "10:00", "next"), "10:01", "back")


def test_skipped_talk_leaves_free_time(begun):
    after = press(begun, "10:40", "skip", talk="t4")

    assert after.next.talk == "t5"
    assert times(after) == ["t5 11:00-11:15", "t6 11:15-11:30", "end 11:30-12:00"]
    with pytest.raises(Impossible, match="That one is on"):
        press(begun, "10:40", "skip", talk="t3")


def test_restored_talk_has_its_time_again(begun):
    skipped = press(begun, "10:40", "skip", talk="t4")

    assert press(skipped, "10:41", "restore", talk="t4").cues == begun.cues
    with pytest.raises(Impossible, match="not skipped"):
        press(begun, "10:41", "restore", talk="t4")


def test_talk_restored_too_late_comes_directly_after_what_is_on(begun):
    skipped = press(begun, "10:40", "skip", talk="t4")
    passed = press(skipped, "11:00", "next")

    after = press(passed, "11:02", "restore", talk="t4")

    assert told(after)[3:] == [
        "t5 live 11:00-11:15",
        "t4 planned 11:15-11:30",
        "t6 planned 11:30-11:45",
        "end planned 11:45-12:00",
    ]


def test_restored_talk_for_which_there_is_no_room_needs_a_second_press(tight):
    skipped = press(tight, "10:00", "skip", talk="one")
    passed = press(skipped, "10:15", "next")

    with pytest.raises(Breaches, match="invited talk would start at 10:45 instead of"):
        press(passed, "10:20", "restore", talk="one")
    after = press(passed, "10:20", "restore", talk="one", breach=True)

    assert times(after) == ["one 10:30-10:45", "star 10:45-11:15"]
    assert after.ends == at("11:15")


def test_talk_restored_beside_what_has_taken_its_time_comes_behind_that():
    day = rundown(
        cue("tea", "10:00", "10:10", BREAK),
        cue("one", "10:10", "10:15"),
        cue("two", "10:15", "10:40"),
        ends="10:45",
    )
    skipped = press(day, "09:50", "skip", talk="one")
    moved = press(skipped, "09:51", "move", talk="two", by=-1)

    after = press(moved, "09:52", "restore", talk="one")

    assert times(after) == ["two 10:00-10:25", "one 10:25-10:30", "tea 10:30-10:40"]


def test_restored_talk_takes_nothing_from_what_stands_before_it():
    day = rundown(
        cue("one", "10:00", "10:05"),
        cue("two", "10:05", "10:10"),
        cue("tea", "10:10", "10:20", BREAK),
        cue("star", "10:20", "10:50", INVITED),
    )
    longer = press(day, "09:50", "extend", talk="two", minutes=2)
    skipped = press(longer, "09:51", "skip", talk="two")
    moved = press(skipped, "09:52", "move", talk="tea", by=-1)
    assert times(moved)[:2] == ["tea 10:00-10:10", "one 10:15-10:20"]

    with pytest.raises(Breaches, match="start at 10:22 instead of 10:20"):
        press(moved, "09:53", "restore", talk="two")


def test_restored_invited_talk_has_its_start_or_needs_a_second_press():
    day = rundown(
        cue("one", "10:00", "10:05"),
        cue("two", "10:05", "10:10"),
        cue("star", "10:10", "10:20", INVITED),
        cue("tea", "10:20", "10:35", BREAK),
        cue("long", "10:35", "10:55"),
    )
    skipped = press(day, "09:50", "skip", talk="star")
    tea = press(skipped, "09:51", "move", talk="tea", by=-1)
    long = press(skipped, "09:51", "move", talk="long", by=-2)
    assert (times(tea)[1], times(long)[1]) == ("tea 10:05-10:20", "long 10:05-10:25")

    after = press(tea, "09:52", "restore", talk="star")

    assert times(after)[1:3] == ["tea 10:05-10:10", "star 10:10-10:20"]
    with pytest.raises(Breaches, match="start at 10:25 instead of 10:10"):
        press(long, "09:52", "restore", talk="star")


def test_restored_talk_comes_before_what_has_exactly_its_time():
    day = rundown(
        cue("one", "10:00", "10:10"),
        cue("two", "10:10", "10:15"),
        cue("star", "10:20", "10:50", INVITED),
    )
    filled = put(press(day, "09:50", "skip", talk="two"), "09:51", "break", 10, "star")
    assert times(filled)[1] == "new 10:10-10:20"

    after = press(filled, "09:52", "restore", talk="two")

    assert times(after)[1:3] == ["two 10:10-10:15", "new 10:15-10:20"]


def test_move_exchanges_lengths_and_keeps_the_pauses():
    day = rundown(
        cue("long", "10:00", "10:20"),
        cue("short", "10:25", "10:35"),
        cue("last", "10:40", "11:00"),
    )

    moved = press(day, "09:50", "move", talk="long", by=1)

    assert times(moved) == ["short 10:00-10:10", "long 10:15-10:35", "last 10:40-11:00"]
    assert press(moved, "09:51", "move", talk="short", by=1).cues == day.cues


def test_move_goes_no_further_than_the_first_and_the_last_place(begun):
    first = press(begun, "10:32", "move", talk="t6", by=-500)
    last = press(begun, "10:32", "move", talk="t4", by=500)

    assert [one.talk for one in first.ahead] == ["t6", "t4", "t5", "end"]
    assert [one.talk for one in last.ahead] == ["t5", "t6", "end", "t4"]
    with pytest.raises(Impossible, match="stands there already"):
        press(first, "10:33", "move", talk="t6", by=-1)


def test_move_leaves_what_stands_before_it_alone():
    longer = press(morning(), "09:50", "extend", talk="t1", minutes=5)

    moved = press(longer, "09:51", "move", talk="t4", by=1)

    assert times(moved)[:5] == [
        "t1 10:00-10:15",
        "t2 10:15-10:30",
        "t3 10:30-10:45",
        "t5 10:45-11:00",
        "t4 11:00-11:15",
    ]


def test_invited_talk_keeps_its_start_whatever_is_moved_past_it(tight):
    roomy = replace(tight, ends=at("12:00"))

    moved = press(roomy, "09:50", "move", talk="one", by=2)

    assert times(moved) == ["two 10:00-10:15", "star 10:30-11:00", "one 11:00-11:15"]


def test_moving_before_an_invited_talk_what_does_not_fit_needs_a_second_press():
    day = rundown(
        cue("one", "10:00", "10:15"),
        cue("star", "10:20", "10:50", INVITED),
        cue("two", "10:50", "11:05"),
    )

    with pytest.raises(Breaches, match="would start at 10:30 instead of 10:20"):
        press(day, "09:50", "move", talk="two", by=-1)
    moved = press(day, "09:50", "move", talk="two", by=-1, breach=True)

    assert times(moved) == ["one 10:00-10:15", "two 10:15-10:30", "star 10:30-11:00"]
    assert moved.ends == day.ends


def test_discussions_then_breaks_make_room_for_what_is_moved():
    day = rundown(
        cue("talk", "10:00", "10:10", DISCUSSION),
        cue("tea", "10:10", "10:20", BREAK),
        cue("star", "10:25", "10:50", INVITED),
        cue("one", "10:50", "11:05"),
        ends="11:30",
    )

    moved = press(day, "09:50", "move", talk="one", by=-1)

    assert times(moved) == [
        "talk 10:00-10:01",
        "tea 10:01-10:10",
        "one 10:10-10:25",
        "star 10:25-10:50",
    ]


def test_order_is_that_of_all_to_come(begun):
    after = press(begun, "10:32", "order", talks=["t5", "t4", "end", "t6"])

    assert times(after) == [
        "t5 10:45-11:00",
        "t4 11:00-11:15",
        "end 11:15-11:45",
        "t6 11:45-12:00",
    ]


@pytest.mark.parametrize(
    ("talks", "why"),
    [
        (["t4", "t5", "t6"], "leaves a talk out"),
        (["t4", "t5", "t6", "end", "t4"], "stands twice"),
        (["t4", "t5", "t6", "end", "a1"], "not to come in this session"),
        (["t3", "t4", "t5", "t6", "end"], "not to come in this session"),
    ],
)
def test_order_of_other_talks_is_refused(begun, talks, why):
    with pytest.raises(BadOrder, match=why):
        press(begun, "10:32", "order", talks=talks)


def test_order_that_changes_nothing_is_refused(begun):
    with pytest.raises(Impossible, match="in that order already"):
        press(begun, "10:32", "order", talks=["t4", "t5", "t6", "end"])


def test_inserted_break_makes_the_discussion_shorter(begun):
    after = put(begun, "10:32", "break", 10, before="t5")

    assert after.version == begun.version + 1
    assert times(after) == [
        "t4 10:45-11:00",
        "new 11:00-11:10",
        "t5 11:10-11:25",
        "t6 11:25-11:40",
        "end 11:40-12:00",
    ]


def test_inserted_discussion_is_not_what_makes_room(begun):
    after = put(begun, "10:32", "discussion", 29, before="end")

    assert times(after)[-2:] == ["new 11:30-11:59", "end 11:59-12:00"]


def test_insertion_at_the_end_moves_the_end_by_a_second_press(tight):
    with pytest.raises(Breaches, match="session would end at 11:10 instead of 11:00"):
        put(tight, "10:00", "discussion", 10)
    after = put(tight, "10:00", "discussion", 10, breach=True)

    assert (times(after)[-1], after.ends) == ("new 11:00-11:10", at("11:10"))


def test_insertion_after_all_is_over_is_for_the_present():
    over = press(
        press(rundown(cue("only", "10:00", "10:15"), ends="11:00"), "10:00", "next"),
        "10:10",
        "finish",
    )

    assert times(put(over, "10:12:30", "break", 5)) == ["new 10:15-10:20"]
    assert times(put(over, "10:20:30", "break", 5)) == ["new 10:20-10:25"]
    with pytest.raises(Impossible, match="has been given"):
        put(over, "10:20", "break", 5, before="only")


def test_transferred_talk_goes_to_the_end_of_the_other_session(tight):
    before = rundown(*morning().cues, ends="13:00", session="other")

    left, other = send(tight, before, "one")

    assert (left.version, other.version) == (2, 2)
    assert times(left) == ["two 10:15-10:30", "star 10:30-11:00"]
    assert times(other)[-2:] == ["end 11:30-12:00", "one 12:00-12:15"]


def test_last_discussion_makes_room_for_a_transferred_talk(tight):
    _, other = send(tight, replace(morning(), session="other"), "one")

    assert times(other)[-2:] == ["end 11:30-11:45", "one 11:45-12:00"]


def test_transferred_discussion_is_not_what_makes_room(begun):
    other = rundown(cue("last", "14:00", "14:30", DISCUSSION), session="late")

    _, after = send(begun, other, "end", breach=True)

    assert times(after) == ["last 14:00-14:01", "end 14:01-14:31"]


def test_invited_talk_is_transferred_by_a_second_press(tight):
    other = rundown(cue("last", "14:00", "14:30"), ends="16:00", session="late")

    with pytest.raises(Breaches, match="invited talk would start at 14:30 instead of"):
        send(tight, other, "star")
    left, after = send(tight, other, "star", breach=True)

    assert times(left) == ["one 10:00-10:15", "two 10:15-10:30"]
    assert times(after) == ["last 14:00-14:30", "star 14:30-15:00"]


def test_invited_talk_whose_start_stays_is_transferred_at_once(tight):
    other = rundown(cue("last", "10:00", "10:30"), ends="16:00", session="late")

    _, after = send(tight, other, "star")

    assert times(after) == ["last 10:00-10:30", "star 10:30-11:00"]


def test_transfer_into_the_same_session_is_refused(tight):
    with pytest.raises(Impossible, match="in that session already"):
        send(tight, tight, "one")


def test_extension_changes_the_length_and_no_promise(begun):
    live = press(begun, "10:40", "extend", minutes=5)
    later = press(begun, "10:40", "extend", talk="t5", minutes=5)

    assert (live.live.talk_time, live.live.question_time) == (minutes(17), minutes(3))
    assert later.cue("t5").talk_time == minutes(17)
    assert told(live) == told(later) == told(begun)


def test_less_time_is_taken_from_the_talk_then_from_the_questions(begun):
    less = press(begun, "10:31", "extend", talk="t5", minutes=-5)
    least = press(begun, "10:31", "extend", talk="t5", minutes=-13)

    assert [(one.talk_time, one.question_time) for one in (less.cues[4],)] == [
        (minutes(7), minutes(3))
    ]
    assert (least.cues[4].talk_time, least.cues[4].question_time) == (
        minutes(1),
        minutes(1),
    )


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"minutes": 0}, "by how many"),
        ({"minutes": 226}, "from 1 to 240"),
        ({"minutes": -15}, "from 1 to 240"),
        ({"minutes": -10}, "have ended already"),
        ({"minutes": 5, "talk": "t1"}, "has been given"),
    ],
)
def test_impossible_lengths_are_refused(begun, said, why):
    with pytest.raises(Impossible, match=why):
        press(begun, "10:40", "extend", **said)


def test_extension_beyond_the_day_is_refused():
    evening = rundown(
        cue("one", "23:00", "23:20"), cue("two", "23:20", "23:40"), ends="23:50"
    )

    assert press(evening, "22:50", "extend", talk="one", minutes=20)
    with pytest.raises(Impossible, match="until 00:01 of the next day"):
        press(evening, "22:50", "extend", talk="one", minutes=21)
    live = press(evening, "23:00", "next")
    with pytest.raises(Impossible, match="of the next day"):
        press(live, "23:10", "extend", minutes=30)


def test_nothing_is_laid_into_the_next_day():
    evening = rundown(cue("one", "23:00", "23:40"))

    with pytest.raises(Impossible, match="until 00:10 of the next day"):
        put(evening, "23:00", "discussion", 30, breach=True)


def test_nobody_on_cannot_be_extended():
    with pytest.raises(Impossible, match="say which talk"):
        press(morning(), "10:00", "extend", minutes=1)


def test_questions_are_put_off(begun):
    after = press(begun, "10:40", "put-questions-off")

    assert (after.live.talk_time, after.live.question_time) == (minutes(12), minutes(0))
    with pytest.raises(Impossible, match="no time for questions"):
        press(after, "10:41", "put-questions-off", talk="t3")


def test_undo_is_the_former_value_one_version_on(begun):
    after = press(begun, "10:53", "next")

    undone = undo(after, begun)

    assert undone == replace(begun, version=after.version + 1)


def test_running_order_says_where_each_stands(begun):
    states = [one.state for one in begun.cues]

    assert states[:4] == [
        CueState.DONE,
        CueState.DONE,
        CueState.LIVE,
        CueState.PLANNED,
    ]
    with pytest.raises(NoSuchTalk):
        apply(begun, action("skip", talk="elsewhere"), at("10:40"))
