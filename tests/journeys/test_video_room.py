"""A video room in the page: a real LiveKit server, and browsers that see and hear."""

import re
from contextlib import ExitStack

import pytest
from playwright.async_api import expect

from tests.journeys.browser import NARROW, WIDE, axe, launched
from tests.journeys.chromium import HOW_TO_INSTALL, find_chromium
from tests.journeys.seen import MEDIA, hears, sees
from tests.livekit_server import MISSING, binary, running_livekit
from tests.orchestrator.app_client import CAMILLE, CHAIR, DANA, SLUG, application

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(binary() is None, reason=MISSING),
]

PAGE = f"/e/{SLUG}/room"


@pytest.fixture
async def browser():
    """With a camera and a microphone."""
    chromium = find_chromium()
    if chromium is None:
        pytest.skip(HOW_TO_INSTALL)
    async with launched(chromium, *MEDIA) as browser:
        yield browser


@pytest.fixture
def servers(tmp_path):
    """Two of them: the room can be moved from one to the other."""
    with ExitStack() as running:
        yield [running.enter_context(running_livekit(tmp_path)) for _ in range(2)]


@pytest.fixture
async def site(upgraded_sqlite_url, tmp_path, servers):
    names = ("main", "spare")
    connections = {
        name: server.settings for name, server in zip(names, servers, strict=True)
    }
    async with application(
        upgraded_sqlite_url,
        tmp_path,
        video=None,
        base_url="http://127.0.0.1",
        connections=connections,
    ) as site:
        yield site


@pytest.fixture
def comes(site, new_page):
    """A page of somebody who has pressed his link."""

    async def come(email, **options):
        page = await new_page(**options)
        await page.goto(f"{site.url}{await site.link(email)}")
        await page.locator("main form button").first.click()
        await expect(page).to_have_url(re.compile(PAGE))
        return page

    return come


def tool(page, name):
    return page.locator(f'[data-tool="{name}"]')


async def on_stage(comes):
    """The chair's page, with his camera and microphone on."""
    chair = await comes(CHAIR)
    for name in ("microphone", "camera"):
        await tool(chair, name).click()
        await expect(tool(chair, name)).to_have_attribute("aria-pressed", "true")
    return chair


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize(("email", "language"), [(CAMILLE, "fr"), (DANA, "en")])
async def test_attendee_sees_and_hears_who_is_on_stage(comes, email, language, width):
    await on_stage(comes)

    page = await comes(email, language=language, width=width)
    await sees(page)
    await hears(page)

    await page.screenshot(path=f"/tmp/room-{width}-{language}.png")
    assert await axe(page) == []
