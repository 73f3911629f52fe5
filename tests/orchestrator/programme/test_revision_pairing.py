"""A talk that is read again is the stored one, whatever else became of it."""

from dataclasses import replace
from time import process_time

import pytest

from orchestrator.programme.model import Kind, Talk
from orchestrator.programme.revision import pair
from orchestrator.programme.timetable import without_fillers
from tests.orchestrator.programme.made import (
    imported,
    invited,
    minutes,
    model_day,
    pause,
    programme,
    session,
    talk,
)

WINDOW = "10:00-12:00"


def stored(*talks):
    event, _ = imported(programme(session("A", WINDOW, talks)))
    return event.programme


def former(before, *talks):
    """The titles that the talks, read after ``before``, were stored under."""
    after = pair(before, programme(session("A", WINDOW, talks)))
    titles = {one.id: one.title for one in before.all_talks}
    return [titles.get(one.id) for one in after.all_talks]


def test_unchanged_programme_keeps_every_id_and_stamp():
    event, _ = imported(model_day())
    again = without_fillers(event.programme)
    bare = replace(
        again,
        sessions=tuple(
            replace(
                one,
                id="",
                stamp=None,
                talks=tuple(replace(t, id="", stamp=None) for t in one.talks),
            )
            for one in again.sessions
        ),
    )

    assert pair(event.programme, bare) == again


def test_id_outweighs_everything_else():
    before = stored(talk("one"), talk("two"))
    one = before.all_talks[0]

    after = former(before, replace(talk("two"), id=one.id), talk("one"))

    assert after == ["one", None]


def test_titles_are_compared_without_accents_case_or_punctuation():
    before = stored(talk("Théorie : une introduction", by="Léa Dupont"), talk("other"))

    assert former(before, talk("THEORIE, une introduction", by="Lea Dupont")) == [
        "Théorie : une introduction"
    ]


def test_twin_titles_pair_by_speaker():
    before = stored(talk("Welcome", by="Ada"), talk("Welcome", by="Emmy"))
    ada, emmy, *_ = before.all_talks

    after = pair(
        before,
        programme(
            session(
                "A", WINDOW, [talk("Welcome", by="Emmy"), talk("Welcome", by="Ada")]
            )
        ),
    )

    assert [one.id for one in after.all_talks] == [emmy.id, ada.id]


def test_new_speaker_keeps_the_talk():
    before = stored(talk("one", by="Ada"), talk("two", by="Emmy"))

    assert former(before, talk("two", by="Sofia"), talk("one", by="Ada")) == [
        "two",
        "one",
    ]


def test_retitled_talk_is_known_by_its_speaker():
    before = stored(talk("one", by="Ada"), talk("two", by="Emmy"))

    assert former(before, talk("three", by="Emmy"), talk("one", by="Ada")) == [
        "two",
        "one",
    ]


def test_talk_to_be_announced_gets_its_title():
    before = stored(talk("one"), invited("", by="Gérard Biau"))

    assert former(before, invited("Forests", by="Gérard Biau"), talk("one")) == [
        "",
        "one",
    ]


def test_announced_title_with_one_more_speaker():
    before = stored(invited("", by="Gérard Biau"))

    assert former(before, invited("Forests", by="Gérard Biau, Ada")) == [""]


def test_of_two_talks_by_one_speaker_the_more_alike_is_the_former():
    before = stored(
        talk("Sharp bounds for wide networks", by="Ada"),
        talk("Pruning, a survey", by="Ada"),
    )

    after = former(
        before,
        talk("A survey of pruning", by="Ada"),
        talk("Sharper bounds for wide networks", by="Ada"),
    )

    assert after == ["Pruning, a survey", "Sharp bounds for wide networks"]


def test_similar_title_with_a_speaker_in_common():
    before = stored(talk("Implicit bias of gradient descent", by="Ada, Emmy"))

    assert former(before, talk("The implicit bias of descent", by="Emmy")) == [
        "Implicit bias of gradient descent"
    ]


def test_nearly_equal_title_with_other_speakers():
    before = stored(talk("Implicit bias of gradient descent", by="Ada"))

    assert former(before, talk("Implicit biases of gradient descent", by="Emmy")) == [
        "Implicit bias of gradient descent"
    ]


@pytest.mark.parametrize(
    "title", ["Explicit costs of gradient methods", "Bias", "Something else"]
)
def test_other_title_and_speaker_is_another_talk(title):
    before = stored(talk("Implicit bias of gradient descent", by="Ada"))

    assert former(before, talk(title, by="Emmy")) == [None]


def test_break_is_no_talk():
    before = stored(talk("Coffee", speakers=()))

    assert former(before, pause()) == [None]


def test_breaks_of_one_name_keep_their_order():
    day = [pause(), talk("one"), pause(), talk("two")]
    before = stored(*day)

    after = pair(before, programme(session("A", WINDOW, day)))

    assert [one.id for one in after.all_talks] == [
        one.id for one in before.all_talks[:4]
    ]


def test_renamed_break_is_the_one_of_its_session():
    before = stored(talk("one"), pause(), talk("two"))

    lunch = Talk(title="Lunch", kind=Kind.BREAK)

    assert former(before, talk("one"), lunch, talk("two")) == ["one", "Coffee", "two"]


def test_more_twins_than_can_be_compared_pair_in_order():
    talks = [talk("Poster", by="Ada") for _ in range(120)]
    before = programme(
        session("A", WINDOW, [replace(t, id=f"p{n}") for n, t in enumerate(talks)])
    )

    after = pair(before, programme(session("A", WINDOW, talks)))

    assert [one.id for one in after.all_talks] == [f"p{n}" for n in range(120)]


def test_foreign_ids_are_kept_only_to_be_looked_up():
    before = stored(talk("one"))
    known = before.all_talks[0].id
    ids = ["former-talk", "Not An Id", "former-talk", known, "x" * 41]
    talks = [talk(f"new {n}", id=one) for n, one in enumerate(ids)]

    after = pair(before, programme(session("A", WINDOW, talks, id="old-session")))

    assert [one.id for one in after.all_talks] == ["former-talk", "", "", known, ""]
    assert [one.stamp is None for one in after.all_talks] == [
        True,
        True,
        True,
        False,
        True,
    ]


def test_filler_belongs_to_its_session():
    event, _ = imported(
        programme(session("A", WINDOW, [talk("one", duration=minutes(5))]))
    )
    before = event.programme
    filler = Talk(title="", kind=Kind.DISCUSSION)

    after = pair(before, programme(session("B", WINDOW, [talk("new"), filler])))

    assert after.all_talks[-1].id == before.all_talks[-1].id


def test_loose_talks_are_paired_too():
    before = stored(talk("one"))

    after = pair(before, programme(session("A", WINDOW), talks=[talk("one")]))

    assert after.talks == before.sessions[0].talks


def sessions_after(before, *sessions):
    event, _ = imported(programme(*before))
    after = pair(event.programme, programme(*sessions))
    titles = {one.id: one.title for one in event.programme.sessions}
    return [titles.get(one.id) for one in after.sessions]


def test_session_is_known_by_title_and_day():
    before = session("A", "10:00-11:00"), session("B", "14:00-15:00")
    after = session("B", "10:00-11:00"), session("A", "14:00-15:00")

    assert sessions_after(before, *after) == ["B", "A"]


def test_sessions_of_one_title_are_told_apart_by_room():
    before = [session("A", "10:00-11:00", room=room) for room in ("red", "blue")]
    event, _ = imported(programme(*before))

    after = pair(event.programme, programme(*reversed(before)))

    assert [one.id for one in after.sessions] == [
        one.id for one in reversed(event.programme.sessions)
    ]


def test_renamed_session_is_known_by_its_window():
    before = session("A", "10:00-11:00"), session("B", "14:00-15:00")
    after = session("B", "14:00-15:00"), session("Opening", "10:00-11:00")

    assert sessions_after(before, *after) == ["B", "A"]


def test_renamed_and_moved_session_is_known_by_its_talks():
    talks = [talk("one"), talk("two")]
    before = session("A", "10:00-11:00", talks), session("B", "14:00-15:00")

    assert sessions_after(before, session("C", "16:00-17:00", talks)) == ["A"]


def test_session_moved_to_another_day_is_known_by_its_title():
    before = session("A", "10:00-11:00"), session("B", "14:00-15:00")

    assert sessions_after(before, session("b", "16:00-17:00", day=29)) == ["B"]


def test_session_is_known_by_its_id():
    event, _ = imported(
        programme(session("A", "10:00-11:00"), session("B", "14:00-15:00"))
    )
    a, b = event.programme.sessions
    swapped = session("A", "10:00-11:00", id=b.id), session("B", "14:00-15:00", id=a.id)

    after = pair(event.programme, programme(*swapped))

    assert [one.id for one in after.sessions] == [b.id, a.id]


def test_open_session_is_known_by_its_talks():
    given = [talk("one", duration=minutes(30)), talk("two", duration=minutes(30))]
    plan = session("", "", given)
    event, _ = imported(programme(replace(plan, starts=session("", WINDOW).starts)))

    after = pair(event.programme, programme(plan))

    assert after.sessions[0].id == event.programme.sessions[0].id


def test_thousand_new_talks_are_compared_quickly():
    words = ["bound", "network", "gradient", "theory", "kernel", "sparse", "random"]

    def many(prefix):
        return [
            talk(
                " ".join((prefix, words[n % 7], words[n // 7 % 7], f"{prefix}{n}")),
                by=f"{prefix} {n}",
            )
            for n in range(1000)
        ]

    before = programme(
        session("A", WINDOW, [replace(t, id=f"t{t.title[-4:]}") for t in many("old")])
    )
    began = process_time()

    after = pair(before, programme(session("B", "14:00-16:00", many("new"))))

    assert process_time() - began < 5
    assert {one.id for one in after.all_talks} == {""}
