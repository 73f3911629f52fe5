"""Processes that are kept alive, with stand-ins that do one thing each."""

import asyncio
import sys

import psutil
import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.operations import workers
from orchestrator.operations.workers import WorkerFailed, Workers, pause
from tests.waiting import until

SAYS_SO = "import socket, sys, time; s = socket.socket(fileno=int(sys.argv[1])); s.send(b'.'); "
ENDS = "sys.exit(3)"
STAYS = "s.recv(1)"
IS_DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); "


@pytest.fixture(autouse=True)
def _none_left():
    before = set(psutil.Process().children())
    yield
    assert set(psutil.Process().children()) - before == set()


def of(script, number=2):
    return Workers([sys.executable, "-c", script], [], number)


async def test_one_that_ends_before_it_answers_ends_them_all():
    started = of("import sys; sys.exit(3)")

    with pytest.raises(WorkerFailed) as failed:
        await started.start()
    await started.stop()

    assert "ended with 3" in failed.value.detail


async def test_one_that_never_answers_is_ended(monkeypatch):
    monkeypatch.setattr(workers, "_SECONDS_TO_START", 0.2)
    started = of("import time; time.sleep(600)")

    with pytest.raises(WorkerFailed):
        await started.start()

    await started.stop()


async def test_one_that_dies_at_once_again_and_again_is_waited_for(monkeypatch):
    waits, enough = [], asyncio.Event()

    async def wait(seconds):
        waits.append(seconds)
        if len(waits) == 4:
            enough.set()
            await asyncio.Event().wait()

    monkeypatch.setattr(asyncio, "sleep", wait)
    started = of(SAYS_SO + ENDS, number=1)

    with structlog.testing.capture_logs() as lines:
        await started.start()
        await enough.wait()
        await started.stop()

    assert waits == [0, 1, 2, 4]
    assert [line["code"] for line in lines] == [3] * 4


async def test_one_that_the_system_does_not_start_is_tried_again(monkeypatch):
    monkeypatch.setattr(workers, "pause", lambda _failures: 0)
    started, refusals = of(SAYS_SO + STAYS, number=1), [OSError()] * 3
    await started.start()
    honest = asyncio.create_subprocess_exec

    async def refused(*command, **options):
        if refusals:
            raise refusals.pop()
        return await honest(*command, **options)

    monkeypatch.setattr(asyncio, "create_subprocess_exec", refused)
    (first,) = started._places
    with structlog.testing.capture_logs() as lines:
        first.process.kill()
        await until(lambda: started._places[0] is not first)
    await started.stop()

    told = [line["event"] for line in lines]
    assert told == ["worker-died", *["worker-not-started"] * 3]


async def test_renewal_that_the_system_refuses_leaves_all_as_it_is(monkeypatch):
    started = of(SAYS_SO + STAYS, number=1)
    await started.start()
    (first,) = started._places

    async def refused(*_, **__):
        raise OSError

    with monkeypatch.context() as patched, structlog.testing.capture_logs() as lines:
        patched.setattr(asyncio, "create_subprocess_exec", refused)
        started.renew()
        await until(lambda: len(lines) == 2)
    started.renew()
    await until(lambda: started._places[0] is not first)
    await started.stop()

    told = [line["event"] for line in lines]
    assert told == ["worker-not-started", "renewal-given-up"]


async def test_one_that_is_deaf_is_ended_all_the_same(monkeypatch):
    monkeypatch.setattr(workers, "_SECONDS_TO_STOP", 0.2)
    started = of(IS_DEAF + SAYS_SO + STAYS)
    await started.start()

    with structlog.testing.capture_logs() as lines:
        await started.stop()

    assert [line["event"] for line in lines] == ["worker-killed"] * 2


@given(st.integers(1, 10_000))
def test_pauses_grow_and_have_an_end(failures):
    assert pause(failures) <= pause(failures + 1) <= 30


def test_who_dies_once_is_replaced_at_once():
    assert (pause(0), pause(1)) == (0, 0)
