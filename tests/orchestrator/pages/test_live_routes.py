"""Who hears what of a meeting, in which language, and what time it is there."""

from contextlib import AsyncExitStack
from datetime import datetime, timedelta

import pytest

from orchestrator.pages.fragments import Fragment
from tests.orchestrator.app_client import CAMILLE, CHAIR, ORGANISER, SLUG, reading
from tests.orchestrator.pages import made_up
from tests.waiting import until

LIVE, CLOCK = f"/api/v1/events/{SLUG}/live", "/api/v1/clock"
SPEAKER_PEOPLE = """name,email,role,talk,language
Ann Archer,ann@lab.example,speaker,{},fr
"""


@pytest.fixture
async def listen(site):
    """``await listen(email, **query)``: an open stream, and what the hub has of it."""
    async with AsyncExitStack() as stack:

        async def opened(email=None, **query):
            browser = await (site.known(email) if email else site.browser())
            before = len(site.services.hub)
            response = browser.get(LIVE, params=query)
            stream = await stack.enter_async_context(response)
            await until(lambda: len(site.services.hub) > before)
            return stream, set(site.services.hub.listening())

        yield opened


async def test_with_a_language_all_hear_fragments_and_chairs_those_of_their_desk(
    site, listen
):
    who = {email: (await site.person(email)).id for email in (CAMILLE, CHAIR)}

    _, plain = await listen()
    _, public = await listen(lang="fr")
    _, attendee = await listen(CAMILLE, lang="en")
    first, second = (one.session.id for one in site.event.timetable.sessions)
    _, chair = await listen(CHAIR, lang="fr", desk=second)

    assert plain == {SLUG}
    assert public - plain == {f"{SLUG}/.fr"}
    assert attendee - public == {
        f"{SLUG}/{who[CAMILLE]}",
        f"{SLUG}/.en",
        f"{SLUG}/people/.en",
    }
    assert chair - attendee == {
        f"{SLUG}/people/.fr",
        f"{SLUG}/{who[CHAIR]}",
        f"{SLUG}/staff",
        f"{SLUG}/chairs/{second}/.fr",
    }
    for email, desk in ((CHAIR, first), (CAMILLE, second), (None, second)):
        _, hears = await listen(email, lang="en", desk=desk)
        assert not [one for one in hears if "/chairs/" in one and one.endswith(".en")]


async def test_organiser_hears_no_desk_of_no_session(site, listen):
    _, hears = await listen(ORGANISER, lang="fr", desk="../people")

    assert not [one for one in hears if "/chairs/" in one]


async def test_speaker_hears_what_is_for_him_alone(site, listen):
    talk = site.event.timetable.slots[0].talk.id
    plan = await site.services.registration.plan(
        site.event, SPEAKER_PEOPLE.format(talk).encode()
    )
    await site.services.registration.apply(site.event, plan)
    who = (await site.person("ann@lab.example")).id

    _, hears = await listen("ann@lab.example", lang="fr")

    spoken = {f"{SLUG}/{whose}.fr" for whose in ("", "people/", f"{who}/")}
    assert hears == {SLUG, f"{SLUG}/{who}", *spoken}


async def test_language_that_is_none_of_ours_is_none(listen):
    _, hears = await listen(lang="../staff")

    assert hears == {SLUG}


async def test_page_older_than_its_stream_is_told_and_others_are_not(site, listen):
    revision = site.event.revision
    (older, _), (same, _) = (
        await listen(lang="fr", revision=revision - 1),
        await listen(lang="fr", revision=revision),
    )

    told = b"".join([await older.content.readline() for _ in range(5)])
    site.services.hub.part("")

    assert b"event: missed\ndata: " in told
    assert f'"revision":{revision}'.encode() in told
    assert b"missed" not in await same.content.read()


async def test_what_is_stored_reaches_those_who_listen(site, listen):
    async def title(event, _language):
        html = f"<p>{event.programme.title}</p>"
        return Fragment(target="title", html=html, version=event.revision)

    site.services.stage_live.for_everybody(title)
    stream, _ = await listen(lang="fr")

    await site.services.programmes.store(reading(title="Another title"), slug=SLUG)

    told = b""
    while b"event: stage" not in told or not told.endswith(b"\n\n"):
        told += await stream.content.readline()
    assert b"<p>Another title</p>" in told


async def test_clock_is_the_service_s_and_that_of_a_meeting_its_own(site):
    browser = await site.browser()
    await site.at(made_up.at(16, 30))

    async with (
        browser.get(CLOCK) as service,
        browser.get(CLOCK, params={"event": SLUG}) as meeting,
    ):
        told = [await one.json() for one in (service, meeting)]

    ours, theirs = (datetime.fromisoformat(one["now"]) for one in told)
    second = timedelta(seconds=10)
    assert abs(ours - site.services.clock()) < second
    assert abs(theirs - made_up.at(16, 30)) < second
    assert (service.status, service.headers["Cache-Control"]) == (200, "no-store")


async def test_clock_of_no_meeting_is_none(site):
    browser = await site.browser(Accept="application/json")

    async with browser.get(CLOCK, params={"event": "gone"}) as response:
        assert response.status == 404
