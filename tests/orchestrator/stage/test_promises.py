"""What was promised before chairs moved it is still known."""

from datetime import datetime

import pytest

from orchestrator.stage.promises import store
from orchestrator.stage.promises.service import Promises
from tests.orchestrator.app_client import ORGANISER, application
from tests.orchestrator.stage.desk import Desk


@pytest.fixture
async def desk(upgraded_sqlite_url, tmp_path):
    async with application(upgraded_sqlite_url, tmp_path) as site:
        yield Desk(site, await site.known(ORGANISER))


async def first(desk):
    """By talk, as another process would find it."""
    services = desk.site.services
    event = await services.programmes.find(desk.site.event.slug)
    found = await Promises(services.database).first(event)
    assert found == await services.beside.promises.first(event)
    return found


async def test_untouched_day_has_no_former_promises(desk):
    assert await first(desk) == {}


async def test_talks_that_swap_are_known_by_their_first_times(desk):
    was = {
        slot.talk.id: slot.starts
        for slot in desk.site.event.timetable.sessions[0].slots
    }

    await desk.done("move", talk=desk.talk(2), by=1)
    cues = await desk.done("move", talk=desk.talk(2), by=1)

    now = {one["talk"]: datetime.fromisoformat(one["starts"]) for one in cues}
    found = await first(desk)
    assert {talk: at for talk, at in found.items() if now[talk] != at} == {
        talk: was[talk] for talk in was if now[talk] != was[talk]
    }
    assert now[desk.talk(2)] != was[desk.talk(2)]


async def test_each_press_is_read_once(desk, monkeypatch):
    read, found = [], store.first_starts

    async def first_starts(session, former, present):
        read.append((sum(former.values()), sum(present.values())))
        return await found(session, former, present)

    monkeypatch.setattr(store, "first_starts", first_starts)
    await desk.done("extend", talk=desk.talk(2), minutes=1)
    was = await first(desk)
    read.clear()

    await desk.done("skip", talk=desk.talk(3))

    assert (await first(desk)).items() > was.items()
    assert read == [(0, 2), (1, 2)]
