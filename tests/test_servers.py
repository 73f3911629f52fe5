"""The databases that tests are given are real, empty and their own."""

import pytest
from sqlalchemy import inspect, text

from orchestrator.database import Database
from orchestrator.migrations.run import HEAD, current

MAKE = text("CREATE TABLE mark (id integer)")


async def _names(database):
    async with database.engine.connect() as connection:
        return await connection.run_sync(lambda it: inspect(it).get_table_names())


@pytest.mark.parametrize("turn", [1, 2])
async def test_database_is_empty_whatever_another_test_made(database_url, turn):
    database = Database(database_url)

    before = await _names(database)
    async with database.engine.begin() as connection:
        await connection.execute(MAKE)

    assert (before, await _names(database)) == ([], ["mark"])
    await database.close()


async def test_upgraded_database_has_every_migration(upgraded_url):
    database = Database(upgraded_url)

    assert await current(database) == HEAD
    await database.close()


@pytest.mark.postgres
async def test_restarted_server_still_has_what_was_committed(postgres):
    url = postgres.create()
    database = Database(url)
    async with database.engine.begin() as connection:
        await connection.execute(MAKE)
    await database.close()

    postgres.stop(mode="immediate")
    postgres.start()

    database = Database(url)
    assert await _names(database) == ["mark"]
    await database.close()
    postgres.drop(url)


def test_valkey_is_empty_and_answers(valkey, valkey_url):
    with valkey.client() as client:
        client.set("seat", "1")

        assert (valkey_url, client.keys()) == (valkey.connection_url, [b"seat"])


def test_counts_are_a_fiftieth_unless_asked_in_full(count, full):
    assert (count(30_000), count(10)) == ((30_000, 10) if full else (600, 1))
