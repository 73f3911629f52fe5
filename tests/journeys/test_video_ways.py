"""Video rooms that are not in the page, or in a frame of it: where a browser gets to."""

import re
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from aiohttp import web
from playwright.async_api import expect

from integrations.errors import Unreachable
from integrations.video.provider import How
from orchestrator.pages import room_video
from orchestrator.rooms.model import Setting
from orchestrator.rooms.video import service as video_service
from tests.journeys.browser import NARROW, axe
from tests.orchestrator.app_client import CAMILLE, DANA, SLUG, application
from tests.orchestrator.pages.doorman import Doorman
from tests.waiting import until

pytestmark = pytest.mark.journey

PAGE = f"/e/{SLUG}/room"


@asynccontextmanager
async def elsewhere(answer):
    """Another server, on a port of its own, that answers everything with ``answer``."""
    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def room(request):
    """What the browser told it."""
    told = f"room, from {request.headers.get('Referer', 'nowhere')}"
    return web.Response(text=f"<h1>{told}</h1>", content_type="text/html")


@pytest.fixture
async def cluster():
    """A server that leads to another one, as those of BigBlueButton do."""
    async with elsewhere(room) as there:

        async def lead(_request):
            raise web.HTTPFound(there)

        async with elsewhere(lead) as here:
            yield f"{here}/join?checksum=0a"


@pytest.fixture
async def doorman(monkeypatch):
    one = Doorman()
    chosen = video_service.choose
    monkeypatch.setattr(
        video_service,
        "choose",
        lambda settings, around: (
            one if settings.get("provider") == "doorman" else chosen(settings, around)
        ),
    )
    return one


@pytest.fixture
async def site(upgraded_sqlite_url, tmp_path, doorman):
    async with application(
        upgraded_sqlite_url,
        tmp_path,
        video=None,
        base_url="http://127.0.0.1",
        connections={"main": {"provider": "doorman"}},
    ) as site:
        yield site


@pytest.fixture
def comes(site, new_page):
    async def come(email, **options):
        page = await new_page(**options)
        await page.goto(f"{site.url}{await site.link(email)}")
        await page.locator("main form button").first.click()
        await expect(page).to_have_url(re.compile(PAGE))
        return page

    return come


@pytest.mark.parametrize("scripts", [True, False])
async def test_press_opens_the_room_wherever_it_leads(comes, doorman, cluster, scripts):
    doorman.address = cluster
    page = await comes(CAMILLE, java_script_enabled=scripts)

    async with page.context.expect_page() as opened:
        await page.get_by_role("button", name="Ouvrir la salle vidéo").click()
    there = await opened.value

    await expect(there.locator("h1")).to_have_text("room, from nowhere")
    assert page.url.endswith(PAGE)


async def test_without_leave_to_go_there_the_press_would_lead_nowhere(
    comes, doorman, cluster, monkeypatch
):
    monkeypatch.setattr(room_video, "_leaving", lambda _site: {})
    doorman.address = cluster
    page = await comes(CAMILLE, allow=("form-action",))

    async with page.context.expect_event("console") as said:
        await page.get_by_role("button", name="Ouvrir la salle vidéo").click()

    assert "form-action" in (await said.value).text


async def test_silent_provider_is_pressed_again_by_its_page(comes, doorman, cluster):
    doorman.address, doorman.fails = cluster, Unreachable("down")
    page = await comes(DANA, language="en", width=NARROW, allow=("503",))

    async with page.context.expect_page() as opened:
        await page.get_by_role("button", name="Open the video room").click()
    there = await opened.value
    await expect(there.locator("h1")).to_have_text("The video room does not answer")
    assert await axe(there) == []
    doorman.fails = None

    await expect(there.locator("h1")).to_have_text("room, from nowhere", timeout=60_000)


async def test_moved_room_is_said_to_be_opened_again(site, comes):
    page = await comes(CAMILLE)
    await page.evaluate("window.stayed = true")
    where = "https://other.example/room"

    await site.services.set_room(site.event, Setting(url=where))

    told = page.locator("#moved-told")
    await expect(told).to_be_visible(timeout=60_000)
    await expect(told).to_contain_text("ouvrez-la de nouveau")
    await expect(page.locator("#way a")).to_have_attribute("href", where)
    assert await page.evaluate("window.stayed")
    assert await axe(page) == []


async def test_frame_shows_the_room_and_may_use_the_camera(site, comes, doorman):
    async def jitsi(request):
        told = f"{request.path} {request.query['jwt']}"
        return web.Response(text=f"<h1>{told}</h1>", content_type="text/html")

    async with elsewhere(jitsi) as meet:
        doorman.capabilities = replace(
            doorman.capabilities, embedded=True, how=How.JITSI, origin=meet
        )
        page = await comes(CAMILLE)
        frame = page.frame_locator("iframe")

        person = await site.person(CAMILLE)
        await expect(frame.locator("h1")).to_contain_text(f"token of {person.id}")
        allowed = await frame.locator("html").evaluate(
            "() => ['camera', 'microphone', 'display-capture'].filter("
            " (one) => document.featurePolicy.allowsFeature(one))"
        )
        assert allowed == ["camera", "microphone", "display-capture"]
        await page.get_by_role("button", name="Rouvrir la vidéo").click()
        await until(lambda: len(doorman.guests) == 2)
        await expect(frame.locator("h1")).to_contain_text(f"token of {person.id}")
        assert await axe(page) == []
