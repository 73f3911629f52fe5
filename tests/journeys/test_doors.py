"""An open page follows the doors by itself, and enters for nobody who has not pressed."""

import pytest
from playwright.async_api import expect

from tests.journeys.browser import NARROW, axe
from tests.journeys.meeting import SLUG, button, meeting_in, on_the_day

pytestmark = pytest.mark.journey

ENTER = "Entrer dans la salle"
BETWEEN = "La session est finie. La suivante commence à 14:00. Votre lien reste bon."
# It asks up to three seconds after the opening; a reader elsewhere whose page was
# loaded anew just before, ten seconds after that.
BY_ITSELF = 60_000


@pytest.fixture(scope="module")
def meeting(tmp_path_factory):
    folder = tmp_path_factory.mktemp("doors")
    with meeting_in(folder, f"sqlite+aiosqlite:///{folder / 'test.db'}") as meeting:
        yield meeting


@pytest.fixture
def doors(meeting):
    """``doors("--session", 2, "--before", 20)``; afterwards all are the usual ones."""

    def change(*options):
        meeting.installation.cli("doors", SLUG, *options)

    yield change
    change("--before", 15, "--after", 30)


def label(page):
    return page.locator(".hero .label")


async def untouched(page):
    """What a browser is known by; a scanner of links must have none."""
    return {one["name"] for one in await page.context.cookies()} - {"tz"} == set()


@pytest.mark.parametrize("timezone_id", ["Europe/Paris", "America/Halifax"])
async def test_landing_page_opens_by_itself_and_does_not_enter(
    meeting, new_page, timezone_id
):
    page = await new_page(timezone_id=timezone_id)
    link = meeting.links["iris0@lac.example"]
    before = await meeting.inside()
    await meeting.at(on_the_day(9, 10))

    await page.goto(link)
    await expect(label(page)).to_have_text("La salle ouvre à 9:15, dans")
    await meeting.at(on_the_day(9, 14, 55))
    await expect(label(page)).to_have_text("La salle est ouverte", timeout=BY_ITSELF)

    await expect(button(page, ENTER)).to_be_visible()
    assert page.url == link
    assert (await meeting.inside(), await untouched(page)) == (before, True)


async def test_between_sessions_the_page_tells_the_next_and_opens_at_its_own_door(
    meeting, doors, new_page
):
    page = await new_page(width=NARROW)
    doors("--session", 2, "--before", 20, "--after", 0)
    await meeting.at(on_the_day(13, 35))

    await page.goto(meeting.links["iris1@lac.example"])
    await expect(label(page)).to_have_text("La salle ouvre à 13:40, dans")
    await expect(page.get_by_text(BETWEEN)).to_be_visible()
    assert await axe(page) == []

    await meeting.at(on_the_day(13, 39, 55))
    await expect(label(page)).to_have_text("La salle est ouverte", timeout=BY_ITSELF)
    await button(page, ENTER).click()
    await expect(page.locator("main.held")).to_be_visible()
    await meeting.at(on_the_day(15, 30))
    await expect(page.locator("h1")).to_have_text(
        "La réunion est finie", timeout=BY_ITSELF
    )


async def test_open_pages_follow_doors_that_are_moved(meeting, doors, new_page):
    looks, waits = await new_page(), await new_page()
    await meeting.at(on_the_day(13, 20))
    await looks.goto(meeting.links["iris2@lac.example"])
    await waits.goto(meeting.links["iris3@lac.example"])
    await button(waits, "Entrer dès l’ouverture").click()
    await expect(waits.get_by_text(BETWEEN)).to_be_visible()

    doors("--session", 2, "--before", 30)
    for page in (looks, waits):
        await expect(label(page)).to_have_text(
            "La salle ouvre à 13:30, dans", timeout=BY_ITSELF
        )
    at_the_door = waits.locator("[data-enter-at]")
    await expect(at_the_door).to_have_attribute("data-enter-at", "2026-09-14T11:30:00Z")
    doors("--session", 2, "--before", 60)

    await expect(label(looks)).to_have_text("La salle est ouverte", timeout=BY_ITSELF)
    await expect(waits.locator("main.held")).to_be_visible(timeout=BY_ITSELF)
    assert await untouched(looks)
    assert await meeting.holds("iris3@lac.example")
    assert not await meeting.holds("iris2@lac.example")
