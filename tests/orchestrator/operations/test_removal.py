"""A meeting that was removed is mentioned nowhere any more."""

from datetime import date, datetime

import pytest
from sqlalchemy import insert, select
from sqlmodel import SQLModel

from orchestrator.clock import utc_now
from orchestrator.database import run
from orchestrator.operations import removal
from orchestrator.operations.removal import conditions, references, remove
from tests.orchestrator.app_client import dump, made, settings
from tests.orchestrator.programme.test_service import day

WRITTEN = {bool: True, int: 7, float: 7.0, datetime: utc_now(), date: date(2021, 6, 1)}


@pytest.fixture
def services(database, tmp_path):
    from orchestrator.app import wire

    return wire(settings(database.url, tmp_path), database, "tests")


def made_up(column, parents):
    """Some value for a column that nothing wrote."""
    if column.name in parents:
        return parents[column.name]
    kind = getattr(column.type, "impl", column.type).python_type
    return WRITTEN.get(kind, f"made up for {column.name}" if kind is str else {})


async def fill(database, event):
    """Have a row of ``event`` in every table that can hold one."""
    async with database.transaction() as session:
        for table in SQLModel.metadata.sorted_tables:
            mine = conditions(event.id).get(table.name)
            if mine is None or (await run(session, select(table).where(mine))).first():
                continue
            parents = {}
            for column, parent in references(table):
                rows = SQLModel.metadata.tables[parent]
                of_event = select(rows.c.id).where(conditions(event.id)[parent])
                parents[column] = (await run(session, of_event)).scalars().first()
            row = {one.name: made_up(one, parents) for one in table.columns}
            await run(session, insert(table), row)


async def ids(database, event):
    """The event's, and those of its people, rooms, sessions and talks."""
    async with database.reading() as session:
        found = {event.id, event.slug}
        for name in ("registrant", "room", "session", "talk"):
            table = SQLModel.metadata.tables[name]
            rows = select(table.c.id).where(conditions(event.id)[name])
            found.update((await run(session, rows)).scalars())
    return found


def mentioned(tables, names):
    return {
        table
        for table, rows in tables.items()
        if any(f"'{name}'" in row for row in rows for name in names)
    }


async def test_removed_meeting_is_mentioned_nowhere(services, database):
    event = await made(services)
    await fill(database, event)
    names = await ids(database, event)
    before = mentioned(await dump(database), names)
    assert before == set(conditions(event.id))
    other = await services.programmes.store(day("one", slug="another", on=29))

    await remove(database, event)

    after = await dump(database)
    assert mentioned(after, names) == set()
    assert mentioned(after, await ids(database, other)) >= {"event", "talk", "room"}


async def test_table_that_was_forgotten_would_be_noticed(
    services, database, monkeypatch
):
    event = await made(services)
    await fill(database, event)
    names = await ids(database, event)
    # Only foreign keys, as if names of columns told nothing.
    monkeypatch.setattr(
        removal,
        "references",
        lambda table: [
            (column.name, key.column.table.name)
            for column in table.columns
            for key in column.foreign_keys
            if table.name != "exclusion"
        ],
    )
    monkeypatch.setattr(removal, "_TRIES", 1)

    with pytest.raises(Exception, match=r"(?i)foreign key"):
        await remove(database, event)

    assert "exclusion" in mentioned(await dump(database), names)
