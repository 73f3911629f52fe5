"""Who may speak: by the rundown and the clock, and by a chair's word."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.access.model import Grant, Role
from orchestrator.ids import SessionId, TalkId
from orchestrator.programme.model import TimedSession, Timetable
from orchestrator.stage.floor.speaking import floor_at, floor_of_day
from tests.orchestrator.pages.made_up import at, event, sessions
from tests.orchestrator.pages.on_stage import run

DAY = event()
MORNING, AFTERNOON = (timed.session.id for timed in DAY.timetable.sessions)
TALKS = [slot.talk.id for slot in DAY.timetable.slots]
ROOM = DAY.timetable.sessions[0].session.room


def speaker(talk):
    return (Grant(Role.SPEAKER, talk=TalkId(talk)),)


def chair(session):
    return (Grant(Role.CHAIR, session=SessionId(session) if session else None),)


ORGANISER = (Grant(Role.ORGANISER),)


def heard(now, of=DAY, rule=floor_at):
    """Talks whose speakers may speak."""
    floor = rule(of, ROOM, now)
    return [talk for talk in TALKS if floor.allows(speaker(talk))]


@pytest.mark.parametrize(
    ("now", "talks"),
    [
        (at(9, 50), []),
        (at(10), ["talk1"]),
        (at(10, 15), ["talk2"]),
        (at(11, 29), ["talk6"]),
        (at(11, 30), [*(f"talk{n}" for n in range(1, 7)), "discussion1"]),
        (at(12), []),
        (at(15, 59), []),
        (at(16), ["talk7"]),
        (at(20), []),
    ],
)
def test_clock_says_who_is_on_where_nobody_runs_the_session(now, talks):
    assert heard(now) == talks


def test_chair_says_who_is_on_whatever_the_clock_says():
    late = run(on=3)

    assert heard(at(11, 20), late) == ["talk3"]
    assert heard(at(10, 1), late) == ["talk3"]


def with_slot(of, number, **changes):
    """``of`` with another slot of that number, from 1, in its first session."""
    morning, *others = of.timetable.sessions
    slots = list(morning.slots)
    slots[number - 1] = replace(slots[number - 1], **changes)
    first = replace(morning, slots=tuple(slots))
    timetable = replace(of.timetable, sessions=(first, *others))
    return replace(of, timetable=timetable)


def test_nobody_is_on_between_two_talks():
    ended = with_slot(DAY, 1, actual_starts=at(10), actual_ends=at(10, 14))

    assert heard(at(10, 16), ended) == []


def test_discussion_is_of_those_who_have_spoken():
    of = run(on=7, skipped=(2, 5))

    assert heard(at(11, 40), of) == ["talk1", "talk3", "talk4", "talk6", "discussion1"]


def test_discussion_under_a_chair_leaves_out_who_was_never_brought_on():
    of = with_slot(run(on=7), 5, actual_starts=None, actual_ends=None)

    assert "talk5" not in heard(at(11, 40), of)


@pytest.mark.parametrize(
    ("now", "chairs"),
    [
        (at(9, 50), [MORNING]),
        (at(10, 5), [MORNING]),
        (at(12, 30), [MORNING, AFTERNOON]),
        (at(16, 5), [AFTERNOON]),
        (at(20), [AFTERNOON]),
    ],
)
def test_chairs_of_the_session_under_way_or_of_its_neighbours_speak(now, chairs):
    floor = floor_at(DAY, ROOM, now)

    assert [one for one in (MORNING, AFTERNOON) if floor.allows(chair(one))] == chairs
    assert all(floor.allows(one) for one in (ORGANISER, chair(None)))
    assert not floor.chaired(speaker(TALKS[0]))
    assert floor.chaired(chair(chairs[0]))


def test_session_that_runs_over_stays_its_chair_s():
    floor = floor_at(run(on=7, since=at(11, 50)), ROOM, at(12, 20))

    assert (floor.allows(chair(MORNING)), floor.allows(chair(AFTERNOON))) == (
        True,
        False,
    )


def test_another_room_has_a_floor_of_its_own():
    assert not floor_at(DAY, "Annex", at(10, 5)).allows(speaker("talk1"))
    assert not floor_at(DAY, "Annex", at(10, 5)).allows(chair(MORNING))
    assert floor_at(DAY, "Annex", at(10, 5)).allows(ORGANISER)


@pytest.mark.parametrize(
    ("given_at", "now", "holds"),
    [
        (at(10, 5), at(10, 5), True),
        (at(10, 5), at(15, 59), True),
        (at(10, 5), at(16), False),
        (at(9, 50), at(9, 59), True),
        (at(9, 50), at(10), False),
        (at(16), at(17), True),
    ],
)
def test_floor_that_was_given_lasts_until_another_session_begins(given_at, now, holds):
    assert floor_at(DAY, ROOM, now).allows((), given_at) is holds


def test_where_it_is_taken_at_the_door_all_of_the_day_speak():
    assert heard(at(9, 50), rule=floor_of_day) == TALKS
    assert heard(at(9, 50) + timedelta(days=1), rule=floor_of_day) == []
    assert heard(at(9, 50), run(skipped=(2,)), floor_of_day) == [
        one for one in TALKS if one != "talk2"
    ]


MOMENTS = st.integers(0, 24 * 60).map(lambda n: at(0) + timedelta(minutes=n))
DAYS = st.one_of(
    st.just(DAY),
    st.builds(
        lambda on, skipped, since: run(on=on, skipped=skipped, since=since),
        st.integers(1, 7),
        st.sets(st.integers(1, 7)),
        st.none() | MOMENTS,
    ),
)


@given(DAYS, MOMENTS)
def test_one_talk_at_a_time_and_never_one_that_was_left_out(of, now):
    found = heard(now, of)
    skipped = {one.talk.id for one in of.timetable.slots if one.skipped}

    assert not skipped & set(found)
    assert len([one for one in found if one.startswith("talk")]) <= 1 or any(
        one.startswith("discussion") for one in found
    )


@given(DAYS, MOMENTS, MOMENTS)
def test_who_may_speak_now_may_speak_that_day(of, now, given_at):
    grants = [*map(speaker, TALKS), chair(MORNING), chair(AFTERNOON), ORGANISER, ()]

    for one in grants:
        for moment in (None, given_at):
            if floor_at(of, ROOM, now).allows(one, moment):
                assert floor_of_day(of, ROOM, now).allows(one, moment)


@given(DAYS, MOMENTS)
def test_nobody_without_a_role_speaks_unasked(of, now):
    for rule in (floor_at, floor_of_day):
        assert not rule(of, ROOM, now).allows((Grant(Role.REGISTRANT),))


def test_session_without_any_time_has_no_floor():
    bare = replace(sessions()[0].session, starts=None, ends=None, talks=())
    timetable = Timetable(sessions=(TimedSession(session=bare, slots=()),))

    floor = floor_at(replace(DAY, timetable=timetable), ROOM, at(10))

    assert (floor.sessions, floor.talks) == (frozenset(), frozenset())
