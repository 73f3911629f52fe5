"""The migrations make the schema that the code speaks of, and take it back."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from orchestrator.app import wire
from orchestrator.database import Database
from orchestrator.database import run as execute
from orchestrator.migrations import run
from orchestrator.migrations.tables import METADATA
from tests.orchestrator.app_client import made, settings


@pytest.fixture
async def empty(database_url):
    database = Database(database_url)
    yield database
    await database.close()


async def asked(database, question):
    async with database.engine.connect() as connection:
        return await connection.run_sync(question)


async def test_migrations_make_the_tables_that_the_code_defines(empty):
    await run.upgrade(empty)

    differences = await asked(
        empty,
        lambda connection: compare_metadata(
            MigrationContext.configure(connection, opts={"compare_type": True}),
            METADATA,
        ),
    )

    assert differences == []


async def test_migrations_can_be_taken_back_and_made_again(empty):
    await run.upgrade(empty)
    await run.downgrade(empty, to="base")
    left = await asked(empty, lambda one: inspect(one).get_table_names())

    await run.upgrade(empty)

    assert (left, await run.current(empty)) == (["alembic_version"], run.HEAD)


async def test_upgrading_twice_changes_nothing(empty):
    await run.upgrade(empty)

    await run.upgrade(empty)

    assert await run.current(empty) == run.HEAD


async def test_a_database_of_a_newer_version_is_left_alone(empty):
    await run.upgrade(empty)
    async with empty.transaction() as session:
        await execute(session, text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(run.NewerDatabase, match="9999"):
        await run.upgrade(empty)


def test_head_names_the_newest_migration():
    folder = Path(run.__file__).parent / "versions"
    numbers = sorted(file.name.split("_")[0] for file in folder.glob("[0-9]*.py"))

    assert numbers[-1] == run.HEAD


async def test_parts_that_people_have_already_are_noted(empty, tmp_path):
    """When they end their calendars have to say so."""
    await run.upgrade(empty)
    services = wire(
        settings(empty.engine.url.render_as_string(False), tmp_path), empty, "x"
    )
    await made(services)
    before = await parts_in(empty)
    await run.downgrade(empty, to="0001")

    await run.upgrade(empty)

    # An organiser chairs nothing by name: that comes with the next import.
    assert await parts_in(empty) == [one for one in before if "*" not in one]


async def parts_in(database):
    query = "SELECT registrant_id, session_id, talk_id, turns, ended FROM part"
    async with database.reading() as session:
        rows = (await execute(session, text(query))).all()
    return sorted((*row[:4], bool(row[4])) for row in rows)
