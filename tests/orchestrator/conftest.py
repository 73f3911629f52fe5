"""A database with every table, empty, for each test that asks for one."""

import pytest

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
