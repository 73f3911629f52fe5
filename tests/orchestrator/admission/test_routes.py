"""One's own seat over HTTP, and the state of the rooms."""

import pytest
from sqlalchemy import text

from orchestrator.access.service import digest_of
from orchestrator.admission.live import service as live_service
from orchestrator.admission.live import trust as trust_module
from orchestrator.admission.live.service import Live
from orchestrator.admission.live.trust import Trust
from orchestrator.admission.tally import mark
from orchestrator.database import run
from orchestrator.rooms.model import Setting
from tests.orchestrator.admission.people import Steady
from tests.orchestrator.app_client import CAMILLE, DANA, NOE, ORGANISER, SLUG
from tests.orchestrator.pages.made_up import at
from tests.waiting import until

SEAT = f"/api/v1/events/{SLUG}/seat"
STATE = f"/api/v1/events/{SLUG}/state"
OWN = [
    ("POST", SEAT),
    ("POST", f"{SEAT}/renew"),
    ("POST", f"{SEAT}/watch"),
    ("DELETE", SEAT),
    ("GET", STATE),
]
JSON = {"Accept": "application/json"}


async def asked(browser, method, path):
    """Status, and the document if there is one."""
    async with browser.request(method, path, headers=JSON) as response:
        body = await response.json(content_type=None) if response.status != 204 else {}
        return response.status, body


def problem(answer):
    status, body = answer
    assert body["status"] == status
    return status, body["type"].rsplit("/", 1)[1]


async def mark_of(browser):
    (cookie,) = [one.value for one in browser.cookie_jar]
    return mark(digest_of(cookie))


async def followed(site, devices=1):
    """Have so many devices known in memory: the process may be looking already, and
    then knows them a little later.
    """
    live = site.services.live
    await live.follow(SLUG)
    await until(lambda: len(live._watched[SLUG].devices) == devices)


async def forget(site):
    """As a process that has just started: nothing in memory."""
    site.services.live._watched.clear()


@pytest.mark.parametrize(("method", "path"), OWN)
@pytest.mark.parametrize("cookie", ["", "garbage", "x" * 43, "é;=\u2028"])
async def test_unknown_browser_has_no_seat_and_no_state(site, method, path, cookie):
    browser = await site.browser(cookies=False)
    headers = {"Cookie": f"orchestrator={cookie}"} if cookie else {}

    async with browser.request(method, path, headers=headers | JSON) as response:
        assert response.status == 401


@pytest.mark.parametrize(("method", "path"), OWN)
async def test_unknown_meeting_is_not_found(site, method, path):
    browser = await site.known(CAMILLE)

    answer = await asked(browser, method, path.replace(SLUG, "nowhere"))

    assert answer[0] == 404


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
@pytest.mark.parametrize("path", [path for _, path in OWN])
async def test_what_programs_try_beforehand_changes_nothing(site, method, path):
    browser = await site.known(CAMILLE)
    before = await site.tables()

    async with browser.request(method, path) as response:
        assert response.status in (200, 403, 405)

    assert await site.tables() == before


async def test_seat_is_taken_kept_and_given_back(site):
    browser = await site.known(CAMILLE)

    status, taken = await asked(browser, "POST", SEAT)
    left, _ = await asked(browser, "DELETE", SEAT)
    gone = await asked(browser, "POST", f"{SEAT}/renew")

    assert (status, taken["standing"], taken["room"]) == (200, "inside", "")
    assert left == 204
    assert problem(gone) == (409, "no-seat")


@pytest.mark.parametrize("in_memory", [True, False])
async def test_renewing_says_which_device_has_the_seat(site, in_memory):
    browser = await site.known(CAMILLE)
    if in_memory:
        await followed(site)
    else:
        await forget(site)

    answer = await asked(browser, "POST", f"{SEAT}/renew")

    (room,) = await site.services.rooms.of(site.event)
    here = await mark_of(browser)
    assert answer == (200, {"standing": "inside", "here": here, "mark": room.mark})


@pytest.mark.parametrize("in_memory", [True, False])
async def test_renewing_keeps_a_place_in_the_queue(serve, in_memory):
    async with serve(capacity=1, staff_seats=0) as site:
        await site.known(CAMILLE)
        browser = await site.known(DANA)
        if in_memory:
            await followed(site, devices=2)
        else:
            await forget(site)

        answer = await asked(browser, "POST", f"{SEAT}/renew")

    assert answer == (200, {"standing": "waiting", "here": "", "mark": ""})


@pytest.mark.parametrize("path", ["renew", "unload"])
async def test_only_who_is_known_has_an_event_followed(site, path):
    stranger, known = await site.browser(cookies=False), await site.known(CAMILLE)
    headers = {"Cookie": f"orchestrator={'x' * 43}"} | JSON
    await forget(site)

    async with stranger.post(f"{SEAT}/{path}", headers=headers) as response:
        assert response.status == 401
    by_stranger = set(site.services.live._watched)
    await asked(known, "POST", f"{SEAT}/{path}")

    assert (by_stranger, set(site.services.live._watched)) == (set(), {SLUG})


async def test_renewing_from_memory_asks_the_database_nothing(site, monkeypatch):
    browser = await site.known(CAMILLE)
    await followed(site)
    # What is in memory stays there.
    monkeypatch.setattr(live_service, "_SECONDS_BETWEEN_HEARINGS", 3600)
    beats = site.services.live._watched[SLUG].beats

    async def nothing(*_, **__):
        raise AssertionError

    monkeypatch.setattr(site.services.admission, "look", nothing)
    status, _ = await asked(browser, "POST", f"{SEAT}/renew")

    person = await site.person(CAMILLE)
    assert status == 200
    assert person.id in {who for _, who, _ in beats}


async def known_no_more(site):
    """Every browser is past its term."""
    async with site.services.database.transaction() as session:
        await run(session, text("DELETE FROM browser_session"))


async def test_browser_that_is_known_no_more_renews_nothing_for_long(site):
    browser = await site.known(CAMILLE)
    await followed(site)
    time = Steady()
    site.services.live.trust = Trust(time)
    first = await asked(browser, "POST", f"{SEAT}/renew")
    await known_no_more(site)

    statuses = []
    for seconds in (59, 60):
        time.seconds = seconds
        statuses.append((await asked(browser, "POST", f"{SEAT}/renew"))[0])

    assert (first[0], statuses) == (200, [200, 401])


async def test_without_a_second_question_it_would_renew_for_ever(site, monkeypatch):
    """Twin: what is in memory knows of no term."""
    browser = await site.known(CAMILLE)
    await followed(site)
    await known_no_more(site)
    monkeypatch.setattr(Trust, "holds", lambda *_: True)

    assert (await asked(browser, "POST", f"{SEAT}/renew"))[0] == 200


def test_only_so_many_devices_are_remembered(monkeypatch):
    monkeypatch.setattr(trust_module, "_REMEMBERED", 2)
    trust = Trust(Steady())
    devices = ["phone", "laptop", "tablet"]

    for device in devices:
        trust.give("day", device)

    assert [trust.holds("day", one) for one in devices] == [False, True, True]


async def test_full_room_tells_the_place(serve):
    async with serve(capacity=1, staff_seats=0) as site:
        await site.known(CAMILLE)
        await site.known(DANA)
        browser = await site.known(NOE)

        answer = await asked(browser, "POST", SEAT)

    told = answer[1]
    assert problem(answer) == (409, "room-full")
    assert (told["capacity"], told["place"], told["wait"]) == (1, 2, None)


async def test_other_device_is_told_and_may_take_over(site):
    first, second = await site.known(CAMILLE), await site.known(CAMILLE)

    refused = await asked(second, "POST", SEAT)
    taken = await asked(second, "POST", f"{SEAT}?here")
    former = await asked(first, "POST", f"{SEAT}/renew")

    assert problem(refused) == (409, "on-another-device")
    assert taken[0] == 200
    assert problem(former) == (409, "on-another-device")


async def test_closed_doors_say_when_they_open(site):
    browser = await site.known(CAMILLE)
    await site.at(at(3, 0))

    answer = await asked(browser, "POST", SEAT)

    assert problem(answer) == (409, "doors-closed")
    assert answer[1]["opens"] is not None


async def test_who_was_sent_out_is_told(site):
    browser = await site.known(CAMILLE)
    person, boss = await site.person(CAMILLE), await site.person(ORGANISER)
    now = site.services.programmes.now(site.event)
    await site.services.admission.send_out(site.event, person.id, now, by=boss.id)

    answers = [await asked(browser, "POST", path) for path in (SEAT, f"{SEAT}/renew")]

    assert [problem(one) for one in answers] == [(403, "sent-out")] * 2


async def test_unknown_room_is_not_found(site):
    browser = await site.known(CAMILLE)

    assert (await asked(browser, "POST", f"{SEAT}?room=nowhere"))[0] == 404


async def test_state_is_for_organisers(site):
    plain, organiser = await site.known(CAMILLE), await site.known(ORGANISER)
    camille = await site.person(CAMILLE)
    odile = await site.person(ORGANISER)

    refused = await asked(plain, "GET", STATE)
    status, told = await asked(organiser, "GET", STATE)

    assert problem(refused) == (403, "organisers-only")
    assert status == 200
    assert (told["taken"], told["lobby"]) == (2, 0)
    assert told["holders"] == sorted([camille.id, odile.id])
    assert told["capacity"] == told["rooms"][0]["capacity"]
    assert 0 < told["reserved"] < told["capacity"]


async def test_state_lists_the_queue_in_order(serve):
    async with serve(capacity=1, staff_seats=0) as site:
        for email in (CAMILLE, DANA, NOE):
            await site.known(email)
        people = [(await site.person(one)).id for one in (DANA, NOE)]
        organiser = await site.known(ORGANISER)

        _, told = await asked(organiser, "GET", STATE)

    line = [one["registrant"] for one in told["rooms"][0]["waiting"]]
    assert line[:2] == people
    assert told["lobby"] == len(line)


@pytest.mark.parametrize("in_memory", [True, False])
async def test_closing_a_page_is_noted_for_the_device_that_has_the_seat(
    site, monkeypatch, in_memory
):
    closed = []
    monkeypatch.setattr(
        Live,
        "close_page",
        lambda _, __, seat: closed.append((seat.registrant, seat.device)),
    )
    inside, other = await site.known(CAMILLE), await site.known(CAMILLE)
    if in_memory:
        await followed(site)
    else:
        await forget(site)
    path = f"{SEAT}/unload"

    answers = [await asked(one, "POST", path) for one in (inside, other)]

    person = await site.person(CAMILLE)
    assert [status for status, _ in answers] == [204, 204]
    assert [(who, mark(device)) for who, device in closed] == [
        (person.id, await mark_of(inside))
    ]


async def test_closing_a_page_needs_a_browser_that_was_here(site):
    browser = await site.browser()

    assert (await asked(browser, "POST", f"{SEAT}/unload"))[0] == 401


async def test_watching_the_stream_is_noted_for_who_waits(serve):
    async with serve(capacity=1, staff_seats=0) as site:
        await site.services.set_room(
            site.event, Setting(overflow="https://video.example/tv")
        )
        await site.services.programmes.look()
        inside, waiting = await site.known(CAMILLE), await site.known(DANA)
        organiser = await site.known(ORGANISER)

        statuses = [
            (await asked(one, "POST", f"{SEAT}/watch"))[0] for one in (inside, waiting)
        ]
        _, told = await asked(organiser, "GET", STATE)

    assert statuses == [204, 204]
    assert told["rooms"][0]["watching"] == 1
