"""What holds for any programme that is imported again."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.programme.model import Kind, Person, Talk
from orchestrator.programme.revision import pair
from orchestrator.programme.timetable import without_fillers
from tests.orchestrator.programme.made import imported, programme, session

JUNE = datetime(2021, 6, 1, tzinfo=UTC)
WORDS = st.sampled_from(["bound", "kernel", "sparse", "random", "network", "of", "the"])
NAMES = st.sampled_from(["Ada", "Emmy", "Sofia", "Maryam", "Grace", "Sophie"])
WINDOWS = ("09:00-12:00", "14:00-17:00", "18:00-21:00")


@st.composite
def talks(draw):
    title = " ".join(draw(st.lists(WORDS, max_size=4)))
    speakers = draw(st.lists(NAMES, max_size=2, unique=True))
    return Talk(
        title=title,
        # An untitled discussion at the end of a session would be a filler.
        kind=draw(st.sampled_from([Kind.CONTRIBUTED, Kind.INVITED, Kind.BREAK])),
        speakers=tuple(Person(name=name) for name in speakers),
    )


@st.composite
def programmes(draw):
    windows = WINDOWS[: draw(st.integers(1, 3))]
    return programme(
        *(
            session(f"S{n}", window, draw(st.lists(talks(), max_size=5)))
            for n, window in enumerate(windows)
        )
    )


@st.composite
def distinct(draw):
    """Programmes whose talks have titles and speakers of their own."""
    made = draw(programmes())
    numbers = iter(range(100))

    def own(one):
        number = next(numbers)
        return replace(
            one,
            title=f"{one.title} {'abcdefghijklmnop'[number] * 9}",
            speakers=(Person(name=f"Speaker {number}"),),
        )

    return replace(
        made,
        sessions=tuple(
            replace(one, talks=tuple(map(own, one.talks))) for one in made.sessions
        ),
    )


def bare(stored):
    """What a reader of the page would find: nothing of ids, stamps, fillers."""
    stored = without_fillers(stored)
    return replace(
        stored,
        sessions=tuple(
            replace(
                one,
                id="",
                stamp=None,
                talks=tuple(replace(t, id="", stamp=None) for t in one.talks),
            )
            for one in stored.sessions
        ),
    )


def known(programme):
    return {one.title: one.id for one in programme.all_talks if one.title}


@given(programmes())
def test_unchanged_programme_changes_nothing(day):
    event, _ = imported(day)

    again, change = imported(bare(event.programme), event, now=JUNE)

    assert change.is_empty
    assert again.timetable == event.timetable
    assert again.withdrawn == ()


@given(programmes(), programmes())
def test_every_stored_talk_is_the_former_self_of_one_at_most(before, after):
    event, _ = imported(before)

    paired = pair(event.programme, after)

    ids = [one.id for one in paired.all_talks if one.id]
    assert len(ids) == len(set(ids))
    assert {*ids} <= {one.id for one in event.programme.all_talks}
    assert all((one.stamp is None) == (not one.id) for one in paired.all_talks)
    assert bare(paired) == bare(without_fillers(after))


@given(programmes(), programmes())
def test_identities_are_unique_and_withdrawn_is_the_rest(before, after):
    event, _ = imported(before)

    again, change = imported(after, event, now=JUNE)

    live = [slot.talk.id for slot in again.timetable.slots]
    gone = [slot.talk.id for timed in again.withdrawn for slot in timed.slots]
    assert len({*live, *gone}) == len(live) + len(gone)
    assert {one.id for one in event.programme.all_talks} <= {*live, *gone}
    assert {place.talk.id for place in change.withdrawn} <= {*gone}


@given(distinct(), st.randoms())
def test_shuffled_talks_keep_their_ids(day, random):
    event, _ = imported(day)
    read = bare(event.programme)
    all_talks = list(read.all_talks)
    random.shuffle(all_talks)
    sizes = [len(one.talks) for one in read.sessions]
    shuffled = []
    for size in sizes:
        shuffled.append(tuple(all_talks[:size]))
        del all_talks[:size]
    sessions = tuple(
        replace(one, talks=own)
        for one, own in zip(read.sessions, shuffled, strict=True)
    )

    again, change = imported(replace(read, sessions=sessions), event, now=JUNE)

    assert known(again.programme) == known(event.programme)
    assert change.counts["added"] == change.counts["withdrawn"] == 0


@given(distinct(), st.data())
def test_retitled_or_moved_talk_keeps_its_id(day, data):
    event, _ = imported(day)
    read = bare(event.programme)
    if not read.all_talks:
        return
    home = data.draw(st.sampled_from([s for s in read.sessions if s.talks]))
    one = data.draw(st.sampled_from(home.talks))
    title = data.draw(st.sampled_from([one.title, "Something else entirely"]))
    sessions = [
        replace(s, talks=tuple(t for t in s.talks if t is not one))
        for s in read.sessions
    ]
    new_home = data.draw(st.integers(0, len(sessions) - 1))
    own = list(sessions[new_home].talks)
    own.insert(data.draw(st.integers(0, len(own))), replace(one, title=title))
    sessions[new_home] = replace(sessions[new_home], talks=tuple(own))

    again, change = imported(replace(read, sessions=tuple(sessions)), event, now=JUNE)

    expected = known(event.programme)
    expected[title] = expected.pop(one.title)
    assert known(again.programme) == expected
    assert len(change.moved) <= 1


@given(programmes(), programmes())
def test_stamps_rise_exactly_where_the_change_says(before, after):
    event, _ = imported(before)
    former = {slot.talk.id: slot for slot in event.timetable.slots}

    again, change = imported(after, event, now=JUNE)

    told = {
        one.after.talk.id
        for one in (*change.moved, *change.retimed, *change.retitled, *change.edited)
    }
    for slot in again.timetable.slots:
        if slot.talk.title and slot.talk.id in former:
            old = former[slot.talk.id].talk.stamp
            risen = replace(old, sequence=old.sequence + 1, revised=JUNE)

            assert slot.talk.stamp == (risen if slot.talk.id in told else old)
