"""The list to sign in a browser, and on paper."""

import pytest
from playwright.async_api import expect

from tests.journeys.browser import NARROW, WIDE, axe
from tests.journeys.meeting import button
from tests.orchestrator.app_client import CAMILLE, ORGANISER, application

pytestmark = pytest.mark.journey


@pytest.fixture
async def site(upgraded_sqlite_url, tmp_path):
    """The made-up day at 10:05."""
    async with application(upgraded_sqlite_url, tmp_path) as served:
        yield served


async def open_sheet(site, page):
    """From the organiser's link to the list."""
    await page.goto(f"{site.url}{await site.link(ORGANISER)}")
    await button(page, "Ouvrir l’organisation").click()
    await page.get_by_role("link", name="Feuille d’émargement").click()
    await expect(page.locator("h1")).to_have_text("Feuille d’émargement")


@pytest.mark.parametrize(
    ("width", "scheme"), [(WIDE, "light"), (WIDE, "dark"), (NARROW, "light")]
)
async def test_organiser_opens_the_list_to_sign(site, new_page, width, scheme):
    await site.known(CAMILLE)
    page = await new_page(width=width, color_scheme=scheme)

    await open_sheet(site, page)

    assert await axe(page) == []


async def test_paper_has_the_list_alone_and_a_page_for_each_half_day(site, new_page):
    page = await new_page()
    await open_sheet(site, page)
    await expect(page.locator(".sheet")).to_have_count(2)

    await page.emulate_media(media="print")
    printed = await page.pdf(prefer_css_page_size=True)

    for unwanted in (".top", ".foot", ".btn"):
        await expect(page.locator(unwanted).first).to_be_hidden()
    sign = await page.locator("td.sign").first.bounding_box()
    # 4 cm by 8 mm at least: a signature fits in.
    assert sign["width"] > 150
    assert sign["height"] > 30
    assert printed.count(b"/Type /Page\n") == 2
