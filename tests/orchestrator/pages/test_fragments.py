"""What follows the stage is rendered once for all, and only for those who listen."""

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from orchestrator.database import DatabaseUnavailable
from orchestrator.hub.channels import spoken, spoken_chairs, spoken_person
from orchestrator.hub.hub import Hub
from orchestrator.pages import fragments
from orchestrator.pages.fragments import Fragment, StageLive, is_under_way
from orchestrator.programme.errors import NoSuchEvent
from orchestrator.web.runner import beside
from tests.fakes import FakeTransport
from tests.orchestrator.pages import made_up
from tests.waiting import until

EVENT = made_up.event()
SLUG = EVENT.slug
NIGHT = replace(EVENT, slug="night")
# Longer than any test: a second round never comes by itself.
NEVER = 3600


class Stage:
    """``StageLive`` over made-up meetings; everything that was rendered, in order."""

    def __init__(self, pause=0):
        self.hub = Hub()
        self.now = made_up.at(10, 5, second=30)
        self.events = {one.slug: one for one in (EVENT, NIGHT)}
        self.rendered = []
        self.live = StageLive(
            self.hub, find=self.find, now=lambda _: self.now, pause=pause
        )

    async def find(self, slug):
        if slug not in self.events:
            raise NoSuchEvent("Another one.")
        return self.events[slug]

    def renders(self, name, version=1):
        """A renderer of one element."""

        async def renderer(event, language, *who):
            self.rendered.append((name, event.slug, language, *who))
            html = f"<p>{name} {language}</p>"
            return Fragment(target=name, html=html, version=version)

        return renderer

    def listen(self, *channels):
        """A screen; ``told`` reads what it was sent."""
        transport = FakeTransport()
        self.hub.subscribe(transport, channels, chunked=False)
        return transport

    async def told(self, slug=SLUG):
        """Say that it changed, and wait until all of it is rendered."""
        self.live.changed(slug)
        await self.settled()

    async def settled(self):
        await until(lambda: not self.live._due and not self.live._going)


def told(screen):
    """Target and text of each fragment that came."""
    found = []
    for message in b"".join(screen.written).decode().split("\n\n")[:-1]:
        topic, data = message.splitlines()[1:3]
        assert topic == "event: stage"
        fragment = json.loads(data.removeprefix("data: "))
        assert sorted(fragment) == ["html", "target", "version"]
        found.append((fragment["target"], fragment["html"]))
    return found


@asynccontextmanager
async def running(**options):
    stage = Stage(**options)
    async with beside(stage.live.run()):
        yield stage
    stage.hub.close()


@pytest.fixture
async def stage():
    async with running() as one:
        yield one


async def test_fragment_is_rendered_once_for_all_of_a_language(stage):
    stage.live.for_everybody(stage.renders("now"))
    screens = [stage.listen(SLUG, spoken(SLUG, "fr")) for _ in range(50)]
    english = stage.listen(SLUG, spoken(SLUG, "en"))

    await stage.told()

    assert sorted(stage.rendered) == [("now", SLUG, "en"), ("now", SLUG, "fr")]
    assert {tuple(told(one)) for one in screens} == {(("now", "<p>now fr</p>"),)}
    assert told(english) == [("now", "<p>now en</p>")]


async def test_nothing_is_rendered_for_nobody(stage):
    stage.live.for_everybody(stage.renders("now"))
    stage.live.for_chairs(stage.renders("desk"))
    stage.live.for_speakers(stage.renders("mine"))
    stage.listen(SLUG, f"{SLUG}/ada")
    stage.listen("night", spoken("night", "fr"))

    await stage.told()
    await stage.told("gone")

    assert stage.rendered == []


async def test_each_hears_what_is_for_him_and_no_more(stage):
    stage.live.for_everybody(stage.renders("now"))
    stage.live.for_chairs(stage.renders("desk"))
    stage.live.for_speakers(stage.renders("mine"))
    anybody = stage.listen(spoken(SLUG, "fr"))
    chair = stage.listen(spoken(SLUG, "fr"), spoken_chairs(SLUG, "s1", "fr"))
    ada = stage.listen(spoken(SLUG, "fr"), spoken_person(SLUG, "ada", "fr"))

    await stage.told()

    assert told(anybody) == [("now", "<p>now fr</p>")]
    assert sorted(name for name, _ in told(chair)) == ["desk", "now"]
    assert sorted(name for name, _ in told(ada)) == ["mine", "now"]
    assert sorted(stage.rendered) == [
        ("desk", SLUG, "fr", "s1"),
        ("mine", SLUG, "fr", "ada"),
        ("now", SLUG, "fr"),
    ]


async def test_renderer_may_give_several_elements_or_none(stage):
    async def none(_event, _language):
        return None

    async def several(event, _language):
        sessions = event.timetable.sessions
        return (
            Fragment(target=f"s{number}", html="", version=1)
            for number, _ in enumerate(sessions)
        )

    stage.live.for_everybody(none)
    stage.live.for_everybody(several)
    screen = stage.listen(spoken(SLUG, "fr"))

    await stage.told()

    assert [name for name, _ in told(screen)] == [
        f"s{number}" for number, _ in enumerate(EVENT.timetable.sessions)
    ]
    assert len(screen.written) == 1


async def test_one_that_fails_is_logged_and_the_others_go_on(stage):
    async def broken(_event, _language):
        raise ZeroDivisionError

    stage.live.for_everybody(broken)
    stage.live.for_everybody(stage.renders("now"))
    screen = stage.listen(spoken(SLUG, "fr"))

    with capture_logs() as logs:
        await stage.told()
        await stage.told()

    assert [name for name, _ in told(screen)] == ["now", "now"]
    assert [one["event"] for one in logs] == ["renderer-failed"] * 2
    assert "broken" in logs[0]["renderer"]


async def test_one_that_hangs_is_given_up(stage, monkeypatch):
    async def hanging(_event, _language):
        await asyncio.Event().wait()

    monkeypatch.setattr(fragments, "_SECONDS_A_RENDERER", 0.01)
    stage.live.for_everybody(hanging)
    stage.live.for_everybody(stage.renders("now"))
    screen = stage.listen(spoken(SLUG, "fr"))

    with capture_logs() as logs:
        await stage.told()

    assert [name for name, _ in told(screen)] == ["now"]
    assert [one["event"] for one in logs] == ["renderer-failed"]


async def test_what_was_away_is_tried_again(stage, monkeypatch):
    seen = []

    async def reading(_event, _language):
        seen.append("asked")
        if len(seen) == 1:
            raise DatabaseUnavailable("The database does not answer.")
        return Fragment(target="now", html="", version=1)

    monkeypatch.setattr(fragments, "_SECONDS_BETWEEN_TRIES", 0)
    stage.live.for_everybody(reading)
    screen = stage.listen(spoken(SLUG, "fr"))

    with capture_logs() as logs:
        await stage.told()

    assert (len(seen), told(screen)) == (2, [("now", "")])
    assert [one["event"] for one in logs] == ["database-unavailable"]


async def test_burst_of_presses_is_one_round_and_holds_up_no_other_meeting():
    async with running(pause=NEVER) as stage:
        stage.live.for_everybody(stage.renders("now"))
        ours, theirs = (stage.listen(spoken(one, "fr")) for one in (SLUG, "night"))
        stage.live.changed(SLUG)
        await until(lambda: told(ours))

        for _ in range(100):
            stage.live.changed(SLUG)
        stage.live.changed("night")
        await until(lambda: told(theirs))

        assert stage.rendered == [("now", SLUG, "fr"), ("now", "night", "fr")]


async def test_what_comes_in_the_pause_is_told_after_it():
    async with running(pause=0.01) as stage:
        stage.live.for_everybody(stage.renders("now"))
        screen = stage.listen(spoken(SLUG, "fr"))
        stage.live.changed(SLUG)
        await until(lambda: told(screen))

        for _ in range(100):
            stage.live.changed(SLUG)
        await stage.settled()

        assert len(told(screen)) == 2


async def test_news_of_any_meeting_is_news_of_those_listened_to(stage):
    stage.live.for_everybody(stage.renders("now"))
    for slug in (SLUG, "night"):
        stage.listen(spoken(slug, "fr"))

    await stage.told("")

    assert sorted(stage.rendered) == [("now", "night", "fr"), ("now", SLUG, "fr")]


@pytest.fixture
async def ticking(monkeypatch):
    """A stage whose clock is looked at all the time; it stands still until moved."""
    monkeypatch.setattr(fragments, "_LONGEST_WAIT", 0.002)
    async with running() as stage:
        stage.live.for_everybody(stage.renders("now"))
        stage.listen(spoken(SLUG, "fr"))
        await until(lambda: stage.live._minutes)
        yield stage


async def test_at_each_full_minute_of_a_session_it_is_rendered(ticking):
    for second in (58, 59, 60, 61, 119, 120):
        ticking.now = made_up.at(10, 5) + timedelta(seconds=second)
        minute = ticking.now.replace(second=0)
        await until(lambda minute=minute: ticking.live._minutes[SLUG] == minute)
        await ticking.settled()

    assert ticking.rendered == [("now", SLUG, "fr")] * 2


async def test_outside_of_sessions_the_clock_changes_nothing(ticking):
    ticking.now = made_up.at(6, 0)
    await until(lambda: ticking.live._minutes[SLUG] == ticking.now)
    ticking.now += timedelta(minutes=1)
    await until(lambda: ticking.live._minutes[SLUG] == ticking.now)
    await ticking.settled()

    assert ticking.rendered == []


def test_session_is_under_way_while_a_talk_of_it_is():
    first, *others = made_up.sessions()
    over = first.ends + timedelta(minutes=30)
    *slots, last = first.slots
    overrun = replace(last, actual_starts=last.starts)
    overrunning = replace(first, slots=(*slots, overrun))
    ended = replace(first, slots=(*slots, replace(overrun, actual_ends=first.ends)))

    assert [
        is_under_way(made_up.event(timetable=(one, *others)), over)
        for one in (first, overrunning, ended)
    ] == [False, True, False]
