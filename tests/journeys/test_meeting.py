"""From the page that a network publishes to people in a room, in a real browser."""

import re

import pytest
from icalendar import Calendar
from playwright.async_api import expect

from tests.journeys.browser import NARROW, WIDE, axe
from tests.journeys.meeting import (
    SLUG,
    VIDEO,
    button,
    meeting_in,
    on_the_day,
    tabs_to,
)

pytestmark = pytest.mark.journey

ROOM = re.compile(rf"/e/{SLUG}/room$")
ENTRIES = [
    "Communities nobody asked for",
    "Counting triangles in a stream",
    "Des voisins en petit nombre",
    "Percolation sur un arbre qui pousse",
    "Session 1 – Graphes aléatoires, du papier au code",
    "Session 2 – Graphes aléatoires, du papier au code",
]
WORDS = {
    "fr": {
        "kept": "Votre place est gardée",
        "enter": "Entrer dans la salle",
        "video": "Ouvrir la salle vidéo",
        "leave": "Quitter la salle",
        "left": "La salle est ouverte",
        "all": "Tout le programme",
        "subscribe": "S’abonner",
        "later": "Entrer dès l’ouverture",
    },
    "en": {
        "kept": "Your seat is kept",
        "enter": "Enter the room",
        "video": "Open the video room",
        "leave": "Leave the room",
        "left": "The room is open",
        "all": "The whole programme",
        "subscribe": "Subscribe",
        "later": "Enter as soon as it opens",
    },
}
BOTH = pytest.mark.parametrize("language", ["fr", "en"])
WIDTHS = pytest.mark.parametrize("width", [WIDE, NARROW])


@pytest.fixture(scope="module")
def meeting(tmp_path_factory):
    folder = tmp_path_factory.mktemp("meeting")
    with meeting_in(folder, f"sqlite+aiosqlite:///{folder / 'test.db'}") as meeting:
        yield meeting


@pytest.fixture
def meeting_on_postgresql(postgres_url, tmp_path):
    with meeting_in(tmp_path, postgres_url) as meeting:
        yield meeting


async def presses(page, what):
    await what.click()


async def joins(page, link, words, press=presses):
    """Open the link, look, press, and be in the room."""
    await page.goto(link)
    await expect(page.locator("h1")).to_have_text(words["kept"])
    assert await axe(page) == []
    await press(page, button(page, words["enter"]))
    await expect(page).to_have_url(ROOM)
    way_in = page.get_by_role("link", name=words["video"])
    await expect(way_in).to_have_attribute("href", VIDEO)


@BOTH
@WIDTHS
async def test_registrant_enters_leaves_and_subscribes(
    meeting, new_page, language, width
):
    words, number = WORDS[language], 2 * (width == WIDE) + (language == "fr")
    await meeting.at(on_the_day(9, 40))
    page = await new_page(language=language, width=width)
    before = await meeting.inside()

    await joins(page, meeting.links[f"iris{number}@lac.example"], words)
    assert await meeting.inside() == before + 1
    await expect(page.locator("h1")).to_have_text("Counting triangles in a stream")
    assert await axe(page) == []

    await button(page, words["leave"]).click()
    await expect(page.locator("h1")).to_have_text(words["left"])
    assert await meeting.inside() == before
    assert await axe(page) == []

    await page.get_by_role("banner").get_by_role("link", name="Programme").click()
    assert await axe(page) == []
    subscribe = page.get_by_role("link", name=words["subscribe"]).first
    address = await subscribe.get_attribute("href")
    assert address == f"webcal://localhost:{meeting.installation.port}/e/{SLUG}.ics"
    answer = await page.request.get(address.replace("webcal:", "http:"))
    calendar = Calendar.from_ical(await answer.body())
    assert sorted(str(one["SUMMARY"]) for one in calendar.walk("VEVENT")) == ENTRIES


async def test_scanner_that_runs_scripts_takes_no_seat(meeting, new_page):
    await meeting.at(on_the_day(9, 40))
    page, before = await new_page(language="en"), await meeting.inside()

    for _ in range(2):
        await page.goto(meeting.links["iris4@lac.example"])
        await page.wait_for_function("document.cookie.includes('tz=')")

    cookies = {one["name"] for one in await page.context.cookies()}
    assert (await meeting.inside(), cookies - {"tz"}) == (before, set())


async def test_everything_by_keyboard(meeting, new_page):
    await meeting.at(on_the_day(9, 40))
    page, words = await new_page(language="en"), WORDS["en"]

    await joins(page, meeting.links["iris5@lac.example"], words, press=tabs_to)
    await tabs_to(page, button(page, words["leave"]))
    await expect(page.locator("h1")).to_have_text(words["left"])
    await tabs_to(page, button(page, words["enter"]))
    await expect(page.locator("h1")).to_have_text("Counting triangles in a stream")
    await tabs_to(page, page.get_by_role("link", name=words["all"]))

    await expect(page).to_have_url(re.compile(rf"/e/{SLUG}$"))


async def test_reading_and_joining_work_without_scripts(meeting, new_page):
    await meeting.at(on_the_day(13, 40))
    page = await new_page(java_script_enabled=False)

    await page.goto(f"{meeting.installation.url}/e/{SLUG}")
    await page.locator("summary").first.click()
    await page.get_by_role("link", name="Communities nobody asked for").first.click()
    await expect(page.locator("h1")).to_have_text("Communities nobody asked for")
    await page.goto(meeting.links["iris6@lac.example"])
    await button(page, "Entrer dès l’ouverture").click()
    await expect(page.locator("h1")).to_have_text("La session est finie")
    await expect(page.get_by_text("Vous n’avez rien à faire")).to_be_hidden()
    await meeting.at(on_the_day(14, 10))
    await button(page, "Entrer dans la salle").click()
    await expect(page.get_by_role("link", name=WORDS["fr"]["video"])).to_be_visible()
    await button(page, "Quitter la salle").click()

    await expect(page.locator("h1")).to_have_text("La salle est ouverte")


async def test_who_pressed_early_is_let_in_when_the_doors_open(meeting, new_page):
    page, words = await new_page(), WORDS["fr"]
    before = await meeting.inside()
    await meeting.at(on_the_day(9, 10))

    await page.goto(meeting.links["iris7@lac.example"])
    await button(page, words["later"]).click()
    await expect(page.locator("[data-enter-at]")).to_be_visible()
    assert await axe(page) == []

    await meeting.at(on_the_day(9, 14, 55))
    await expect(page.get_by_role("link", name=words["video"])).to_be_visible(
        timeout=60_000
    )
    assert await meeting.inside() == before + 1
    await button(page, words["leave"]).click()
    await expect(page.locator("h1")).to_have_text(words["left"])


@pytest.mark.postgres
async def test_meeting_on_postgresql(meeting_on_postgresql, new_page):
    meeting = meeting_on_postgresql
    await meeting.at(on_the_day(9, 40))
    page = await new_page(width=NARROW)

    await joins(page, meeting.links["iris0@lac.example"], WORDS["fr"])

    assert await meeting.inside() == 1
