"""Recordings: started, stopped, told of in any order, attached, and fetched."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.errors import Rejected, Unreachable
from integrations.video.events import Recording, RecordingState
from integrations.video.provider import Capabilities
from orchestrator.rooms.errors import RoomSilent
from orchestrator.rooms.model import LINK, Setting
from orchestrator.rooms.recordings import service as recordings_service
from orchestrator.rooms.recordings import store
from orchestrator.rooms.recordings.advancing import advanced
from orchestrator.rooms.recordings.attaching import attached
from orchestrator.rooms.recordings.errors import (
    AlreadyRecording,
    CannotRecord,
    NoSuchRecording,
    NotRecording,
)
from orchestrator.rooms.recordings.fetching import LOOKED_FOR, MOST_TRIES, ask, pause
from orchestrator.rooms.recordings.model import State, Take
from orchestrator.rooms.recordings.service import GIVEN_UP_AFTER
from orchestrator.rooms.video import service as video_service
from tests.orchestrator.pages import made_up
from tests.orchestrator.pages.made_up import at
from tests.orchestrator.stage.people import meeting
from tests.waiting import PATIENCE

RUNNING, PROCESSING = RecordingState.RUNNING, RecordingState.PROCESSING
READY, FAILED = RecordingState.READY, RecordingState.FAILED
FILE = b"moving pictures" * 1000


class Server:
    """A provider that records; ``files`` are what it gives by location. Without
    ``ids`` it gives another to each recording, else these in turn.
    """

    def __init__(self):
        self.capabilities = Capabilities(presence=True, recording=True)
        self.started = self.stopped = 0
        self.fails = None
        self.listed, self.asked = [], 0
        self.files = {}
        self.before_answer = None
        self.ids = self.stuck = None
        self.opened = 0

    def leads(self, _place):
        return True

    async def ensure(self, _place):
        return ""

    async def start_recording(self, _place):
        if self.before_answer:
            await self.before_answer()
        self._answer()
        self.started += 1
        return f"rec{self.started}" if self.ids is None else self.ids.pop(0)

    async def stop_recording(self, _place, recording):
        self._answer()
        if recording == self.stuck:
            raise Rejected("It cannot be stopped.")
        self.stopped += 1

    async def recordings(self, _place):
        self.asked += 1
        self._answer()
        return tuple(self.listed)

    async def open_recording(self, recording):
        self.opened += 1
        self._answer()
        content = self.files.get(recording.location)
        if content is None:
            raise Rejected("There is no such file.")
        for first in range(0, len(content), 4096):
            yield content[first : first + 4096]

    def _answer(self):
        if self.fails is not None:
            raise self.fails


@pytest.fixture
def server(monkeypatch):
    one = Server()
    monkeypatch.setattr(video_service, "choose", lambda _settings, _around: one)
    return one


@pytest.fixture
async def day(database, tmp_path, server):
    day = await meeting(database, tmp_path, now=at(10, 5))
    await day.services.clock.measure(database)
    day.told.clear()
    return day


@pytest.fixture
def recordings(day):
    return day.services.recordings


@pytest.fixture
async def room(day):
    (room,) = await day.services.rooms.of(day.event)
    # A provider's news names rooms that were made there.
    await day.services.rooms.video.place(day.event, room)
    return room


@pytest.fixture
def start(day, recordings, room):
    return lambda: recordings.start(day.event, room, day.session(0))


@pytest.fixture
def tell(recordings, room):
    """The provider tells of ``rec1`` unless another is named."""

    async def told(state, ident="rec1", **facts):
        one = Recording(id=ident, place=room.id, state=state, **facts)
        await recordings.recorded(room.connection, one)

    return told


async def takes(recordings, day):
    return await recordings.of(day.event)


async def states(recordings, day):
    return [one.state for one in await takes(recordings, day)]


# Starting and stopping.


async def test_started_recording_runs_until_it_is_stopped(
    day, recordings, room, start, server
):
    await start()
    running = await recordings.running(day.event)
    (take,) = await takes(recordings, day)
    await recordings.stop(day.event, room)

    assert running == {room.id: take.started}
    assert (take.reference, take.session) == ("rec1", day.session(0))
    assert await states(recordings, day) == [State.PROCESSING]
    assert await recordings.running(day.event) == {}
    assert (server.started, server.stopped) == (1, 1)
    assert day.told == [day.event.slug] * 2


async def test_nothing_is_started_twice_or_stopped_without(
    day, recordings, room, start, server
):
    with pytest.raises(NotRecording):
        await recordings.stop(day.event, room)
    await start()
    with pytest.raises(AlreadyRecording):
        await start()
    await recordings.stop(day.event, room)
    with pytest.raises(NotRecording):
        await recordings.stop(day.event, room)

    assert (server.started, server.stopped) == (1, 1)


async def test_of_two_who_start_at_once_one_does(recordings, day, start, server):
    answers = await asyncio.gather(start(), start(), return_exceptions=True)

    assert sorted(map(type, answers), key=str) == [type(None), AlreadyRecording]
    assert server.started == 1
    assert await states(recordings, day) == [State.RUNNING]


async def test_room_that_cannot_be_recorded_says_so(start, server):
    server.capabilities = Capabilities(presence=True)

    with pytest.raises(CannotRecord):
        await start()


@pytest.mark.parametrize("failure", [Unreachable("silent"), Rejected("no egress")])
async def test_provider_that_fails_leaves_all_as_it_was(
    day, recordings, room, start, server, failure
):
    server.fails = failure
    with pytest.raises(RoomSilent):
        await start()
    none = await takes(recordings, day)
    server.fails = None
    await start()
    server.fails = failure
    with pytest.raises(RoomSilent):
        await recordings.stop(day.event, room)

    assert none == ()
    assert await states(recordings, day) == [State.RUNNING]
    server.fails = None
    await recordings.stop(day.event, room)


async def test_start_that_nobody_finished_is_given_up(
    day, recordings, start, server, monkeypatch
):
    """The process that asked for it has ended."""
    reached = asyncio.Event()

    async def never():
        reached.set()
        await asyncio.Event().wait()

    server.before_answer = never
    task = asyncio.create_task(start())
    await reached.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    server.before_answer = None

    with pytest.raises(AlreadyRecording):
        await start()
    monkeypatch.setattr(recordings_service, "STARTS_WITHIN", timedelta())
    await start()

    assert await states(recordings, day) == [State.RUNNING]


async def test_provider_may_tell_of_a_start_before_it_answers(
    day, recordings, start, server, tell
):
    server.before_answer = lambda: tell(RUNNING)

    await start()

    (take,) = await takes(recordings, day)
    assert (take.state, take.reference) == (State.RUNNING, "rec1")
    assert take.session == day.session(0)


async def test_another_one_told_of_meanwhile_stays_apart(
    day, recordings, start, server, tell
):
    """It failed before the provider answered."""
    server.before_answer = lambda: tell(FAILED)

    await start()

    assert await states(recordings, day) == [State.FAILED]


# Recordings that their provider does not name, or not apart.


@pytest.mark.parametrize("ids", [["", ""], ["rec1", "rec1"]])
async def test_second_recording_runs_and_is_stopped_as_the_first(
    day, recordings, room, start, server, ids
):
    server.ids = list(ids)

    for _ in range(2):
        await start()
        assert await recordings.running(day.event)
        await recordings.stop(day.event, room)

    assert await states(recordings, day) == [State.PROCESSING] * 2
    assert (server.started, server.stopped) == (2, 2)


@pytest.fixture
def nameless(tell):
    """The provider tells of a recording that has no name yet."""
    return lambda state, **facts: tell(state, ident="", **facts)


async def test_nameless_recording_is_told_of_before_and_after_the_answer(
    day, recordings, start, server, nameless
):
    server.ids = [""]
    began = day.services.clock()
    server.before_answer = lambda: nameless(RUNNING, started=began)

    await start()
    await nameless(RUNNING, started=began)

    (take,) = await takes(recordings, day)
    assert (take.state, take.session) == (State.RUNNING, day.session(0))


async def test_nameless_recording_that_people_began_ends_when_that_is_told(
    day, recordings, nameless
):
    began = day.services.clock()
    await nameless(RUNNING, started=began)
    running = await recordings.running(day.event)

    await nameless(PROCESSING, started=began, seconds=60)

    (take,) = await takes(recordings, day)
    assert len(running) == 1
    assert (take.state, take.ended) == (State.PROCESSING, began + timedelta(minutes=1))


async def test_late_word_of_the_first_does_not_end_the_second(
    day, recordings, room, start, server, nameless
):
    server.ids = ["", ""]
    await start()
    await recordings.stop(day.event, room)
    (first,) = await earlier(day, recordings)
    await start()

    await nameless(RUNNING, started=first.started)
    await nameless(PROCESSING, started=first.started, seconds=60)

    assert await states(recordings, day) == [State.PROCESSING, State.RUNNING]


async def test_files_take_the_place_of_the_nameless(
    day, recordings, room, start, server, tell
):
    """Of the second there are two: it was paused."""
    server.ids = ["", ""]
    await start()
    await recordings.stop(day.event, room)
    await earlier(day, recordings)
    await start()
    await recordings.stop(day.event, room)
    first, second = await earlier(day, recordings)
    began = second.started + timedelta(seconds=2)

    await tell(READY, "file2", started=began, seconds=5)
    await tell(READY, "file3", started=began + timedelta(minutes=5), seconds=5)
    await tell(READY, "file1", started=first.started, seconds=5)

    found = {one.reference: one for one in await takes(recordings, day)}
    assert {one.state for one in found.values()} == {State.READY}
    assert sorted(found) == ["file1", "file2", "file3"]
    assert (found["file1"].id, found["file2"].id) == (first.id, second.id)
    assert (found["file2"].started, found["file2"].seconds) == (began, 5)


async def earlier(day, recordings):
    """What there is began an hour earlier, and took ten minutes."""
    database, hour = day.services.database, timedelta(hours=1)
    async with database.transaction() as session:
        for one in await takes(recordings, day):
            started = one.started - hour
            ended = started + timedelta(minutes=10)
            moved = replace(one, noted=started, started=started, ended=ended)
            await store.save(session, moved)
    recordings.changed(day.event.slug)
    return await takes(recordings, day)


# Rooms that are moved to another connection.


@pytest.fixture
async def moved(day, recordings, room, start, monkeypatch):
    """The room, recorded where it was, and then moved: there another server is."""
    await start()
    services, elsewhere = day.services, Server()
    monkeypatch.setitem(services.rooms.video._providers, LINK, elsewhere)
    await services.set_room(day.event, Setting(connection=LINK))
    event = await services.programmes.find(day.event.slug)
    (room,) = await services.rooms.of(event)
    return event, room, elsewhere


async def test_what_runs_where_a_room_was_locks_nothing(day, recordings, server, moved):
    event, room, elsewhere = moved
    server.fails = Unreachable("gone")
    before = await recordings.running(event)

    await recordings.start(event, room, day.session(0))
    on = await recordings.running(event)
    await recordings.stop(event, room)

    assert (before, list(on), await recordings.running(event)) == ({}, [room.id], {})
    assert await states(recordings, day) == [State.PROCESSING] * 2
    assert (elsewhere.started, elsewhere.stopped) == (1, 1)


async def test_recording_is_ended_where_a_room_was(
    day, recordings, server, moved, ask_once
):
    await ask_once(at(10, 10))

    assert await states(recordings, day) == [State.PROCESSING]
    assert server.stopped == 1


async def test_one_that_cannot_be_stopped_does_not_keep_the_others_running(
    day, recordings, server, room, start, tell
):
    """Somebody began a second one in the video room itself."""
    await start()
    await tell(RUNNING, ident="rec2")
    server.stuck = "rec1"

    with pytest.raises(RoomSilent):
        await recordings.stop(day.event, room)

    assert await states(recordings, day) == [State.RUNNING, State.PROCESSING]


# What providers tell.


async def test_recording_that_people_began_is_attached_to_its_session(
    day, recordings, tell
):
    started = day.services.clock()

    await tell(RUNNING, started=started)

    (take,) = await takes(recordings, day)
    assert (take.session, take.started) == (day.session(0), started)
    assert await recordings.running(day.event)


@pytest.mark.parametrize(
    ("order", "after"),
    [
        ((RUNNING, PROCESSING, READY), State.READY),
        ((READY, PROCESSING, RUNNING), State.READY),
        ((READY, FAILED), State.READY),
        ((FAILED, READY), State.READY),
        ((PROCESSING, FAILED, RUNNING), State.FAILED),
    ],
)
async def test_order_in_which_it_is_told_does_not_matter(
    day, recordings, tell, order, after
):
    for state in order:
        await tell(state)

    assert await states(recordings, day) == [after]


async def test_what_is_told_again_is_no_news(day, tell):
    await tell(READY, location="/files/1", seconds=7080, size=10)
    day.told.clear()

    await tell(READY, location="/files/1", seconds=7080, size=10)
    await tell(RUNNING)

    assert day.told == []


async def test_recording_of_a_room_of_nobody_means_nothing(day, recordings, room):
    for connection, place in ((room.connection, "other"), ("other", room.id)):
        one = Recording(id="x", place=place, state=READY)
        await recordings.recorded(connection, one)

    assert await takes(recordings, day) == ()


# The file.


@pytest.fixture
def fetching(day):
    return day.services.beside.fetching


async def test_file_is_fetched_into_our_store(
    day, recordings, fetching, server, start, tell
):
    await start()
    server.files = {"/files/1": FILE}
    await tell(READY, location="/files/1", seconds=7080)

    fetched = [await fetching.fetch_next(), await fetching.fetch_next()]

    (take,) = await takes(recordings, day)
    kept, path = await recordings.file(day.event, take.id)
    assert fetched == [True, False]
    assert (take.state, take.size, take.location) == (State.KEPT, len(FILE), "")
    assert (kept, path.read_bytes()) == (take, FILE)


async def test_file_without_an_address_is_looked_for_in_the_list(
    day, recordings, fetching, server, room, tell
):
    server.files = {"/files/1": FILE}
    server.listed = [
        Recording(id="rec1", place=room.id, state=READY, location="/files/1")
    ]
    await tell(READY)

    await fetching.fetch_next()

    assert await states(recordings, day) == [State.KEPT]


async def test_file_that_fails_is_tried_again_later_with_a_fresh_address(
    day, recordings, fetching, server, room, tell, monkeypatch
):
    await tell(READY, location="/old")
    await fetching.fetch_next()
    (failed,) = await takes(recordings, day)
    at_once = await fetching.fetch_next()
    server.files = {"/new": FILE}
    server.listed = [Recording(id="rec1", place=room.id, state=READY, location="/new")]

    await due_now(day, failed)
    await fetching.fetch_next()

    assert (failed.tries, failed.error, at_once) == (
        1,
        "There is no such file.",
        False,
    )
    assert await states(recordings, day) == [State.KEPT]


async def due_now(day, take):
    """Its pause is over."""
    database = day.services.database
    async with database.transaction() as session:
        await store.save(session, take, due=take.noted)


async def test_file_that_is_too_large_is_refused(
    day, recordings, fetching, server, tell
):
    fetching._limit = len(FILE) - 1
    server.files = {"/files/1": FILE}
    await tell(READY, location="/files/1")

    await fetching.fetch_next()

    (take,) = await takes(recordings, day)
    assert (take.state, take.error) == (
        State.GIVEN_UP,
        "It is larger than 0 MiB: not fetched.",
    )
    await tell(READY, location="/files/2", size=len(FILE))
    assert not await fetching.fetch_next()


@pytest.mark.parametrize("listed", [False, True])
async def test_file_that_says_it_is_too_large_is_not_even_opened(
    day, recordings, fetching, server, room, tell, listed
):
    fetching._limit = len(FILE) - 1
    facts = {"location": "/files/1", "size": len(FILE)}
    server.listed = [Recording(id="rec1", place=room.id, state=READY, **facts)]
    await tell(READY, **({} if listed else facts))

    await fetching.fetch_next()

    assert await states(recordings, day) == [State.GIVEN_UP]
    assert server.opened == 0


async def test_file_that_always_fails_is_given_up(
    day, recordings, fetching, server, tell
):
    await tell(READY, location="/gone")
    for _ in range(MOST_TRIES):
        (take,) = await takes(recordings, day)
        assert take.state is State.READY
        await due_now(day, take)
        await fetching.fetch_next()

    (take,) = await takes(recordings, day)
    assert (take.state, take.tries) == (State.GIVEN_UP, MOST_TRIES)
    assert take.error == "There is no such file."


async def test_of_two_processes_one_fetches(day, fetching, server, tell):
    server.files = {"/files/1": FILE}
    await tell(READY, location="/files/1")

    both = await asyncio.gather(fetching.fetch_next(), fetching.fetch_next())

    assert sorted(both) == [False, True]


async def test_fetched_file_is_kept_by_a_sweep(
    day, recordings, fetching, server, tell, monkeypatch
):
    server.files = {"/files/1": FILE}
    await tell(READY, location="/files/1")
    await fetching.fetch_next()
    archive = day.services.archive
    monkeypatch.setattr(
        archive, "_clock", lambda: day.services.clock() + timedelta(days=9999)
    )

    swept = await archive.sweep()

    (take,) = await takes(recordings, day)
    _, path = await recordings.file(day.event, take.id)
    assert (swept, path.exists()) == (0, True)


async def test_file_that_is_not_there_is_not_given_out(day, recordings, tell):
    await tell(READY, location="/files/1")
    (take,) = await takes(recordings, day)

    for ident in (take.id, "nothing"):
        with pytest.raises(NoSuchRecording):
            await recordings.file(day.event, ident)


# The list, for those whose ready message was lost.


@pytest.fixture
def ask_once(day, recordings):
    async def asked(moment):
        done = asyncio.Event()
        rounds = 0

        async def events():
            nonlocal rounds
            rounds += 1
            if rounds > 1:
                done.set()
                await asyncio.Event().wait()
            return [day.event]

        task = asyncio.create_task(
            ask(
                day.services.beside.means,
                recordings,
                events,
                lambda _event: moment,
                every=timedelta(milliseconds=1),
            )
        )
        async with asyncio.timeout(PATIENCE):
            await done.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    return asked


@pytest.mark.parametrize(
    ("moment", "asked"),
    [
        (at(11, 59), 0),
        (at(12), 1),
        (at(17, 59), 1),
        (at(18) + LOOKED_FOR, 0),
    ],
)
async def test_list_is_asked_for_some_hours_after_a_session(
    day, room, server, ask_once, moment, asked
):
    await ask_once(moment)

    assert server.asked == asked


async def test_lost_message_is_made_good_by_the_list(
    day, recordings, room, server, start, ask_once
):
    await start()
    server.listed = [Recording(id="rec1", place=room.id, state=READY, seconds=60)]

    await ask_once(at(11))

    assert await states(recordings, day) == [State.READY]


@pytest.mark.parametrize(
    ("waited", "state"),
    [(timedelta(), State.PROCESSING), (GIVEN_UP_AFTER, State.FAILED)],
)
async def test_recording_without_a_file_is_waited_for_two_days(
    day, recordings, room, start, server, ask_once, waited, state
):
    await start()
    await recordings.stop(day.event, room)
    (take,) = await takes(recordings, day)
    async with day.services.database.transaction() as session:
        await store.save(session, replace(take, noted=take.noted - waited))
    recordings.changed(day.event.slug)

    await ask_once(at(11))

    assert await states(recordings, day) == [state]
    assert server.asked == (state is State.PROCESSING)


async def test_provider_that_does_not_answer_stops_nothing(day, room, server, ask_once):
    server.fails = Unreachable("silent")

    await ask_once(at(12))

    assert server.asked == 1


async def test_plain_link_is_asked_for_nothing(room, server, ask_once):
    server.capabilities = Capabilities()

    await ask_once(at(12))

    assert server.asked == 0


# The rules.

EVENT = made_up.event()
FIRST, SECOND = (timed.session.id for timed in EVENT.timetable.sessions)
ROOM = EVENT.timetable.sessions[0].session.room


@pytest.mark.parametrize(
    ("started", "session"),
    [
        (at(9), FIRST),
        (at(10), FIRST),
        (at(11, 59), FIRST),
        (at(13, 59), FIRST),
        (at(14, 1), SECOND),
        (at(16), SECOND),
        (at(23), SECOND),
    ],
)
def test_recording_belongs_to_the_session_that_holds_its_start(started, session):
    assert attached(EVENT, ROOM, started) == session


def test_room_without_a_session_has_none_for_a_recording():
    assert attached(EVENT, "Annex", at(10)) is None


TAKE = Take(id="1", room="hall", connection="main", state=State.RUNNING, noted=at(10))


@given(st.lists(st.sampled_from(RecordingState)))
def test_state_never_goes_back(told):
    take = TAKE
    for state in told:
        one = Recording(id="rec", place="hall", state=state)
        after = advanced(take, one, at(11))
        assert after.state.rank >= take.state.rank
        take = after


def test_recording_that_comes_after_all_has_no_reason_against_it():
    waited = replace(TAKE, state=State.FAILED, error="No file was told of.")
    told = Recording(id="rec", place="hall", state=READY, location="/x")

    after = advanced(waited, told, at(11))

    assert (after.state, after.error) == (State.READY, "")


def test_recording_that_we_have_is_changed_by_nothing():
    kept = replace(TAKE, state=State.KEPT, digest="0" * 64)
    told = Recording(id="rec", place="hall", state=READY, location="/x", seconds=9)

    assert advanced(kept, told, at(11)) == kept


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_pauses_grow_up_to_some_hours(tries, chance):
    assert timedelta(seconds=45) <= pause(tries, chance) <= timedelta(hours=7.5)


def test_address_of_a_recording_is_not_printed():
    assert "key=" not in repr(replace(TAKE, location="https://x.example/?key=1"))
