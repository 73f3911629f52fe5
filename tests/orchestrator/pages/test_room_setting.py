"""Where the video room is: organisers change it, and every personal link stays good."""

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from orchestrator.programme import store as programme_store
from orchestrator.rooms import store
from tests.orchestrator.app_client import (
    CAMILLE,
    CHAIR,
    ORGANISER,
    SLUG,
    VIDEO,
)
from tests.orchestrator.pages.shown import text

PAGE = f"/e/{SLUG}/organise/room"
ROOM = f"/e/{SLUG}/room"
OURS = "https://us.example"
ELSEWHERE = "https://elsewhere.example/salle"
SERVER = {"provider": "livekit", "url": "ws://127.0.0.1:1", "key": "k"}
TWO = {"main": {"provider": "link"}, "live": {**SERVER, "secret": "s" * 40}}


async def look(browser, path=PAGE):
    async with browser.get(path) as response:
        return BeautifulSoup(await response.text(), "html.parser")


async def send(browser, **sent):
    """The status, and the page that it leads to."""
    form = {"room": "", "connection": "main", "url": VIDEO, **sent}
    async with browser.post(PAGE, data=form, allow_redirects=False) as response:
        if response.status == 303:
            return 303, await look(browser, response.headers["Location"])
        return response.status, BeautifulSoup(await response.text(), "html.parser")


async def rooms(site):
    event = await site.services.programmes.find(SLUG)
    return await site.services.rooms.of(event)


async def test_form_shows_what_is_set_and_how_many_would_be_moved(serve):
    async with serve(connections=TWO) as site:
        person = await site.known(CAMILLE)
        async with person.post(ROOM):
            pass
        page = await look(await site.known(ORGANISER))

    named = [text(one) for one in page.select("label.choice")]
    assert named == ["une adresse, ci-dessous", "LiveKit (live)"]
    assert page.select_one("[name=connection][checked]")["value"] == "main"
    assert page.select_one("[name=url]")["value"] == VIDEO
    assert text(page.select_one("section header p")) == "2 personnes dedans"


async def test_who_is_in_is_led_to_the_other_address(site):
    person, organiser = await site.known(CAMILLE), await site.known(ORGANISER)
    async with person.post(ROOM):
        pass

    status, page = await send(organiser, url=ELSEWHERE, fallback="", overflow="")

    assert status == 303
    assert text(page.select_one(".banner strong")) == "La salle vidéo est changée."
    assert (await look(person, ROOM)).find("a", href=ELSEWHERE) is not None


async def test_other_connection_takes_the_room_from_its_address(serve):
    async with serve(connections=TWO) as site:
        organiser = await site.known(ORGANISER)
        await send(organiser, connection="live", fallback=ELSEWHERE)
        (moved,) = await rooms(site)
        await send(organiser, connection="main", url=VIDEO, fallback="")
        (back,) = await rooms(site)

    assert (moved.connection, moved.url, moved.fallback) == ("live", "", ELSEWHERE)
    assert (back.connection, back.url, back.fallback) == ("main", VIDEO, "")


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"url": "http://plain.example/room"}, "url"),
        ({"url": ""}, "url"),
        ({"url": f"{OURS}/j/token"}, "url"),
        ({"fallback": f"{OURS}/e/{SLUG}/room"}, "fallback"),
        ({"connection": "none"}, "connection"),
        ({"fallback": "elsewhere"}, "fallback"),
        ({"overflow": "https://user:word@stream.example"}, "overflow"),
    ],
)
async def test_what_leads_nowhere_is_refused_at_its_field(serve, sent, wrong):
    async with serve(connections=TWO, base_url="http://us.example") as site:
        organiser, before = await site.known(ORGANISER), await rooms(site)
        status, page = await send(organiser, **sent)
        after = await rooms(site)

    (field,) = page.select("[aria-invalid]")
    assert (status, field["name"], after) == (422, wrong, before)
    assert page.find(id=field["aria-describedby"].split()[1]).get_text()
    assert text(page.select_one(".banner strong")) == "Rien n’a été changé."
    for name, value in sent.items():
        if name != "connection":
            assert page.select_one(f"[name={name}]")["value"] == value


async def test_room_that_is_not_there_is_not_found(site):
    status, _ = await send(await site.known(ORGANISER), room="Amphi Z", url=ELSEWHERE)

    assert status == 404


async def test_chair_changes_nothing(site):
    before = await rooms(site)

    status, _ = await send(await site.known(CHAIR), url=ELSEWHERE)

    assert (status, await rooms(site)) == (403, before)


async def test_empty_address_leaves_the_room_where_its_connection_leads(serve):
    own = {"main": {"provider": "link", "url": ELSEWHERE}}
    async with serve(connections=own) as site:
        status, page = await send(await site.known(ORGANISER), url="")
        (room,) = await rooms(site)

    assert (status, room.connection, room.url) == (303, "main", "")
    assert page.select_one("[name=url]")["value"] == ""


async def test_room_on_a_connection_that_is_gone_is_put_at_an_address(serve):
    async with serve(video=None) as site:
        (room,) = await rooms(site)
        async with site.services.database.transaction() as session:
            await store.save(session, replace(room, connection="gone"))
            await programme_store.touch(session, site.event.id)
        await site.services.programmes.look()
        organiser = await site.known(ORGANISER)
        page = await look(organiser)
        chosen = page.select_one("[name=connection]")["value"]
        status, _ = await send(organiser, connection=chosen, url=ELSEWHERE)
        (after,) = await rooms(site)

    assert (status, after.connection, after.url) == (303, chosen, ELSEWHERE)
