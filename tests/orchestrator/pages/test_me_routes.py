"""The own page: for who is known; its calendar is made, chosen for and renewed."""

import re

import pytest
from bs4 import BeautifulSoup

from tests.orchestrator.app_client import CAMILLE, CHAIR, DANA, NOE, SLUG, SPEAKER
from tests.orchestrator.pages.shown import text

ME = f"/e/{SLUG}/me"
CALENDAR = f"{ME}/calendar"
RENEW = f"{ME}/renew"
CHOICE = {"do": "choose", "per": "talk", "alarm": "60", "link": "1"}


@pytest.fixture
def known(site):
    """``await known(email)``: his browser; he has no calendar yet."""
    return site.known


async def look(browser, path=ME):
    async with browser.get(path) as response:
        return response.status, BeautifulSoup(await response.text(), "html.parser")


async def send(browser, **fields):
    """Status and address of the answer to the form."""
    async with browser.post(CALENDAR, data=fields, allow_redirects=False) as response:
        return response.status, response.headers.get("Location")


async def feed_of(browser):
    """The path of the calendar that the page shows."""
    _, page = await look(browser)
    return page.select_one(".ways .btn.plain")["href"]


async def fetched(site, path):
    """Status and text of a calendar, for a program that nobody knows."""
    program = await site.browser()
    async with program.get(path) as response:
        return response.status, (await response.text()).replace("\r\n ", "")


async def test_nobody_is_told_to_open_his_link(site):
    browser, before = await site.browser(), await site.tables()

    status, page = await look(browser)

    # With the header of the meeting, as at the door of the room.
    assert (status, text(page.h1)) == (401, "Ouvrez votre lien personnel")
    assert page.select_one(f'header a[href="/e/{SLUG}"]') is not None
    assert await site.tables() == before


@pytest.mark.parametrize(("method", "path"), [("GET", RENEW), ("POST", CALENDAR)])
async def test_nobody_has_a_calendar(site, method, path):
    browser, before = await site.browser(), await site.tables()

    async with browser.request(method, path, allow_redirects=False) as response:
        page = BeautifulSoup(await response.text(), "html.parser")

    assert (response.status, text(page.h1)) == (
        401,
        "Nous ne vous connaissons pas encore",
    )
    assert await site.tables() == before


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", ME), ("DELETE", ME), ("POST", RENEW), ("PUT", CALENDAR), ("PUT", ME)],
)
async def test_other_methods_are_refused(known, method, path):
    browser = await known(CAMILLE)

    async with browser.request(method, path) as response:
        assert response.status == 405


@pytest.mark.parametrize(
    ("email", "language", "title"),
    [(CAMILLE, "fr", "Mon espace"), (DANA, "en", "My page")],
)
async def test_page_speaks_the_persons_language(known, email, language, title):
    status, page = await look(await known(email))

    assert (status, page.html["lang"], text(page.h1)) == (200, language, title)
    assert text(page.select_one("nav [aria-current]")) == title


@pytest.mark.parametrize(
    ("email", "pages"), [(CHAIR, ["chair"]), (SPEAKER, ["speaker"]), (NOE, [])]
)
async def test_staff_find_what_is_theirs(known, email, pages):
    _, page = await look(await known(email))

    headings = {"chair": "#chairing", "speaker": "#speaking"}
    assert [name for name, one in headings.items() if page.select(one)] == pages
    links = page.select("aside .block + .block a")
    assert [link["href"].rpartition("/")[2] for link in links] == pages


async def test_reading_the_pages_changes_nothing(site, known):
    browser = await known(CAMILLE)
    before = await site.tables()

    for path in (ME, f"{ME}?done=renew", RENEW, ME):
        async with browser.get(path) as response:
            assert response.headers["Cache-Control"] == "no-store"

    assert await site.tables() == before


async def test_calendar_is_made_once_and_leads_into_the_room(site, known):
    browser = await known(CAMILLE)

    answers = [await send(browser, do="make")]
    first = await feed_of(browser)
    answers.append(await send(browser, do="make"))
    status, calendar = await fetched(site, first)

    assert answers == [(303, f"{ME}?done=make#calendar")] * 2
    assert await feed_of(browser) == first
    assert re.fullmatch(r"/c/[\w-]{32}\.ics", first)
    assert (status, "/room" in calendar, "/j/" in calendar) == (200, True, False)
    assert "TRIGGER:-PT10M" in calendar


async def test_choice_is_kept_and_shown_and_followed(site, known):
    browser = await known(CAMILLE)
    await send(browser, do="make")
    before = await fetched(site, await feed_of(browser))

    answer = await send(browser, **CHOICE)
    _, page = await look(browser)
    _, after = await fetched(site, await feed_of(browser))

    assert answer == (303, f"{ME}?done=choose#calendar")
    assert [one["value"] for one in page.select("[checked]")] == ["talk", "60", "1"]
    assert "TRIGGER:-PT1H" in after
    assert "/j/" in after
    talks = sum(slot.talk.kind.is_talk for slot in site.event.timetable.slots)
    assert [one.count("BEGIN:VEVENT") for one in (before[1], after)] == [2, talks]


async def test_personal_link_of_the_calendar_can_be_taken_out_again(site, known):
    browser = await known(CAMILLE)
    await send(browser, do="make")
    await send(browser, **CHOICE)

    await send(browser, do="choose", per="session", alarm="0")
    _, calendar = await fetched(site, await feed_of(browser))

    assert ("/j/" in calendar, "VALARM" in calendar) == (False, False)


async def test_former_address_leads_nowhere_after_renewing(site, known):
    browser = await known(CAMILLE)
    await send(browser, do="make")
    await send(browser, **CHOICE)
    former = await feed_of(browser)
    _, asking = await look(browser, RENEW)

    answer = await send(browser, do="renew")
    current = await feed_of(browser)

    assert text(asking.select_one("form .danger")) == "Changer l’adresse"
    assert answer == (303, f"{ME}?done=renew#calendar")
    assert current != former
    statuses = [(await fetched(site, path))[0] for path in (former, current)]
    assert statuses == [404, 200]
    _, page = await look(browser)
    assert [one["value"] for one in page.select("[checked]")] == ["talk", "60", "1"]


async def test_one_persons_calendar_is_not_anothers(known):
    browsers = [await known(email) for email in (CAMILLE, NOE)]
    for browser in browsers:
        await send(browser, do="make")

    addresses = {await feed_of(browser) for browser in browsers}

    assert len(addresses) == 2


async def test_without_a_calendar_nothing_can_be_chosen_or_renewed(site, known):
    browser = await known(CAMILLE)
    before = await site.tables()

    answers = [await send(browser, **CHOICE), await send(browser, do="renew")]
    async with browser.get(RENEW, allow_redirects=False) as asked:
        pass

    assert [status for status, _ in answers] == [409, 409]
    assert (asked.status, asked.headers["Location"]) == (303, f"{ME}#calendar")
    assert await site.tables() == before


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"do": "destroy"},
        {"do": "choose"},
        {**CHOICE, "per": "day"},
        {**CHOICE, "per": ""},
        {**CHOICE, "alarm": "11"},
        {**CHOICE, "alarm": "-10"},
        {**CHOICE, "alarm": "soon"},
        {**CHOICE, "alarm": "9" * 5000},
    ],
)
async def test_what_the_page_does_not_offer_is_refused(site, known, fields):
    browser = await known(CAMILLE)
    await send(browser, do="make")
    before = await site.tables()

    async with browser.post(CALENDAR, data=fields, allow_redirects=False) as response:
        page = BeautifulSoup(await response.text(), "html.parser")

    assert response.status == 422
    assert text(page.h1) in (
        "Nous n’avons pas compris cette demande",
        "Ce rappel n’existe pas",
    )
    assert await site.tables() == before


async def test_press_made_on_another_site_is_refused(site, known):
    browser, before = await known(CAMILLE), await site.tables()

    async with browser.post(
        CALENDAR, data={"do": "make"}, headers={"Sec-Fetch-Site": "cross-site"}
    ) as response:
        assert response.status == 403

    assert await site.tables() == before


async def test_reloading_after_a_refused_form_leads_back(known):
    browser = await known(CAMILLE)

    async with browser.get(CALENDAR, allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (
            303,
            f"/e/{SLUG}/me#calendar",
        )
