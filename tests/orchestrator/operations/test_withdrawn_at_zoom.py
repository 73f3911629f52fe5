"""Who is taken off, or gets a new link, while the service runs: his way in at Zoom."""

from contextlib import asynccontextmanager

import pytest

from orchestrator.rooms.video import store as places
from tests.orchestrator.app_client import CAMILLE, SLUG, application
from tests.waiting import until, until_so
from tests.zoom_server import ZoomServer

VIDEO = f"/e/{SLUG}/room/video"


@pytest.fixture
async def zoom(aiohttp_server):
    return await ZoomServer().started(aiohttp_server)


@pytest.fixture
def registered(upgraded_sqlite_url, tmp_path, zoom):
    """``async with registered() as (site, person)``: somebody is led in."""

    @asynccontextmanager
    async def registered():
        async with application(
            upgraded_sqlite_url,
            tmp_path,
            video=None,
            connections={"main": zoom.settings},
        ) as site:
            browser = await site.known(CAMILLE)
            async with browser.post(VIDEO, allow_redirects=False) as response:
                url = response.headers["Location"]
            (meeting,) = zoom.meetings.values()
            (person,) = meeting.people.values()
            assert person.url == url
            yield site, person

    return registered


async def kept(site):
    """What is kept of him."""
    (room,) = await site.services.rooms.of(site.event)
    one = await site.person(CAMILLE)
    async with site.services.database.reading() as session:
        return (await places.kept(session, room.id, room.connection, one.id))[0]


async def end(site, how):
    """As a command does in another process, which tells nobody."""
    registration = site.services.registration
    await getattr(registration, how)((await site.person(CAMILLE)).id)


@pytest.mark.parametrize("how", ["revoke", "cancel"])
async def test_registration_is_cancelled_at_zoom(registered, how):
    async with registered() as (site, person):
        await end(site, how)

        await until(lambda: person.status == "cancelled")


@pytest.mark.parametrize("how", ["revoke", "cancel"])
async def test_zoom_that_was_away_is_told_once_it_is_back(registered, zoom, how):
    def refused():
        return [one for one in zoom.calls if one[1].endswith("registrants/status")]

    async def is_forgotten():
        return await kept(site) == ""

    async with registered() as (site, person):
        async with zoom.saying(b"{}", status=500):
            await end(site, how)
            await until(refused)
            assert await kept(site)

        await until(lambda: person.status == "cancelled")
        await until_so(is_forgotten)
