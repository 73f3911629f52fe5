"""The application that chairs press in."""

from contextlib import asynccontextmanager

import pytest

from tests.orchestrator.app_client import ORGANISER, application
from tests.orchestrator.pages.made_up import at
from tests.orchestrator.stage.desk import Desk


@pytest.fixture
async def site(upgraded_sqlite_url, tmp_path):
    """The made-up day at 10:00, with its people, answering requests."""
    async with application(upgraded_sqlite_url, tmp_path, now=at(10)) as served:
        yield served


@pytest.fixture
async def desk(site):
    """The first session before its organiser, who chairs it."""
    return Desk(site, await site.known(ORGANISER))


@pytest.fixture
def desks(upgraded_url, tmp_path):
    """``async with desks() as desk``: as ``desk``, on both databases in turn."""

    @asynccontextmanager
    async def serve(**options):
        async with application(
            upgraded_url, tmp_path, **{"now": at(10), **options}
        ) as served:
            yield Desk(served, await served.known(ORGANISER))

    return serve
