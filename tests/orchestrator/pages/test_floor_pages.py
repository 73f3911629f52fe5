"""Hands and recordings as people press and see them: room, desk, organisers' page."""

import pytest
from bs4 import BeautifulSoup

from integrations.errors import Unreachable
from integrations.video.events import Recording, RecordingState
from integrations.video.provider import Capabilities, Entry
from orchestrator.hub.channels import spoken_people
from orchestrator.pages.render import part
from orchestrator.pages.room_floor import floor_fragments, floor_of
from orchestrator.pages.room_live import Told
from orchestrator.rooms.video import service as video_service
from tests.orchestrator.app_client import (
    CAMILLE,
    CHAIR,
    DANA,
    ORGANISER,
    SLUG,
    SPEAKER,
    application,
)
from tests.orchestrator.pages.shown import text

PAGE = f"/e/{SLUG}"
HAND = f"{PAGE}/room/hand"
SCRIPT = {"Accept": "application/json"}
FILE = b"moving pictures"


class Server:
    """A provider that records."""

    capabilities = Capabilities(presence=True, recording=True)

    def __init__(self):
        self.fails = None

    def leads(self, _place):
        return True

    async def ensure(self, _place):
        return ""

    async def entry(self, _place, _guest):
        return Entry(url="https://video.example/salle-7")

    async def start_recording(self, _place):
        if self.fails:
            raise self.fails
        return "rec1"

    async def stop_recording(self, _place, _recording):
        pass

    async def recordings(self, _place):
        return ()

    async def open_recording(self, _recording):
        yield FILE


@pytest.fixture
def server(monkeypatch):
    one = Server()
    monkeypatch.setattr(video_service, "choose", lambda _settings, _around: one)
    return one


@pytest.fixture
async def site(server, upgraded_sqlite_url, tmp_path):
    """The made-up day at 10:05 in a room that can be recorded."""
    async with application(upgraded_sqlite_url, tmp_path) as served:
        yield served


@pytest.fixture
async def chair(site):
    """An organiser chairs every session."""
    return await site.known(ORGANISER)


def desk(site, number=0, *, then=""):
    session = site.event.timetable.sessions[number].session.id
    return f"{PAGE}/chair/{session}{then}"


async def look(browser, path):
    async with browser.get(path) as response:
        return BeautifulSoup(await response.text(), "html.parser")


async def send(browser, path, *, script=False, **fields):
    """Status, the way on, and what is answered."""
    headers = SCRIPT if script else {}
    async with browser.post(
        path, data=fields, headers=headers, allow_redirects=False
    ) as response:
        body = await response.json() if script else await response.text()
        return response.status, response.headers.get("Location"), body


async def press(browser, page, path, name, value, **options):
    """A button of the desk that is there."""
    button = page.select_one(f'button[name="{name}"][value="{value}"]')
    assert button["formaction"] == path
    return await send(browser, path, **{name: value}, **options)


# One's own hand.


async def test_hand_goes_up_and_down_by_a_plain_form(site):
    browser = await site.known(CAMILLE)

    up = await send(browser, HAND, hand="up")
    raised = [one.name for one in await site.services.floors.hands(site.event)]
    down = await send(browser, HAND, hand="down")

    assert up[:2] == down[:2] == (303, f"{PAGE}/room#hand")
    assert raised == ["Camille Dupré"]
    assert await site.services.floors.hands(site.event) == ()


async def test_script_is_told_which_hand_it_is(site):
    first, second = await site.known(DANA), await site.known(CAMILLE)
    await send(first, HAND, script=True, hand="up")

    status, _, told = await send(second, HAND, script=True, hand="up")
    *_, lowered = await send(second, HAND, script=True, hand="down")

    assert (status, told) == (200, {"number": 2, "given": False})
    assert lowered == {"number": 0, "given": False}


async def test_who_has_left_is_shown_where_he_stands(site):
    browser = await site.known(CAMILLE)
    await send(browser, f"{PAGE}/room/leave")

    plain = await send(browser, HAND, hand="up")
    status, _, problem = await send(browser, HAND, script=True, hand="up")

    assert plain[:2] == (303, f"{PAGE}/room#hand")
    assert (status, problem["title"]) == (409, "You are not in the room")


async def test_nobody_raises_a_hand_without_being_known(site):
    assert (await send(await site.browser(), HAND, hand="up"))[0] == 401


async def test_hand_that_goes_up_and_down_all_the_time_has_to_wait(
    presses_at_once, site
):
    browser = await site.known(CAMILLE)

    answers = [(await send(browser, HAND, hand=one))[0] for one in ("up", "down") * 6]

    assert answers == [303] * 10 + [429] * 2


async def test_other_sites_raise_nobody_s_hand(site):
    browser = await site.known(CAMILLE)
    headers = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}

    async with browser.post(HAND, data={"hand": "up"}, headers=headers) as response:
        assert response.status == 403


# The desk.


async def test_chair_gives_the_floor_and_takes_it_back(site, chair):
    person = await site.known(DANA)
    await send(person, HAND, hand="up")
    who = (await site.person(DANA)).id
    path = desk(site, then="/hands")

    before = await look(chair, desk(site))
    await press(chair, before, path, "hand", f"{who} give")
    given = await look(chair, desk(site))
    *_, told = await send(person, HAND, script=True, hand="up")
    await press(chair, given, path, "hand", f"{who} take")
    after = await look(chair, desk(site))

    heading = "[id^=hands] h2"
    assert text(before.select_one(heading)) == "Mains levées : 1"
    assert text(before.select_one(".jump")).startswith("1 main, ")
    assert text(before.select_one(".hands .said")).startswith("Dana Reed")
    assert text(given.select_one(heading)) == "Mains levées : 0"
    assert text(given.select_one(".hands .state")).startswith("A la parole depuis 10:0")
    assert told == {"number": 0, "given": True}
    assert after.select(".hands") == []


async def test_desk_of_another_session_shows_no_hands(site, chair):
    await send(await site.known(DANA), HAND, hand="up")

    page = await look(chair, desk(site, 1))

    assert page.select(".hands") == []


async def test_hand_that_is_down_by_now_is_told_in_words(site, chair):
    path = desk(site, then="/hands")

    status, _, told = await send(chair, path, script=True, hand="nobody give")

    assert status == 404
    assert "Elle a été baissée, ou la personne est partie." in told["banner"]


@pytest.mark.parametrize("hand", ["", "x", "x stand", "\x00 give"])
async def test_press_that_no_button_sends_is_refused(site, chair, hand):
    path = desk(site, then="/hands")

    assert (await send(chair, path, script=True, hand=hand))[0] == 422


@pytest.mark.parametrize("email", [CHAIR, SPEAKER, CAMILLE])
async def test_who_does_not_chair_the_session_presses_nothing(site, email):
    browser = await site.known(email)

    for path, fields in (("/hands", {"hand": "x give"}), ("/recording", {})):
        assert (await send(browser, desk(site, then=path), **fields))[0] == 403


# The recording.


async def record(chair, site, value):
    return await send(
        chair, desk(site, then="/recording"), script=True, recording=value
    )


async def test_chair_records_the_room_and_all_in_there_are_told(site, chair):
    before = await look(chair, desk(site))
    await press(chair, before, desk(site, then="/recording"), "recording", "start")
    on = await look(chair, desk(site))
    notice = await shown(site, "recording")
    await press(chair, on, desk(site, then="/recording"), "recording", "stop")
    after = await look(chair, desk(site))

    words = [text(one.select_one(".recording p")) for one in (before, on, after)]
    assert (words[0], words[1][:15], words[2]) == (
        "Arrêté",
        "En cours depuis",
        "Arrêté",
    )
    assert text(notice.strong) == "Cette session est enregistrée."
    assert (await shown(site, "recording")).strong is None


async def shown(site, name):
    """A part for all in the room, as it is now."""
    services = site.services
    (room,) = await services.rooms.of(site.event)
    floor = await floor_of(site_of(site), site.event, room, several=False)
    html = part("fr", "room_floor.html", name, floor)
    return BeautifulSoup(html, "html.parser")


def site_of(site):
    """What the handlers of the pages share."""
    (render,) = site.services.stage_live._chairs
    return render.__self__.site


async def test_second_start_and_second_stop_are_refused_with_reason(site, chair):
    answers = [
        await record(chair, site, one) for one in ("stop", "start", "start", "stop")
    ]

    assert [status for status, *_ in answers] == [409, 200, 409, 200]
    assert "n’a pas été lancé" in answers[0][2]["banner"]
    assert answers[1][2]["said"] == "La salle est enregistrée"
    assert "déjà lancé" in answers[2][2]["banner"]


async def test_provider_that_is_silent_is_told_and_nothing_has_changed(
    site, chair, server
):
    server.fails = Unreachable("it does not answer")
    status, _, told = await record(chair, site, "start")
    page = await look(chair, desk(site))
    server.fails = None

    assert status == 503
    assert "Rien n’a changé. Réessayez." in told["banner"]
    assert text(page.select_one(".recording p")) == "Arrêté"
    assert (await record(chair, site, "start"))[0] == 200


async def test_unknown_press_of_the_recording_is_refused(site, chair):
    assert (await record(chair, site, "pause"))[0] == 422


async def test_room_that_cannot_be_recorded_shows_no_button(site, chair, server):
    server.capabilities = Capabilities(presence=True)

    page = await look(chair, desk(site))

    assert page.select(".recording") == []
    assert (await record(chair, site, "start"))[0] == 409


# What all in the room are told.


async def test_fragments_are_told_to_people_when_they_change(site):
    told, pages = Told(), site_of(site)
    browser = await site.known(DANA)
    who = (await site.person(DANA)).id

    async def round_of():
        found = await floor_fragments(pages, told, site.event, "fr")
        return {one.target: one.html for one in found}

    first, second = await round_of(), await round_of()
    await send(browser, HAND, hand="up")
    third = await round_of()

    assert sorted(first) == ["floor", "recording"]
    assert f'data-up="{who}"' in third["floor"]
    assert f'data-up="{who}"' not in first["floor"]
    assert second == {} or sorted(second) == ["floor", "recording"]
    assert spoken_people(SLUG, "fr")


@pytest.mark.parametrize(
    ("number", "given", "value", "label", "said"),
    [
        (0, False, "up", "Lever la main", ""),
        (2, False, "down", "Baisser la main", "Votre main est levée, en position 2"),
        (0, True, "down", "Rendre la parole", "Vous avez la parole"),
    ],
)
async def test_form_says_how_one_s_own_hand_is(site, number, given, value, label, said):
    (room,) = await site.services.rooms.of(site.event)
    floor = await floor_of(site_of(site), site.event, room, several=False)
    object.__setattr__(floor, "up", ("x", "me")[: number or 1])
    object.__setattr__(floor, "given", ("me",) if given else ())

    page = BeautifulSoup(
        part("fr", "room_floor.html", "hand", floor, "me"), "html.parser"
    )

    button = page.select_one("button")
    assert (button["value"], text(button)) == (value, label)
    assert text(page.select_one("p")) == said
    assert page.form["action"] == HAND


# Organisers.


@pytest.fixture
def recorded(site):
    """A recording of the first session is there, and was fetched if it could be."""

    async def recorded(**facts):
        services = site.services
        (room,) = await services.rooms.of(site.event)
        await services.rooms.video.place(site.event, room)
        await services.recordings.recorded(
            room.connection,
            Recording(
                id="rec1",
                place=room.id,
                state=RecordingState.READY,
                started=services.clock(),
                seconds=7080,
                location="/files/1",
                **facts,
            ),
        )
        await services.beside.fetching.fetch_next()
        services.recordings.changed(SLUG)
        (take,) = await services.recordings.of(site.event)
        return take

    return recorded


@pytest.fixture
async def kept(recorded):
    return await recorded()


async def test_organiser_is_told_why_a_file_is_not_fetched(chair, recorded):
    await recorded(size=9 * 1024**3)

    page = await look(chair, f"{PAGE}/organise")
    row = page.select_one("#recordings").find_parent("section").select_one("tbody tr")

    assert text(row.select("td")[2]) == (
        "ne peut pas être récupéré It is larger than 8192 MiB: not fetched."
    )


async def test_organiser_sees_what_is_to_be_published_and_has_the_file(
    site, chair, kept
):
    page = await look(chair, f"{PAGE}/organise")
    row = page.select_one("#recordings").find_parent("section").select_one("tbody tr")
    link = row.a["href"]
    async with chair.get(link) as response:
        body, headers = await response.read(), response.headers

    cells = [text(one) for one in row.select("th, td")]
    assert cells[0].startswith("Session 1")
    assert cells[2:4] == ["1 h 58", "à publier"]
    assert body == FILE
    assert headers["Content-Disposition"].startswith("attachment")
    assert headers["Cache-Control"] == "no-store"
    assert "sandbox" in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("email", "status"), [(CHAIR, 403), (SPEAKER, 403), (CAMILLE, 403), (None, 401)]
)
async def test_nobody_else_has_the_file(site, kept, email, status):
    browser = await site.known(email) if email else await site.browser()

    async with browser.get(f"{PAGE}/recordings/{kept.id}") as response:
        assert response.status == status


async def test_recording_that_is_not_there_is_not_found(chair):
    async with chair.get(f"{PAGE}/recordings/nothing") as response:
        assert response.status == 404


async def test_hands_are_shown_at_the_clock_of_the_meeting(site, chair):
    await send(await site.known(DANA), HAND, hand="up")

    page = await look(chair, desk(site))

    assert text(page.select_one(".hands time")).startswith("10:0")
