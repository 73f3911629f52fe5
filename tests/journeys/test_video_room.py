"""A video room in the page: a real LiveKit server, and browsers that see and hear."""

import re
import signal
import subprocess
from contextlib import ExitStack, contextmanager

import pytest
from playwright.async_api import expect

from orchestrator.rooms.model import Setting
from tests.journeys.browser import NARROW, WIDE, axe, launched
from tests.journeys.chromium import HOW_TO_INSTALL, find_chromium
from tests.journeys.seen import MEDIA, hears, sees
from tests.livekit_server import MISSING, binary, running_livekit
from tests.orchestrator.app_client import (
    CAMILLE,
    DANA,
    ORGANISER,
    SLUG,
    application,
)
from tests.orchestrator.pages.made_up import at
from tests.waiting import until_so

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(binary() is None, reason=MISSING),
]

PAGE = f"/e/{SLUG}/room"
SPEAKER = "speaker1@lab.example"
INSIDE = "Vous êtes dans la salle vidéo."
FALLBACK = "https://elsewhere.example/plan-b"


@pytest.fixture
async def browser():
    """With a camera and a microphone."""
    chromium = find_chromium()
    if chromium is None:
        pytest.skip(HOW_TO_INSTALL)
    async with launched(chromium, *MEDIA) as browser:
        yield browser


@pytest.fixture
def servers(tmp_path):
    """Two of them: the room can be moved from one to the other."""
    with ExitStack() as running:
        yield [running.enter_context(running_livekit(tmp_path)) for _ in range(2)]


@pytest.fixture
async def site(upgraded_sqlite_url, tmp_path, servers):
    names = ("main", "spare")
    connections = {
        name: server.settings for name, server in zip(names, servers, strict=True)
    }
    async with application(
        upgraded_sqlite_url,
        tmp_path,
        video=None,
        base_url="http://127.0.0.1",
        connections=connections,
    ) as site:
        yield site


@pytest.fixture
def comes(site, new_page):
    """A page of somebody who has pressed his link."""

    async def come(email, **options):
        page = await new_page(**options)
        await page.goto(f"{site.url}{await site.link(email)}")
        await page.locator("main form button").first.click()
        await expect(page).to_have_url(re.compile(PAGE))
        return page

    return come


def tool(page, name):
    return page.locator(f'[data-tool="{name}"]')


async def on_stage(comes):
    """The chair's page, with his camera and microphone on."""
    chair = await comes(ORGANISER)
    for name in ("microphone", "camera"):
        await tool(chair, name).click()
        await expect(tool(chair, name)).to_have_attribute("aria-pressed", "true")
    return chair


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize(("email", "language"), [(CAMILLE, "fr"), (DANA, "en")])
async def test_attendee_sees_and_hears_who_is_on_stage(comes, email, language, width):
    await on_stage(comes)

    page = await comes(email, language=language, width=width)
    await sees(page)
    await hears(page)

    words = {"fr": "Vous êtes dans la salle vidéo.", "en": "You are in the video room."}
    await expect(page.locator("#video-line")).to_have_text(words[language])
    assert await page.locator(".tile figcaption").all_inner_texts() == ["Odile Vautrin"]
    await expect(page.locator("[data-speaking]")).to_be_hidden()
    assert await axe(page) == []


async def test_floor_is_taken_and_given_while_people_look_on(site, comes):
    speaker, camille = await comes(SPEAKER, language="en"), await comes(CAMILLE)
    await tool(speaker, "camera").click()
    await sees(camille)

    await let_speak(site, SPEAKER, speaks=False)
    await expect(camille.locator(".tile")).to_have_count(0)
    line = speaker.locator("#video-line")
    await expect(line).to_contain_text("You no longer have the floor")
    await expect(speaker.locator("[data-speaking]")).to_be_hidden()
    assert await running_tracks(speaker) == 0

    await let_speak(site, SPEAKER, speaks=True)
    await expect(line).to_have_text("You have the floor: turn on your microphone.")
    # Nothing is turned on for him.
    await expect(tool(speaker, "camera")).to_have_attribute("aria-pressed", "false")
    await tool(speaker, "microphone").press("Enter")
    await hears(camille)
    assert [await axe(page) for page in (speaker, camille)] == [[], []]


async def let_speak(site, email, *, speaks):
    (room,) = await site.services.rooms.of(site.event)
    person = await site.person(email)
    video = site.services.rooms.video
    assert await video.let_speak(site.event, room, person.id, speaks=speaks)


async def running_tracks(page):
    """How many cameras and microphones the page holds."""
    return await page.evaluate(
        "[...document.querySelectorAll('video')].flatMap((one) =>"
        " one.srcObject?.getTracks() ?? [])"
        ".filter((one) => one.readyState === 'live').length"
    )


async def test_who_is_sent_out_is_gone_and_cannot_return(site, comes):
    camille = await comes(CAMILLE)
    await expect(camille.locator("#video-line")).to_have_text(INSIDE)
    person, by = await site.person(CAMILLE), await site.person(ORGANISER)
    now = site.services.programmes.now(site.event)

    await site.services.admission.send_out(site.event, person.id, now, by=by.id)

    gone = "Les organisateurs vous ont retiré l’accès à cette salle"
    await expect(camille.locator("h1")).to_have_text(gone)
    await camille.reload()
    await expect(camille.locator("h1")).to_have_text(gone)
    answer = await camille.request.post(f"{site.url}/api/v1/events/{SLUG}/seat/video")
    assert answer.status == 403
    assert await present(site) == set()


async def present(site):
    """The ids of those in the room, by its server."""
    (room,) = await site.services.rooms.of(site.event)
    found = await site.services.rooms.video.present(site.event, room)
    return {one.id for one in found}


async def test_moved_room_takes_everybody_along(site, comes, servers):
    chair, camille = await on_stage(comes), await comes(CAMILLE)
    people = {(await site.person(one)).id for one in (CAMILLE, ORGANISER)}
    await sees(camille)
    await camille.get_by_label("Votre question").fill("Combien de")

    await site.services.set_room(site.event, Setting(connection="spare"))

    await until_so(lambda: is_there(site, people, connection="spare"))
    servers[0].stop()
    await sees(camille)
    await hears(camille)
    await expect(camille.get_by_label("Votre question")).to_have_value("Combien de")
    await expect(tool(chair, "camera")).to_have_attribute("aria-pressed", "true")


async def is_there(site, people, *, connection="main"):
    """Whether just these are in the room, and it is on that connection."""
    site.event = await site.services.programmes.find(SLUG)
    (room,) = await site.services.rooms.of(site.event)
    return room.connection == connection and await present(site) == people


async def test_silent_server_is_said_and_asked_again(site, comes, servers):
    await site.services.set_room(site.event, Setting(fallback=FALLBACK))
    servers[0].process.send_signal(signal.SIGSTOP)

    camille = await comes(CAMILLE, allow=("503",))
    line = camille.locator("#video-line")
    await expect(line).to_have_text(
        "La salle vidéo ne répond pas. Nous réessayons toutes les 10 s."
    )
    other = camille.get_by_role("link", name="Ouvrir l’autre salle vidéo")
    await expect(other).to_have_attribute("href", FALLBACK)
    assert await axe(camille) == []
    servers[0].process.send_signal(signal.SIGCONT)

    await expect(line).to_have_text(INSIDE, timeout=20_000)
    await expect(other).to_be_hidden()


async def test_server_that_starts_anew_has_everybody_back(site, comes, servers):
    await on_stage(comes)
    camille = await comes(CAMILLE)
    await sees(camille)

    servers[0].stop()
    line = camille.locator("#video-line")
    await expect(line).not_to_have_text(INSIDE, timeout=20_000)
    with again(servers[0]):
        await expect(camille.locator("#video-line")).to_have_text(
            INSIDE, timeout=60_000
        )
        await sees(camille)


@contextmanager
def again(server):
    """The same server, started anew."""
    command = [binary(), "--config", server.log.with_suffix(".yaml")]
    with server.log.open("ab") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        yield
    finally:
        process.kill()
        process.wait()


async def test_second_tab_has_the_video_and_the_first_may_have_it_back(site, comes):
    first = await comes(CAMILLE)
    await expect(first.locator("#video-line")).to_have_text(INSIDE)

    second = await first.context.new_page()
    await second.goto(f"{site.url}{PAGE}")
    await expect(second.locator("#video-line")).to_have_text(INSIDE)
    told = first.locator("#video-line")
    await expect(told).to_contain_text("dans un autre onglet")
    await first.get_by_role("button", name="Continuer ici").click()

    await expect(told).to_have_text(INSIDE)
    await expect(second.locator("#video-line")).to_contain_text("dans un autre onglet")


async def test_audio_only_asks_for_no_pictures(comes):
    await on_stage(comes)
    camille = await comes(CAMILLE)
    await sees(camille)

    await tool(camille, "audio").click()
    await expect(camille.locator(".tile video")).to_be_hidden()
    await expect(camille.locator(".tile figcaption")).to_have_text("Odile Vautrin")
    await hears(camille)
    await tool(camille, "audio").click()

    await sees(camille)


async def test_shared_screen_is_the_large_one(comes):
    chair, camille = await on_stage(comes), await comes(CAMILLE)
    await sees(camille)

    await tool(chair, "screen").click()

    large = camille.locator(".tile.large figcaption")
    await expect(large).to_have_text("Écran partagé par Odile Vautrin")
    await sees(camille, pictures=2)
    await tool(chair, "screen").click()
    await expect(large).to_have_text("Odile Vautrin")


async def test_devices_are_chosen_in_a_dialog_by_keyboard(comes):
    chair = await on_stage(comes)

    await chair.get_by_role("button", name="Appareils").press("Enter")
    dialog = chair.get_by_role("dialog", name="Appareils")
    microphone = dialog.get_by_label("Micro", exact=True)
    await expect(microphone.locator("option").first).not_to_have_text("")
    await until_so(lambda: chair.evaluate("document.getElementById('level').value > 0"))
    assert await axe(chair) == []
    await chair.keyboard.press("Escape")

    await expect(dialog).to_be_hidden()
    await expect(chair.get_by_role("button", name="Appareils")).to_be_focused()
    await expect(tool(chair, "microphone")).to_have_attribute("aria-pressed", "true")


async def test_leaving_frees_the_seat_and_ends_the_video(site, comes):
    camille = await comes(CAMILLE)
    await expect(camille.locator("#video-line")).to_have_text(INSIDE)

    await camille.get_by_role("button", name="Quitter la salle").click()
    await expect(camille.locator("h1")).to_have_text("La salle est ouverte")

    await until_so(lambda: is_there(site, set()))
    picture = await site.services.admission.picture(site.event, at(10, 5))
    assert picture.seats == {}
