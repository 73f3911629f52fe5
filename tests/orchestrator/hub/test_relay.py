"""Instances tell each other through a real Valkey, whatever becomes of it."""

import asyncio
import os
import signal
import sys
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from structlog.testing import capture_logs

from orchestrator.hub import redis_relay
from orchestrator.hub.redis_relay import RedisRelay
from orchestrator.hub.relay import NoRelay, of_seats, of_stage, seats, slug_of, stage
from tests.servers import running_valkey
from tests.waiting import PATIENCE, until

TO_ANSWER = redis_relay._SECONDS_TO_ANSWER


class Ear:
    """What an instance heard, in order."""

    def __init__(self, relay):
        self.relay = relay
        self.heard = []

    def looks(self):
        """How often it had to look at everything."""
        return self.heard.count("")


@asynccontextmanager
async def running(relay):
    ear = Ear(relay)
    task = asyncio.create_task(relay.run(ear.heard.append))
    try:
        yield ear
    finally:
        await ended(task)


async def ended(task):
    """Tell ``task`` to end; once is enough."""
    task.cancel()
    _, pending = await asyncio.wait([task], timeout=PATIENCE)
    assert pending == set()


@pytest.fixture(autouse=True)
def _patient(monkeypatch):
    """A server that is there may take its time to answer."""
    monkeypatch.setattr(redis_relay, "_SECONDS_TO_ANSWER", 30)


@pytest.fixture
def hurried(_patient, monkeypatch):
    """A server that says nothing is given up as soon as the service does it."""
    monkeypatch.setattr(redis_relay, "_SECONDS_TO_ANSWER", TO_ANSWER)


@pytest.fixture
async def run():
    """``await run(url)``: an instance with a relay that is running."""
    async with AsyncExitStack() as stack:

        async def started(url, **options):
            return await stack.enter_async_context(running(RedisRelay(url, **options)))

        yield started


@pytest.fixture
async def connected(run, valkey_url):
    ours, theirs = await run(valkey_url), await run(valkey_url)
    await until(lambda: ours.heard == theirs.heard == [""])
    return ours, theirs


@pytest.fixture
def own_valkey():
    """A server of this test alone, which it may ill-treat."""
    with running_valkey() as server:
        yield server
        if server._process is None:
            server.start()
        os.kill(server._process.pid, signal.SIGCONT)


async def test_what_one_tells_the_others_hear(connected):
    ours, theirs = connected

    ours.relay.tell("day")

    await until(lambda: theirs.heard == ["", "day"])


async def test_nobody_hears_himself(connected):
    ours, theirs = connected

    ours.relay.tell("day")
    await until(lambda: theirs.heard == ["", "day"])
    theirs.relay.tell("night")

    await until(lambda: ours.heard == ["", "night"])


@pytest.mark.parametrize(
    ("told", "about", "only_seats", "only_stage"),
    [
        ("day", "day", False, False),
        (seats("day"), "day", True, False),
        (stage("day"), "day", False, True),
        ("", "", False, False),
    ],
)
def test_news_says_what_it_is_about(told, about, only_seats, only_stage):
    assert (slug_of(told), of_seats(told), of_stage(told)) == (
        about,
        only_seats,
        only_stage,
    )


async def test_what_is_told_again_before_it_went_out_goes_out_once(connected):
    ours, theirs = connected

    for slug in ("day", "night", "day", "day"):
        ours.relay.tell(slug)
    await until(lambda: len(theirs.heard) == 3)
    ours.relay.tell("day")

    await until(lambda: theirs.heard == ["", "day", "night", "day"])


async def test_what_was_told_before_the_start_is_not_lost(run, valkey_url):
    theirs = await run(valkey_url)
    await until(lambda: theirs.heard == [""])
    early = RedisRelay(valkey_url)
    early.tell("day")

    async with running(early):
        await until(lambda: theirs.heard == ["", "day"])


async def test_installations_that_share_a_server_do_not_hear_each_other(
    run, valkey_url
):
    ours = await run(valkey_url, channel="one")
    theirs, third = [await run(valkey_url, channel="two") for _ in range(2)]
    await until(lambda: all(one.heard for one in (ours, theirs, third)))

    ours.relay.tell("ours")
    theirs.relay.tell("theirs")

    await until(lambda: third.heard == ["", "theirs"])


async def test_what_could_not_go_out_goes_out_later(run, own_valkey):
    theirs = await run(own_valkey.connection_url)
    with own_valkey.client() as client, capture_logs() as logged:
        client.execute_command(
            *[
                "ACL",
                "SETUSER",
                "mute",
                "on",
                ">word",
                "allchannels",
                "+@all",
                "-publish",
            ]
        )
        url = own_valkey.connection_url.replace("://", "://mute:word@")
        ours = await run(url)
        await until(lambda: ours.heard == theirs.heard == [""])
        ours.relay.tell("day")
        await until(lambda: ours.looks() > 2)

        client.execute_command("ACL", "SETUSER", "mute", "+publish")
        await until(lambda: theirs.heard == ["", "day"])

    assert [one["event"] for one in logged] == ["relay-lost", "relay-back"]
    assert "word" not in str(logged)


async def back_to_push(ours, theirs, looks):
    """Both looked at everything again, and hear each other."""
    async with asyncio.timeout(PATIENCE):
        await until(lambda: all(one.looks() > looks for one in (ours, theirs)))
        ours.relay.tell("after")
        await until(lambda: "after" in theirs.heard)


async def test_stopped_server_holds_nobody_up_and_is_found_again(
    hurried, run, own_valkey, monkeypatch
):
    ours, theirs = [await run(own_valkey.connection_url) for _ in range(2)]
    await until(lambda: ours.heard == theirs.heard == [""])
    with capture_logs() as logged:
        os.kill(own_valkey._process.pid, signal.SIGSTOP)
        ours.relay.tell("meanwhile")
        await until(lambda: [one["event"] for one in logged] == ["relay-lost"] * 2)

        # It will be there: nobody has to give it up once more.
        monkeypatch.setattr(redis_relay, "_SECONDS_TO_ANSWER", 30)
        os.kill(own_valkey._process.pid, signal.SIGCONT)
        await back_to_push(ours, theirs, looks=1)

    assert (
        sorted(one["event"] for one in logged)
        == ["relay-back"] * 2 + ["relay-lost"] * 2
    )


async def test_killed_server_is_found_again_and_told_of_once(run, own_valkey):
    ours, theirs = [await run(own_valkey.connection_url) for _ in range(2)]
    await until(lambda: ours.heard == theirs.heard == [""])
    with capture_logs() as logged:
        own_valkey.terminate()
        ours.relay.tell("meanwhile")
        await until(lambda: len(logged) == 2)
        await asyncio.to_thread(own_valkey.start)
        await back_to_push(ours, theirs, looks=1)

    assert [one["event"] for one in logged].count("relay-lost") == 2


async def test_flushed_server_makes_no_difference(connected, valkey):
    ours, theirs = connected
    with valkey.client() as client:
        client.flushall()

    ours.relay.tell("day")

    await until(lambda: theirs.heard == ["", "day"])


async def test_server_that_always_hangs_up_is_told_of_once(run):
    calls = []

    async def hang_up(_reader, writer):
        calls.append(writer)
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with capture_logs() as logged:
            ear = await run(f"redis://127.0.0.1:{port}")
            await until(lambda: len(calls) >= 4)

    assert [one["event"] for one in logged] == ["relay-lost"]
    assert ear.heard == []


@asynccontextmanager
async def cut_short(url, moments):
    """A relay that ran for so many turns of the loop, and was told to end."""
    task = asyncio.create_task(RedisRelay(url).run(lambda _: None))
    for _ in range(moments):
        await asyncio.sleep(0)
    task.cancel()
    yield task
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=0.1)


# A connection takes some forty turns of the loop.
MOMENTS = range(100)


async def test_relay_ends_whenever_it_is_told_to(valkey_url):
    for moments in MOMENTS:
        async with cut_short(valkey_url, moments) as task:
            _, pending = await asyncio.wait([task], timeout=PATIENCE)
            assert pending == set()


async def test_without_a_second_look_the_end_would_be_missed(valkey_url, monkeypatch):
    """Twin: what redis-py swallows has to be looked for."""
    monkeypatch.setattr(redis_relay, "_cancelled", lambda: False)
    missed = 0
    for moments in MOMENTS:
        async with cut_short(valkey_url, moments) as task:
            _, pending = await asyncio.wait([task], timeout=0.5)
            missed += len(pending)
        if missed:
            break

    assert missed or sys.version_info >= (3, 12)


async def test_server_that_never_answers_is_given_up(hurried, run):
    calls = []

    async def say_nothing(reader, writer):
        calls.append(writer)
        await reader.read()
        writer.close()

    async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with capture_logs() as logged:
            await run(f"redis://127.0.0.1:{port}")
            await until(lambda: len(calls) >= 2)

    assert [one["event"] for one in logged] == ["relay-lost"]


async def test_address_that_is_none_is_told_of_without_its_password():
    with capture_logs() as logged:
        async with running(RedisRelay("redis://:pass/word@host")) as ear:
            await until(lambda: logged)
            ear.relay.tell("day")

    assert logged == [
        {
            "event": "relay-address-unusable",
            "error": "ValueError",
            "log_level": "warning",
        }
    ]


async def test_without_an_address_nothing_is_told_and_nothing_heard():
    async with running(NoRelay()) as ear:
        ear.relay.tell("day")

    assert ear.heard == []
