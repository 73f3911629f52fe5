"""Exactly what changed is revised, and nothing else differs by a byte."""

import gzip
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from orchestrator.feeds.publisher import Publisher
from orchestrator.feeds.selection import EVERYTHING, Selection, drafts
from orchestrator.feeds.service import Feeds
from orchestrator.programme.model import Kind, Person, Reading, Talk
from tests.orchestrator.app_client import application
from tests.orchestrator.feeds.meeting import PUBLISHER, entries
from tests.orchestrator.programme.made import at, imported, programme, session, talk

JUNE = datetime(2021, 6, 1, 12, tzinfo=UTC)


def timed(title, hour, **fields):
    return talk(title, starts=at(f"{hour}:00"), ends=at(f"{hour}:30"), **fields)


def day(*talks, **fields):
    one = session("Morning", "09:00-13:00", talks)
    return Reading(
        programme=programme(one, slug="day", first_day=at("09:00").date(), **fields)
    )


BEFORE = day(
    timed("Noise", 9), timed("Kernels", 10), timed("Graphs", 11), timed("Bounds", 12)
)
# Moved, renamed, cancelled (Graphs), left alone (Bounds), added.
AFTER = day(
    replace(timed("Noise", 9), starts=at("9:30"), ends=at("10:00")),
    timed("Kernels again", 10, by="Speaker of Kernels"),
    timed("Bounds", 12),
    timed("Trees", 11),
)


async def fetched(served, path="/e/day.ics"):
    browser = await served.browser(Accept="text/calendar")
    async with browser.get(path) as response:
        return await response.read(), response.headers


def by_uid(body):
    """Each VEVENT, and its lines."""
    found = Calendar.from_ical(body).events
    return {str(one["UID"]): (one, one.to_ical()) for one in found}


@pytest.fixture
async def served(upgraded_sqlite_url, tmp_path):
    async with application(upgraded_sqlite_url, tmp_path) as one:
        await one.services.programmes.store(BEFORE)
        await one.services.programmes.set_now("day", JUNE)
        yield one


@pytest.mark.promise("exact")
@pytest.mark.promise("cancelled")
async def test_four_changes_are_four_events(served):
    before, _ = await fetched(served)
    await served.services.programmes.store(AFTER)
    after, headers = await fetched(served)

    old, new = by_uid(before), by_uid(after)
    changed = {
        str(one["SUMMARY"]): one
        for uid, (one, lines) in new.items()
        if uid not in old or old[uid][1] != lines
    }
    assert {
        title: (int(one["SEQUENCE"]), str(one["STATUS"]), str(one["UID"]) in old)
        for title, one in changed.items()
    } == {
        "Noise": (1, "CONFIRMED", True),
        "Kernels again": (1, "CONFIRMED", True),
        "Annulé : Graphs": (1, "CANCELLED", True),
        "Trees": (0, "CONFIRMED", False),
    }
    moments = {
        one[name].dt
        for one in changed.values()
        for name in ("DTSTAMP", "LAST-MODIFIED")
    }
    assert [format_datetime(one.astimezone(UTC), usegmt=True) for one in moments] == [
        headers["Last-Modified"]
    ]
    assert old.keys() < new.keys()


@pytest.mark.promise("unchanged")
async def test_nothing_changed_is_not_a_byte(served):
    before, headers = await fetched(served)
    await served.services.programmes.store(BEFORE)

    after, again = await fetched(served)

    assert after == before
    assert [again[name] for name in ("ETag", "Last-Modified")] == [
        headers[name] for name in ("ETag", "Last-Modified")
    ]


@pytest.mark.promise("unchanged")
async def test_what_no_calendar_shows_changes_no_calendar(served):
    before, _ = await fetched(served)
    told = replace(BEFORE.programme, announcement="Come in numbers.", capacity=30)
    await served.services.programmes.store(replace(BEFORE, programme=told))

    after, _ = await fetched(served)

    assert after == before


@pytest.mark.promise("uid")
async def test_uid_outlives_a_new_title_time_and_address(served):
    before, _ = await fetched(served)
    await served.services.programmes.store(AFTER)
    event = await served.services.programmes.find("day")
    elsewhere = Publisher(base_url="https://other.example/under", install="tests")

    moved = {str(one.make().uid) for one in drafts(event, elsewhere)}

    assert by_uid(before).keys() <= moved


@pytest.mark.promise("put-on-again")
async def test_talk_that_is_put_on_again_is_another_entry(served):
    first, _ = await fetched(served)
    await served.services.programmes.store(AFTER)
    await served.services.programmes.store(BEFORE)
    again, _ = await fetched(served)

    def graphs(body):
        found = Calendar.from_ical(body).events
        return [one for one in found if str(one["SUMMARY"]) == "Graphs"]

    (before,), (after,) = graphs(first), graphs(again)
    assert before["UID"] != after["UID"]
    assert (after["STATUS"], int(after["SEQUENCE"])) == ("CONFIRMED", 0)
    gone, _ = by_uid(again)[str(before["UID"])]
    assert (gone["STATUS"], int(gone["SEQUENCE"])) == ("CANCELLED", 1)


@pytest.mark.promise("same-bytes")
def test_processes_of_different_hash_seeds_write_the_same_bytes(
    upgraded_sqlite_url, tmp_path
):
    """The command line reads the database anew in each of them."""
    environment = {
        **os.environ,
        "ORCHESTRATOR_SECRET": "Kq7vR2_mZ9xT4wLb8PjYd1HsUgAe5NfC-oIiQx3n",
        "ORCHESTRATOR_DATABASE_URL": upgraded_sqlite_url,
        "ORCHESTRATOR_STORAGE_URL": (tmp_path / "files").as_uri(),
    }

    def ran(*arguments, seed):
        return subprocess.run(
            [sys.executable, "-m", "orchestrator", *arguments],
            env={**environment, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            timeout=60,
        ).stdout

    page = "examples/theorie-du-deep-learning.yaml"
    ran("programme", "import", page, "--slug", "day", "--yes", seed="3")

    written = [ran("calendar", "day", seed=seed) for seed in ("1", "2")]

    assert written[0] == written[1]
    assert written[0].count(b"BEGIN:VEVENT") == 13


WORDS = st.sampled_from(["bound", "kernel", "sparse", "graph"])


@st.composite
def talks(draw):
    return Talk(
        title=" ".join(draw(st.lists(WORDS, max_size=2))),
        kind=draw(st.sampled_from([Kind.CONTRIBUTED, Kind.INVITED, Kind.BREAK])),
        speakers=tuple(
            Person(name=name, affiliation=draw(st.sampled_from(["", "Lyon"])))
            for name in draw(st.lists(st.sampled_from(["Ada", "Emmy"]), max_size=1))
        ),
        coauthors=draw(st.sampled_from([(), ("Grace",)])),
        abstract=draw(st.sampled_from(["", "An *abstract*."])),
        language=draw(st.sampled_from(["", "en"])),
        track=draw(st.sampled_from(["", "Theory"])),
    )


@st.composite
def programmes(draw):
    windows = ("09:00-12:00", "14:00-17:00")[: draw(st.integers(1, 2))]
    made = programme(
        *(
            session(
                draw(st.sampled_from(["", f"S{number}"])),
                window,
                draw(st.lists(talks(), max_size=4)),
                room=draw(st.sampled_from(["", "Amphi"])),
                chairs=draw(st.sampled_from([(), (Person(name="Maryam"),)])),
            )
            for number, window in enumerate(windows)
        ),
        place=draw(st.sampled_from(["", "Lyon"])),
        language=draw(st.sampled_from(["fr", "en"])),
        summary=draw(st.sampled_from(["", "One day."])),
        first_day=at("09:00").date(),
    )
    return replace(made, title=draw(st.sampled_from([made.title, "Another day"])))


def shown(draft, event):
    """What an entry shows, but for when it was revised; with the door that a personal
    calendar adds to it.
    """
    entry = draft.make()
    bare = replace(entry, sequence=0, revised=entry.created)
    on = draft.timed is not None and entry.status != "CANCELLED"
    return bare, PUBLISHER.door(event, draft.timed.session) if on else ""


def stored(days):
    """An event as it was after each of ``days`` was imported over the one before."""
    event = None
    for number, day_ in enumerate(days):
        event, _ = imported(day_, event, now=JUNE + timedelta(days=number))
        yield event


SEVERAL = st.lists(programmes(), min_size=2, max_size=4)


@pytest.mark.promise("exact")
@given(SEVERAL)
def test_an_entry_is_revised_where_it_looks_different_and_nowhere_else(days):
    old, language = {}, ""
    for number, event in enumerate(stored(days)):
        new = {draft.stamp.uid: (draft, shown(draft, event)) for draft in all_of(event)}
        # Another language is another calendar, also where the words are the same.
        renamed = event.programme.language != language
        language = event.programme.language
        for uid in new.keys() & old.keys() - {"event"}:
            (draft, looks), (former, looked) = new[uid], old[uid]
            step = int(renamed or looks != looked)
            assert draft.stamp.sequence == former.stamp.sequence + step
            now = JUNE + timedelta(days=number)
            assert draft.stamp.revised == (now if step else former.stamp.revised)
        old = new


def all_of(event):
    return list(drafts(event, PUBLISHER))


@pytest.mark.promise("cancelled")
@given(SEVERAL)
def test_no_entry_ever_vanishes(days):
    """But the event as whole days, once there is a session."""
    old = set()
    for event in stored(days):
        new = {one.uid for one in entries(event)}
        assert old - new <= {"event-event@install.example"}
        assert len(new) == len(entries(event))
        old = new


@pytest.mark.promise("agree")
@given(
    programmes(), st.sampled_from([Selection(only="talks"), Selection(only="sessions")])
)
def test_each_file_shows_an_entry_alike(day, wanted):
    event, _ = imported(day)
    whole = {one.uid: one for one in entries(event, EVERYTHING)}

    for one in entries(event, wanted):
        if one.uid in whole:
            assert (
                replace(one, transparent=whole[one.uid].transparent) == whole[one.uid]
            )


class Finds:
    def __init__(self, event):
        self.event = event

    async def find(self, _slug):
        return self.event


def feeds_of(finds):
    return Feeds(finds.find, PUBLISHER, clock=lambda: JUNE)


@given(SEVERAL)
async def test_kept_entries_never_differ_from_those_written_anew(days):
    """An entry is written once per stamp; that is what it would be each time."""
    finds = Finds(None)
    kept = feeds_of(finds)
    for finds.event in stored(days):
        file, fresh = await kept.feed("x"), await feeds_of(finds).feed("x")

        assert file.plain.body == fresh.plain.body
        assert gzip.decompress(file.zipped.body) == file.plain.body
