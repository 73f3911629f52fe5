"""The room with its video in the page, on a real LiveKit server, for ``screenshots``."""

import tempfile
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from itertools import product
from pathlib import Path

from playwright.async_api import expect

from orchestrator.access.model import Role
from tests.journeys.browser import NARROW, WIDE, launched
from tests.journeys.seen import MEDIA, sees
from tests.livekit_server import running_livekit

NAME = "room-video"
_SPEAKERS = "room-video-speaker"
_HEIGHTS = {WIDE: 900, NARROW: 844}
_WHO = "Mathieu Serrurier"

# What a camera sees, drawn: a file of pictures, one after the other.
_PERSON = """<body style="margin:0"><svg width="640" height="360" viewBox="0 0 640 360">
<rect width="640" height="360" fill="{wall}"/><rect x="470" width="90" height="230" fill="#ffffff22"/>
<circle cx="320" cy="150" r="66" fill="{skin}"/><path d="M180 360c0-110 60-142 140-142s140 32 140 142z" fill="{coat}"/>
</svg></body>"""
_SPEAKER = {"wall": "#8fa3b5", "skin": "#d9a98a", "coat": "#24405c"}
_CHAIR = {"wall": "#b9a894", "skin": "#8a5a44", "coat": "#5a2f3c"}


@asynccontextmanager
async def on_air(chromium, here, people):
    """``people`` (a role, a name, colours and what each turns on) are in the room."""
    async with AsyncExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        pages = []
        for number, (role, who, colours, tools) in enumerate(people):
            camera = folder / f"{number}.mjpeg"
            await _film(chromium, colours, camera)
            flag = f"--use-file-for-fake-video-capture={camera}"
            browser = await opened.enter_async_context(launched(chromium, *MEDIA, flag))
            page = await browser.new_page(locale="fr-FR", timezone_id="Europe/Paris")
            await page.goto(await here.link(role, who))
            await page.locator("main form button").first.click()
            await _turn_on(page, tools)
            pages.append(page)
        yield pages


async def _turn_on(page, tools):
    for tool in tools:
        button = page.locator(f'[data-tool="{tool}"]')
        await button.click()
        await expect(button).to_have_attribute("aria-pressed", "true")


async def _film(chromium, colours, file):
    async with launched(chromium) as browser:
        page = await browser.new_page(viewport={"width": 640, "height": 360})
        await page.set_content(_PERSON.format(**colours))
        file.write_bytes(2 * await page.screenshot(type="jpeg"))


async def take(chromium, browser, shot, studio, keep):
    """Take ``shot`` at each width, in each language."""
    people = (
        (Role.SPEAKER, _WHO, _SPEAKER, ("microphone", "camera")),
        (Role.CHAIR, "", _CHAIR, ("camera",)),
    )
    with (
        tempfile.TemporaryDirectory() as folder,
        running_livekit(Path(folder)) as server,
    ):
        async with studio(browser, server.settings) as here:
            await here.reach(shot)
            async with on_air(chromium, here, people) as (speaker, _):
                # A seat is good on one device: each reader is somebody else.
                readers = iter(await here.names(shot.role))
                for width, language in product(shot.widths, shot.languages):
                    one = replace(shot, who=next(readers))
                    raw = await here.take(
                        one, language=language, width=width, ready=_seen
                    )
                    await keep(here, one, width, language, raw)
                for width, language in product(shot.widths, shot.languages):
                    one = replace(shot, name=_SPEAKERS)
                    raw = await _own(speaker, width, language, people[0][3])
                    await keep(here, one, width, language, raw)


async def _own(page, width, language, tools):
    """The page of who speaks, with what he has turned on."""
    await page.set_viewport_size({"width": width, "height": _HEIGHTS[width]})
    await page.goto(f"{page.url.partition('?')[0]}?lang={language}")
    await _turn_on(page, tools)
    await sees(page, pictures=2)
    await page.evaluate("scrollTo(0, 0)")
    return await page.screenshot()


async def _seen(page):
    """Until both are seen, and who speaks is the large one."""
    await sees(page, pictures=2)
    speaker = page.locator(".tile.large", has_text=_WHO)
    await speaker.wait_for()
