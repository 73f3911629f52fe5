"""A statement costs one visit to SQLite's thread, and means what it always meant."""

import asyncio
import sqlite3
import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from orchestrator.database import run
from orchestrator.database.sqlite import _Connection


@pytest.fixture
async def session(sqlite):
    async with sqlite.transaction() as one:
        await run(one, text("CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT)"))
        yield one


@pytest.fixture
def visits(monkeypatch):
    """The names of the calls made in the thread, as they come."""
    made, visit = [], _Connection.visit

    async def counted(self, call, *arguments):
        made.append(call.__name__)
        await visit(self, call, *arguments)

    monkeypatch.setattr(_Connection, "visit", counted)
    return made


async def test_rows_come_with_the_statement(session, visits):
    await run(session, text("INSERT INTO thing VALUES (1, 'a'), (2, 'b')"))
    rows = (await run(session, text("SELECT * FROM thing ORDER BY id"))).all()

    assert rows == [(1, "a"), (2, "b")]
    assert visits == ["_run", "_run"]


async def test_many_rows_go_with_one_statement(session, visits):
    insert = text("INSERT INTO thing VALUES (:id, :name)")
    rows = [{"id": number, "name": "x"} for number in range(3)]

    await run(session, insert, rows)

    count = (await run(session, text("SELECT count(*) FROM thing"))).scalar_one()
    assert (count, visits) == (3, ["_run_many", "_run"])


async def test_rows_changed_and_rows_returned_are_told(session):
    await run(session, text("INSERT INTO thing VALUES (1, 'a'), (2, 'b')"))

    changed = await run(session, text("UPDATE thing SET name = 'c'"))
    gone = await run(session, text("DELETE FROM thing WHERE id = 2 RETURNING name"))

    assert (changed.rowcount, gone.scalars().all()) == (2, ["c"])


async def test_an_error_comes_through_and_the_next_statement_works(session):
    await run(session, text("INSERT INTO thing VALUES (1, 'a')"))

    with pytest.raises(IntegrityError):
        await run(session, text("INSERT INTO thing VALUES (1, 'b')"))

    names = (await run(session, text("SELECT name FROM thing"))).scalars().all()
    assert names == ["a"]


def test_a_loop_that_has_ended_is_told_nothing(monkeypatch):
    said, go_on = [], threading.Event()
    monkeypatch.setattr(threading, "excepthook", said.append)

    async def ask():
        connection = await _Connection(lambda: sqlite3.connect(":memory:"), 64)
        asked = asyncio.create_task(connection.visit(go_on.wait))
        await asyncio.sleep(0)
        asked.cancel()
        connection.stop()
        return connection

    connection = asyncio.run(ask())
    go_on.set()
    connection._thread.join(10)

    assert (said, connection._connection) == ([], None)
