"""A Zoom of our own, and connections to it."""

from dataclasses import replace

import pytest

from integrations.http import Wire
from integrations.video.choose import choose
from integrations.video.provider import Place
from integrations.video.setup import Around
from tests.zoom_server import CALLBACK, ZoomServer, now


@pytest.fixture
async def zoom(aiohttp_server):
    return await ZoomServer().started(aiohttp_server)


@pytest.fixture
async def connect(zoom):
    """Makes a connection, with these settings besides the needed ones."""
    wire = Wire()

    def connect(**others):
        return choose({**zoom.settings, **others}, Around(wire, CALLBACK, now))

    yield connect
    await wire.close()


@pytest.fixture
def provider(connect):
    return connect()


@pytest.fixture
async def hall(provider):
    """A room that is made."""
    place = Place(name="hall", title="Hall A", capacity=600)
    return replace(place, reference=await provider.ensure(place))


@pytest.fixture
def meeting(zoom, hall):
    """The meeting that Zoom has for it."""
    return zoom.meetings[int(hall.reference)]
