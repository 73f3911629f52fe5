"""Several instances on one database: what one stores, the others' screens show."""

import asyncio
import os
import signal
from contextlib import AsyncExitStack

import pytest
from aiohttp import ClientSession
from structlog.testing import capture_logs

from orchestrator.admission.live import service as live_service
from orchestrator.admission.model import Visitor
from orchestrator.app import serving, wire
from orchestrator.database import Database
from orchestrator.hub import redis_relay
from orchestrator.programme import service as programme_service
from orchestrator.registration import store as registration_store
from orchestrator.stage.news import service as news_service
from tests.orchestrator.app_client import INSTALL, SLUG, made, reading, settings
from tests.servers import running_valkey
from tests.waiting import PATIENCE, until

# What trust asks: so late without Redis, and back to push so soon after it.
MOST_DELAY, MOST_AWAY = 3, 5
LOOKS = (
    live_service.SECONDS_BETWEEN_LOOKS,
    programme_service._SECONDS_BETWEEN_LOOKS,
    news_service._SECONDS_BETWEEN_LOOKS,
)
BACK_TO_PUSH = redis_relay._LONGEST_PAUSE + redis_relay._SECONDS_TO_ANSWER
NEVER = 3600


class Instance:
    """One process' worth of the service, with a screen before it."""

    def __init__(self, services, url, client):
        self.services = services
        self.client = client
        self.url = url
        self.shown = []

    async def show(self):
        """Keep what a browser is told, until cancelled."""
        path = f"{self.url}/api/v1/events/{SLUG}/live"
        async with self.client.get(path) as response:
            async for line in response.content:
                self.shown.append(line)

    def told(self):
        """How often the screen was told that the programme changed."""
        return self.shown.count(b"event: programme\n")


@pytest.fixture
async def start(upgraded_url, tmp_path):
    """``await start(redis_url)``: one more instance on the database."""
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(ClientSession())
        first = []

        async def instance(redis_url):
            database = Database(upgraded_url)
            stack.push_async_callback(database.close)
            wanted = settings(upgraded_url, tmp_path, redis_url=redis_url)
            services = wire(wanted, database, INSTALL)
            if not first:
                first.append(await made(services))
            opened = serving(services, host="127.0.0.1", port=0)
            port = await stack.enter_async_context(opened)
            one = Instance(services, f"http://127.0.0.1:{port}", client)
            showing = asyncio.create_task(one.show())
            stack.callback(showing.cancel)
            await until(lambda: one.shown)
            return one

        yield instance


@pytest.fixture
def own_valkey():
    with running_valkey() as server:
        yield server
        if server._process is None:
            server.start()
        os.kill(server._process.pid, signal.SIGCONT)


async def stored(ours, title):
    """Another programme is stored by ``ours``."""
    await ours.services.programmes.store(reading(title=title), slug=SLUG)


async def shown(theirs, times, *, within):
    async with asyncio.timeout(within):
        await until(lambda: theirs.told() >= times)


def test_looks_and_pauses_are_as_short_as_trust_asks():
    assert max(LOOKS) < MOST_DELAY
    assert BACK_TO_PUSH < MOST_AWAY


async def test_what_one_stores_is_pushed_to_the_others_screens(
    start, valkey_url, monkeypatch
):
    """Nobody asks the database meanwhile, so only the relay can tell."""
    monkeypatch.setattr(programme_service, "_SECONDS_BETWEEN_LOOKS", NEVER)
    ours, theirs = [await start(valkey_url) for _ in range(2)]

    await stored(ours, "Another title")

    await shown(theirs, 1, within=PATIENCE)


async def test_seats_wake_who_shows_them_and_not_who_reads_programmes(
    start, valkey_url, monkeypatch
):
    ours, theirs = [await start(valkey_url) for _ in range(2)]
    woken, shown = set(), set()
    monkeypatch.setattr(theirs.services.programmes, "wake", woken.add)
    monkeypatch.setattr(theirs.services.live, "changed", shown.add)
    event = await ours.services.programmes.find(SLUG)
    (first, *_) = await ours.services.registration.people(event.id)

    await ours.services.admission.enter(
        event,
        Visitor(registrant=first.id),
        ours.services.programmes.now(event),
    )
    # A line that breaks on a busy machine has everything looked at: no slug.
    await until(lambda: SLUG in shown)
    woken_by_seats = woken - {""}
    await stored(ours, "Another title")
    await until(lambda: SLUG in woken)

    assert woken_by_seats == set()


async def asked(ours):
    """A question is asked at ``ours``."""
    event = await ours.services.programmes.find(SLUG)
    (first, *_) = await ours.services.registration.people(event.id)
    async with ours.services.database.reading() as session:
        people = await registration_store.identities(session, [first.id])
    talk = event.timetable.slots[0].talk.id
    await ours.services.questions.ask(event, talk, people[first.id], "Why?")


@pytest.fixture
def heard():
    """Of which meetings the stage is said to have changed at an instance."""

    async def listen(theirs):
        told = []
        theirs.services.news.tell(told.append)
        # It has looked once: only what comes from now on is news.
        await until(lambda: theirs.services.news._epochs is not None)
        return told

    return listen


async def test_question_wakes_who_shows_questions_and_nobody_else(
    start, valkey_url, monkeypatch, heard
):
    """Nobody asks the database meanwhile, so only the relay can tell."""
    monkeypatch.setattr(news_service, "_SECONDS_BETWEEN_LOOKS", NEVER)
    ours, theirs = [await start(valkey_url) for _ in range(2)]
    told, woken = await heard(theirs), []
    monkeypatch.setattr(theirs.services.programmes, "wake", woken.append)
    monkeypatch.setattr(theirs.services.live, "changed", woken.append)

    await asked(ours)
    await until(lambda: told)

    # A line that breaks on a busy machine has everything looked at: no slug.
    assert (told, [slug for slug in woken if slug]) == ([SLUG], [])


async def test_question_is_seen_elsewhere_without_a_relay(start, heard):
    ours, theirs = [await start(None) for _ in range(2)]
    told = await heard(theirs)

    await asked(ours)

    await until(lambda: told)

    assert told == [SLUG]


async def test_without_a_relay_only_asking_the_database_tells(start):
    ours, theirs = [await start(None) for _ in range(2)]

    await stored(ours, "Another title")

    await shown(theirs, 1, within=PATIENCE)


def stop(server):
    os.kill(server._process.pid, signal.SIGSTOP)


def go_on(server):
    os.kill(server._process.pid, signal.SIGCONT)


@pytest.mark.drill
@pytest.mark.parametrize(
    ("fault", "mend"),
    [
        pytest.param(stop, go_on, id="stopped"),
        pytest.param(
            lambda server: server.terminate(),
            lambda server: server.start(),
            id="killed",
        ),
        pytest.param(
            lambda server: server.client().flushall(), lambda _: None, id="flushed"
        ),
    ],
)
async def test_ill_treated_server_costs_a_delay_and_nothing_else(
    start, own_valkey, monkeypatch, fault, mend, promised
):
    delay, away = promised(MOST_DELAY), promised(MOST_AWAY)
    ours, theirs = [await start(own_valkey.connection_url) for _ in range(2)]

    await asyncio.to_thread(fault, own_valkey)
    async with asyncio.timeout(delay):
        await stored(ours, "While it is away")
        await shown(theirs, 1, within=delay)
        async with theirs.client.get(f"{theirs.url}/readyz") as ready:
            assert ready.status == 200

    # From the next look on only push can tell: of the second change, or the third.
    monkeypatch.setattr(programme_service, "_SECONDS_BETWEEN_LOOKS", NEVER)
    await asyncio.to_thread(mend, own_valkey)
    async with asyncio.timeout(away):
        await stored(ours, "When it is back")
        await shown(theirs, 2, within=away)
    await stored(ours, "Once more")
    await shown(theirs, 3, within=delay)


async def test_service_starts_without_the_server_it_was_told_of(start):
    with capture_logs() as logged:
        ours, theirs = [await start("redis://127.0.0.1:1") for _ in range(2)]
        await stored(ours, "Another title")
        await shown(theirs, 1, within=PATIENCE)
        async with ours.client.get(f"{ours.url}/readyz") as ready:
            status = ready.status

    told = [one for one in logged if one["event"].startswith("relay-")]
    assert (status, len(told)) == (200, 2)
