"""Pages of chairs, speakers and organisers: each for those who have the role."""

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import update

from orchestrator.database import run
from orchestrator.inbox import store
from orchestrator.inbox.model import Kept
from orchestrator.inbox.tables import DeliveryRow
from orchestrator.rooms.video import store as places
from tests.orchestrator.app_client import CAMILLE, CHAIR, ORGANISER, SLUG, SPEAKER
from tests.orchestrator.pages.shown import text

OPEN = {
    CAMILLE: set(),
    CHAIR: {"chair"},
    SPEAKER: {"speaker"},
    ORGANISER: {"organise", "organise/room", "chair", "attendance"},
}
DESKS = ("chair", "speaker", "organise", "organise/room", "attendance")


async def look(browser, desk):
    async with browser.get(f"/e/{SLUG}/{desk}") as response:
        return response.status, BeautifulSoup(await response.text(), "html.parser")


@pytest.mark.parametrize("email", OPEN)
async def test_page_is_open_to_its_role_and_closed_to_others(site, email):
    browser = await site.known(email)

    found = {desk: (await look(browser, desk))[0] for desk in DESKS}

    assert found == {desk: 200 if desk in OPEN[email] else 403 for desk in DESKS}


@pytest.mark.parametrize("desk", DESKS)
async def test_unknown_browser_is_asked_who_it_is(site, desk):
    status, page = await look(await site.browser(), desk)

    assert (status, text(page.h1)) == (401, "Nous ne vous connaissons pas encore")


async def test_refusal_says_whose_page_it_is(site):
    _, page = await look(await site.known(CAMILLE), "organise")

    assert text(page.h1) == "Cette page ne vous est pas ouverte"


async def test_chair_named_by_the_list_sees_that_session_only(site):
    _, page = await look(await site.known(CHAIR), "chair")

    assert text(page.select_one(".meet b")) == "Session 2, présidence"
    assert page.select(".switch") == []


async def test_organiser_chairs_every_session(site):
    _, page = await look(await site.known(ORGANISER), "chair")

    assert text(page.select_one(".meet b")) == "Session 1, présidence"
    assert [text(one) for one in page.select(".switch")] == ["Session 2"]


async def test_speaker_sees_his_own_talk_only(site):
    _, page = await look(await site.known(SPEAKER), "speaker")

    assert [text(title) for title in page.select("h1, .turn h2")] == [
        "Two descents, one curve"
    ]


async def test_organiser_sees_who_is_inside_and_what_lacks(serve):
    async with serve(video=None) as site:
        await site.known(CAMILLE)

        _, page = await look(await site.known(ORGANISER), "organise")

    assert text(page.select_one("[data-gauge] .n")) == "2 / 600"
    assert text(page.select_one(".check strong")) == "Pas encore de salle vidéo"


async def test_organiser_has_what_the_video_room_told_tried_again(site):
    organiser, inbox = await site.known(ORGANISER), site.services.told.inbox
    deliveries = [
        Kept(connection=one, key=one, body=b"x", received=site.services.clock())
        for one in ("main", "of others")
    ]
    async with site.services.database.transaction() as session:
        await store.keep(session, deliveries)
        await run(session, update(DeliveryRow).values(state="aside", error="No time."))

    _, before = await look(organiser, "organise")
    async with organiser.post(
        f"/e/{SLUG}/organise/again", allow_redirects=False
    ) as ours:
        location = ours.headers["Location"]
    _, after = await look(organiser, "organise")

    assert text(before.select_one("section:has(#unhandled) [lang=en]")) == "No time."
    assert (location, after.select("#unhandled")) == (f"/e/{SLUG}/organise", [])
    assert [one.connection for one in await inbox.aside(["main", "of others"])] == [
        "of others"
    ]


async def test_what_a_former_connection_told_is_seen_too(serve):
    spare = {"provider": "link"}
    async with serve(video=None, connections={"spare": spare}) as site:
        organiser, inbox = await site.known(ORGANISER), site.services.told.inbox
        (room,) = await site.services.rooms.of(site.event)
        told = Kept(
            connection="spare",
            key="1",
            body=b"x",
            received=site.services.clock(),
        )
        async with site.services.database.transaction() as session:
            await store.keep(session, [told])
            await run(session, update(DeliveryRow).values(state="aside", error="No."))
        _, never = await look(organiser, "organise")
        async with site.services.database.transaction() as session:
            await places.made(session, room.id, "spare", "")

        _, once = await look(organiser, "organise")
        async with organiser.post(f"/e/{SLUG}/organise/again"):
            pass

        found = [len(page.select("#unhandled")) for page in (never, once)]
        assert (found, room.connection) == ([0, 1], "main")
        assert await inbox.aside(["spare"]) == []


async def test_nobody_else_has_it_tried_again(site):
    chair = await site.known(CHAIR)

    async with chair.post(f"/e/{SLUG}/organise/again") as response:
        assert response.status == 403
