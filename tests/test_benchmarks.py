"""The pieces of ``make bench`` run, and say so when a figure means nothing."""

import shutil
import urllib.request
from pathlib import Path

import pytest

from benchmarks import alone, bare, entries, presses, streams, video, webhooks
from benchmarks.answers import Length
from benchmarks.figures import Figure, table
from benchmarks.load import Target, WrongAnswersError, load, parsed
from benchmarks.processes import started
from benchmarks.rush import Browsers, FailedRushError, request

needs_wrk = pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not here")
SAID = "  5 requests in 1.00s, 3.10MB read\n{}Requests/sec:   4.90\n"


def fetched(origin, path):
    with urllib.request.urlopen(f"{origin}{path}", timeout=10) as response:  # noqa: S310 -- our own
        return response.status, response.read()


def test_figure_keeps_its_bound_by_the_median():
    share = Figure("Share", (0.4, 0.9, 0.5), bound=0.5)
    seconds = Figure("Seconds", (2.6, 2.5, 2.4), " s", "<", 2.5)

    lines = list(table([share, seconds]))

    assert (share.holds, seconds.holds) == (True, False)
    assert [line.count("FAIL") for line in lines] == [0, 0, 0, 1]


def test_what_wrk_says_is_read():
    assert (parsed(SAID.format("")).rate, parsed(SAID.format("")).count) == (4.9, 5)


@pytest.mark.parametrize(
    "wrong",
    ["Non-2xx or 3xx responses: 2", "Socket errors: connect 0, read 3, timeout 0"],
)
def test_wrong_answers_are_no_figure(wrong):
    with pytest.raises(WrongAnswersError):
        parsed(SAID.format(f"  {wrong}\n"))


@needs_wrk
def test_each_address_of_a_file_is_asked_for(tmp_path):
    answers = {path: bare.answer(path.encode(), {}) for path in ("/a", "/b")}
    addresses = tmp_path / "addresses"
    addresses.write_text("/a\n/b\n/a")

    with started("benchmarks.bare", told=answers) as server:
        done = load(Target(server.origin, paths=addresses), seconds=1, first=1)
        worked = server.worked()

    assert done.count > 0
    assert worked > 0


def test_service_knows_its_pages_and_people(tmp_path):
    with started("benchmarks.service", tmp_path, 3, "none") as server:
        told = server.told
        links = Path(told["links"]).read_text().splitlines()
        paths = [told["programme"], told["talk"], told["feed"], *links]
        statuses = [fetched(server.origin, path)[0] for path in paths]

    assert len(set(links)) == 3
    assert statuses == [200] * 6


def test_large_programmes_have_all_their_talks():
    in_sessions, for_sessions = alone.talks_in_sessions(), alone.talks_for_sessions()

    assert len(in_sessions.all_talks) == len(for_sessions.all_talks) == alone.TALKS


def test_day_to_re_time_has_all_its_talks_and_is_late():
    talks = [one for one in alone.day_of_talks().cues if one.kind.is_talk]

    figure = alone.retiming(rounds=1)

    assert len(talks) == alone.TALKS_OF_A_DAY
    assert figure.note == "27 promised times change"


def test_streams_are_opened_told_and_timed():
    memory = streams.open_streams(streams=100, warm=20, rounds=1)
    told = (streams.reaching_the_last, streams.fragment_reaching_the_last)
    reached = [one(screens=20, rounds=3) for one in told]

    assert len(memory.seen) == 1
    assert [(len(one.seen), min(one.seen) > 0) for one in reached] == [(3, True)] * 2


def test_presses_are_timed_to_the_answer_and_to_the_last_screen():
    answered, seen = presses.presses(people=5, each=6, rounds=1)

    assert answered.value > 0
    assert seen.value > 0
    # An extension and its undo change nothing that people see.
    assert seen.note.endswith("4 of 6 presses a round, which people see")


@needs_wrk
def test_entries_are_pressed_and_compared():
    # So many that no link is pressed more often at once than the door allows.
    length = Length(seconds=1, rounds=1, people=500)

    opened, unopened = entries.entries(length)

    assert [len(one.seen) for one in (opened, unopened)] == [1, 1]
    assert opened.value > 0
    assert unopened.value > 0
    assert (opened.bound, unopened.bound) == (0.28, None)


def test_ways_into_a_video_room_are_minted_and_compared():
    (made,) = video.ways_in(Length(seconds=1, rounds=1))

    assert (made.value > 0, made.bound) == (True, 0.15)


def test_rushes_are_timed_and_leave_the_rooms_empty():
    rush = entries.rushes(people=20, bound=2.5, rounds=2)

    assert (len(rush.seen), min(rush.seen) > 0) == (2, True)


def test_pages_inside_cost_something():
    # So many that it shows in hundredths of a second.
    inside = entries.beats(people=500, seconds=1)

    assert inside.value > 0


def test_a_rush_that_somebody_is_refused_in_is_no_figure():
    refused = [request("GET", path, {}) for path in ("/hello", "/nowhere")]
    told = {"/hello": bare.answer(b"hello", {})}

    with (
        started("benchmarks.bare", told=told) as server,
        pytest.raises(FailedRushError, match="404"),
        Browsers(server.told["port"], len(refused), status=200) as browsers,
    ):
        browsers.rush(refused)


def test_a_rush_gives_each_browser_its_own_answer():
    paths = [f"/{number}" for number in range(100)]
    told = {path: bare.answer(path.encode(), {}) for path in paths}

    with (
        started("benchmarks.bare", told=told) as server,
        Browsers(server.told["port"], len(paths), status=200) as browsers,
    ):
        began, answers = browsers.rush([request("GET", path, {}) for path in paths])

    bodies = [one.said.partition(b"\r\n\r\n")[2].decode() for one in answers]
    assert bodies == paths
    assert all(one.came > began for one in answers)


def test_a_burst_of_webhooks_is_answered_and_kept():
    figure = webhooks.burst(number=50, lines=5, rounds=2)

    assert len(figure.seen) == 2
    assert min(figure.seen) > 0
    assert figure.note.startswith("over 5 connections, all kept")
