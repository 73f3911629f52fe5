"""A personal link: reading it changes nothing, pressing its button does it all."""

import asyncio
import re
from collections import Counter
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup

from orchestrator.access import store as access_store
from orchestrator.access.store import MOST_BROWSERS
from orchestrator.web import origin
from orchestrator.web.limits import Limit
from tests.forgeries import claims_of, forgeries, genuine
from tests.orchestrator.app_client import (
    CAMILLE,
    CHAIR,
    DANA,
    INSTALL,
    NOE,
    ORGANISER,
    SECRET,
    SLUG,
    SPEAKER,
    VIDEO,
    application,
)
from tests.orchestrator.pages.made_up import at
from tests.orchestrator.pages.shown import text

ROOM = f"/e/{SLUG}/room"
COLUMNS = re.compile(r"'(number|registrant_id)': ('?[^,]*)")


async def page_of(response):
    return BeautifulSoup(await response.text(), "html.parser")


def held(tables):
    """Who holds which seat, as (number, registrant)."""
    rows = (dict(COLUMNS.findall(row)) for row in tables["seat"])
    return sorted(
        (int(row["number"]), row["registrant_id"].strip("'"))
        for row in rows
        if row["registrant_id"] != "None"
    )


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_opening_a_link_changes_nothing(site, method):
    link, browser = await site.link(CAMILLE), await site.browser()
    before = await site.tables()

    answers = [await browser.request(method, link) for _ in range(2)]

    assert [(one.status, "Set-Cookie" in one.headers) for one in answers] == [
        (200, False)
    ] * 2
    assert await site.tables() == before


async def test_landing_page_is_for_one_person_and_for_no_cache(site):
    browser = await site.browser()

    response = await browser.get(await site.link(CAMILLE))

    page = await page_of(response)
    kept = {name: response.headers[name] for name in ("Cache-Control", "X-Robots-Tag")}
    assert text(page.select_one(".lead")) == "Bonjour Camille Dupré,"
    assert kept == {"Cache-Control": "no-store, private", "X-Robots-Tag": "noindex"}
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert {form["action"] for form in page.select("form")} == {response.url.path}


@pytest.mark.parametrize(("email", "language"), [(DANA, "en"), (NOE, "fr")])
async def test_landing_page_speaks_the_registrants_language(site, email, language):
    browser = await site.browser()

    page = await page_of(await browser.get(await site.link(email)))

    assert page.html["lang"] == language


async def test_press_takes_a_seat_and_leads_to_the_room(site):
    browser, person = await site.browser(), await site.person(CAMILLE)

    response = await browser.post(await site.link(CAMILLE), allow_redirects=False)
    room = await page_of(await browser.get(response.headers["Location"]))

    assert (response.status, response.headers["Location"]) == (303, ROOM)
    assert held(await site.tables()) == [(1, person.id)]
    assert room.select_one(".way a")["href"] == VIDEO


async def test_cookie_is_out_of_reach_of_scripts_and_other_sites(site):
    browser = await site.browser()

    response = await browser.post(await site.link(CAMILLE), allow_redirects=False)

    (cookie,) = SimpleCookie(response.headers["Set-Cookie"]).values()
    facts = {name: cookie[name] for name in ("httponly", "samesite", "secure", "path")}
    assert cookie.key == "orchestrator"
    assert facts == {"httponly": True, "samesite": "Lax", "secure": "", "path": "/"}
    assert int(cookie["max-age"]) == pytest.approx(180 * 24 * 3600, abs=60)


async def test_cookie_is_bound_to_the_host_under_https(serve):
    async with serve(base_url="https://reunion.example") as site:
        browser = await site.browser(cookies=False)

        response = await browser.post(await site.link(CAMILLE), allow_redirects=False)
        (cookie,) = SimpleCookie(response.headers["Set-Cookie"]).values()
        room = await browser.get(
            ROOM, headers={"Cookie": f"{cookie.key}={cookie.value}"}
        )

    assert (cookie.key, cookie["secure"], cookie["domain"]) == (
        "__Host-orchestrator",
        True,
        "",
    )
    assert room.status == 200
    assert room.headers["Strict-Transport-Security"] == "max-age=31536000"


async def test_second_press_and_second_device_hold_the_same_seat(site):
    browser, person = await site.browser(), await site.person(CAMILLE)
    link = await site.link(CAMILLE)

    for device in (browser, browser, await site.browser()):
        async with device.post(link) as response:
            assert response.status == 200

    assert held(await site.tables()) == [(1, person.id)]


@pytest.mark.parametrize(
    ("now", "title"),
    [
        (at(9, 31), "Votre place est gardée"),
        (at(13), "La session est finie"),
        (at(19), "La réunion est finie"),
    ],
)
async def test_press_outside_the_doors_leads_to_the_door(serve, now, title):
    async with serve(now=now) as site:
        browser = await site.browser()

        response = await browser.post(await site.link(CAMILLE), allow_redirects=False)
        room = await page_of(await browser.get(response.headers["Location"]))

        assert (response.status, text(room.h1)) == (303, title)
        assert held(await site.tables()) == []


async def test_never_more_enter_than_there_are_seats(serve):
    crowd = "name,email\n" + "".join(f"P {n},p{n}@x.example\n" for n in range(5))
    async with serve(capacity=3, staff_seats=0, people=crowd) as site:
        links = [await site.link(f"p{n}@x.example") for n in range(5)]
        browsers = [await site.browser() for _ in links]

        presses = await asyncio.gather(
            *(
                browser.post(link, allow_redirects=False)
                for browser, link in zip(browsers, links, strict=True)
            )
        )
        rooms = [text((await page_of(await b.get(ROOM))).h1) for b in browsers]

        assert [one.status for one in presses] == [303] * 5
        assert Counter(title == "La salle est complète" for title in rooms) == {
            False: 3,
            True: 2,
        }
        assert [number for number, _ in held(await site.tables())] == [1, 2, 3]


@pytest.mark.parametrize(
    ("email", "wanted", "page"),
    [
        (CHAIR, "chair", "chair"),
        (ORGANISER, "organiser", "organise"),
        (ORGANISER, "chair", "chair"),
        (SPEAKER, "speaker", "speaker"),
        (SPEAKER, "organiser", "room"),
        (CAMILLE, "chair", "room"),
        (CAMILLE, "../../", "room"),
    ],
)
async def test_button_of_a_role_leads_to_the_page_of_who_has_it(
    site, email, wanted, page
):
    browser = await site.browser()

    response = await browser.post(
        await site.link(email), data={"to": wanted}, allow_redirects=False
    )
    there = await browser.get(response.headers["Location"])

    assert response.headers["Location"] == f"/e/{SLUG}/{page}"
    assert there.status == 200


@pytest.mark.parametrize(
    ("email", "buttons"),
    [
        (CAMILLE, [None, "me"]),
        (CHAIR, [None, "chair", "me"]),
        (ORGANISER, [None, "chair", "organiser", "me"]),
        (SPEAKER, [None, "speaker", "me"]),
    ],
)
async def test_landing_page_offers_the_page_of_the_role(site, email, buttons):
    browser = await site.browser()

    page = await page_of(await browser.get(await site.link(email)))

    assert [button.get("value") for button in page.select("form button")] == buttons


@pytest.mark.parametrize("email", [CAMILLE, CHAIR])
async def test_calendar_button_makes_the_calendar_and_takes_no_seat(site, email):
    browser = await site.browser()
    link = await site.link(email)

    first, again = [
        await browser.post(link, data={"to": "me"}, allow_redirects=False)
        for _ in range(2)
    ]
    there = await browser.get(first.headers["Location"])

    page = f"/e/{SLUG}/me"
    assert [(one.status, one.headers["Location"]) for one in (first, again)] == [
        (303, f"{page}?done=make#calendar"),
        (303, f"{page}#calendar"),
    ]
    assert (there.status, held(await site.tables())) == (200, [])


def address(forged):
    """A path that carries ``forged`` as its token, whatever is in it."""
    return "/j/" + quote(forged.encode("utf-8", "surrogatepass"), safe="")


async def test_every_refused_link_looks_the_same(site):
    """Forged, altered, expired, of another place: 403, the same bytes."""
    person = await site.person(CAMILLE)
    claims = claims_of(
        issuer=INSTALL,
        event=site.event.id,
        registrant=person.id,
        version=person.version,
        now=int(datetime.now(UTC).timestamp()),
    )
    # An empty one is another address, dots are steps of an address, and a very
    # long one is no HTTP request.
    bad = {
        name: address(forged)
        for name, forged in forgeries(claims, secret=SECRET)
        if 0 < len(forged) < 4_000 and forged.strip(".")
    }
    bad["revoked"] = await site.link(NOE)
    await site.services.registration.revoke((await site.person(NOE)).id)
    await site.services.programmes.look()
    browser = await site.browser()
    before = await site.tables()

    answers = {
        (method, name): await facts(await browser.request(method, path))
        for name, path in bad.items()
        for method in ("GET", "POST")
    }
    true = await browser.get(address(genuine(claims, secret=SECRET)))

    expected = answers["GET", "revoked"]
    others = {name for name, one in answers.items() if one != expected}
    assert (true.status, expected[0], others) == (200, 403, set())
    assert await site.tables() == before


async def facts(response):
    """All that the reader of an answer can learn from it."""
    headers = {n: v for n, v in response.headers.items() if n != "Date"}
    return response.status, headers, await response.read()


async def test_refused_link_says_so_and_no_more(site):
    browser = await site.browser()

    page = await page_of(await browser.get("/j/nothing-of-ours"))

    assert text(page.main) == (
        "Ce lien ne marche pas Il est incomplet, expiré ou remplacé. Les "
        "organisateurs peuvent vous en envoyer un nouveau. Voir les réunions"
    )


async def test_revoked_person_is_out_by_link_and_by_browser(site):
    browser, link = await site.known(CAMILLE), await site.link(CAMILLE)
    inside = await browser.get(ROOM)

    await site.services.registration.revoke((await site.person(CAMILLE)).id)
    await site.services.programmes.look()

    after = [await browser.get(path) for path in (ROOM, link, await site.link(CAMILLE))]
    assert [inside.status, *(one.status for one in after)] == [200, 401, 403, 200]


async def presses(site, email, number, **options):
    """The answers to so many presses of one link, none with a cookie."""
    browser, link = await site.browser(cookies=False), await site.link(email)
    return [
        await browser.post(link, allow_redirects=False, **options)
        for _ in range(number)
    ]


async def test_person_is_known_in_twenty_browsers_at_most(site):
    other = await site.known(NOE)

    answers = await presses(site, CAMILLE, 25)

    assert len(await browsers_of(site, CAMILLE)) == MOST_BROWSERS
    (cookie,) = SimpleCookie(answers[-1].headers["Set-Cookie"]).values()
    last = await site.browser(
        cookies=False, Cookie=f"{cookie.key}={cookie.value}", **PAGE
    )
    assert [(await one.get(ROOM)).status for one in (last, other)] == [200, 200]


async def test_without_counting_again_every_press_would_leave_a_browser(
    site, monkeypatch
):
    async def nothing(*_):
        pass

    monkeypatch.setattr(access_store, "forget_oldest", nothing)

    await presses(site, CAMILLE, 25)

    assert len(await browsers_of(site, CAMILLE)) == 25


async def browsers_of(site, email):
    """The rows of browsers in which the person is known."""
    person, tables = await site.person(email), await site.tables()
    return [row for row in tables["browser_session"] if person.id in row]


JSON, PAGE = {"Accept": "application/json"}, {"Accept": "text/html"}


async def test_link_that_is_pressed_without_end_is_refused_for_a_moment(
    presses_at_once, serve
):
    async with serve() as site:
        answers = await presses(site, CAMILLE, 40, headers=JSON)
        to_a_page = await presses(site, CAMILLE, 1, data={"to": "me"})
        (other,) = await presses(site, NOE, 1)
        page = await page_of(to_a_page[0])

    assert [one.status for one in answers] == [303] * 30 + [429] * 10
    assert (answers[-1].headers["Retry-After"], other.status) == ("2", 303)
    assert answers[-1].content_type == "application/problem+json"
    assert to_a_page[0].status == 429
    assert text(page.h1) == "Trop de demandes à la fois"


async def test_link_that_was_replaced_is_limited_apart(presses_at_once, serve):
    async with serve() as site:
        await presses(site, CAMILLE, 31)
        await site.services.registration.revoke((await site.person(CAMILLE)).id)
        await site.services.programmes.look()

        (answer,) = await presses(site, CAMILLE, 1)

        assert answer.status == 303


async def test_without_the_limit_every_press_would_be_carried_out(
    presses_at_once, serve, monkeypatch
):
    monkeypatch.setattr(Limit, "take", lambda *_: 0.0)
    async with serve() as site:
        answers = await presses(site, CAMILLE, 35)

    assert {one.status for one in answers} == {303}


FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
]


@pytest.mark.parametrize("headers", FOREIGN)
async def test_press_made_on_another_site_is_refused(site, headers):
    browser = await site.browser()

    response = await browser.post(
        await site.link(CAMILLE), headers=headers, allow_redirects=False
    )

    assert (response.status, "Set-Cookie" in response.headers) == (403, False)
    assert held(await site.tables()) == []


async def test_without_the_check_another_site_could_press(
    upgraded_sqlite_url, tmp_path, monkeypatch
):
    """Twin of the test before."""
    monkeypatch.setattr(origin, "is_ours", lambda request, base_url: True)
    async with application(upgraded_sqlite_url, tmp_path) as site:
        browser = await site.browser()

        response = await browser.post(
            await site.link(CAMILLE), headers=FOREIGN[0], allow_redirects=False
        )

        assert response.status == 303
