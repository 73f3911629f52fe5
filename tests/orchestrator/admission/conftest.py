"""Time that passes when a test says so, and the application that routes are asked of."""

import pytest

from tests.orchestrator.admission.people import Steady
from tests.orchestrator.app_client import application


@pytest.fixture
def time(monkeypatch):
    """The database's clock, and the counters of processes made with it."""
    steady = Steady()
    steady.drive(monkeypatch)
    return steady


@pytest.fixture
async def site(upgraded_sqlite_url, tmp_path):
    """The made-up day at 10:05, with its people, answering requests."""
    async with application(upgraded_sqlite_url, tmp_path) as served:
        yield served


@pytest.fixture
async def serve(upgraded_sqlite_url, tmp_path):
    """``async with serve(capacity=3, now=…) as site``: as ``site``, but made so."""
    return lambda **options: application(upgraded_sqlite_url, tmp_path, **options)
