"""The application that the tests of routes ask."""

import pytest

from tests.orchestrator.app_client import application


@pytest.fixture
async def site(upgraded_sqlite_url, tmp_path):
    """The made-up day at 10:05, with its people, answering requests."""
    async with application(upgraded_sqlite_url, tmp_path) as served:
        yield served


@pytest.fixture
async def serve(upgraded_sqlite_url, tmp_path):
    """``async with serve(capacity=3, now=…) as site``: as ``site``, but made so."""
    return lambda **options: application(upgraded_sqlite_url, tmp_path, **options)
