"""Questions from the room and what a speaker tells, as forms without a script."""

import pytest
from bs4 import BeautifulSoup

from tests.orchestrator.app_client import CAMILLE, CHAIR, DANA, SLUG, SPEAKER
from tests.orchestrator.pages.shown import text

PAGE = f"/e/{SLUG}"
ROOM = f"{PAGE}/room"
MINE, OTHER = 9, 2
"""Talks by their place in the day: the speaker's, and one under way at 10:05."""


@pytest.fixture
def talk(site):
    return lambda number: site.event.timetable.slots[number].talk.id


async def send(browser, path, **fields):
    """The status, the way on, and the page."""
    async with browser.post(path, data=fields, allow_redirects=False) as response:
        page = BeautifulSoup(await response.text(), "html.parser")
        return response.status, response.headers.get("Location"), page


async def look(browser, path):
    async with browser.get(path) as response:
        return BeautifulSoup(await response.text(), "html.parser")


async def test_question_is_asked_and_supported_by_somebody_else(site, talk):
    asker, other = await site.known(CAMILLE), await site.known(DANA)

    asked = await send(asker, f"{ROOM}/ask", talk=talk(0), text="Why so wide?")
    page = await look(other, ROOM)
    question = page.select_one("[name=question]")["value"]
    voted = await send(other, f"{ROOM}/vote", question=question, on="yes")
    after = [await look(one, ROOM) for one in (asker, other)]

    assert asked[:2] == (303, f"{ROOM}?done=asked#asking")
    assert voted[:2] == (303, f"{ROOM}#asking")
    assert text(page.select_one("#questions li p + p")) == (
        "Camille Dupré, Laboratoire Lanterne"
    )
    buttons = [one.select_one("#questions button") for one in after]
    assert [
        (b["value"], b["aria-pressed"], b.get("aria-disabled")) for b in buttons
    ] == [
        ("no", "true", "true"),
        ("no", "true", None),
    ]
    assert text(buttons[0]).startswith("2 voix")


async def test_vote_is_taken_back_but_not_by_who_asked(site, talk):
    asker, other = await site.known(CAMILLE), await site.known(DANA)
    await send(asker, f"{ROOM}/ask", talk=talk(0), text="Why so wide?")
    question = (await look(asker, ROOM)).select_one("[name=question]")["value"]
    await send(other, f"{ROOM}/vote", question=question, on="yes")

    for browser in (other, asker):
        answer = await send(browser, f"{ROOM}/vote", question=question, on="no")
        assert answer[0] == 303

    button = (await look(asker, ROOM)).select_one("#questions button")
    assert text(button).startswith("1 voix")


@pytest.mark.parametrize(("written", "told"), [("", "Écrivez"), ("?" * 501, "Écrivez")])
async def test_question_that_is_not_taken_comes_back(site, talk, written, told):
    browser = await site.known(CAMILLE)

    status, _, page = await send(browser, f"{ROOM}/ask", talk=talk(1), text=written)

    assert status == 422
    assert page.select_one("#question").get_text() == written
    assert page.select_one("#to option[selected]")["value"] == talk(1)
    assert text(page.select_one("#question-error")).startswith(told)


async def test_second_question_at_once_has_to_wait(questions_at_once, site, talk):
    browser = await site.known(CAMILLE)
    await send(browser, f"{ROOM}/ask", talk=talk(0), text="One?")

    status, _, page = await send(browser, f"{ROOM}/ask", talk=talk(0), text="Two?")

    assert (status, page.select_one("#question").get_text()) == (429, "Two?")


@pytest.mark.parametrize("path", ["room/ask", "room/vote", "speaker"])
async def test_nobody_asks_votes_or_tells_without_being_known(site, path):
    status, *_ = await send(await site.browser(), f"{PAGE}/{path}", talk="x")

    assert status == 401


async def test_what_is_not_there_is_not_found(site):
    browser = await site.known(CAMILLE)

    asked = await send(browser, f"{ROOM}/ask", talk="nothing", text="Why?")
    voted = await send(browser, f"{ROOM}/vote", question="nothing", on="yes")

    assert (asked[0], voted[0]) == (404, 404)


async def test_speaker_tells_one_thing_after_the_other(site, talk):
    browser = await site.known(SPEAKER)

    told = [
        await send(browser, f"{PAGE}/speaker", talk=talk(MINE), **fields)
        for fields in (
            {"tested": "yes"},
            {"phone": "+33 6 39 98 00 12"},
            {"wish": "do-not-record"},
        )
    ]
    page = await look(browser, f"{PAGE}/speaker")

    assert [one[1].rpartition("=")[2] for one in told] == ["tested", "phone", "wish"]
    assert text(page.select(".check strong")[1]) == "Micro et caméra testés"
    assert page.select_one("[name=phone]")["value"] == "+33 6 39 98 00 12"
    assert page.select_one("[name=wish][checked]")["value"] == "do-not-record"


async def test_number_that_nobody_can_call_comes_back(site, talk):
    browser = await site.known(SPEAKER)

    status, _, page = await send(
        browser, f"{PAGE}/speaker", talk=talk(MINE), phone="later"
    )

    assert (status, page.select_one("[name=phone]")["value"]) == (422, "later")


@pytest.mark.parametrize("email", [CAMILLE, CHAIR, SPEAKER])
async def test_only_the_speaker_of_a_talk_tells_of_it(site, talk, email):
    browser = await site.known(email)

    told = await send(browser, f"{PAGE}/speaker", talk=talk(OTHER), tested="yes")
    async with browser.get(f"{PAGE}/speaker/questions?talk={talk(OTHER)}") as questions:
        status = questions.status

    assert (told[0], status) == (403, 403)


async def test_speaker_takes_the_questions_along_as_text(site, talk):
    asker, browser = await site.known(CAMILLE), await site.known(SPEAKER)
    await send(asker, f"{ROOM}/ask", talk=talk(MINE), text="Why two descents?")

    async with browser.get(f"{PAGE}/speaker/questions?talk={talk(MINE)}") as response:
        told = await response.text()

    assert response.headers["Content-Disposition"] == (
        f'attachment; filename="{SLUG}-questions.txt"'
    )
    assert response.headers["Cache-Control"] == "no-store"
    assert told.endswith(
        "1. Why two descents?\n   Camille Dupré, Laboratoire Lanterne\n"
    )


async def test_screen_is_open_to_everybody(site):
    browser = await site.browser()
    second = site.event.timetable.sessions[1].session.id

    pages = [
        await look(browser, f"{PAGE}/screen{q}") for q in ("", f"?session={second}")
    ]
    async with browser.get(f"{PAGE}/screen?session=nowhere") as unknown:
        status = unknown.status

    assert [text(page.select_one(".afar-top span")) for page in pages] == [
        "Session 1",
        "Session 2",
    ]
    assert status == 404
