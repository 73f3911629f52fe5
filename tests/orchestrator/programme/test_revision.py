"""Importing again says what changes, and changes no more than that."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from orchestrator.programme.model import Counts, Link, LinkKind, Person
from orchestrator.programme.revision import lines
from orchestrator.programme.timetable import without_fillers
from tests.orchestrator.programme.made import (
    at,
    compared,
    imported,
    invited,
    minutes,
    model_day,
    programme,
    session,
    talk,
)

MAY = datetime(2021, 5, 1, tzinfo=UTC)
JUNE = datetime(2021, 6, 1, tzinfo=UTC)
WINDOW = "10:00-12:00"


def day(*talks, title="A", window=WINDOW, **fields):
    return programme(session(title, window, talks), **fields)


def half_hours(*titles):
    return [talk(title, duration=minutes(30)) for title in titles]


def changes(before, after):
    event, _ = imported(before)
    return lines(compared(after, event)[1])


def stamps(event):
    return {slot.talk.title: slot.talk.stamp for slot in event.timetable.slots}


def ids(event):
    return {slot.talk.title: slot.talk.id for slot in event.timetable.slots}


def test_first_import_adds_everything():
    _, change = imported(day(talk("one"), title="Morning"))

    assert change.is_first
    assert not change.is_empty
    assert lines(change) == (
        "+ session Morning (2021-06-28 10:00–12:00)",
        "+ 10:00 one — Speaker of one (Morning)",
    )


def test_first_import_gives_every_part_its_own_identity():
    event, _ = imported(model_day(), now=MAY)

    everything = [*event.programme.sessions, *event.programme.all_talks]

    assert len({one.id for one in everything}) == len(everything) == 15
    assert len({one.stamp.uid for one in everything}) == 15
    assert {
        (one.stamp.sequence, one.stamp.created, one.stamp.revised, one.stamp.cancelled)
        for one in everything
    } == {(0, MAY, MAY, None)}


def test_first_import_takes_no_foreign_id():
    event, _ = imported(programme(session("A", WINDOW, [talk("one", id="x")], id="y")))

    assert not {"x", "y"} & {*ids(event).values(), event.programme.sessions[0].id}


def test_unchanged_import_is_empty_and_keeps_everything():
    event, _ = imported(model_day(), now=MAY)

    again, change = imported(model_day(), event, now=JUNE)

    assert change.is_empty
    assert lines(change) == ()
    assert again.timetable == event.timetable
    assert again.programme == event.programme
    assert again.withdrawn == ()


def test_move_one_retitle_one_drop_one():
    event, _ = imported(model_day(), now=MAY)
    before = ids(event)
    morning, afternoon = without_fillers(event.programme).sessions
    one, two, three, *rest = morning.talks
    edited = replace(
        event.programme,
        sessions=(
            replace(
                morning, talks=(two, replace(three, title="3"), rest[1], *rest[2:], one)
            ),
            afternoon,
        ),
    )

    again, change = imported(edited, event, now=JUNE)

    assert lines(change) == (
        "~ moved 10:00 -> 11:00 one — Speaker of one",
        "~ re-timed 10:15 -> 10:00 two — Speaker of two",
        "~ re-timed 10:30 -> 10:15 3 — Speaker of three",
        "~ re-timed 11:00 -> 10:30 five — Speaker of five",
        "~ re-timed 11:15 -> 10:45 six — Speaker of six",
        "~ retitled “three” -> 3 — Speaker of three",
        "- gone 10:45 four — Speaker of four",
    )
    kept = {"3": before["three"], **{t: before[t] for t in ("one", "two", "five")}}
    assert {title: ids(again)[title] for title in kept} == kept


def test_counts_name_every_kind_of_change():
    event, _ = imported(day(*half_hours("one", "two")))

    _, change = compared(day(*half_hours("two", "three")), event)

    assert {name: number for name, number in change.counts.items() if number} == {
        "added": 1,
        "withdrawn": 1,
        "retimed": 1,
    }


def test_fewest_talks_are_called_moved():
    before = day(*half_hours("one", "two", "three", "four"))

    assert changes(before, day(*half_hours("four", "one", "two", "three"))) == (
        "~ moved 11:30 -> 10:00 four — Speaker of four",
        "~ re-timed 10:00 -> 10:30 one — Speaker of one",
        "~ re-timed 10:30 -> 11:00 two — Speaker of two",
        "~ re-timed 11:00 -> 11:30 three — Speaker of three",
    )


def test_talk_that_keeps_its_time_is_not_the_one_that_moved():
    before = day(*half_hours("gone", "one", "two"))

    assert changes(before, day(*half_hours("two", "one"))) == (
        "~ moved 11:00 -> 10:00 two — Speaker of two",
        "- gone 10:00 gone — Speaker of gone",
    )


def test_talk_in_another_session_is_moved():
    morning, evening = half_hours("one"), half_hours("two")
    before = programme(
        session("A", WINDOW, morning + evening), session("B", "14:00-16:00")
    )
    after = programme(
        session("A", WINDOW, morning), session("B", "14:00-16:00", evening)
    )

    assert changes(before, after) == (
        "~ moved 10:30 -> 14:00 two — Speaker of two (B)",
    )


def test_talk_given_another_time_is_moved():
    before = day(*half_hours("one"))
    after = day(talk("one", duration=minutes(30), starts=at("11:00"), ends=at("11:30")))

    assert changes(before, after) == (
        "~ moved 10:00 -> 11:00 one — Speaker of one",
        "~ edited one — Speaker of one: given time",
    )


def test_longer_talk_shows_both_ends():
    assert changes(day(*half_hours("one")), day(talk("one", duration=minutes(40)))) == (
        "~ re-timed 10:00–10:30 -> 10:00–10:40 one — Speaker of one",
        "~ edited one — Speaker of one: length",
    )


def test_announced_title():
    before = day(invited("", by="Gérard Biau"))

    assert changes(before, day(invited("Forests", by="Gérard Biau"))) == (
        "~ retitled to be announced -> Forests — Gérard Biau",
    )


def test_edited_parts_are_named():
    after = talk(
        "one",
        duration=minutes(30),
        abstract="New words.",
        coauthors=("Emmy",),
        links=(Link(kind=LinkKind.SLIDES, url="https://example.org/1.pdf"),),
    )

    assert changes(day(*half_hours("one")), day(after)) == (
        "~ edited one — Speaker of one: co-authors, abstract, links",
    )


def test_talk_without_speakers_or_title():
    named, nameless = half_hours("Welcome", "")
    welcome = replace(named, speakers=())

    before = day(welcome, replace(nameless, speakers=()), *half_hours("one"))

    assert changes(before, day(*half_hours("one"))) == (
        "~ re-timed 11:00 -> 10:00 one — Speaker of one",
        "- gone 10:00 Welcome",
        "- gone 10:30 (to be announced)",
    )


def test_several_days_are_told_with_each_time():
    before = programme(session("A", WINDOW), session("B", WINDOW, day=29))
    after = programme(
        session("A", WINDOW, half_hours("one")),
        session("B", WINDOW, half_hours("two"), day=29),
    )

    assert changes(before, after) == (
        "+ 2021-06-28 10:00 one — Speaker of one (A)",
        "+ 2021-06-29 10:00 two — Speaker of two (B)",
    )


def test_sessions_and_facts():
    before = programme(
        session("A", "10:00-11:00"),
        session("B", "14:00-15:00", half_hours("two")),
        session("C", "16:00-17:00"),
        session("D", "18:00-19:00"),
        place="Paris",
        capacity=600,
    )
    after = programme(
        session("A", "10:00-11:30"),
        session("Opening", "14:00-15:00", half_hours("two")),
        session("C", "16:00-17:00", room="Salle 1", chairs=(Person(name="Ada"),)),
        session("E", "20:00-21:00"),
        place="Lyon",
        registered=Counts(members=3),
    )

    assert changes(before, after) == (
        "~ place: Paris -> Lyon",
        "~ capacity: 600 -> nothing",
        "~ registered changed",
        "+ session E (2021-06-28 20:00–21:00)",
        "~ session moved 2021-06-28 10:00–11:00 -> A (2021-06-28 10:00–11:30)",
        "~ session retitled “B” -> “Opening”",
        "~ session C: room, chairs changed",
        "- session gone D (2021-06-28 18:00–19:00)",
    )


def test_stamp_rises_for_what_changed_only():
    event, _ = imported(day(*half_hours("one", "two", "three")), now=MAY)
    before = stamps(event)
    swapped = day(*half_hours("one", "three", "two"))

    again, _ = imported(swapped, event, now=JUNE)

    risen = {
        title: replace(before[title], sequence=1, revised=JUNE)
        for title in ("two", "three")
    }
    assert stamps(again) == {**before, **risen}
    assert again.programme.sessions[0].stamp == event.programme.sessions[0].stamp


def test_two_changes_at_once_raise_a_stamp_once():
    event, _ = imported(day(*half_hours("one", "two")), now=MAY)
    one, two = half_hours("one", "two")

    again, _ = imported(day(two, replace(one, abstract="More.")), event, now=JUNE)

    assert [slot.talk.stamp.sequence for slot in again.timetable.slots] == [1, 1, 0]


def test_place_of_the_event_is_seen_in_every_entry():
    event, _ = imported(day(talk("one"), place="Paris"), now=MAY)

    again, _ = imported(day(talk("one"), place="Lyon"), event, now=JUNE)

    assert {stamp.sequence for stamp in stamps(again).values()} == {1}
    assert again.programme.sessions[0].stamp.sequence == 1


def test_what_no_calendar_shows_raises_nothing():
    event, _ = imported(day(talk("one"), capacity=600), now=MAY)
    speaker = Person(name="Speaker of one", email="one@example.org")

    again, change = imported(
        day(talk("one", speakers=(speaker,)), capacity=500), event, now=JUNE
    )

    assert not change.is_empty
    assert stamps(again) == stamps(event)


def test_session_rises_with_its_window_room_and_chair():
    event, _ = imported(day(*half_hours("one")), now=MAY)
    chaired = session("A", WINDOW, half_hours("one"), chairs=(Person(name="Ada"),))

    again, _ = imported(programme(chaired), event, now=JUNE)

    assert again.programme.sessions[0].stamp.sequence == 1
    assert stamps(again) == stamps(event)


OWN = {"opens_before": minutes(60), "closes_after": minutes(0)}


def doors(event):
    sessions = event.programme.sessions
    return [(one.opens_before, one.closes_after) for one in sessions]


def test_doors_change_pages_and_no_entry():
    before = programme(session("A", WINDOW), session("B", "14:00-15:00"))
    event, _ = imported(before, now=MAY)
    opened = session("A", WINDOW, **OWN), session("B", "14:00-15:00")

    again, change = imported(programme(*opened), event, now=JUNE)

    assert lines(change) == ("~ session A: doors changed",)
    assert again.revision == event.revision + 1
    assert doors(again) == [(minutes(60), minutes(0)), (None, None)]
    assert [one.stamp for one in again.programme.sessions] == [
        one.stamp for one in event.programme.sessions
    ]


@pytest.mark.parametrize(
    ("told", "kept"), [(False, (minutes(60), minutes(0))), (True, (None, None))]
)
def test_source_that_knows_no_doors_leaves_those_stored(told, kept):
    event, _ = imported(programme(session("A", WINDOW, **OWN)))
    page = programme(session("The morning", WINDOW), tells_doors=told)

    again, change = imported(page, event)

    assert doors(again) == [kept]
    assert ("~ session The morning: doors changed" in lines(change)) is told


def test_session_that_comes_back_has_its_doors():
    rest = session("B", "14:00-15:00")
    event, _ = imported(programme(session("A", WINDOW, **OWN), rest))
    without, _ = imported(programme(rest), event)

    again, _ = imported(programme(session("A", WINDOW), rest), without)

    assert doors(again) == [(minutes(60), minutes(0)), (None, None)]


def test_gone_talk_is_cancelled_in_its_session():
    event, _ = imported(day(*half_hours("one", "two")), now=MAY)
    gone = event.timetable.slots[1]

    again, _ = imported(day(*half_hours("one")), event, now=JUNE)

    (timed,) = again.withdrawn
    assert timed.session.id == again.programme.sessions[0].id
    assert timed.session.stamp == again.programme.sessions[0].stamp
    assert timed.slots == (
        replace(
            gone,
            talk=replace(
                gone.talk,
                stamp=replace(
                    gone.talk.stamp, sequence=1, revised=JUNE, cancelled=JUNE
                ),
            ),
        ),
    )
    assert timed.session.talks == (timed.slots[0].talk,)


def test_withdrawn_talks_stay_withdrawn():
    event, _ = imported(day(*half_hours("one", "two", "three")), now=MAY)
    second, _ = imported(day(*half_hours("one", "two")), event, now=JUNE)

    third, _ = imported(day(*half_hours("one")), second, now=JUNE + timedelta(days=1))

    (timed,) = third.withdrawn
    assert [slot.talk.title for slot in timed.slots] == ["two", "three"]
    assert timed.slots[1] == second.withdrawn[0].slots[0]


def test_gone_session_is_cancelled_with_its_talks():
    before = programme(
        session("A", WINDOW, half_hours("one")),
        session("B", "14:00-15:00", half_hours("two")),
    )
    event, _ = imported(before, now=MAY)

    again, _ = imported(day(*half_hours("one")), event, now=JUNE)

    (timed,) = again.withdrawn
    assert (timed.session.title, timed.session.stamp.cancelled) == ("B", JUNE)
    assert timed.session.stamp.sequence == 1
    assert [slot.talk.stamp.cancelled for slot in timed.slots] == [JUNE, JUNE]


def test_withdrawn_session_stays_withdrawn():
    full = programme(session("A", WINDOW), session("B", "14:00-15:00"))
    event, _ = imported(full, now=MAY)
    second, _ = imported(programme(session("A", WINDOW)), event, now=JUNE)

    third, _ = imported(day(*half_hours("one")), second, now=JUNE + timedelta(days=1))

    assert third.withdrawn == second.withdrawn


def test_gone_session_whose_talks_stay_keeps_its_window():
    given = talk("one", starts=at("14:00"), ends=at("15:00"))
    before = programme(
        session("A", WINDOW, half_hours("two")), session("B", "", [given])
    )
    event, _ = imported(before, now=MAY)
    one = talk("one", duration=minutes(60))

    again, _ = imported(day(*half_hours("two"), one), event, now=JUNE)

    (timed,) = again.withdrawn
    assert (timed.starts, timed.ends) == (at("14:00"), at("15:00"))
    assert timed.slots == ()


def test_talk_that_comes_back_has_its_id_and_a_new_uid():
    full = day(*half_hours("one", "two"))
    event, _ = imported(full, now=MAY)
    second, _ = imported(day(*half_hours("one")), event, now=JUNE)

    third, change = imported(full, second, now=JUNE)

    assert ids(third)["two"] == ids(event)["two"]
    assert stamps(third)["two"].uid != stamps(event)["two"].uid
    assert (stamps(third)["two"].sequence, stamps(third)["two"].cancelled) == (0, None)
    # Its cancelled self stays as it was, for calendars that have it.
    (left,) = (slot.talk for timed in third.withdrawn for slot in timed.slots)
    (gone,) = (slot.talk for timed in second.withdrawn for slot in timed.slots)
    assert left == replace(gone, id=left.id, self_of=gone.id)
    assert left.id != gone.id
    assert [place.talk.title for place in change.added] == ["two"]


def test_talk_that_comes_back_by_its_id_under_another_title():
    event, _ = imported(day(*half_hours("one", "two")), now=MAY)
    second, _ = imported(day(*half_hours("one")), event, now=JUNE)
    back = replace(talk("renamed", by="Emmy"), id=ids(event)["two"])

    third, _ = imported(day(*half_hours("one"), back), second, now=JUNE)

    assert ids(third)["renamed"] == ids(event)["two"]


def test_session_that_comes_back_has_its_id_and_a_new_uid():
    full = programme(session("A", WINDOW), session("B", "14:00-15:00"))
    event, _ = imported(full, now=MAY)
    second, _ = imported(programme(session("A", WINDOW)), event, now=JUNE)

    third, _ = imported(full, second, now=JUNE)

    before, after = event.programme.sessions[1], third.programme.sessions[1]
    assert after.id == before.id
    assert after.stamp.uid != before.stamp.uid
    (left,), (gone,) = third.withdrawn, second.withdrawn
    assert left.session.stamp == gone.session.stamp
    assert (left.session.id == after.id, left.slots) == (False, ())
    assert after.talks[0].id == before.talks[0].id


def test_corrected_talk_that_comes_and_goes_keeps_its_id():
    """What pairs it is its last self, not one it left behind."""
    full, less = day(*half_hours("one", "two")), day(*half_hours("one"))
    event, _ = imported(full, now=MAY)
    first = ids(event)["two"]
    for place in ("Lyon", "Lille", "Metz"):
        somebody = (Person(name="Speaker of two", affiliation=place),)
        corrected = day(
            *half_hours("one"),
            *(replace(t, speakers=somebody) for t in half_hours("two")),
        )
        for source in (less, corrected):
            event, _ = imported(source, event, now=JUNE)

        assert ids(event)["two"] == first


def test_talk_that_comes_and_goes_has_one_id_and_each_of_its_selves_stays():
    full, less = day(*half_hours("one", "two")), day(*half_hours("one"))
    event, _ = imported(full, now=MAY)
    first, uids = event, {stamps(event)["two"].uid}

    for number in range(1, 4):
        event, _ = imported(less, event, now=MAY + timedelta(days=2 * number))
        event, _ = imported(full, event, now=MAY + timedelta(days=2 * number + 1))
        uids.add(stamps(event)["two"].uid)

    assert ids(event)["two"] == ids(first)["two"]
    selves = [slot.talk for timed in event.withdrawn for slot in timed.slots]
    gone = {talk_.stamp.uid for talk_ in selves}
    assert {talk_.self_of for talk_ in selves} == {ids(event)["two"]}
    assert len(uids) == 4
    assert gone == uids - {stamps(event)["two"].uid}


def test_filler_keeps_its_id():
    event, _ = imported(day(*half_hours("one")), now=MAY)
    second, _ = imported(day(*half_hours("one", "two")), event, now=JUNE)
    full, _ = imported(day(*half_hours(*"abcd")), second, now=JUNE)

    last, _ = imported(day(*half_hours("one")), full, now=JUNE)

    assert ids(second)[""] == ids(event)[""] == ids(last)[""]
    assert "" not in ids(full)


def test_actual_times_stay_with_their_talk():
    event, _ = imported(day(*half_hours("one", "two")), now=MAY)
    (timed,) = event.timetable.sessions
    live = replace(timed.slots[1], actual_starts=at("10:31"), actual_ends=at("10:59"))
    running = replace(
        event,
        timetable=replace(
            event.timetable,
            sessions=(replace(timed, slots=(timed.slots[0], live, *timed.slots[2:])),),
        ),
    )

    again, _ = imported(day(*half_hours("two", "one")), running, now=JUNE)

    assert (
        again.timetable.slots[0].actual_starts,
        again.timetable.slots[0].actual_ends,
    ) == (
        at("10:31"),
        at("10:59"),
    )


def test_what_was_stored_without_a_stamp_gets_one():
    event, _ = imported(day(talk("one")), now=MAY)
    (timed,) = event.timetable.sessions
    bare = replace(timed, session=replace(timed.session, stamp=None))
    unstamped = replace(event, timetable=replace(event.timetable, sessions=(bare,)))

    again, _ = imported(day(talk("one")), unstamped, now=JUNE)

    assert again.programme.sessions[0].stamp.created == JUNE
