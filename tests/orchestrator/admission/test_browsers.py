"""A browser that gets another cookie keeps what it holds."""

import pytest
from sqlalchemy import text

from orchestrator.admission.following.service import follow_browser
from orchestrator.admission.model import Standing
from orchestrator.database import run
from orchestrator.ids import RegistrantId
from tests.orchestrator.admission.people import BESIDE, DAY, crowd, doorway
from tests.orchestrator.app_client import CAMILLE, SLUG

SEAT = f"/api/v1/events/{SLUG}/seat"


@pytest.fixture
async def door(database):
    return await doorway(database, capacity=1, staff_seats=0, connections=BESIDE)


async def test_seat_and_place_are_those_of_the_new_device(door):
    names = await crowd(door.database, 2)
    for name in names:
        await door.enter(name)

    async with door.database.transaction() as session:
        for name in names:
            await follow_browser(session, {DAY}, f"{name}'s phone", f"{name}'s new one")

    found = [await door.look(name, device="new one") for name in names]
    picture = await door.admission.picture(door.event, door.now)
    (waiting,) = next(iter(picture.queues.values()))
    assert [one.standing for one in found] == [Standing.INSIDE, Standing.WAITING]
    assert waiting.device == f"{names[1]}'s new one"
    assert await door.admission.seat_on(
        door.event, RegistrantId(names[0]), f"{names[0]}'s new one"
    )


async def pressed_again(site):
    """What the open page is answered after the link was pressed in its browser, which
    was past its term.
    """
    browser = await site.known(CAMILLE)
    async with site.services.database.transaction() as session:
        past = "UPDATE browser_session SET expires = created"
        await run(session, text(past))
    async with browser.post(await site.link(CAMILLE), allow_redirects=False):
        pass
    async with browser.post(f"{SEAT}/renew") as response:
        return response.status


async def test_open_page_stays_inside_when_its_browser_has_another_cookie(site):
    assert await pressed_again(site) == 200


async def test_otherwise_its_own_seat_would_be_on_another_device(site, monkeypatch):
    """Twin: nobody is told of the new cookie."""
    monkeypatch.setattr(site.services.access, "_listeners", ())

    assert await pressed_again(site) == 409
