"""What a delay does to promised times, by example and for any session."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.stage.actions import apply
from orchestrator.stage.errors import Breaches, Impossible
from orchestrator.stage.model import Breach, CueState
from orchestrator.stage.retiming import due, propose, proposed
from orchestrator.stage.telling import would_move
from orchestrator.stage.timers import timers
from tests.orchestrator.stage.rundowns import (
    BREAK,
    DISCUSSION,
    INVITED,
    PARIS,
    TALK,
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
def late():
    """The third talk is on, since a minute after its time."""
    first = press(morning(), "10:00", "next")
    return press(press(first, "10:16", "next"), "10:31", "next")


@pytest.fixture
def before_belkin():
    return press(afternoon(), "15:00", "next")


def shifts(proposal):
    return [
        f"{one.talk} {one.now[0]:%H:%M}-{one.now[1]:%H:%M}" for one in proposal.shifts
    ]


def test_overrun_of_the_model_day_eats_the_discussion(late):
    proposal = propose(late, at("10:53:12"))

    assert shifts(proposal) == [
        "t3 10:30-10:53",
        "t4 10:53-11:08",
        "t5 11:08-11:23",
        "t6 11:23-11:38",
        "end 11:38-12:00",
    ]
    assert (proposal.until, proposal.delay) == (at("10:53"), minutes(8))
    assert (proposal.ends, proposal.breaches) == (at("12:00"), ())


def test_accepted_proposal_is_what_is_promised_then(late):
    after = press(late, "10:53:40", "accept", until=at("10:53"))

    assert told(after)[2:] == [
        "t3 live 10:30-10:53",
        "t4 planned 10:53-11:08",
        "t5 planned 11:08-11:23",
        "t6 planned 11:23-11:38",
        "end planned 11:38-12:00",
    ]
    assert after.cue("end").length == minutes(22)
    assert after.version == late.version + 1
    assert propose(after, at("10:54:59")) is None


def test_questions_of_the_talk_under_way_are_eaten_first(late):
    assert due(late, at("10:40")) == at("10:45")
    assert propose(late, at("10:46:59")) is None
    later = press(late, "10:40", "extend", minutes=4)
    assert due(later, at("10:40")) == at("10:47")

    proposal = propose(later, at("10:40:30"))
    assert (proposal.until, proposal.eaten) == (at("10:47"), (minutes(3), minutes(0)))

    after = press(later, "10:40:30", "accept", until=at("10:47"))

    assert (after.live.talk_time, after.live.question_time) == (minutes(16), minutes(0))
    assert times(after)[0] == "t4 10:47-11:02"


def test_questions_are_eaten_no_further_than_needed():
    one = press(rundown(cue("one", "10:00", "10:15"), ends="12:00"), "10:02", "next")

    assert due(one, at("10:03")) == at("10:17")


def test_questions_are_cut_to_whole_minutes(late):
    day = press(late, "10:45:20", "next")
    day = press(day, "10:46", "extend", talk="t6", minutes=5)

    assert propose(day, at("10:46")).eaten == (minutes(3), minutes(2))
    after = press(day, "10:46", "accept", until=at("11:00"))

    assert after.live.question_time == minutes(2)
    assert due(after, at("10:47")) == at("11:00")


def test_pauses_are_eaten_before_the_discussion(before_belkin):
    proposal = propose(before_belkin, at("15:22"))

    assert shifts(proposal) == [
        "a1 15:00-15:22",
        "a2 15:22-15:37",
        "talk 15:37-15:55",
    ]


def test_break_is_eaten_after_the_discussion(before_belkin):
    proposal = propose(before_belkin, at("15:41"))

    assert shifts(proposal) == [
        "a1 15:00-15:41",
        "a2 15:41-15:56",
        "talk 15:56-15:57",
        "tea 15:57-16:10",
    ]


def test_free_time_before_an_invited_talk_is_eaten_last(before_belkin):
    proposal = propose(before_belkin, at("15:55"))

    assert shifts(proposal)[-3:] == [
        "talk 16:10-16:11",
        "tea 16:11-16:12",
        "a3 16:12-16:27",
    ]
    assert (proposal.breaches, proposal.ends) == ((), at("17:50"))


def test_invited_talk_and_end_move_by_a_second_press_only(before_belkin):
    proposal = propose(before_belkin, at("16:04"))

    assert proposal.breaches == (
        Breach(talk="belkin", was=at("16:30"), now=at("16:36")),
        Breach(talk=None, was=at("17:50"), now=at("17:51")),
    )
    with pytest.raises(Breaches, match="start at 16:36 instead of 16:30, the session"):
        press(before_belkin, "16:04", "accept", until=at("16:04"))
    after = press(before_belkin, "16:04", "accept", until=at("16:04"), breach=True)
    assert times(after)[-2:] == ["belkin 16:36-17:36", "a4 17:36-17:51"]
    assert after.ends == at("17:51")


def test_skipped_talk_gives_its_time(late):
    skipped = press(late, "10:40", "skip", talk="t5")

    proposal = propose(skipped, at("10:53:12"))

    assert shifts(proposal) == ["t3 10:30-10:53", "t4 10:53-11:08"]


def test_what_a_chair_has_just_added_is_not_eaten():
    day = rundown(
        cue("one", "10:00", "10:15"), cue("end", "10:15", "10:30", DISCUSSION)
    )
    longer = press(day, "09:50", "extend", talk="end", minutes=5)

    proposal = propose(longer, at("09:51"))

    assert shifts(proposal) == ["end 10:15-10:35"]
    assert proposal.breaches == (Breach(talk=None, was=at("10:30"), now=at("10:35")),)


def test_shortened_talk_is_promised_no_earlier_end(late):
    shorter = press(late, "10:32", "extend", talk="t4", minutes=-5)

    assert propose(shorter, at("10:33")) is None
    assert shifts(propose(shorter, at("10:52"))) == [
        "t3 10:30-10:52",
        "t4 10:52-11:02",
        "t5 11:02-11:17",
        "t6 11:17-11:32",
        "end 11:32-12:00",
    ]


def test_talk_that_begins_early_changes_no_promise(late):
    early = press(press(late, "10:35", "next"), "10:37", "extend", talk="t6", minutes=5)

    proposal = propose(early, at("10:38"))

    assert proposal.until == at("10:50")
    assert shifts(proposal) == ["t6 11:15-11:35", "end 11:35-12:00"]


def test_nobody_on_while_the_next_one_is_late():
    assert propose(morning(), at("10:01:59")) is None
    assert shifts(propose(morning(), at("10:02")))[0] == "t1 10:02-10:17"
    assert propose(morning(), at("12:00")) is None


def test_session_that_is_over_needs_no_proposal():
    one = press(rundown(cue("only", "10:00", "10:15")), "10:00", "next")

    assert propose(one, at("10:16:00")).breaches == (
        Breach(talk=None, was=at("10:15"), now=at("10:16")),
    )
    over = press(one, "10:17", "finish")
    assert propose(over, at("10:18")) is None
    assert proposed(over, at("10:18")).shifts == ()
    with pytest.raises(Impossible, match="Nothing is on and nothing is to come"):
        press(over, "10:18", "refuse", until=at("10:18"))


def test_refused_proposal_is_made_again_once_it_is_two_minutes_worse(late):
    refused = press(late, "10:53:40", "refuse", until=at("10:53"))

    assert refused.refused == at("10:53")
    assert propose(refused, at("10:54:59")) is None
    assert propose(refused, at("10:55")).until == at("10:55")
    assert press(refused, "10:54", "accept", until=at("10:54")).refused is None
    assert press(refused, "10:54", "next").refused is None


@pytest.mark.parametrize("do", ["accept", "refuse"])
@pytest.mark.parametrize(
    "until", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:00-14:00"]
)
def test_moment_at_the_end_of_all_calendars_is_out_of_date(late, do, until):
    with pytest.raises(Impossible, match="out of date"):
        press(late, "10:53", do, until=until)


def test_delay_over_a_change_of_clocks_is_as_long_as_it_lasts():
    """After 1:59 it is 3:00 in that night: ten minutes after 1:55 is 3:05."""
    bounds = [night(1, 30), night(1, 55), night(3, 20)]
    cues = [
        replace(cue(name, "10:00", "10:25"), starts=starts, ends=ends)
        for name, starts, ends in zip("ab", bounds, bounds[1:], strict=False)
    ]
    now = datetime(2021, 3, 28, 1, 5, tzinfo=UTC)
    day = replace(rundown(*cues), starts=bounds[0], ends=bounds[-1])
    on = apply(day, action("next"), bounds[0])

    proposal = propose(on, now)

    assert proposal.delay == minutes(10)
    clocks = timers(on, now)
    assert (clocks.next_late, clocks.session_late) == (minutes(10), minutes(10))
    (moved,) = would_move(on, proposal, {})
    assert not moved.is_far


def night(hour, minute):
    return datetime(2021, 3, 28, hour, minute, tzinfo=PARIS)


def test_proposal_may_be_accepted_for_a_few_minutes(late):
    assert press(late, "10:58:59", "accept", until=at("10:53"))
    for now in ("10:59", "10:51:59"):
        with pytest.raises(Impossible, match="out of date"):
            press(late, now, "accept", until=at("10:53"))
    with pytest.raises(Impossible, match="out of date"):
        press(late, "10:53:12", "accept", until=at("10:53:12"))


def test_proposal_is_accepted_in_the_last_minute_of_a_session():
    day = rundown(cue("one", "10:00", "10:10"), cue("two", "10:10", "10:15"))

    after = press(day, "10:14:30", "accept", until=at("10:14"), breach=True)

    assert times(after) == ["one 10:14-10:24", "two 10:24-10:29"]


def test_what_would_not_change_anything_cannot_be_accepted(late):
    with pytest.raises(Impossible, match="near what is promised"):
        press(late, "10:40", "accept", until=at("10:45"))


def test_nothing_is_accepted_beyond_the_day():
    evening = press(
        rundown(cue("one", "23:00", "23:20"), cue("two", "23:20", "23:50")),
        "23:00",
        "next",
    )

    with pytest.raises(Impossible, match="of the next day"):
        press(evening, "23:40", "accept", until=at("23:40"), breach=True)


def test_lengths_are_real_ones_when_clocks_change():
    paris = ZoneInfo("Europe/Paris")
    night = datetime(2021, 10, 31, 2, 50, tzinfo=paris)
    later = datetime(2021, 10, 31, 1, 20, tzinfo=UTC).astimezone(paris)
    one = replace(cue("one", "10:00", "10:30"), starts=night, ends=later)
    two = replace(
        cue("two", "10:30", "11:00"), starts=later, ends=later.replace(minute=50)
    )
    day = rundown(one, two)
    live = replace(
        day,
        cues=(replace(one, state=CueState.LIVE, actual_starts=night), two),
    )

    proposal = proposed(live, datetime(2021, 10, 31, 1, 25, tzinfo=UTC))

    assert due(live, night) == later
    assert [one.later for one in proposal.shifts] == [minutes(0), minutes(5)]
    assert proposal.ends.astimezone(UTC) == datetime(2021, 10, 31, 1, 55, tzinfo=UTC)


PLANS = st.lists(
    st.tuples(
        st.sampled_from([TALK, TALK, INVITED, BREAK, DISCUSSION]),
        st.integers(1, 30),
        st.integers(0, 6),
    ),
    min_size=2,
    max_size=12,
)


def planned(plan, free):
    """A session of (kind, minutes, pause after it) whose first cue is on."""
    starts, cues = at("08:00"), []
    for number, (kind, length, pause) in enumerate(plan):
        ends = starts + minutes(length)
        one = cue(f"t{number}", f"{starts:%H:%M}", f"{ends:%H:%M}", kind)
        cues.append(one)
        starts = ends + minutes(pause)
    day = rundown(*cues, ends=f"{cues[-1].ends + minutes(free):%H:%M}")
    return press(day, "08:00", "next")


def laid_by_hand(day, until):
    """Starts and end of the session in minutes, as one would find them by hand."""

    def clock(moment):
        return int((moment - day.starts) / minutes(1))

    runs, ready, starts = [[]], clock(until), {}
    for one in day.ahead:
        if one.kind is INVITED and runs[-1]:
            runs.append([])
        runs[-1].append(one)
    bounds = [*(clock(run[0].starts) for run in runs[1:]), clock(day.ends)]
    for run, bound in zip(runs, bounds, strict=True):
        floors = [clock(one.starts) for one in run]
        target = min(bound, clock(run[-1].ends))
        lengths = eaten_by_minutes(run, floors, ready, target)
        for one, floor, length in zip(run, floors, lengths, strict=True):
            starts[one.talk] = max(floor, ready)
            ready = starts[one.talk] + length
    return starts, max(ready, clock(day.ends))


def eaten_by_minutes(run, floors, ready, target):
    """Lengths: a minute is taken where it brings the end nearer, while that is late."""
    lengths = [int(one.length / minutes(1)) for one in run]
    edible = [
        place
        for kind in (DISCUSSION, BREAK)
        for place, one in enumerate(run)
        if one.kind is kind
    ]
    for place in edible:
        while lengths[place] > 1 and (end := end_of(floors, lengths, ready)) > target:
            lengths[place] -= 1
            if end_of(floors, lengths, ready) == end:
                lengths[place] += 1
                break
    return lengths


def end_of(floors, lengths, ready):
    for floor, length in zip(floors, lengths, strict=True):
        ready = max(floor, ready) + length
    return ready


@given(PLANS, st.integers(0, 20), st.integers(1, 200))
def test_eats_as_one_would_by_hand(plan, free, delay):
    day = planned(plan, free)
    until = due(day, at("08:00") + minutes(delay))

    proposal = proposed(day, until)

    was = {one.talk: one.starts for one in day.ahead}
    now = was | {one.talk: one.now[0] for one in proposal.shifts if one.talk in was}
    starts, ends = laid_by_hand(day, until)
    assert now == {talk: day.starts + minutes(time) for talk, time in starts.items()}
    assert proposal.ends == day.starts + minutes(ends)


@given(PLANS, st.integers(0, 20), st.integers(1, 200))
def test_nothing_is_earlier_and_what_is_protected_is_kept_or_named(plan, free, delay):
    day = planned(plan, free)

    proposal = proposed(day, due(day, at("08:00") + minutes(delay)))

    fixed = {one.talk for one in day.ahead if one.fixed}
    moved = {one.talk for one in proposal.shifts if one.talk in fixed and one.later}
    ends = {None} if proposal.ends > day.ends else set()
    assert {one.talk for one in proposal.breaches} == moved | ends
    assert all(
        now >= was
        for one in proposal.shifts
        for was, now in zip(one.was, one.now, strict=True)
    )


@given(PLANS, st.integers(0, 20), st.integers(1, 200))
def test_once_accepted_there_is_nothing_left_to_propose(plan, free, delay):
    day = planned(plan, free)
    now = at("08:00") + minutes(delay)
    proposal = propose(day, now)
    if proposal is None:
        return

    clock = f"{now:%H:%M}"
    after = press(day, clock, "accept", until=proposal.until, breach=True)

    assert propose(after, now) is None
    assert after.ends == proposal.ends
