"""The room page: who is known, who is inside, and what each press does."""

from datetime import datetime, timedelta

import pytest
from bs4 import BeautifulSoup

from integrations.video.provider import Capabilities
from tests.orchestrator.app_client import (
    CAMILLE,
    CHAIR,
    DANA,
    NOE,
    SLUG,
    SPEAKER,
    VIDEO,
    reading,
)
from tests.orchestrator.pages.made_up import at, talk, timed
from tests.orchestrator.pages.shown import text

ROOM = f"/e/{SLUG}/room"
FORMS = "main form"


async def look(browser, path=ROOM):
    """The status and the page."""
    async with browser.get(path) as response:
        return response.status, BeautifulSoup(await response.text(), "html.parser")


async def test_unknown_browser_is_asked_for_the_personal_link(site):
    status, page = await look(await site.browser())

    assert (status, text(page.h1)) == (401, "Ouvrez votre lien personnel")
    assert (VIDEO in str(page), page.select(FORMS)) == (False, [])


async def test_unknown_meeting_is_not_found(site):
    status, _ = await look(await site.browser(), "/e/nowhere/room")

    assert status == 404


async def test_holder_of_a_seat_finds_the_way_in_and_what_is_on(site):
    browser = await site.known(CAMILLE)

    status, page = await look(browser)

    way_in = page.select_one(".way a")
    assert (status, text(page.h1)) == (
        200,
        "How wide must a network be before it forgets?",
    )
    assert (way_in["href"], way_in["rel"]) == (VIDEO, ["noopener", "noreferrer"])


async def test_room_page_is_kept_by_nobody_and_shown_in_no_frame(site):
    browser = await site.known(CAMILLE)

    async with browser.get(ROOM) as response:
        headers = response.headers

    assert headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


async def test_who_leaves_gives_the_seat_back_and_may_come_again(site):
    browser = await site.known(CAMILLE)

    async with browser.post(f"{ROOM}/leave", allow_redirects=False) as left:
        pass
    _, outside = await look(browser)
    async with browser.post(ROOM, allow_redirects=False) as entered:
        pass
    _, inside = await look(browser)

    assert [one.status for one in (left, entered)] == [303, 303]
    assert [one.headers["Location"] for one in (left, entered)] == [
        f"{ROOM}?done=left",
        ROOM,
    ]
    assert text(outside.h1) == "La salle est ouverte"
    assert (VIDEO in str(outside), VIDEO in str(inside)) == (False, True)


@pytest.mark.parametrize("path", [ROOM, f"{ROOM}/leave"])
async def test_nobody_enters_or_leaves_without_being_known(site, path):
    browser = await site.browser()

    async with browser.post(path, allow_redirects=False) as response:
        assert response.status == 401


async def test_full_room_says_so_and_a_free_seat_lets_in(serve):
    async with serve(capacity=1, staff_seats=0) as site:
        first, second = await site.known(CAMILLE), await site.known(NOE)

        _, full = await look(second)
        async with first.post(f"{ROOM}/leave"), second.post(ROOM):
            _, after = await look(second)

    assert text(full.h1) == "La salle est complète"
    assert text(full.select_one("#rank")) == "1 re"
    assert text(full.select_one(".facts dd")) == "1 sur 1"
    assert VIDEO not in str(full)
    assert after.select_one(".way a")["href"] == VIDEO


async def test_seat_is_kept_without_scripts_by_a_press(site, monkeypatch):
    can = Capabilities(beside=True)
    monkeypatch.setattr(site.services.rooms.video, "can", lambda _room: can)
    browser = await site.known(CAMILLE)
    before = await lease(site)
    _, page = await look(browser)

    async with browser.post(page.select_one("noscript form")["action"]):
        pass

    assert await lease(site) > before


async def lease(site):
    """Until when the only seat taken is held."""
    picture = await site.services.admission.picture(site.event, at(10, 5))
    (seat,) = picture.seats.values()
    return seat.until


async def test_seats_kept_for_staff_are_told_to_who_waits(serve):
    async with serve(capacity=2, staff_seats=2) as site:
        browser = await site.known(CAMILLE)

        _, page = await look(browser)

    assert text(page.select_one(".facts dd")) == (
        "0 sur 2 2 places sont réservées aux intervenants."
    )


async def test_who_left_is_told_so_and_how_full_it_is(serve):
    async with serve(capacity=1, staff_seats=0) as site:
        first, second = await site.known(CAMILLE), await site.known(NOE)

        async with second.post(f"{ROOM}/leave", data={"left": "queue"}) as queue:
            alone = BeautifulSoup(await queue.text(), "html.parser")
        async with second.post(ROOM), first.post(f"{ROOM}/leave") as room:
            others = BeautifulSoup(await room.text(), "html.parser")

    assert [text(page.select_one("main .banner.good")) for page in (alone, others)] == [
        "Vous avez quitté la file.",
        "Vous avez quitté la salle ; votre place est rendue.",
    ]
    assert [text(page.select_one("#crowd")) for page in (alone, others)] == [
        "La salle est complète : la file commencerait avec vous.",
        "La salle est complète : la file commencerait avec vous.",
    ]


@pytest.mark.parametrize("now", [at(9, 31), at(10, 5), at(13)])
async def test_who_was_sent_out_finds_no_seat_kept_whatever_the_hour(serve, now):
    async with serve(now=now) as site:
        browser, person = await site.known(CAMILLE), await site.person(CAMILLE)
        by, moment = await site.person(CHAIR), site.services.programmes.now(site.event)
        await site.services.admission.send_out(site.event, person.id, moment, by=by.id)

        pages = [await look(browser, path) for path in (ROOM, await site.link(CAMILLE))]

    assert [text(page.h1) for _, page in pages] == [
        "Les organisateurs vous ont retiré l’accès à cette salle"
    ] * 2


async def test_seat_ends_with_the_doors(site):
    browser = await site.known(CAMILLE)

    await site.at(at(12, 31))
    _, page = await look(browser)

    assert (text(page.h1), VIDEO in str(page)) == ("La session est finie", False)


@pytest.mark.parametrize(("after", "inside"), [(60, True), (30, False)])
async def test_who_is_in_stays_in_when_the_doors_close_later(site, after, inside):
    browser = await site.known(CAMILLE)

    await site.services.programmes.set_doors(SLUG, after=timedelta(minutes=after))
    await site.at(at(12, 45))
    _, page = await look(browser)

    assert (VIDEO in str(page)) is inside


async def test_who_waits_is_told_when_the_script_will_press(serve):
    async with serve(now=at(9, 31)) as site:
        browser = await site.known(DANA)

        _, page = await look(browser)

    form = page.select_one("form[data-enter-at]")
    assert (form["action"], form["data-enter-at"]) == (ROOM, "2021-06-28T07:45:00Z")


async def test_room_without_an_address_keeps_the_seat(serve):
    async with serve(video=None) as site:
        browser = await site.known(CAMILLE)

        status, page = await look(browser)

    assert (status, page.select(".way a")) == (200, [])
    assert "Votre place est gardée" in text(page.main)


@pytest.mark.parametrize(
    ("email", "pages"),
    [(CAMILLE, ["me"]), (CHAIR, ["me", "chair"]), (SPEAKER, ["me", "speaker"])],
)
async def test_staff_find_their_own_pages(site, email, pages):
    browser = await site.known(email)

    _, page = await look(browser)

    assert [a["href"].rpartition("/")[2] for a in page.select("#desks + p a")] == pages


def two_rooms(*, second="Amphi B"):
    """Two sessions at one time, each in a room of its own."""
    return (
        timed(1, at(10), at(12), [(15, talk(1))], room="Amphi A"),
        timed(2, at(10), at(12), [(15, talk(2))], room=second),
    )


async def test_other_room_is_entered_by_its_name_and_the_first_seat_is_free(serve):
    async with serve(timetable=two_rooms()) as site:
        browser = await site.known(CAMILLE)

        _, first = await look(browser)
        other = first.select_one("#others + p a")["href"]
        _, before = await look(browser, other)
        async with browser.post(
            before.select_one(FORMS)["action"], allow_redirects=False
        ) as entered:
            pass
        _, there = await look(browser, entered.headers["Location"])
        _, back = await look(browser, f"{ROOM}?room=Amphi+A")
        unknown, _ = await look(browser, f"{ROOM}?room=Amphi+C")

    assert text(first.select_one(".seat")) == "Amphi A : place gardée"
    assert (other, text(before.h1)) == (f"{ROOM}?room=Amphi+B", "La salle est ouverte")
    assert text(there.select_one(".seat")) == "Amphi B : place gardée"
    assert (text(back.h1), unknown) == ("La salle est ouverte", 404)


async def test_each_room_has_the_doors_of_its_own_sessions(serve):
    async with serve(timetable=two_rooms()) as site:
        second = site.event.timetable.sessions[1].session.id
        browser = await site.known(CAMILLE)

        await site.services.programmes.set_doors(
            SLUG, session=second, after=timedelta(minutes=60)
        )
        await site.at(at(12, 31))
        _, there = await look(browser, f"{ROOM}?room=Amphi+A")
        _, other = await look(browser, f"{ROOM}?room=Amphi+B")

    assert [text(page.h1) for page in (there, other)] == [
        "La réunion est finie",
        "La salle est ouverte",
    ]


async def test_session_of_a_calendar_entry_leads_to_the_room_it_is_in_by_now(serve):
    async with serve(timetable=two_rooms()) as site:
        entry = site.event.timetable.sessions[1].session.id
        programmes = site.services.programmes
        await programmes.store(
            reading(timetable=two_rooms(second="Grand amphi")), slug=SLUG
        )
        browser = await site.known(CAMILLE)

        _, before = await look(browser, f"{ROOM}?session={entry}")
        async with browser.post(
            f"{ROOM}?session={entry}", allow_redirects=False
        ) as entered:
            pass
        _, there = await look(browser, entered.headers["Location"])

    assert before.select_one(FORMS)["action"] == f"{ROOM}?room=Grand+amphi"
    assert entered.headers["Location"] == f"{ROOM}?room=Grand+amphi"
    assert text(there.select_one(".seat")) == "Grand amphi : place gardée"


async def test_unknown_session_is_as_none_and_a_room_goes_before(serve):
    async with serve(timetable=two_rooms()) as site:
        entry = site.event.timetable.sessions[1].session.id
        browser = await site.known(CAMILLE)

        _, unknown = await look(browser, f"{ROOM}?session=nothing")
        _, named = await look(browser, f"{ROOM}?room=Amphi+A&session={entry}")

    assert [text(page.select_one(".seat")) for page in (unknown, named)] == [
        "Amphi A : place gardée"
    ] * 2


async def test_seat_for_programs(site):
    browser = await site.known(CAMILLE, Accept="application/json")
    seat = f"/api/v1/events/{SLUG}/seat"

    async with browser.delete(seat) as left, browser.post(seat) as taken:
        told = await taken.json()
    await site.at(at(19))
    async with browser.post(f"{seat}/renew") as late:
        problem = await late.json(content_type=None)

    assert (left.status, taken.status, late.status) == (204, 200, 409)
    assert datetime.fromisoformat(told["until"]) == at(12, 30)
    assert problem["type"].endswith("/problems/doors-closed")
