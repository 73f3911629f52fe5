"""kill -9 under load: whoever was told that he holds a seat holds it afterwards."""

import asyncio
from contextlib import suppress
from datetime import time

import aiohttp
import pytest
from sqlalchemy import select

from orchestrator.admission.tables import SeatRow
from orchestrator.database import run
from orchestrator.operations.demo import Demo, prepare
from tests.journeys.service import Installation, answers, command, start

pytestmark = pytest.mark.drill

AT_ONCE = 20


@pytest.fixture
async def world(tmp_path, upgraded_url):
    """The example meeting at 10:05: its installation, and registrants by link."""
    place = Installation(tmp_path, upgraded_url)
    async with place.services() as services:
        event = await prepare(services, Demo(programme=None, at=time(10, 5), room=None))
        links = await services.registration.links(event)
        people = {
            link.link: await services.access.holder(link.link.rsplit("/", 1)[1])
            for link in links
        }
    return place, event, {link: who.registrant for link, who in people.items()}


async def test_what_was_confirmed_is_there_after_a_kill(world, count):
    place, event, people = world
    told = set()

    for number in range(count(100)):
        await load_and_kill(place, event, people, told, after=10 + 7 * (number % 9))

    assert told
    assert told <= await inside(place)


async def load_and_kill(place, event, people, told, *, after):
    """Everybody presses; the service dies once ``after`` of them were answered."""
    process = start(command("serve"), place.folder, place.environment)
    assert await asyncio.to_thread(answers, f"{place.url}/healthz", process)
    turn, enough, answered = asyncio.Semaphore(AT_ONCE), asyncio.Event(), []

    async def press(link):
        async with turn, aiohttp.ClientSession() as client:
            with suppress(aiohttp.ClientError):
                await client.post(link, allow_redirects=False)
                seat = f"{place.url}/api/v1/events/{event.slug}/seat"
                async with client.post(seat) as answer:
                    if answer.status == 200:
                        told.add(people[link])
                        answered.append(link)
        if len(answered) >= after:
            enough.set()

    presses = [asyncio.create_task(press(link)) for link in people]
    await enough.wait()
    process.kill()
    await asyncio.gather(*presses)
    await asyncio.to_thread(process.communicate)


async def inside(place):
    """Who holds a seat, as the database has it."""
    async with place.services() as services, services.database.reading() as session:
        rows = await run(session, select(SeatRow.registrant_id))
        return {one for one in rows.scalars() if one is not None}
