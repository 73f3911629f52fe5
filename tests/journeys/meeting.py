"""A meeting with eight registrants, in a service with a process of its own."""

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from orchestrator.database import Database, run
from tests.journeys.service import Installation

PAGE = Path(__file__).with_name("meeting.md")
SLUG = "graphes-aleatoires-du-papier-au-code"
VIDEO = "https://video.example/graphes"
PEOPLE = "Nom;Prénom;Courriel;Membre\n" + "".join(
    f"Lorin;Iris {number};iris{number}@lac.example;{'oui' if number % 2 else 'non'}\n"
    for number in range(8)
)


def on_the_day(hour, minute=0, second=0):
    return datetime(2026, 9, 14, hour, minute, second, tzinfo=ZoneInfo("Europe/Paris"))


@dataclass
class Meeting:
    """The installation, and everybody's personal link by address."""

    installation: Installation
    links: dict[str, str]

    async def at(self, moment):
        await self.installation.at(SLUG, moment)

    async def inside(self):
        """How many seats are held, by the database."""
        return await self._count("registrant_id IS NOT NULL")

    async def holds(self, email):
        """Whether the person holds a seat, by the database."""
        whose = "registrant_id = (SELECT id FROM registrant WHERE email = :email)"
        return await self._count(whose, email=email) == 1

    async def _count(self, which, **given):
        database = Database(self.installation.database_url)
        async with database.reading() as session:
            held = text(f"SELECT count(*) FROM seat WHERE {which}")  # noqa: S608 -- ours
            count = (await run(session, held, given)).scalar_one()
        await database.close()
        return count


@contextmanager
def meeting_in(folder, database_url):
    """What an organiser does, while the service runs: the page, then the people."""
    with Installation(folder, database_url).serving() as installation:
        installation.cli("programme", "import", PAGE, "--room", VIDEO, "--yes")
        yield Meeting(installation, asyncio.run(registered(installation)))


async def registered(installation):
    """Personal links by address; the command line for it has its own tests."""
    async with installation.services() as opened:
        event = await opened.programmes.find(SLUG)
        plan = await opened.registration.plan(event, PEOPLE.encode("cp1252"))
        await opened.registration.apply(event, plan)
        links = await opened.registration.links(event)
        return {one.email: one.link for one in links}


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


async def tabs_to(page, what):
    """As a reader without a mouse: to the element by Tab, then Enter."""
    for _ in range(40):
        await page.keyboard.press("Tab")
        if await what.evaluate("element => element === document.activeElement"):
            await page.keyboard.press("Enter")
            return
    pytest.fail("Tab does not lead there")
