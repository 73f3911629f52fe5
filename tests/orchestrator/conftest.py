"""A database with every table, empty, for each test that asks for one."""

import pytest

from orchestrator.clock import utc_now
from orchestrator.database import Database


@pytest.fixture
async def database(upgraded_url):
    """SQLite and PostgreSQL in turn."""
    database = Database(upgraded_url)
    yield database
    await database.close()


@pytest.fixture
async def sqlite(upgraded_sqlite_url):
    """SQLite alone, where the difference cannot matter."""
    database = Database(upgraded_sqlite_url)
    yield database
    await database.close()


@pytest.fixture
def presses_at_once(monkeypatch):
    """No time passes between presses, however slow the machine is."""
    monkeypatch.setattr("orchestrator.pages.site.monotonic", lambda: 0.0)


@pytest.fixture
def questions_at_once(monkeypatch):
    """No time passes between two questions, however slow the machine is."""
    moment = utc_now()

    async def now(_session):
        return moment

    monkeypatch.setattr("orchestrator.stage.questions.service.now", now)
