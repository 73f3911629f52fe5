"""``orchestrator rehearse`` against the running service."""

import json
import signal

import pytest

from tests.journeys.service import Installation, command, start
from tests.orchestrator.app_client import PEOPLE, SLUG, dump, made
from tests.orchestrator.pages import made_up

SEATS = 25
MORNING = made_up.sessions()[:1]
OF_THE_MORNING = PEOPLE.replace("Session 2", "Session 1")
QUICK = ("--attendees", 40, "--speed", 1000, "--beat", 1)


async def morning(url, folder):
    """An installation with a morning of 25 seats."""
    found = Installation(folder, url)
    async with found.services() as services:
        await made(services, timetable=MORNING, capacity=SEATS, people=OF_THE_MORNING)
    return found


async def rows(installation):
    async with installation.services() as services:
        return await dump(services.database)


async def test_people_come_and_go_and_nothing_of_them_stays(upgraded_url, tmp_path):
    installation = await morning(upgraded_url, tmp_path)
    before = await rows(installation)

    with installation.serving():
        done = installation.run("rehearse", SLUG, *QUICK, "--json")
        facts = json.loads(done.stdout)

    assert facts["faults"] == []
    # On a machine that is too busy the database may be given up on.
    assert set(facts["errors"]) <= {"503"}
    passed = not facts["errors"]
    assert (facts["passed"], done.returncode) == (passed, 0 if passed else 1)
    assert facts["admitted"] > SEATS / 2
    assert facts["waited"] > 0
    assert 0 < facts["highest"] <= facts["capacity"] == SEATS
    assert {"press", "enter", "sign of life", "leave"} <= set(facts["latencies"])
    assert await rows(installation) == before


async def test_copy_is_gone_after_ctrl_c(upgraded_sqlite_url, tmp_path):
    installation = await morning(upgraded_sqlite_url, tmp_path)
    before = await rows(installation)

    with installation.serving():
        arguments = command("rehearse", SLUG, *QUICK, "--speed", 1)
        process = start(arguments, installation.folder, installation.environment)
        first = process.stdout.readline()
        progress = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=120)

    assert first.startswith(f"Rehearsing {SLUG}-rehearsal-")
    assert "at the door" in progress
    assert "Stopped before its end" in said
    assert process.returncode == 1
    assert await rows(installation) == before


@pytest.fixture
async def idle(upgraded_sqlite_url, tmp_path):
    return await morning(upgraded_sqlite_url, tmp_path)


async def test_service_that_does_not_run_is_said_so(idle):
    before = await rows(idle)

    done = idle.run("rehearse", SLUG, *QUICK)

    assert done.returncode == 1
    assert "The service does not answer" in done.stderr
    assert "orchestrator serve" in done.stderr
    assert await rows(idle) == before
