"""From the personal link to a calendar of one's own, in a real browser."""

import re

import pytest
from playwright.async_api import expect

from tests.journeys.browser import NARROW, WIDE, axe
from tests.journeys.meeting import SLUG, button, meeting_in, on_the_day, tabs_to

pytestmark = pytest.mark.journey

ME = re.compile(rf"/e/{SLUG}/me(\?done=\w+)?#calendar$")
WORDS = {
    "fr": {
        "add": "Ajouter à mon agenda",
        "title": "Mon espace",
        "others": "Autres agendas",
        "address": "Autre logiciel\u00a0: l’adresse à copier",
        "copy": "Copier",
        "copied": "Copié",
        "later": "1\u00a0h avant",
        "link": "Mettre mon lien personnel dans chaque entrée",
        "save": "Enregistrer",
        "saved": "Enregistré.",
        "change": "Changer l’adresse secrète",
        "renew": "Changer l’adresse",
    },
    "en": {
        "add": "Add to my calendar",
        "title": "My page",
        "others": "Other calendars",
        "address": "Any other program: the address to copy",
        "copy": "Copy",
        "copied": "Copied",
        "later": "1\u00a0h before",
        "link": "Put my personal link into each entry",
        "save": "Save",
        "saved": "Saved.",
        "change": "Change the secret address",
        "renew": "Change the address",
    },
}
BOTH = pytest.mark.parametrize("language", ["fr", "en"])
WIDTHS = pytest.mark.parametrize("width", [WIDE, NARROW])


@pytest.fixture(scope="module")
def meeting(tmp_path_factory):
    folder = tmp_path_factory.mktemp("calendar")
    with meeting_in(folder, f"sqlite+aiosqlite:///{folder / 'test.db'}") as meeting:
        yield meeting


async def clicks(_page, what):
    await what.click()


async def address_shown(page, words):
    """The address that the page offers to copy, from its unfolded part."""
    await page.locator("summary", has_text=words["others"]).click()
    return await page.get_by_label(words["address"]).input_value()


async def fetched(page, address):
    """Status and unfolded text of a calendar, for a program that nobody knows."""
    request = await page.context.browser.new_context()
    answer = await request.request.get(address)
    content = (await answer.text()).replace("\r\n ", "")
    await request.close()
    return answer.status, content


async def makes_calendar(page, link, words, press=clicks):
    """Open the link and press its button: he is on his page, and not in the room."""
    await page.goto(link)
    await press(page, button(page, words["add"]))
    await expect(page).to_have_url(ME)
    await expect(page.locator("h1")).to_have_text(words["title"])
    await expect(page.locator(".banner.good")).to_be_visible()


@BOTH
@WIDTHS
async def test_registrant_makes_chooses_and_renews_a_calendar(
    meeting, new_page, language, width
):
    words, number = WORDS[language], 2 * (width == WIDE) + (language == "fr")
    await meeting.at(on_the_day(9, 40))
    page = await new_page(language=language, width=width)
    link = meeting.links[f"iris{number}@lac.example"]
    before = await meeting.inside()

    await makes_calendar(page, link, words)
    assert await meeting.inside() == before
    first = await address_shown(page, words)
    assert await axe(page) == []
    assert await no_overflow(page)
    status, calendar = await fetched(page, first)
    assert (status, f"/e/{SLUG}/room" in calendar, "/j/" in calendar) == (
        200,
        True,
        False,
    )

    await page.get_by_label(words["later"]).check()
    await page.get_by_label(words["link"]).check()
    await button(page, words["save"]).click()
    await expect(page.locator(".banner.good")).to_contain_text(words["saved"])
    _, calendar = await fetched(page, first)
    assert ("TRIGGER:-PT1H" in calendar, "/j/" in calendar) == (True, True)

    await page.get_by_role("link", name=words["change"]).click()
    assert await axe(page) == []
    await button(page, words["renew"]).click()
    await expect(page).to_have_url(ME)
    second = await address_shown(page, words)
    assert second != first
    statuses = [(await fetched(page, address))[0] for address in (first, second)]
    assert statuses == [404, 200]


async def no_overflow(page):
    """Whether nothing is wider than the screen."""
    root = "document.documentElement"
    return await page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth")


@BOTH
@WIDTHS
async def test_public_pages_offer_their_calendars(meeting, new_page, language, width):
    words = WORDS[language]
    await meeting.at(on_the_day(9, 40))
    page = await new_page(language=language, width=width)

    await page.goto(f"{meeting.installation.url}/e/{SLUG}")
    found = []
    for way in (None, "Session 1", "Counting triangles in a stream"):
        if way:
            await page.locator("main").get_by_role("link", name=way).first.click()
            await expect(page.locator("h1")).to_have_text(way)
        found.append(await address_shown(page, words))
        assert await axe(page) == []
        assert await no_overflow(page)

    assert [(await fetched(page, one))[1].count("BEGIN:VEVENT") for one in found] == [
        6,
        3,
        1,
    ]


async def test_address_is_copied_and_said(meeting, new_page):
    words = WORDS["en"]
    await meeting.at(on_the_day(9, 40))
    page = await new_page(
        language="en", permissions=["clipboard-read", "clipboard-write"]
    )
    await page.goto(f"{meeting.installation.url}/e/{SLUG}")
    address = await address_shown(page, words)

    await button(page, words["copy"]).click()

    await expect(page.get_by_role("status")).to_have_text(words["copied"])
    await expect(button(page, words["copied"])).to_be_focused()
    assert await page.evaluate("navigator.clipboard.readText()") == address


async def test_without_a_clipboard_the_address_is_selected(meeting, new_page):
    words = WORDS["en"]
    page = await new_page(language="en")
    await page.add_init_script("delete Navigator.prototype.clipboard")
    await page.goto(f"{meeting.installation.url}/e/{SLUG}")
    address = await address_shown(page, words)

    await button(page, words["copy"]).click()

    assert await page.evaluate("String(getSelection())") == address
    await expect(button(page, words["copy"])).to_be_visible()


async def test_everything_by_keyboard(meeting, new_page):
    await meeting.at(on_the_day(9, 40))
    page, words = await new_page(language="en"), WORDS["en"]
    link = meeting.links["iris4@lac.example"]

    await makes_calendar(page, link, words, press=tabs_to)
    await tabs_to(page, page.locator("summary"))
    first = await page.get_by_label(words["address"]).input_value()
    await page.get_by_label("10\u00a0min before").focus()
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Space")
    await tabs_to(page, button(page, words["save"]))
    await expect(page.locator(".banner.good")).to_contain_text(words["saved"])
    _, calendar = await fetched(page, first)
    await tabs_to(page, page.get_by_role("link", name=words["change"]))
    await tabs_to(page, button(page, words["renew"]))
    await expect(page).to_have_url(ME)

    assert ("TRIGGER:-PT1H" in calendar, "/j/" in calendar) == (True, True)
    assert (await fetched(page, first))[0] == 404


async def test_everything_without_scripts(meeting, new_page):
    await meeting.at(on_the_day(9, 40))
    page, words = await new_page(java_script_enabled=False), WORDS["fr"]

    await makes_calendar(page, meeting.links["iris5@lac.example"], words)
    first = await address_shown(page, words)
    await expect(page.get_by_text(words["copy"], exact=True)).to_be_hidden()
    await page.get_by_label(words["later"]).check()
    await button(page, words["save"]).click()
    await expect(page.locator(".banner.good")).to_contain_text(words["saved"])
    _, calendar = await fetched(page, first)
    await page.get_by_role("link", name=words["change"]).click()
    await button(page, words["renew"]).click()
    await expect(page).to_have_url(ME)

    assert "TRIGGER:-PT1H" in calendar
    assert (await fetched(page, first))[0] == 404


@WIDTHS
async def test_what_is_pressed_is_large_enough(meeting, new_page, width):
    await meeting.at(on_the_day(9, 40))
    page, words = await new_page(width=width), WORDS["fr"]
    link = meeting.links[f"iris{6 + (width == WIDE)}@lac.example"]
    await makes_calendar(page, link, words)
    await address_shown(page, words)

    pressed = page.locator(
        "main :is(.btn, summary, .near a, .choice, input[type=text])"
    )
    boxes = [await one.bounding_box() for one in await pressed.all()]

    assert boxes
    assert [box for box in boxes if min(box["width"], box["height"]) < 44] == []
