"""Every calendar that the application serves, as a client fetches it."""

import logging
import time
from datetime import timedelta

import pytest
import structlog

from calendars.conformance import Kind, faults
from orchestrator.access.feed_keys.model import FeedChoice, Per
from orchestrator.cli import logs
from orchestrator.clock import utc_now
from orchestrator.feeds.plain import plain
from orchestrator.feeds.service import Feeds
from orchestrator.programme.model import Reading
from tests.orchestrator.app_client import (
    CAMILLE,
    CHAIR,
    DANA,
    ORGANISER,
    SLUG,
    SPEAKER,
    application,
    reading,
)
from tests.orchestrator.feeds.meeting import BEFORE, PUBLISHER, Programmes, large
from tests.orchestrator.pages import made_up
from tests.orchestrator.pages.made_up import at

UNTIL = utc_now() + timedelta(days=200)

TRACKED = made_up.talk(1, track="Bruit, sens; & co")


@pytest.fixture
async def served(upgraded_sqlite_url, tmp_path):
    """A week before its day, with a talk that was called off."""
    _, second = made_up.sessions()
    before = reading(
        timetable=(made_up.timed(1, at(10), at(12), [(15, TRACKED)]), second)
    )
    week = at(10) - made_up.timedelta(days=7)
    async with application(upgraded_sqlite_url, tmp_path, now=week) as one:
        one.event = await one.services.programmes.store(before)
        yield one


async def fetched(browser, path):
    async with browser.get(path) as response:
        assert response.status == 200, path
        return await response.read()


async def subscribed(served, email, choice):
    """The path of somebody's calendar."""
    keys, access = served.services.feed_keys, served.services.access
    who = await access.holder((await served.link(email)).rpartition("/")[2])
    await keys.make(who)
    return f"/c/{keys.text(await keys.choose(who, choice, until=UNTIL))}.ics"


@pytest.mark.promise("public")
@pytest.mark.promise("order")
@pytest.mark.parametrize("moment", [at(10), at(10, day=29)])
async def test_public_files_are_without_fault(served, moment):
    await served.at(moment)
    page, browser = f"/e/{SLUG}", await served.browser()
    paths = [f"{page}.ics{query}" for query in ("", "?kind=talks", "?kind=sessions")]
    paths.append(f"{page}.ics?track=Bruit,+sens;+%26+co")
    for timed in (*served.event.timetable.sessions, *served.event.withdrawn):
        address = f"{page}/s/{timed.session.id}.ics"
        paths += (
            [address, f"{address}?talks=1"]
            if timed.session.stamp.cancelled is None
            else []
        )
        paths += [
            f"{page}/t/{slot.talk.id}.ics"
            for slot in timed.slots
            if slot.talk.kind.is_talk
        ]

    found = {path: faults(await fetched(browser, path)) for path in paths}

    assert len(found) > 15
    assert {path: some for path, some in found.items() if some} == {}


@pytest.mark.promise("personal")
@pytest.mark.parametrize("per", Per)
@pytest.mark.parametrize("with_link", [False, True])
async def test_personal_files_are_without_fault(served, per, with_link):
    browser = await served.browser()
    await served.services.registration.cancel((await served.person(DANA)).id)
    choice = FeedChoice(per=per, with_link=with_link, alarm=60)

    for email in (CAMILLE, CHAIR, SPEAKER, ORGANISER):
        path = await subscribed(served, email, choice)
        assert faults(await fetched(browser, path), kind=Kind.PERSONAL) == ()


async def test_calendar_of_somebody_who_unregistered_is_without_fault(served):
    path = await subscribed(served, DANA, FeedChoice())
    await served.services.registration.cancel((await served.person(DANA)).id)

    body = await fetched(await served.browser(), path)

    assert faults(body, kind=Kind.PERSONAL) == ()


@pytest.mark.promise("never-empty")
async def test_meeting_without_sessions_is_without_fault(served):
    empty = made_up.programme(sessions=(), slug="vide", first_day=None)
    await served.services.programmes.store(Reading(programme=empty))

    body = await fetched(await served.browser(), "/e/vide.ics")

    assert faults(body) == ()
    assert body.count(b"BEGIN:VEVENT") == 1


@pytest.fixture
def logged(capsys):
    """What the service logs, in its own form."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()
    logs.configure()
    yield lambda: capsys.readouterr().err
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.promise("caching")
async def test_no_log_holds_a_key(served, monkeypatch, logged):
    path = await subscribed(served, CAMILLE, FeedChoice())

    async def broken(_key):
        raise ZeroDivisionError

    monkeypatch.setattr(served.services.personal, "feed", broken)
    browser = await served.browser()
    async with browser.get(path) as response:
        assert response.status == 500

    told = logged()
    assert "ZeroDivisionError" in told
    assert path.removeprefix("/c/").removesuffix(".ics") not in told


@pytest.mark.promise("robots")
async def test_five_hundred_talks_take_less_than_a_second():
    spent = []
    for _ in range(3):
        plain.cache_clear()
        feeds = Feeds(Programmes(large(500)).find, PUBLISHER, clock=lambda: BEFORE)
        began = time.thread_time()
        file = await feeds.feed("jour")
        spent.append(time.thread_time() - began)

    assert min(spent) < 1
    assert file.plain.body.count(b"BEGIN:VEVENT") == 501
