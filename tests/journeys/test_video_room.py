"""A video room in the page: a real LiveKit server, and browsers that see and hear."""

import asyncio
import re
import signal
import subprocess
from contextlib import ExitStack, contextmanager

import pytest
from playwright.async_api import expect

from orchestrator.operations import background
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
SILENT = "La salle vidéo ne répond pas. Nous réessayons toutes les 10 s."
FALLBACK = "https://elsewhere.example/plan-b"
# A server that dies cuts a page's line wherever it is in saying good-day; the page asks
# for another way in, and there is none.
CUT = ("WebSocket", "503")

# What the page takes of cameras and microphones, for as long as it does.
_TAKEN = """window.taken = [];
if (navigator.mediaDevices) {
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const stream = await ask(wanted);
    window.taken.push(...stream.getTracks());
    return stream;
  };
}"""


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


async def never(*_, **__):
    """In place of what asks providers who is there, now and then."""
    await asyncio.Event().wait()


@pytest.fixture
async def site(upgraded_sqlite_url, tmp_path, servers, monkeypatch):
    # It would undo what a test lets a person do without giving him the floor.
    monkeypatch.setattr(background, "poll", never)
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
        await page.add_init_script(_TAKEN)
        await page.goto(f"{site.url}{await site.link(email)}")
        await page.locator("main form button").first.click()
        await expect(page).to_have_url(re.compile(PAGE))
        return page

    return come


def tool(page, name):
    return page.locator(f'[data-tool="{name}"]')


async def on_stage(comes, *, tools=("microphone", "camera"), **options):
    """The chair's page, with his camera and microphone on."""
    chair = await comes(ORGANISER, **options)
    for name in tools:
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


async def test_chair_and_speaker_see_and_hear_each_other(site, comes):
    chair, speaker = await on_stage(comes), await comes(SPEAKER)
    names = [(await site.person(one)).name for one in (SPEAKER, ORGANISER)]
    for name in ("microphone", "camera"):
        await tool(speaker, name).click()

    for page, other in zip((chair, speaker), names, strict=True):
        await page.locator(".tile", has_text=other).locator("video").wait_for()
        await sees(page, pictures=2)
        await hears(page)


async def test_floor_is_taken_and_given_while_people_look_on(site, comes):
    speaker, camille = await comes(SPEAKER, language="en"), await comes(CAMILLE)
    await tool(speaker, "camera").click()
    await sees(camille)
    assert await taken(speaker) == ["video"]

    await let_speak(site, SPEAKER, speaks=False)
    await expect(camille.locator(".tile")).to_have_count(0)
    line = speaker.locator("#video-line")
    await expect(line).to_contain_text("You no longer have the floor")
    await expect(speaker.locator("[data-speaking]")).to_be_hidden()
    assert await taken(speaker) == []

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


async def taken(page):
    """The cameras and microphones that the page holds, by their kind."""
    return await page.evaluate(
        "taken.filter((one) => one.readyState === 'live').map((one) => one.kind)"
    )


async def test_what_was_on_does_not_come_on_at_a_later_turn(site, comes):
    dana, camille = await comes(DANA, language="en"), await comes(CAMILLE)
    await has_floor(site, DANA)
    await tool(dana, "camera").click()
    await sees(camille)

    (room,) = await site.services.rooms.of(site.event)
    await site.services.rooms.video.end(site.event, room)
    line = dana.locator("#video-line")
    await expect(line).to_contain_text("The video room was closed.")
    await has_floor(site, DANA, given=False)
    await expect(line).to_have_text("You are in the video room.", timeout=60_000)
    await has_floor(site, DANA)
    await tool(dana, "microphone").click()
    await expect(camille.locator("#video-line")).to_have_text(INSIDE, timeout=60_000)
    await hears(camille)

    await expect(tool(dana, "camera")).to_have_attribute("aria-pressed", "false")
    assert await taken(dana) == ["audio"]


async def has_floor(site, email, *, given=True):
    """Have a chair give or take it."""
    floors, (room,) = site.services.floors, await site.services.rooms.of(site.event)
    who, chair = [
        await site.services.access.person(site.event.id, (await site.person(one)).id)
        for one in (email, ORGANISER)
    ]
    if given:
        await floors.raise_hand(site.event, room, who)
        await floors.give(site.event, room, who.registrant, chair)
    else:
        await floors.take(site.event, room, who.registrant, chair)


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
    for name in ("quiet", "screen"):
        await tool(chair, name).click()
        await expect(tool(chair, name)).to_have_attribute("aria-pressed", "true")

    await site.services.set_room(site.event, Setting(connection="spare"))

    await until_so(lambda: is_there(site, people, connection="spare"))
    servers[0].stop()
    await sees(camille)
    await hears(camille)
    await expect(camille.get_by_label("Votre question")).to_have_value("Combien de")
    for name in ("camera", "quiet"):
        await expect(tool(chair, name)).to_have_attribute("aria-pressed", "true")
    line = chair.locator("#video-line")
    await expect(line).to_contain_text("partagez de nouveau votre écran")


async def another_tab_closed(page, _server):
    await page.evaluate("new BroadcastChannel('seat').postMessage('closed')")


async def line_breaks(_page, server):
    server.stop()


@pytest.mark.parametrize("happens", [another_tab_closed, line_breaks])
async def test_hidden_page_follows_a_moved_room(site, comes, servers, happens):
    page = await comes(CAMILLE, allow=CUT)
    await expect(page.locator("#video-line")).to_have_text(INSIDE)
    people = {(await site.person(CAMILLE)).id}
    await page.evaluate(_HIDE)

    await site.services.set_room(site.event, Setting(connection="spare"))
    await happens(page, servers[0])

    # The client itself looks for a server that is gone, at first.
    await until_so(lambda: is_there(site, people, connection="spare"))


_HIDE = """Object.defineProperty(document, 'hidden', {get: () => true});
document.dispatchEvent(new Event('visibilitychange'));"""


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
    await expect(line).to_have_text(SILENT, timeout=60_000)
    other = camille.get_by_role("link", name="Ouvrir l’autre salle vidéo")
    await expect(other).to_have_attribute("href", FALLBACK)
    assert await axe(camille) == []
    servers[0].process.send_signal(signal.SIGCONT)

    await expect(line).to_have_text(INSIDE, timeout=60_000)
    await expect(other).to_be_hidden()


async def test_other_room_is_named_when_it_is_needed(site, comes, servers):
    camille = await comes(CAMILLE, allow=CUT)
    # What everybody asks for at some moment of half a minute is asked at its start.
    await camille.add_init_script("Math.random = () => 0")
    await camille.reload()
    await camille.evaluate("window.stayed = true")
    servers[0].stop()
    line, other = (
        camille.locator("#video-line"),
        camille.get_by_role("link", name="Ouvrir l’autre salle vidéo"),
    )
    await expect(line).to_have_text(SILENT, timeout=60_000)

    await site.services.set_room(site.event, Setting(fallback=FALLBACK))

    await expect(other).to_have_attribute("href", FALLBACK, timeout=60_000)
    await expect(other).to_be_visible()
    assert await camille.evaluate("window.stayed")


async def test_server_that_starts_anew_has_everybody_back(site, comes, servers):
    await on_stage(comes, allow=CUT)
    camille = await comes(CAMILLE, allow=CUT)
    await sees(camille)

    servers[0].stop()
    line = camille.locator("#video-line")
    await expect(line).not_to_have_text(INSIDE, timeout=60_000)
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
    # Nothing was pressed in there: its sound may be held back.
    there = re.compile("^(inside|blocked)$")
    await expect(second.locator("[data-video]")).to_have_attribute("data-line", there)
    told = first.locator("#video-line")
    await expect(told).to_contain_text("dans un autre onglet")
    await first.evaluate("dispatchEvent(new Event('online'))")
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


async def test_devices_are_tried_while_others_speak_and_no_floor_is_had(site, comes):
    camille, chair = await comes(CAMILLE), await comes(ORGANISER)
    await camille.get_by_role("button", name="Appareils").click()
    dialog = camille.get_by_role("dialog", name="Appareils")

    await until_so(
        lambda: camille.evaluate("document.getElementById('level').value > 0")
    )
    await dialog.get_by_role("button", name="Voir votre caméra").click()
    await until_so(
        lambda: camille.evaluate(
            "document.querySelector('#devices video').currentTime > 0"
        )
    )
    assert sorted(await taken(camille)) == ["audio", "video"]
    assert await axe(camille) == []
    await let_speak(site, CAMILLE, speaks=True)
    speaking = camille.locator("[data-speaking]")
    await expect(speaking).not_to_have_attribute("hidden", "")
    await let_speak(site, CAMILLE, speaks=False)
    await expect(speaking).to_have_attribute("hidden", "")

    await expect(dialog).to_be_visible()
    await expect(chair.locator(".tile")).to_have_count(0)
    await camille.keyboard.press("Escape")
    await until_so(lambda: no_device(camille))


async def no_device(page):
    return await taken(page) == []


WRONG = {
    "NotAllowedError": "allow it beside the address",
    "NotFoundError": "No such device was found.",
    "NotReadableError": "in use by another program",
    "AbortError": "That did not work. Press again.",
}


async def test_what_went_wrong_with_a_device_is_said(comes):
    speaker = await comes(SPEAKER, language="en")
    line = speaker.locator("#video-line")
    await expect(tool(speaker, "microphone")).to_be_visible()
    for name, words in WRONG.items():
        await speaker.evaluate(
            "(name) => { navigator.mediaDevices.getUserMedia ="
            " () => Promise.reject(new DOMException('', name)); }",
            name,
        )
        await tool(speaker, "microphone").click()
        await expect(line).to_contain_text(words)

    await speaker.evaluate(
        "() => { navigator.mediaDevices.getDisplayMedia ="
        " () => Promise.reject(new DOMException('', 'NotAllowedError')); }"
    )
    await tool(speaker, "screen").click()
    await expect(line).to_contain_text("No screen is shared")


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("shown", [("microphone",), ("microphone", "camera")])
@pytest.mark.parametrize(
    ("email", "then"),
    [(CAMILLE, INSIDE), (SPEAKER, "Vous avez la parole : ouvrez votre micro.")],
)
async def test_sound_that_is_held_back_is_turned_on(comes, email, then, shown, width):
    await on_stage(comes, tools=shown)
    page = await held_back(comes, email, width=width)
    line = page.locator("#video-line")
    await expect(page.locator(".tile.large video")).to_be_visible(
        visible="camera" in shown
    )
    button = page.get_by_role("button", name="Activer le son")
    assert await axe(page) == []

    await button.click()

    await expect(line).to_have_text(then)
    await expect(button).to_be_hidden()
    await expect(line).to_be_focused()
    await until_so(lambda: page.evaluate(_PLAYS))
    await hears(page)


async def held_back(comes, email, **options):
    """A page whose browser holds the sound back, and says so."""
    page = await comes(email, **options)
    await page.add_init_script(_HELD_BACK)
    await page.reload()
    line = page.locator("#video-line")
    await expect(line).to_contain_text("Le navigateur retient le son")
    return page


async def press_key(page):
    await page.keyboard.press("ArrowDown")


async def press_tool(page):
    await tool(page, "audio").click()


@pytest.mark.parametrize("press", [press_key, press_tool])
async def test_any_press_turns_on_the_sound_that_is_held_back(comes, press):
    await on_stage(comes)
    page = await held_back(comes, CAMILLE)

    await press(page)

    await expect(page.locator("#video-line")).to_have_text(INSIDE)
    await expect(page.get_by_role("button", name="Activer le son")).to_be_hidden()
    await until_so(lambda: page.evaluate(_PLAYS))


async def test_muted_sound_stays_muted_when_sound_and_microphone_start(comes):
    await on_stage(comes)
    page = await held_back(comes, SPEAKER)

    for name in ("quiet", "microphone"):
        await tool(page, name).click()
        await expect(tool(page, name)).to_have_attribute("aria-pressed", "true")

    await expect(page.locator("#video-line")).to_have_text("On vous entend.")
    assert await page.evaluate("document.querySelector('.sounds audio').muted")


# Headless, this browser plays without a press whatever it is told.
_HELD_BACK = """const play = HTMLMediaElement.prototype.play;
let pressed = false;
for (const press of ['keydown', 'click']) addEventListener(press, () => { pressed = true; }, {capture: true});
HTMLMediaElement.prototype.play = function () {
  const held = !pressed && this instanceof HTMLAudioElement;
  this.played_here = !held;
  return held ? Promise.reject(new DOMException('', 'NotAllowedError')) : play.call(this);
};"""
_PLAYS = """() => [...document.querySelectorAll('.sounds audio')].some(
  (one) => one.played_here && !one.paused && !one.muted)"""


NOBODY = "Nobody is on stage at the moment. The video begins by itself."
ALONE = "Nobody else is on stage at the moment."


@pytest.mark.parametrize(
    ("email", "before", "off"),
    [
        (SPEAKER, ALONE, "You have the floor: turn on your microphone."),
        (ORGANISER, NOBODY, "You are in the video room."),
    ],
)
async def test_who_is_on_stage_is_told_so(comes, email, before, off):
    page = await comes(email, language="en")
    camille = await comes(CAMILLE, language="en")
    line, scene = page.locator("#video-line"), page.locator(".scene")
    await expect(line).to_have_text(off)
    assert await scene.inner_text() == before

    await tool(page, "microphone").click()
    await expect(line).to_have_text("You are being heard.")
    assert await scene.inner_text() == ALONE
    await expect(camille.locator(".tile")).to_have_count(1)
    assert await axe(page) == []
    await tool(page, "microphone").click()

    await expect(line).to_have_text(off)
    assert await scene.inner_text() == before


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize(("email", "language"), [(CAMILLE, "fr"), (DANA, "en")])
async def test_raised_hand_leaves_the_tools_where_they_are(
    comes, email, language, width
):
    page = await comes(email, language=language, width=width)
    await page.wait_for_load_state()
    before = await page.evaluate(_TOPS)

    await page.locator("#hand button").click()
    await expect(page.locator("#hand strong")).not_to_be_empty()

    assert await page.evaluate(_TOPS) == before
    assert len(set(before)) == (1 if width == WIDE else 2)


_TOPS = """() => {
  const buttons = [...document.querySelector('.tools').querySelectorAll('button')];
  const [first, ...others] = buttons.map((one) => one.getBoundingClientRect().top);
  return [0, ...others.map((top) => top - first)];
}"""


async def test_six_on_stage_fit_a_telephone(comes):
    page = await comes(CAMILLE, width=NARROW)
    await expect(page.locator("#video-line")).to_have_text(INSIDE)

    boxes = await page.evaluate(_SIX)

    scene, large, *small = boxes
    assert large["width"] > 0.9 * scene["width"]
    assert len({(one["x"], one["y"]) for one in small}) == 5
    assert all(one["width"] > 90 and one["height"] > 60 for one in small)
    assert all(one["y"] > large["y"] + large["height"] for one in small)
    assert all(one["bottom"] < scene["bottom"] for one in small)


_SIX = """() => {
  const scene = document.querySelector('.scene');
  for (let number = 0; number < 6; number++) {
    const tile = document.createElement('figure');
    tile.className = number ? 'tile' : 'tile large';
    tile.innerHTML = '<video></video><figcaption><span class="who">Caroline Chaux</span></figcaption>';
    tile.lastChild.append(document.getElementById('muted').content.cloneNode(true));
    scene.append(tile);
  }
  scene.dataset.count = 6;
  return [scene, ...scene.querySelectorAll('.tile')].map((one) => one.getBoundingClientRect().toJSON());
}"""


async def test_leaving_frees_the_seat_and_ends_the_video(site, comes):
    camille = await comes(CAMILLE)
    await expect(camille.locator("#video-line")).to_have_text(INSIDE)

    await camille.get_by_role("button", name="Quitter la salle").click()
    await expect(camille.locator("h1")).to_have_text("La salle est ouverte")

    await until_so(lambda: is_there(site, set()))
    picture = await site.services.admission.picture(site.event, at(10, 5))
    assert picture.seats == {}
