"""The list of people: open to chairs and organisers, who may send out and let back."""

import pytest
from bs4 import BeautifulSoup

from orchestrator.pages import people
from tests.orchestrator.app_client import (
    CAMILLE,
    CHAIR,
    NOE,
    ORGANISER,
    SLUG,
    SPEAKER,
    VIDEO,
    made,
)
from tests.orchestrator.pages.shown import text

PEOPLE = f"/e/{SLUG}/people"
ROOM = f"/e/{SLUG}/room"


async def look(browser, path=PEOPLE):
    async with browser.get(path) as response:
        return response.status, BeautifulSoup(await response.text(), "html.parser")


async def press(browser, path):
    """The status, and where the answer leads."""
    async with browser.post(path, allow_redirects=False) as response:
        return response.status, response.headers.get("Location")


async def address(site, email, what):
    return f"{PEOPLE}/{(await site.person(email)).id}/{what}"


@pytest.mark.parametrize(
    ("email", "status"),
    [(CAMILLE, 403), (SPEAKER, 403), (CHAIR, 200), (ORGANISER, 200), (None, 401)],
)
async def test_list_and_presses_are_for_chairs_and_organisers(site, email, status):
    browser = await (site.known(email) if email else site.browser())
    out, back = await address(site, NOE, "out"), await address(site, NOE, "back")

    looked = [(await look(browser, path))[0] for path in (PEOPLE, out)]
    pressed = [(await press(browser, path))[0] for path in (out, back)]

    assert looked == [status] * 2
    assert pressed == [303 if status == 200 else status] * 2


async def test_chair_of_another_meeting_is_not_known_here(site):
    await made(site.services, slug="autre", people=None)
    other = await site.services.registration.links(
        await site.services.programmes.find("autre"), email=ORGANISER
    )
    browser = await site.browser()
    async with browser.post(f"/j/{other[0].link.rpartition('/')[2]}"):
        pass

    status, _ = await look(browser)

    assert status == 401


async def test_somebody_of_another_meeting_cannot_be_sent_out_from_here(site):
    event = await made(site.services, slug="autre", people=None)
    (other,) = [
        one
        for one in await site.services.registration.people(event.id)
        if one.email == SPEAKER
    ]

    pressed = await press(await site.known(ORGANISER), f"{PEOPLE}/{other.id}/out")

    assert pressed == (404, None)


async def test_who_is_sent_out_loses_the_seat_until_he_is_let_back(site):
    person, chair = await site.known(CAMILLE), await site.known(CHAIR)
    ident = (await site.person(CAMILLE)).id

    sent = await press(chair, await address(site, CAMILLE, "out"))
    _, told = await look(chair, sent[1])
    _, withdrawn = await look(person, ROOM)
    await press(person, ROOM)
    _, still = await look(person, ROOM)
    restored = await press(chair, await address(site, CAMILLE, "back"))
    _, free = await look(person, ROOM)
    await press(person, ROOM)
    _, inside = await look(person, ROOM)

    assert sent == (303, f"{PEOPLE}?q=Camille+Dupr%C3%A9&out={ident}")
    assert restored == (303, f"{PEOPLE}?q=Camille+Dupr%C3%A9&back={ident}")
    assert len(told.select("tbody tr")) == 1
    assert text(told.select_one(".banner strong")) == (
        "Camille Dupré n’a plus accès à la salle."
    )
    withdrew = "Les organisateurs vous ont retiré l’accès à cette salle"
    assert [text(page.h1) for page in (withdrawn, still)] == [withdrew] * 2
    assert text(free.h1) == "La salle est ouverte"
    assert VIDEO in str(inside)


async def test_asking_sends_nobody_out(site):
    await site.known(CAMILLE)
    chair = await site.known(CHAIR)
    before = await site.tables()

    status, page = await look(chair, await address(site, CAMILLE, "out"))

    assert (status, text(page.h1)) == (200, "Faire sortir Camille Dupré ?")
    assert await site.tables() == before


@pytest.mark.parametrize("email", [ORGANISER, CHAIR])
async def test_chair_sends_out_neither_an_organiser_nor_himself(site, email):
    chair = await site.known(CHAIR)
    before = await site.tables()

    pressed = await press(chair, await address(site, email, "out"))

    assert pressed == (403, None)
    assert await site.tables() == before


async def test_without_the_rule_a_chair_would_send_an_organiser_out(site, monkeypatch):
    monkeypatch.setattr(people, "may_send_out", lambda _by, _one: True)
    chair = await site.known(CHAIR)

    status, _ = await press(chair, await address(site, ORGANISER, "out"))

    assert status == 303


@pytest.mark.parametrize("page", ["2", "0", "-1", "x", "99999", "1e9", "٣"])
async def test_any_number_of_a_page_shows_one_that_is_there(site, page):
    status, shown = await look(await site.known(ORGANISER), f"{PEOPLE}?page={page}")

    assert status == 200
    assert len(shown.select("tbody tr")) == len(
        await site.services.registration.people(site.event.id)
    )


async def test_list_finds_by_the_words_of_the_address(site):
    _, shown = await look(await site.known(ORGANISER), f"{PEOPLE}?q=dupre")

    assert [text(name) for name in shown.select("tbody th")] == ["Camille Dupré"]
