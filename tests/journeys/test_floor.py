"""The floor is asked for and given, and the room recorded, while people look on."""

import os
from contextlib import nullcontext, suppress

import pytest
from playwright.async_api import TimeoutError as PlaywrightTimeout

from integrations.video.provider import Capabilities
from orchestrator.hub.channels import spoken_chairs, spoken_people
from orchestrator.rooms.video import service as video_service
from tests.journeys.browser import NARROW, WIDE, answered, axe
from tests.orchestrator.app_client import CAMILLE, DANA, ORGANISER, SLUG, application
from tests.orchestrator.pages.made_up import at
from tests.orchestrator.pages.test_floor_pages import Server
from tests.waiting import until_so

pytestmark = pytest.mark.journey

PICTURES = os.environ.get("PICTURES")


@pytest.fixture
async def site(monkeypatch, upgraded_sqlite_url, tmp_path):
    """The morning at 10:05, in a room that can be recorded."""
    server = Server()
    server.capabilities = Capabilities(presence=True, beside=True, recording=True)
    monkeypatch.setattr(video_service, "choose", lambda _settings, _around: server)
    async with application(upgraded_sqlite_url, tmp_path, now=at(10, 5)) as site:
        yield site


@pytest.fixture
def desk(site, new_page):
    """``await desk()``: an organiser at the desk of the morning."""

    async def sit(**reader):
        page = await new_page(**reader)
        session = site.event.timetable.sessions[0].session.id
        await page.goto(f"{site.url}{await site.link(ORGANISER)}")
        await page.locator("[value=chair]").first.click()
        channel = spoken_chairs(SLUG, session, reader.get("language", "fr"))
        async with site.one_more_listens(channel):
            await page.goto(f"{site.url}/e/{SLUG}/chair/{session}")
        return page

    return sit


@pytest.fixture
def up(site):
    """Raise the hands of some people, who are in."""

    async def raised(*emails):
        for email in emails:
            browser = await site.known(email)
            async with browser.post(f"/e/{SLUG}/room/hand", data={"hand": "up"}) as one:
                assert one.status == 200

    return raised


async def shows(page, selector, words):
    await page.locator(selector).filter(has_text=words).first.wait_for()


async def given(site):
    return [
        one.name for one in await site.services.floors.hands(site.event) if one.given
    ]


async def test_floor_is_given_by_keys_alone(site, desk, up):
    page = await desk()
    await up(DANA, CAMILLE)
    await shows(page, "[id^=hands] h2", "Mains levées : 2")

    await page.get_by_role("button", name="Donner la parole à Dana Reed").focus()
    await page.keyboard.press("Enter")
    await shows(page, ".hands .state", "A la parole")
    first = await given(site)
    await page.get_by_role("button", name="Reprendre la parole à Dana Reed").focus()
    await page.keyboard.press("Enter")
    await shows(page, "[id^=hands] h2", "Mains levées : 1")
    await page.wait_for_function(
        "() => document.querySelectorAll('.hands > li').length === 1"
    )

    assert first == ["Dana Reed"]
    assert await given(site) == []


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
async def test_desk_with_hands_and_a_recording_is_in_order(
    site, desk, up, language, width
):
    page = await desk(language=language, width=width)
    await up(DANA, CAMILLE)
    who = (await site.person(DANA)).id
    await page.locator(f"#hand-{who}-give").click()
    await page.locator(f"#hand-{who} .state").wait_for()
    # The lines above it grow while the floor is given: a press may miss it.
    start, runs = page.locator("[value=start]"), page.locator(".recording .runs")

    async def is_recorded():
        if await start.is_visible():
            await start.click()
        with suppress(PlaywrightTimeout):
            await runs.wait_for(timeout=10_000)
        return await runs.is_visible()

    await until_so(is_recorded)

    assert await axe(page) == []
    assert await page.evaluate(
        "() => document.documentElement.scrollWidth <= innerWidth"
    )
    if PICTURES:
        await page.screenshot(path=f"{PICTURES}/desk-{language}-{width}.png")
        await page.screenshot(
            path=f"{PICTURES}/desk-{language}-{width}-full.png", full_page=True
        )


async def test_other_desks_see_the_recording_begin_and_end(site, desk):
    first, second = await desk(), await desk()

    await first.locator("[value=start][name=recording]").click()
    await shows(second, ".recording", "En cours depuis")
    await second.locator("[value=stop][name=recording]").click()

    await shows(first, ".recording", "Arrêté")


@pytest.fixture
def inside(site, new_page):
    """``await inside(email)``: somebody on the page of the room."""

    async def come(email, **reader):
        page = await new_page(**reader)
        channel = spoken_people(SLUG, reader.get("language", "fr"))
        listens = reader.get("java_script_enabled", True)
        async with site.one_more_listens(channel) if listens else nullcontext():
            await page.goto(f"{site.url}{await site.link(email)}")
            await page.locator("form button.main").first.click()
            await page.locator("form[data-hand]").wait_for()
        return page

    return come


async def hand_of(page):
    return await page.locator("form[data-hand] p").inner_text()


async def test_person_raises_his_hand_speaks_and_gives_the_floor_back(
    site, desk, inside, up
):
    await up(CAMILLE)
    page, chair = await inside(DANA), await desk()
    button = page.locator("form[data-hand] button")

    await button.click()
    await shows(page, "form[data-hand] p", "en position 2")
    said = await page.locator("#said").inner_text()
    assert said == "Votre main est levée, en position 2"
    async with answered(chair):
        await chair.get_by_role(
            "button", name="Baisser la main de Camille Dupré"
        ).click()
    await shows(page, "form[data-hand] p", "en position 1")
    async with answered(chair):
        await chair.get_by_role("button", name="Donner la parole à Dana Reed").click()
    await shows(page, "form[data-hand] p", "Vous avez la parole")
    assert await axe(page) == []
    await button.click()
    await shows(page, "form[data-hand] button", "Lever la main")

    assert await hand_of(page) == ""
    assert await given(site) == []


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
async def test_all_in_the_room_are_told_that_they_are_recorded(
    site, desk, inside, language, width
):
    page, chair = await inside(DANA, language=language, width=width), await desk()
    told = {
        "fr": "Cette session est enregistrée.",
        "en": "This session is being recorded.",
    }

    async with answered(chair):
        await chair.locator("[value=start][name=recording]").click()
    await shows(page, ".recorded", told[language])
    assert await page.locator("#said").inner_text() == told[language]
    assert await axe(page) == []
    if PICTURES:
        await page.screenshot(path=f"{PICTURES}/room-{language}-{width}.png")
    async with answered(chair):
        await chair.locator("[value=stop][name=recording]").click()
    await page.locator(".recorded").wait_for(state="detached")


async def test_hand_works_without_scripts(site, inside):
    page = await inside(DANA, java_script_enabled=False)

    await page.locator("form[data-hand] button").click()

    assert await hand_of(page) == "Votre main est levée, en position 1"
