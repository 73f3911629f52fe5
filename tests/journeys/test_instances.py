"""Two instances of one service: what is pressed on one is seen on both."""

import asyncio

import pytest
from playwright.async_api import expect

from orchestrator.access.model import Role
from tests.journeys.meeting import PAGE as SOURCE
from tests.journeys.meeting import SLUG, VIDEO, button, on_the_day, registered
from tests.journeys.service import Installation, path_of

pytestmark = [pytest.mark.journey, pytest.mark.postgres]

# Without Redis an instance looks every two seconds; a busy machine takes its time.
SEEN = 60_000


@pytest.fixture(params=["with Redis", "without"])
def instances(request, postgres_url, tmp_path):
    """Two processes on one database, and the links of its meeting."""
    redis = (
        request.getfixturevalue("valkey_url") if request.param == "with Redis" else ""
    )
    one = Installation(tmp_path, postgres_url, redis_url=redis)
    with one.serving():
        one.cli("programme", "import", SOURCE, "--room", VIDEO, "--yes")
        links = asyncio.run(registered(one))
        organiser = asyncio.run(link_of_organiser(one))
        with one.beside().serving() as other:
            yield one, other, links, organiser


async def link_of_organiser(installation):
    async with installation.services() as services:
        event = await services.programmes.find(SLUG)
        links = await services.registration.links(event, role=Role.ORGANISER)
        return links[0].link


async def test_gauges_of_two_instances_show_the_same(instances, new_page):
    one, other, links, organiser = instances
    await one.at(SLUG, on_the_day(9, 40))
    desks = []
    for instance in (one, other):
        desk = await new_page()
        await desk.goto(f"{instance.url}{path_of(organiser)}")
        await button(desk, "Ouvrir l’organisation").click()
        await expect(inside(desk)).to_have_text("0")
        desks.append(desk)

    for number, instance in enumerate((one, other, one)):
        person = await new_page()
        link = links[f"iris{number}@lac.example"]
        await person.goto(f"{instance.url}{path_of(link)}")
        await button(person, "Entrer dans la salle").click()
        for desk in desks:
            await expect(inside(desk)).to_have_text(str(number + 1), timeout=SEEN)

    first, second = [await figures(desk) for desk in desks]
    assert (first, first["inside"]) == (second, "3 présents")


def inside(desk):
    return desk.locator('[data-gauge] [data-n="inside"]').first


async def figures(desk):
    """Every figure of the room on the page, by its name."""
    return await desk.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll("[data-n]")]
            .map((one) => [one.dataset.n, one.textContent]))"""
    )
