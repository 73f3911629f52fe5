"""Storing a programme and changing its people at once: each in its turn."""

import asyncio
from dataclasses import replace

import pytest

from orchestrator.app import wire
from orchestrator.database import Database
from tests.orchestrator.app_client import CAMILLE, DANA, PEOPLE, made, reading, settings


@pytest.fixture
async def installation(upgraded_url, tmp_path):
    """Services as several processes would have them, on one database."""
    databases = [Database(upgraded_url) for _ in range(3)]
    several = [wire(settings(upgraded_url, tmp_path), one, "x") for one in databases]
    await made(several[0])
    yield several
    for one in databases:
        await one.close()


async def test_nobody_waits_for_each_other_for_ever(installation):
    first, *others = installation
    event = await first.programmes.find("reseaux-profonds")
    people = {one.email: one.id for one in await first.registration.people(event.id)}

    async def revokes(services, email):
        for _ in range(6):
            await services.registration.revoke(people[email])

    async def lists(services):
        for _ in range(3):
            plan = await services.registration.plan(event, PEOPLE.encode())
            await services.registration.apply(event, plan)

    async def stores(services, place):
        for number in range(4):
            source = reading()
            told = replace(source.programme, place=f"{place} {number}")
            await services.programmes.store(replace(source, programme=told))

    await asyncio.gather(
        revokes(first, CAMILLE),
        revokes(others[0], DANA),
        lists(others[1]),
        stores(others[0], "Lyon"),
        stores(others[1], "Lille"),
    )

    event = await first.programmes.find("reseaux-profonds")
    after = {one.email: one for one in await first.registration.people(event.id)}
    assert [after[email].version for email in (CAMILLE, DANA)] == [7, 7]
