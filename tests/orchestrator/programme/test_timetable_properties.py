"""What holds for any programme that fits."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from orchestrator.errors import Invalid
from orchestrator.programme.arrange import STEP, arranged, longest
from orchestrator.programme.errors import DoesNotFit, NoSuitableSession
from orchestrator.programme.fit import Rules
from orchestrator.programme.frames import frames_of
from orchestrator.programme.model import Kind, Person, Session, Talk
from orchestrator.programme.timetable import lay_out
from tests.orchestrator.programme.made import PARIS, minutes, programme

KINDS = st.sampled_from(
    [Kind.CONTRIBUTED, Kind.CONTRIBUTED, Kind.INVITED, Kind.BREAK, Kind.DISCUSSION]
)
# The second begins an hour before the clocks go back, the third before they go
# forward: windows across them are longer and shorter than they look.
DAYS = st.sampled_from(
    [
        datetime(2021, 6, 28, 9, tzinfo=PARIS),
        datetime(2021, 10, 31, 1, tzinfo=PARIS),
        datetime(2021, 3, 28, 1, tzinfo=PARIS),
    ]
)


@st.composite
def talks(draw, prefix, most, *, bound=False):
    made = []
    for number in range(draw(st.integers(0, most))):
        hours = draw(st.sampled_from([(), (time(7), time(20))])) if bound else ()
        zone = "America/New_York" if hours else ""
        speaker = Person(name=f"{prefix} {number}", zone=zone, hours=hours)
        made.append(
            Talk(
                title=f"{prefix}.{number}",
                kind=draw(KINDS),
                duration=draw(st.sampled_from([None, None, minutes(10), minutes(25)])),
                not_before=draw(st.sampled_from([None, None, time(11)]))
                if bound
                else None,
                speakers=(speaker,),
            )
        )
    return tuple(made)


@st.composite
def given_times(draw, made, starts, ends):
    """Some of the talks get a time inside the window, one after another."""
    at, result = starts, []
    for one in made:
        begins = at + minutes(draw(st.sampled_from([0, 10, 45])))
        lasts = minutes(draw(st.sampled_from([10, 30])))
        if draw(st.booleans()) and begins + lasts <= ends:
            at = begins + lasts
            result.append(replace(one, starts=begins, ends=at))
        else:
            result.append(one)
    return tuple(result)


@st.composite
def programmes(draw, *, bound=False, timed=True):
    at = draw(DAYS).astimezone(UTC)
    sessions = []
    for number in range(draw(st.integers(1, 4))):
        at += minutes(draw(st.sampled_from([0, 30, 240])))
        ends = at + minutes(draw(st.sampled_from([60, 90, 121, 240])))
        made = draw(talks(f"s{number}", 4, bound=bound))
        if timed:
            made = draw(given_times(made, at, ends))
        sessions.append(Session(title=f"s{number}", starts=at, ends=ends, talks=made))
        at = ends
    return programme(
        *sessions,
        talks=draw(talks("loose", 8, bound=bound)),
        changeover=minutes(draw(st.sampled_from([0, 0, 3, 5]))),
    )


def laid_out(programme):
    """The timetable; programmes that do not fit are not meant here."""
    try:
        return lay_out(programme)
    except Invalid:
        assume(False)


def fits(day):
    frames, loose = frames_of(day, PARIS)
    rules = Rules(unit=STEP, changeover=day.changeover, zone=PARIS)
    return arranged(frames, loose, rules) is not None


def lasting(slot):
    return slot.ends.astimezone(UTC) - slot.starts.astimezone(UTC)


def summary(timetable):
    return [
        (
            f"{timed.starts:%d %H:%M}-{timed.ends:%H:%M}",
            [
                f"{slot.starts:%d %H:%M}-{slot.ends:%H:%M} {slot.talk.title}"
                for slot in timed.slots
            ],
        )
        for timed in timetable.sessions
    ]


def order(talks):
    return [one.title for one in talks if one.title and one.starts is None]


@given(programmes(bound=True))
def test_slots_never_overlap_nor_leave_their_window(day):
    for timed in laid_out(day).sessions:
        edges = [timed.starts, *(t for s in timed.slots for t in (s.starts, s.ends))]
        instants = [edge.astimezone(UTC) for edge in (*edges, timed.ends)]

        assert instants == sorted(instants)
        assert all(lasting(slot) > timedelta() for slot in timed.slots)


@given(programmes(bound=True))
def test_every_talk_is_placed_once(day):
    timetable = laid_out(day)

    placed = Counter(slot.talk for slot in timetable.slots if slot.talk.title)

    assert placed == Counter(day.all_talks)


@given(programmes())
def test_page_order_is_kept(day):
    timetable = laid_out(day)

    own = [order(session.talks) for session in day.sessions]
    result = [order(timed.session.talks) for timed in timetable.sessions]
    loose = [t for titles in result for t in titles if t.startswith("loose")]

    assert loose == order(day.talks)
    assert own == [
        [t for t in titles if not t.startswith("loose")] for titles in result
    ]


@given(programmes(bound=True))
def test_talks_that_need_not_wait_keep_their_order(day):
    timetable = laid_out(day)

    def free(talks):
        return [
            one.title
            for one in talks
            if one.title.startswith("loose")
            and one.not_before is None
            and not one.speakers[0].hours
        ]

    assert free(slot.talk for slot in timetable.slots) == free(day.talks)


@given(programmes(bound=True))
def test_given_times_are_kept(day):
    slots = laid_out(day).slots

    assert all(
        slot.starts.astimezone(UTC) == slot.talk.starts
        and slot.ends.astimezone(UTC) == slot.talk.ends
        for slot in slots
        if slot.talk.starts
    )


@given(programmes(bound=True))
def test_constraints_are_respected(day):
    timetable = laid_out(day)
    begins = {
        talk: timed.starts.date()
        for timed in timetable.sessions
        for talk in timed.session.talks
    }
    for slot in timetable.slots:
        talk = slot.talk
        if talk.starts is not None:
            continue
        if talk.not_before:
            # Of the day on which the session begins.
            assert (slot.starts.date(), slot.starts.time()) >= (
                begins[talk],
                talk.not_before,
            )
        if talk.speakers and talk.speakers[0].hours:
            zone = ZoneInfo(talk.speakers[0].zone)
            there = [t.astimezone(zone) for t in (slot.starts, slot.ends)]
            assert time(7) <= there[0].time()
            assert there[1].time() <= time(20)


@given(programmes(bound=True))
def test_changeover_is_kept_between_chosen_times(day):
    for timed in laid_out(day).sessions:
        spoken = [slot for slot in timed.slots if slot.talk.kind.is_talk]
        for one, other in pairwise(spoken):
            gap = other.starts.astimezone(UTC) - one.ends.astimezone(UTC)
            chosen = one.talk.starts is None or other.talk.starts is None

            assert gap >= day.changeover or not chosen


@given(programmes(bound=True))
def test_unit_is_as_long_as_fits(day):
    frames, loose = frames_of(day, PARIS)
    rules = Rules(unit=timedelta(days=1), changeover=day.changeover, zone=PARIS)
    found = longest(frames, loose, rules)
    assume(found is not None)
    unit, _ = found

    longer = arranged(frames, loose, replace(rules, unit=unit + STEP))

    elastic = [
        piece
        for piece in (*loose, *(p for frame in frames for p in frame.pieces))
        if piece.length is None
    ]
    assert longer is None or not elastic


@given(programmes(timed=False))
def test_talks_of_a_kind_last_the_same(day):
    slots = laid_out(day).slots

    lengths = {
        lasting(slot) / (2 if slot.talk.kind is Kind.INVITED else 1)
        for slot in slots
        if slot.talk.kind.is_talk and slot.talk.duration is None
    }

    assert len(lengths) <= 1
    assert all(length % minutes(5) == timedelta() for length in lengths)


@given(programmes(bound=True))
def test_laying_out_what_was_laid_out_changes_nothing(day):
    timetable = laid_out(day)
    sessions = tuple(timed.session for timed in timetable.sessions)

    again = lay_out(replace(day, sessions=sessions, talks=()))

    assert summary(again) == summary(timetable)


@given(programmes(timed=False), st.data())
def test_speaker_is_never_in_two_places(day, data):
    parallel = tuple(
        replace(
            session,
            starts=day.sessions[0].starts,
            ends=day.sessions[0].ends,
            room=str(number),
        )
        for number, session in enumerate(day.sessions)
    )
    names = st.sampled_from(["Ada", "Emmy", "Sofia"])
    shared = tuple(
        replace(
            session,
            talks=tuple(
                replace(one, speakers=(Person(name=data.draw(names)),))
                for one in session.talks
            ),
        )
        for session in parallel
    )

    slots = laid_out(replace(day, sessions=shared)).slots

    for name in ("Ada", "Emmy", "Sofia"):
        own = [s for s in slots if Person(name=name) in s.talk.speakers]
        ordered = sorted(own, key=lambda s: s.starts.astimezone(UTC))
        assert all(
            one.ends.astimezone(UTC) <= other.starts.astimezone(UTC)
            for one, other in pairwise(ordered)
        )


@given(programmes(bound=True, timed=False), st.integers(2, 40))
def test_what_does_not_fit_is_refused_with_a_reason(day, times):
    many = tuple(
        replace(one, title=f"{one.title}/{n}")
        for one in day.talks
        for n in range(times)
    )
    assume(not fits(replace(day, talks=many)))

    with pytest.raises((DoesNotFit, NoSuitableSession)) as caught:
        lay_out(replace(day, talks=many))

    assert caught.value.facts
