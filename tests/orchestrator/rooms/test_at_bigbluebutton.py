"""The whole application with its room on a BigBlueButton server."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from integrations.video.provider import Guest
from orchestrator.archive.model import AttachmentKind
from orchestrator.rooms.video.ending import Endings
from tests.bigbluebutton_bench import SECRET
from tests.bigbluebutton_server import BigBlueButton
from tests.orchestrator.app_client import BASE_URL, DANA, application
from tests.orchestrator.archive.samples import PDF
from tests.orchestrator.pages.made_up import at
from tests.waiting import until


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    """A closing is seen at once."""
    often = timedelta(milliseconds=20)
    monkeypatch.setitem(Endings.run.__kwdefaults__, "every", often)


@pytest.fixture
async def bigbluebutton():
    return BigBlueButton(SECRET, webhooks=False)


@pytest.fixture
async def site(upgraded_sqlite_url, tmp_path, bigbluebutton, aiohttp_server):
    origin = str((await aiohttp_server(bigbluebutton.app())).make_url("/bigbluebutton"))
    main = {"provider": "bigbluebutton", "url": origin, "secret": SECRET}
    async with application(
        upgraded_sqlite_url, tmp_path, connections={"main": main}, video=None
    ) as site:
        yield site


@pytest.fixture
async def enter(site, bigbluebutton):
    """Somebody enters; the meeting at the server."""

    async def entered():
        (room,) = await site.services.rooms.of(site.event)
        person = await site.person(DANA)
        guest = Guest(id=person.id, name=person.name)
        await site.services.rooms.video.way_in(site.event, room, guest)
        return bigbluebutton.meetings[room.id]

    return entered


async def attach(site, talk, name):
    """The deck of a talk; the path of it."""
    archive, slides = site.services.archive, AttachmentKind.SLIDES
    await archive.attach_file(site.event, talk.id, slides, _pdf(), name=name)
    return f"/e/{site.event.slug}/t/{talk.id}/slides"


async def _pdf():
    yield PDF


async def test_decks_of_the_session_are_shown_from_where_everybody_may_read_them(
    site, enter
):
    """Those of the session that people come for, which we keep."""
    morning, afternoon = (
        [slot.talk for slot in timed.slots] for timed in site.event.timetable.sessions
    )
    second = await attach(site, morning[1], "second.pdf")
    first = await attach(site, morning[0], "first.pdf")
    await attach(site, afternoon[0], "later.pdf")
    await site.services.archive.attach_url(
        site.event, morning[2].id, AttachmentKind.SLIDES, "https://slides.example/page"
    )
    await site.at(at(10, 5))

    meeting = await enter()

    shown = [(one["url"], one["filename"]) for one in meeting.slides]
    assert shown == [
        (f"{BASE_URL}{first}", "first.pdf"),
        (f"{BASE_URL}{second}", "second.pdf"),
    ]
    stranger = await site.browser(cookies=False)
    for url, _ in shown:
        async with stranger.get(urlsplit(url).path) as answer:
            assert (answer.status, await answer.read()) == (200, PDF)


async def test_meeting_ends_when_the_doors_close(site, enter):
    meeting = await enter()

    await site.at(at(12, 30))

    await until(lambda: meeting.ended)
