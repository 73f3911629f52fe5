"""A room, a speaker and a screen while a chair runs the session, in a real browser."""

import os
import re

import pytest
from playwright.async_api import expect

from orchestrator.hub.channels import spoken, spoken_people
from orchestrator.rooms.video import service as video_service
from tests.journeys.browser import NARROW, WIDE, axe
from tests.orchestrator.app_client import CAMILLE, DANA, ORGANISER, SLUG, application
from tests.orchestrator.pages.made_up import at
from tests.orchestrator.pages.test_floor_pages import Server
from tests.orchestrator.stage.desk import Desk
from tests.waiting import until

pytestmark = pytest.mark.journey

PICTURES = os.environ.get("PICTURES")

PAGE = f"/e/{SLUG}"
FIRST = "speaker1@lab.example"


@pytest.fixture
async def site(upgraded_sqlite_url, tmp_path):
    async with application(
        upgraded_sqlite_url, tmp_path, now=at(10, 1), base_url="http://127.0.0.1"
    ) as site:
        yield site


@pytest.fixture
async def desk(site):
    """Begun with the first talk."""
    desk = Desk(site, await site.known(ORGANISER))
    await desk.done("next")
    return desk


@pytest.fixture
def comes(site, new_page):
    """A page of somebody, who has pressed his link."""

    async def come(email, path, **options):
        page = await new_page(**options)
        await page.goto(f"{site.url}{await site.link(email)}")
        await page.locator("main form button").first.click()
        await expect(page).to_have_url(re.compile(f"{PAGE}/room"))
        await page.goto(f"{site.url}{PAGE}/{path}")
        # A reload would lose it.
        await page.evaluate("window.stayed = true")
        return page

    return come


async def stayed(page):
    return await page.evaluate("window.stayed === true")


async def test_press_is_seen_in_the_room_and_typed_words_stay(site, desk, comes):
    room = await comes(CAMILLE, "room")
    await until(lambda: site.services.hub.has(spoken_people(SLUG, "fr")))
    await expect(room.locator("#on h1")).to_contain_text("How wide must")
    question = room.get_by_label("Votre question")
    await question.fill("Combien de")
    assert await axe(room) == []

    await desk.done("next")
    await expect(room.locator("#on h1")).to_contain_text("Smooth losses")
    await desk.done("skip", talk=desk.talk(3))
    await expect(room.locator("#order b").first).to_have_text("Driss Amrani")

    await expect(question).to_have_value("Combien de")
    await expect(question).to_be_focused()
    # What was begun for one speaker is not sent to another.
    assert await room.get_by_label("À").input_value() == desk.talk(1)
    assert await stayed(room)
    assert await axe(room) == []


async def test_question_is_asked_and_supported_without_a_reload(site, desk, comes):
    camille = await comes(CAMILLE, "room")
    dana = await comes(DANA, "room", language="en", width=NARROW)
    for language in ("fr", "en"):
        await until(
            lambda one=language: site.services.hub.has(spoken_people(SLUG, one))
        )

    await camille.get_by_label("Votre question").fill("Pourquoi si large ?")
    await camille.get_by_role("button", name="Poser la question").click()
    vote = dana.locator("#questions button")
    await expect(vote).to_have_text(re.compile("1 vote"))
    await vote.click()
    own = camille.locator("#questions button")
    await expect(own).to_have_text(re.compile("2 voix"))
    # Playwright takes it for one that cannot be pressed; a person can.
    await own.click(force=True)

    await expect(vote).to_have_attribute("aria-pressed", "true")
    await expect(own).to_have_attribute("aria-disabled", "true")
    await expect(camille.locator("#said")).to_have_text(
        "C’est votre question : votre voix est comptée."
    )
    await expect(camille.get_by_label("Votre question")).to_have_value("")
    assert [await stayed(page) for page in (camille, dana)] == [True, True]
    assert [await axe(page) for page in (camille, dana)] == [[], []]

    await vote.click()
    await expect(own).to_have_text(re.compile("1 voix"))
    await expect(vote).to_have_attribute("aria-pressed", "false")


@pytest.fixture
def open_floor(monkeypatch):
    """Hands are raised in the room; before there is a site."""
    monkeypatch.setattr(video_service, "choose", lambda _settings, _around: Server())


async def press(room, name):
    await room.get_by_role("button", name=name).click()


async def told_unsent(room, name):
    """The button called so says that nothing was sent, and can be pressed again."""
    await press(room, name)
    unsent = room.locator("#unsent")
    await expect(unsent).to_contain_text("Non envoyé")
    await expect(unsent).to_be_in_viewport()
    await expect(room.get_by_role("button", name=name)).not_to_have_attribute(
        "aria-busy", "true"
    )


PRESSES = ("Poser la question", "Lever la main", "Quitter la salle")


@pytest.mark.parametrize("width", [WIDE, NARROW])
async def test_presses_while_the_line_is_lost_are_held_back_and_said(
    open_floor, site, desk, comes, width
):
    room = await comes(CAMILLE, "room", width=width, allow=("ERR_INTERNET",))
    question = room.get_by_label("Votre question")
    await question.fill("Pourquoi si large ?")

    await room.context.set_offline(True)
    await room.locator("#lost").wait_for()
    await room.get_by_role("link", name="Réessayer").click()
    for name in PRESSES:
        await told_unsent(room, name)
        if PICTURES:
            await room.screenshot(path=f"{PICTURES}/unsent-{width}-{name[:4]}.png")
    assert await axe(room) == []
    await room.context.set_offline(False)

    await expect(room.locator("#back")).to_be_visible()
    await expect(room.locator("#unsent")).to_be_hidden()
    await expect(question).to_have_value("Pourquoi si large ?")
    assert await stayed(room)
    await press(room, "Poser la question")
    await expect(room.locator("#questions p").first).to_have_text("Pourquoi si large ?")
    await press(room, "Quitter la salle")
    await expect(room.locator("h1")).to_have_text("La salle est ouverte")


@pytest.mark.parametrize("name", PRESSES)
async def test_press_that_finds_no_line_is_said_to_be_unsent(
    open_floor, site, desk, comes, name
):
    room = await comes(CAMILLE, "room", allow=("ERR_FAILED",))
    await until(lambda: site.services.hub.has(spoken_people(SLUG, "fr")))
    question = room.get_by_label("Votre question")
    await question.fill("Pourquoi si large ?")
    # What the page follows goes on: it does not know.
    await room.route("**/*", lambda route: route.abort())

    await told_unsent(room, name)

    await expect(room.locator("#lost")).to_be_visible()
    await room.unroute("**/*")
    await expect(room.locator("#unsent")).to_be_hidden()
    await expect(question).to_have_value("Pourquoi si large ?")
    assert await stayed(room)


async def test_reader_elsewhere_keeps_his_own_times(site, desk, comes):
    room = await comes(CAMILLE, "room", timezone_id="Africa/Dakar")
    await until(lambda: site.services.hub.has(spoken_people(SLUG, "fr")))
    await room.reload()
    own = room.locator("#order .own").first
    await expect(own).to_have_text("08:15 à Dakar")

    await desk.done("next")

    await expect(room.locator("#order b").first).to_have_text("Chiara Lodi")
    await expect(own).to_have_text("08:30 à Dakar")


async def test_speaker_is_on_with_his_clock_and_done(site, desk, comes):
    speaker = await comes(FIRST, "speaker", language="en", width=NARROW)
    clock = speaker.get_by_role("timer")
    await expect(speaker.locator(".label")).to_have_text(
        "You are on; left for the talk"
    )
    await expect(clock).to_have_text(re.compile(r"^1[12]:\d\d$"))
    await speaker.get_by_label(re.compile("Phone number")).fill("+33 6 39")
    assert await axe(speaker) == []

    await desk.done("extend", minutes=5)
    await expect(clock).to_have_text(re.compile(r"^1[67]:\d\d$"))
    await expect(speaker.get_by_label(re.compile("Phone number"))).to_have_value(
        "+33 6 39"
    )
    await desk.done("next")

    await expect(speaker.locator(".hero .state")).to_have_text("Done")
    assert await stayed(speaker)
    assert await axe(speaker) == []


async def test_screen_follows_and_has_nothing_else(site, desk, new_page):
    screen = await new_page(language="en")
    await screen.goto(f"{site.url}{PAGE}/screen")
    await until(lambda: site.services.hub.has(spoken(SLUG, "en")))
    await screen.evaluate("window.stayed = true")
    assert await axe(screen) == []

    await desk.done("next")

    await expect(screen.locator("h1")).to_contain_text("Smooth losses")
    await expect(screen.locator(".afar-next b")).to_have_text("Chiara Lodi")
    assert await stayed(screen)
    assert await axe(screen) == []


async def test_open_programme_puts_swapped_talks_in_their_new_order(
    site, desk, new_page
):
    page = await new_page(language="en")
    await page.goto(f"{site.url}{PAGE}")
    await until(lambda: site.services.hub.has(SLUG))
    await page.evaluate("window.stayed = true")
    titles = page.locator("#slots-s1 .title")
    await page.locator("#slots-s1 summary").nth(1).click()
    await page.evaluate("document.activeElement.blur()")

    await desk.done("move", talk=desk.talk(2), by=1)

    await expect(titles.nth(1)).to_contain_text("Certified radii", timeout=60_000)
    moved = page.locator("#slots-s1 > li").nth(2)
    await expect(moved.locator(".when")).to_have_text("planned 10:15 now 10:30")
    await expect(moved.locator(".state")).to_have_text("Moved")
    await expect(moved.locator("details")).to_have_attribute("open", "")
    assert await stayed(page)
    assert await axe(page) == []
