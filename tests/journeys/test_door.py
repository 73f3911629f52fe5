"""A full room, a second device, somebody sent out, and the pages that watch it."""

import asyncio

import pytest
from playwright.async_api import expect

from orchestrator.rooms.model import Setting
from tests.journeys.browser import NARROW, WIDE, axe
from tests.journeys.meeting import button
from tests.orchestrator.app_client import (
    CAMILLE,
    CHAIR,
    DANA,
    NOE,
    ORGANISER,
    SLUG,
    VIDEO,
    application,
)
from tests.orchestrator.pages.made_up import at
from tests.waiting import until

pytestmark = pytest.mark.journey

ENTER, LEAVE = "Entrer dans la salle", "Quitter la salle"
ELSEWHERE = "Votre place est ouverte sur un autre appareil"
WITHDRAWN = "Les organisateurs vous ont retiré l’accès à cette salle"
# News may take as long as a busy machine needs between two looks at the rooms.
BY_ITSELF = 60_000
# The waiting come in within 3.2 s.
SCATTERED = 4
# The page does at once what it is told to, and nothing by and by.
ONLY_AT_ONCE = """{
  const later = window.setTimeout;
  window.setTimeout = (what, wait, ...given) => wait >= 5_000 ? 0 : later(what, wait, ...given);
}"""
# A sign of life may go out in the moment in which the seat goes.
REFUSED = ("seat/renew",)


@pytest.fixture
def serve(upgraded_sqlite_url, tmp_path):
    """``async with serve(capacity=1) as site``: the made-up day at 10:05."""
    return lambda **options: application(upgraded_sqlite_url, tmp_path, **options)


async def press(site, page, email, what=ENTER):
    """Open the personal link of ``email`` and press the button called so."""
    await page.goto(f"{site.url}{await site.link(email)}")
    await button(page, what).click()


def video(page):
    return page.locator(f'.way a[href="{VIDEO}"]')


def rank(page):
    return page.locator("#rank")


async def test_who_waits_is_let_in_by_himself_and_the_others_move_up(serve, new_page):
    async with serve(capacity=1, staff_seats=0) as site:
        inside, first, second = [await new_page(allow=REFUSED) for _ in range(3)]
        await press(site, inside, CAMILLE)
        await press(site, first, NOE)
        await expect(rank(first)).to_have_text("1re")
        await press(site, second, DANA, "Entrer dans la salle")
        await expect(rank(second)).to_have_text("2e")
        assert await axe(second) == []
        await expect(first.locator('[data-n="behind"]')).to_have_text(
            "1 personne", timeout=BY_ITSELF
        )
        await second.evaluate("window.notLoadedAnew = true")

        await button(inside, LEAVE).click()

        await expect(video(first)).to_be_visible(timeout=BY_ITSELF)
        await expect(rank(second)).to_have_text("1re", timeout=BY_ITSELF)
        await expect(second.locator("#said")).to_have_text("Vous êtes 1re dans la file")
        assert await second.evaluate("window.notLoadedAnew")
        await button(second, "Quitter la file").click()
        await expect(second.locator("h1")).to_have_text("La salle est ouverte")


async def test_queue_is_kept_by_hand_without_scripts(serve, new_page):
    async with serve(capacity=1, staff_seats=0) as site:
        inside = await new_page(allow=REFUSED)
        waits = await new_page(java_script_enabled=False, width=NARROW)
        await press(site, inside, CAMILLE)
        await press(site, waits, NOE)
        await expect(rank(waits)).to_have_text("1re")
        await expect(waits.get_by_text("Vous n’avez rien à faire")).to_be_hidden()

        await button(inside, LEAVE).click()
        await expect(inside.locator("h1")).to_have_text("La salle est ouverte")
        await button(waits, "Réessayer").click()

        await expect(video(waits)).to_be_visible()


@pytest.mark.parametrize("known", [True, False])
async def test_who_waits_enters_when_a_line_lost_at_the_opening_is_back(
    serve, new_page, known
):
    async with serve(now=at(9, 40)) as site:
        page = await new_page(allow=("ERR_",))
        await press(site, page, CAMILLE, "Entrer dès l’ouverture")
        await page.locator("[data-enter-at]").wait_for()
        address = page.url
        if known:
            await page.context.set_offline(True)
            await page.locator("#lost").wait_for()
        else:
            await page.route("**/*", lambda route: route.abort())

        await page.evaluate(
            """document.dispatchEvent(new CustomEvent("clock", {
              detail: {now: Date.parse("2021-06-28T07:50:00Z"), at: performance.now(), error: 0},
            }))"""
        )
        await page.locator("#lost").wait_for()
        await asyncio.sleep(SCATTERED)
        assert page.url == address
        await expect(page.locator("#unsent")).to_be_hidden()

        await site.at(at(9, 50))
        await page.unroute("**/*")
        await page.context.set_offline(False)
        await expect(video(page)).to_be_visible(timeout=BY_ITSELF)


async def test_stream_is_followed_beside_the_queue(serve, new_page):
    async with serve(capacity=1, staff_seats=0) as site:
        services = site.services
        await services.set_room(site.event, Setting(overflow="https://tv.example/live"))
        inside = await new_page(allow=REFUSED)
        waits = await new_page(allow=("tv.example",))
        await press(site, inside, CAMILLE)
        await press(site, waits, NOE)

        async with waits.expect_response("**/seat/watch") as told:
            await waits.get_by_role("link", name="Suivre la retransmission").click()

        assert (await told.value).status == 204
        tallies, _ = await services.live.figures(site.event)
        assert [one.watching for one in tallies.values()] == [1]
        await expect(rank(waits)).to_have_text("1re")


async def test_page_gives_signs_of_life_and_says_goodbye(serve, new_page, monkeypatch):
    async with serve() as site:
        live, closed = site.services.live, []
        monkeypatch.setattr(live, "close_page", lambda *told: closed.append(told))
        person = await new_page()
        async with person.expect_response("**/seat/renew") as alive:
            await press(site, person, CAMILLE)
        assert (await alive.value).status == 200
        await live.follow(SLUG)

        await person.get_by_role("link", name="Programme", exact=True).click()

        await until(lambda: closed)
        assert [seat.registrant for _, seat in closed] == [
            (await site.person(CAMILLE)).id
        ]


async def test_other_tab_keeps_the_seat_that_a_closed_one_gave_up(serve, new_page):
    async with serve() as site:
        one = await new_page()
        await press(site, one, CAMILLE)
        other = await one.context.new_page()
        await other.add_init_script(ONLY_AT_ONCE)
        async with other.expect_response("**/seat/renew") as first:
            await other.goto(one.url)
        assert (await first.value).status == 200
        await expect(video(other)).to_be_visible()
        await expect(video(one)).to_be_visible()

        # Of itself it would give the next sign five seconds after the first, or later.
        async with other.expect_response("**/seat/renew") as alive:
            await one.close(run_before_unload=True)

        assert (await alive.value).status == 200


async def test_second_device_takes_over_and_the_first_lets_go(serve, new_page):
    async with serve() as site:
        first = await new_page(allow=REFUSED)
        second = await new_page(width=NARROW, allow=REFUSED)
        await press(site, first, CAMILLE)
        await expect(video(first)).to_be_visible()

        await press(site, second, CAMILLE)
        await expect(second.locator("h1")).to_have_text(ELSEWHERE)
        assert await axe(second) == []
        await expect(video(first)).to_be_visible()
        await button(second, "Continuer ici").click()

        await expect(video(second)).to_be_visible()
        await expect(first.locator("h1")).to_have_text(ELSEWHERE, timeout=BY_ITSELF)
        await expect(video(first)).to_have_count(0)


async def test_who_is_sent_out_is_out_at_once_and_stays_out(serve, new_page):
    async with serve() as site:
        person, organiser = await new_page(allow=REFUSED), await new_page()
        await person.add_init_script(ONLY_AT_ONCE)
        await press(site, person, CAMILLE)
        await expect(video(person)).to_be_visible()
        await press(site, organiser, ORGANISER, "Ouvrir l’organisation")
        await organiser.get_by_role("link", name="Tous les inscrits").click()
        await organiser.get_by_role("searchbox").fill("dupre")
        await button(organiser, "Chercher").click()
        assert await axe(organiser) == []
        await organiser.get_by_role("link", name="Faire sortir").click()
        assert await axe(organiser) == []

        await button(organiser, "Faire sortir").click()
        await expect(person.locator("h1")).to_have_text(WITHDRAWN)
        await expect(organiser.locator(".banner strong")).to_have_text(
            "Camille Dupré n’a plus accès à la salle."
        )
        await person.goto(f"{site.url}{await site.link(CAMILLE)}")
        await expect(person.locator("h1")).to_have_text(WITHDRAWN)
        await expect(button(person, ENTER)).to_have_count(0)

        await organiser.get_by_role("button", name="Laisser revenir").click()
        await expect(organiser.locator(".banner.good")).to_be_visible()
        await press(site, person, CAMILLE)
        await expect(video(person)).to_be_visible()


@pytest.mark.parametrize("width", [WIDE, NARROW])
async def test_organiser_moves_the_room_by_keys_and_the_page_goes_along(
    serve, new_page, width
):
    elsewhere = "https://elsewhere.example/salle"
    async with serve() as site:
        person = await new_page()
        organiser = await new_page(width=width, allow=("422",))
        await press(site, person, CAMILLE)
        await expect(video(person)).to_be_visible()
        await press(site, organiser, ORGANISER, "Ouvrir l’organisation")
        await organiser.get_by_role("link", name="Changer la salle vidéo").click()

        where = organiser.get_by_label("Adresse", exact=True)
        await where.fill("https://user@elsewhere.example")
        await where.press("Enter")
        await expect(where).to_be_focused()
        await expect(organiser.get_by_role("alert")).to_contain_text("Rien n’a été")
        assert await axe(organiser) == []
        await where.fill(elsewhere)
        await where.press("Enter")

        await expect(organiser.locator(".banner.good")).to_contain_text("est changée")
        assert await axe(organiser) == []
        await expect(person.locator("#way a")).to_have_attribute(
            "href", elsewhere, timeout=BY_ITSELF
        )


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_organiser_sees_the_room_fill(serve, new_page, scheme):
    async with serve(capacity=10, staff_seats=0) as site:
        await site.known(CAMILLE)
        await site.services.live.follow(SLUG)
        organiser = await new_page(color_scheme=scheme)
        await press(site, organiser, ORGANISER, "Ouvrir l’organisation")
        inside = organiser.locator('.gauge .n [data-n="inside"]')
        await expect(inside).to_have_text("1")
        await expect(organiser.locator(".drawn canvas")).to_be_visible()
        assert await axe(organiser) == []

        await site.known(NOE)

        await expect(inside).to_have_text("2", timeout=BY_ITSELF)
        await expect(organiser.locator(".bar rect").first).to_have_attribute(
            "width", "2"
        )
        await expect(organiser.locator('[data-n="opened"]')).to_have_text(
            "3", timeout=BY_ITSELF
        )
        await expect(organiser.locator('[data-n="free"]').last).to_have_text("8 libres")


async def test_chair_is_told_once_that_the_room_is_full(serve, new_page):
    async with serve(capacity=2, staff_seats=0) as site:
        chair = await new_page()
        await press(site, chair, CHAIR, "Ouvrir la présidence")
        await expect(chair.locator(".gaugelet .n")).to_have_text("0 / 2")
        assert await axe(chair) == []

        for email in (CAMILLE, NOE, DANA):
            await site.known(email)

        warning = chair.locator('[data-level="full"]')
        await expect(warning).to_have_text(
            "Complète, 1 dans la file", timeout=BY_ITSELF
        )
        await expect(chair.locator("#said")).to_contain_text("Complète")
