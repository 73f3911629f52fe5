"""Into the video room: made at the press, for the holder of a seat, and nobody else."""

import asyncio
import re
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from integrations.errors import Rejected, Unreachable
from integrations.video.provider import Capabilities, How, Role
from orchestrator.admission.entrance.service import Entrance
from orchestrator.rooms.model import Setting
from orchestrator.rooms.video import service as video_service
from tests.orchestrator.app_client import CAMILLE, CHAIR, NOE, ORGANISER, SLUG, VIDEO
from tests.orchestrator.pages.doorman import ADDRESS, Doorman
from tests.orchestrator.pages.made_up import at, talk, timed
from tests.orchestrator.pages.shown import text
from tests.waiting import until

ROOM = f"/e/{SLUG}/room"
PRESS = f"{ROOM}/video"
ASK = f"/api/v1/events/{SLUG}/seat/video"
JSON = {"Accept": "application/json"}
FALLBACK = "https://elsewhere.example/plan-b"
SPEAKER = "speaker1@lab.example"
WSS, MEET = "wss://live.example:7880", "https://meet.example"


@pytest.fixture(autouse=True)
def _patient(monkeypatch):
    """No provider here is silent: he who is slow is waited for."""
    monkeypatch.setattr(video_service, "_SECONDS_AT_THE_DOOR", 60)


@pytest.fixture
def at_the_door(monkeypatch):
    """``at_the_door(doorman)``: rooms on any connection but plain links are his."""
    chosen = video_service.choose

    def install(doorman):
        monkeypatch.setattr(
            video_service,
            "choose",
            lambda settings, around: (
                doorman
                if settings.get("provider") == "doorman"
                else chosen(settings, around)
            ),
        )
        return doorman

    return install


@pytest.fixture
def open_with(serve, at_the_door):
    """``async with open_with(doorman) as site``: the room is at the doorman's."""

    def opened(doorman, **options):
        at_the_door(doorman)
        connections = {name: {"provider": "doorman"} for name in ("main", "spare")}
        return serve(video=None, connections=connections, **options)

    return opened


async def set_room(site, **setting):
    """And have the process know it."""
    await site.services.set_room(site.event, Setting(**setting))
    await site.at(at(10, 6))


async def look(browser, path=ROOM):
    async with browser.get(path) as response:
        return response, BeautifulSoup(await response.text(), "html.parser")


async def press(browser, path=PRESS, **headers):
    """The answer, which is not followed, and its page."""
    async with browser.post(path, allow_redirects=False, headers=headers) as response:
        return response, BeautifulSoup(await response.text(), "html.parser")


async def ask(browser, path=ASK):
    async with browser.post(path, headers=JSON) as response:
        return response, await response.json(content_type=None)


async def test_press_leads_to_an_address_of_the_person_byte_for_byte(open_with):
    doorman = Doorman()
    async with open_with(doorman) as site:
        browser, person = await site.known(CAMILLE), await site.person(CAMILLE)

        _, page = await look(browser)
        form = page.select_one("#way form")
        answer, _ = await press(browser, form["action"])

    assert (form["target"], form["rel"]) == ("_blank", "noopener")
    assert (answer.status, answer.headers["Location"]) == (
        303,
        f"{ADDRESS}&guest={person.id}",
    )
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert [guest.name for guest in doorman.guests] == ["Camille Dupré"]


async def test_looking_makes_no_way_in(open_with):
    doorman = Doorman()
    async with open_with(doorman) as site:
        browser = await site.known(CAMILLE)

        _, page = await look(browser)
        answer, _ = await look(browser, PRESS)

    assert (answer.url.path, doorman.guests) == (ROOM, [])
    assert "v.example" not in str(page)


async def received(browser, path):
    """How many bytes of a body came over the wire, and the body."""
    async with browser.get(path, headers={"Accept-Encoding": "gzip"}) as response:
        content = await response.read()
        assert response.status == 200
        return int(response.headers["Content-Length"]), content


async def test_room_page_with_its_video_is_light(open_with):
    """With all that it loads; the latin-ext font comes with its letters only."""
    async with open_with(Doorman(How.LIVEKIT, WSS)) as site:
        browser = await site.known(CAMILLE)

        size, html = await received(browser, ROOM)
        loaded = set(re.findall(rb'(?:src|href)="(/static/[^"]+)', html))
        sizes = [(await received(browser, path.decode()))[0] for path in loaded]

    assert any(b"livekit-client" in path for path in loaded)
    assert size + sum(sizes) < 250_000


async def left(site, browser):
    async with browser.post(f"{ROOM}/leave"):
        pass


async def sent_out(site, browser):
    person, by = await site.person(CAMILLE), await site.person(CHAIR)
    now = site.services.programmes.now(site.event)
    await site.services.admission.send_out(site.event, person.id, now, by=by.id)


async def doors_closed(site, browser):
    await site.at(at(13))


async def on_another_device(site, browser):
    other = await site.known(CAMILLE)
    async with other.post(ROOM, data={"to": "here"}):
        pass


NO_SEAT = {
    left: (409, "no-seat"),
    sent_out: (403, "sent-out"),
    doors_closed: (409, "doors-closed"),
    on_another_device: (409, "on-another-device"),
}


@pytest.mark.parametrize("happens", NO_SEAT)
async def test_who_holds_no_seat_is_led_nowhere(open_with, happens):
    doorman = Doorman()
    async with open_with(doorman) as site:
        browser = await site.known(CAMILLE)
        await happens(site, browser)

        pressed, _ = await press(browser)
        asked, problem = await ask(browser)

    assert (pressed.status, pressed.headers["Location"]) == (303, ROOM)
    assert (asked.status, problem["type"].rsplit("/")[-1]) == NO_SEAT[happens]
    assert doorman.guests == []


class Registrar(Doorman):
    """Keeps something of each guest, and takes its time until it is ``done``."""

    def __init__(self):
        super().__init__()
        self.capabilities = Capabilities(keeps=True)
        self.done, self.out = asyncio.Event(), []

    async def entry(self, place, guest):
        entry = await super().entry(place, guest)
        await self.done.wait()
        return replace(entry, kept="number 1")

    async def remove(self, _place, guest):
        self.out.append((guest.id, guest.kept))


AFTERWARDS = {sent_out: True, left: True, on_another_device: False}


@pytest.mark.parametrize("happens", AFTERWARDS)
async def test_who_loses_the_seat_while_his_way_in_is_made_is_not_let_in(
    open_with, happens
):
    """On another device it is his as well, so it stays good."""
    registrar = Registrar()
    async with open_with(registrar) as site:
        browser, person = await site.known(CAMILLE), await site.person(CAMILLE)
        asking = asyncio.create_task(ask(browser))
        await until(lambda: registrar.guests)
        await happens(site, browser)
        registrar.done.set()

        asked, problem = await asking

    assert (asked.status, problem["type"].rsplit("/")[-1]) == NO_SEAT[happens]
    assert ((person.id, "number 1") in registrar.out) is AFTERWARDS[happens]


async def test_without_the_question_for_a_seat_anybody_would_be_led(
    open_with, monkeypatch
):
    async def unasked(self, event, _who, _now, _room):
        return (await self._rooms.of(event))[0]

    monkeypatch.setattr(Entrance, "_held", unasked)
    async with open_with(Doorman()) as site:
        browser = await site.known(CAMILLE)
        await left(site, browser)

        pressed, _ = await press(browser)

    assert pressed.headers["Location"].startswith(ADDRESS)


async def test_who_waits_is_led_nowhere(open_with):
    doorman = Doorman()
    async with open_with(doorman, capacity=1, staff_seats=0) as site:
        await site.known(CAMILLE)
        second = await site.known(NOE)

        asked, problem = await ask(second)

    assert (asked.status, problem["type"].rsplit("/")[-1]) == (409, "room-full")
    assert doorman.guests == []


@pytest.mark.parametrize("path", [PRESS, ASK])
async def test_strangers_and_other_sites_are_refused(open_with, path):
    doorman = Doorman()
    async with open_with(doorman) as site:
        stranger, camille = await site.browser(), await site.known(CAMILLE)

        unknown, _ = await press(stranger, path)
        foreign, _ = await press(camille, path, **{"Sec-Fetch-Site": "cross-site"})

    assert (unknown.status, foreign.status, doorman.guests) == (401, 403, [])


@pytest.mark.parametrize("fails", [Unreachable("down"), Rejected("no")])
async def test_silent_provider_costs_nobody_his_seat(open_with, fails):
    doorman = Doorman()
    doorman.fails = fails
    async with open_with(doorman) as site:
        await set_room(site, fallback=FALLBACK)
        browser = await site.known(CAMILLE)

        pressed, page = await press(browser)
        asked, problem = await ask(browser)
        doorman.fails = None
        again, _ = await press(browser, page.select_one("main form")["action"])

    assert (pressed.status, pressed.headers["Retry-After"]) == (503, "10")
    assert text(page.h1) == "La salle vidéo ne répond pas"
    assert "Votre place est gardée." in text(page.main)
    assert [a["href"] for a in page.select("main a")] == [FALLBACK]
    # The script presses for him, in the time of the meeting.
    assert page.select_one("main form")["data-enter-at"] > "2021-06-28T08:05"
    assert (asked.status, problem["type"].rsplit("/")[-1]) == (503, "room-silent")
    assert int(asked.headers["Retry-After"]) > 0
    assert again.status == 303


async def kept(site):
    """Until when each seat is leased."""
    now = site.services.programmes.now(site.event)
    picture = await site.services.admission.picture(site.event, now)
    return [one.until for one in picture.seats.values()]


async def test_seat_is_held_from_the_way_in_on_where_only_news_tells(open_with):
    doorman = Doorman()
    doorman.capabilities = Capabilities(presence=True)
    async with open_with(doorman) as site:
        browser = await site.known(CAMILLE)

        doorman.fails = Unreachable("down")
        await press(browser)
        (failed,) = await kept(site)
        doorman.fails = None
        await press(browser)

        assert failed is not None
        assert await kept(site) == [None]


@pytest.mark.parametrize(
    ("can", "told"),
    [
        (Capabilities(beside=True), "rendue 20 s après sa fermeture."),
        (Capabilities(listing=True), "rendue 60 s après sa fermeture."),
        (Capabilities(presence=True), "Quitter libère votre place"),
    ],
)
async def test_page_says_how_long_a_seat_is_kept_without_it(open_with, can, told):
    doorman = Doorman()
    doorman.capabilities = can
    async with open_with(doorman) as site:
        browser = await site.known(CAMILLE)

        _, page = await look(browser)

    assert told in text(page.select_one("main"))


async def test_page_in_the_room_is_given_what_it_connects_with(open_with):
    async with open_with(Doorman(How.LIVEKIT, WSS)) as site:
        browser, person = await site.known(CAMILLE), await site.person(CAMILLE)
        (room,) = await site.services.rooms.of(site.event)

        _, page = await look(browser)
        answer, told = await ask(browser, page.select_one("[data-video]")["data-video"])

    assert answer.headers["Cache-Control"] == "no-store"
    assert told == {
        "how": "livekit",
        "url": WSS,
        "token": f"token of {person.id}",
        "room": room.id,
        "name": "Camille Dupré",
        "role": "participant",
        "speaks": False,
        "mark": room.mark,
    }
    assert (told["token"] in str(page), room.id in str(page)) == (False, False)


@pytest.mark.parametrize(
    ("email", "now", "role", "speaks"),
    [
        (CAMILLE, at(10, 5), Role.PARTICIPANT, False),
        (SPEAKER, at(10, 5), Role.PARTICIPANT, True),
        (SPEAKER, at(10, 20), Role.PARTICIPANT, False),
        (CHAIR, at(16, 5), Role.CHAIR, True),
    ],
)
async def test_who_has_the_floor_enters_with_it(open_with, email, now, role, speaks):
    doorman = Doorman(How.LIVEKIT, WSS)
    doorman.capabilities = replace(doorman.capabilities, stage=True)
    async with open_with(doorman, now=now) as site:
        await ask(await site.known(email))

    (guest,) = doorman.guests
    assert (guest.role, guest.speaks) == (role, speaks)


@pytest.mark.parametrize("how", [How.LIVEKIT, How.JITSI, How.ADDRESS])
async def test_page_that_holds_the_video_is_left_by_no_link(open_with, how):
    async with open_with(Doorman(how, WSS if how is How.LIVEKIT else MEET)) as site:
        _, page = await look(await site.known(ORGANISER))

    stay = {"?lang=en", ROOM, "#main", ""}
    links = [a for a in page.select("a") if a["href"] not in stay]
    assert {f"/e/{SLUG}", f"/e/{SLUG}/me", f"/e/{SLUG}/organise"} < {
        a["href"] for a in links
    }
    opened = {(a.get("target"), a.get("rel", [""])[0]) for a in links}
    said = {"(nouvel onglet)" in text(a) for a in links}
    embedded = how is not How.ADDRESS
    assert (opened == {("_blank", "noopener")}, said == {True}) == (embedded, embedded)


@pytest.mark.parametrize(
    ("stage", "told"), [(True, "ouvrez Appareils"), (False, "parlez, puis dites ici")]
)
async def test_speaker_tries_his_devices_where_he_can(open_with, stage, told):
    doorman = Doorman(How.LIVEKIT, WSS)
    doorman.capabilities = replace(doorman.capabilities, stage=stage)
    async with open_with(doorman) as site:
        _, page = await look(await site.known(SPEAKER), f"/e/{SLUG}/speaker")

    assert told in text(page.select_one(".check"))


async def test_pressing_where_the_page_is_in_the_room_leads_back_to_it(open_with):
    async with open_with(Doorman(How.JITSI, MEET)) as site:
        pressed, _ = await press(await site.known(CAMILLE))

    assert (pressed.status, pressed.headers["Location"]) == (303, ROOM)


@pytest.mark.parametrize(
    ("doorman", "directive", "allowed"),
    [
        (Doorman(), "form-action", "'self' https: http:"),
        (Doorman(How.LIVEKIT, WSS), "connect-src", f"'self' {WSS} {'https' + WSS[3:]}"),
        (Doorman(How.JITSI, MEET), "frame-src", MEET),
    ],
    ids=["address", "livekit", "jitsi"],
)
async def test_page_reaches_its_own_video_room_and_no_other(
    open_with, doorman, directive, allowed
):
    async with open_with(doorman) as site:
        browser = await site.known(CAMILLE)

        inside, _ = await look(browser)
        await left(site, browser)
        outside, _ = await look(browser)

    plain = directives(outside)
    assert directives(inside) == plain | {directive: allowed}
    assert plain["form-action"] == "'self'"
    assert "camera=()" in outside.headers["Permissions-Policy"]


@pytest.mark.parametrize(
    ("doorman", "who"),
    [
        (Doorman(), "()"),
        (Doorman(How.LIVEKIT, WSS), "(self)"),
        (Doorman(How.JITSI, MEET), f'(self "{MEET}")'),
    ],
    ids=["address", "livekit", "jitsi"],
)
async def test_camera_and_microphone_are_for_the_room_page_alone(
    open_with, doorman, who
):
    async with open_with(doorman) as site:
        browser = await site.known(CAMILLE)

        inside, _ = await look(browser)
        elsewhere, _ = await look(browser, f"/e/{SLUG}")

    for feature in ("camera", "microphone"):
        assert f"{feature}={who}" in inside.headers["Permissions-Policy"]
        assert f"{feature}=()" in elsewhere.headers["Permissions-Policy"]


def directives(response):
    policy = response.headers["Content-Security-Policy"]
    return dict(one.split(" ", 1) for one in policy.split("; "))


async def test_without_scripts_a_room_in_the_page_names_the_other_way(open_with):
    async with open_with(Doorman(How.LIVEKIT, WSS)) as site:
        await set_room(site, fallback=FALLBACK)

        _, page = await look(await site.known(CAMILLE))

    (unscripted,) = page.select("noscript:has(a)")
    assert "demande des scripts" in text(unscripted)
    assert unscripted.a["href"] == FALLBACK


async def test_each_of_several_rooms_has_a_way_of_its_own(open_with):
    sessions = tuple(
        timed(n, at(10), at(12), [(15, talk(n))], room=name)
        for n, name in ((1, "Amphi A"), (2, "Amphi B"))
    )
    async with open_with(Doorman(), timetable=sessions) as site:
        browser = await site.known(CAMILLE)
        async with browser.post(f"{ROOM}?room=Amphi+B"):
            pass

        _, there = await look(browser, f"{ROOM}?room=Amphi+B")
        entered, _ = await press(browser, there.select_one("#way form")["action"])
        other, _ = await press(browser, f"{PRESS}?room=Amphi+A")

    assert entered.headers["Location"].startswith(ADDRESS)
    assert other.headers["Location"] == f"{ROOM}?room=Amphi+A"


async def test_moved_room_is_another_page_where_it_is_in_the_page(open_with):
    async with open_with(Doorman(How.LIVEKIT, WSS)) as site:
        browser = await site.known(CAMILLE)

        _, before = await look(browser)
        _, again = await look(browser)
        await set_room(site, connection="spare")
        _, after = await look(browser)

    first, second, third = (page.html["data-state"] for page in (before, again, after))
    assert first == second != third


async def test_plain_link_stays_a_link(site):
    browser = await site.known(CAMILLE)

    _, page = await look(browser)
    pressed, _ = await press(browser)

    assert page.select_one("#way a")["href"] == VIDEO
    assert pressed.headers["Location"] == VIDEO


@pytest.mark.parametrize(
    ("address", "said"), [("https://zoom.us/j/9", "Zoom"), (VIDEO, None)]
)
async def test_product_of_a_plain_link_is_named_where_it_is_known(site, address, said):
    browser = await site.known(CAMILLE)
    await set_room(site, url=address)

    _, page = await look(browser)

    product = page.select_one("#way .product")
    assert (product and text(product)) == said
