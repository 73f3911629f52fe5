"""What the database promises: whole transactions, true moments, a sound SQLite."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
import structlog
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError, StatementError
from sqlmodel import select

from orchestrator.database import (
    Database,
    DatabaseClock,
    DatabaseUnavailable,
    InstallationRow,
    installation,
    moment,
    now,
    postgres,
    run,
)
from orchestrator.database.sqlite import has_wal_reset_bug
from tests.waiting import PATIENCE

A_MOMENT = datetime(2021, 6, 28, 10, 5, tzinfo=UTC)


async def test_work_in_one_go_reads_rows_of_its_own_transaction(database):
    async def work(session):
        row = {"id": 1, "uid": "a", "created": A_MOMENT}
        await run(session, insert(InstallationRow), [row])
        return (await session.exec(select(InstallationRow))).one()

    found = await database.in_one_go(work)

    async with database.reading() as session:
        assert (await session.exec(select(InstallationRow))).one() == found


async def test_a_transaction_that_fails_leaves_nothing(database):
    async def add_and_fail():
        async with database.transaction() as session:
            session.add(InstallationRow(id=1, uid="a", created=A_MOMENT))
            await session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await add_and_fail()

    async with database.reading() as session:
        assert await session.get(InstallationRow, 1) is None


async def test_a_reader_sees_one_state_whatever_is_stored_meanwhile(database):
    async with database.reading() as session:
        before = await session.get(InstallationRow, 1)
        async with database.transaction() as other:
            other.add(InstallationRow(id=1, uid="a", created=A_MOMENT))
        meanwhile = (await session.exec(select(InstallationRow))).all()

    async with database.reading() as session:
        after = (await session.exec(select(InstallationRow))).all()
    assert (before, meanwhile, [one.uid for one in after]) == (None, [], ["a"])


async def test_a_moment_of_another_zone_comes_back_as_the_same_instant(database):
    in_paris = A_MOMENT.astimezone(timezone(timedelta(hours=2)))
    async with database.transaction() as session:
        session.add(InstallationRow(id=1, uid="a", created=in_paris))

    async with database.reading() as session:
        row = await session.get(InstallationRow, 1)

    assert (row.created, row.created.utcoffset()) == (A_MOMENT, timedelta())


async def test_a_moment_without_zone_is_refused(database):
    with pytest.raises(StatementError):
        async with database.transaction() as session:
            session.add(
                InstallationRow(id=1, uid="a", created=A_MOMENT.replace(tzinfo=None))
            )


async def test_the_installation_keeps_its_id(database):
    first = await installation(database)

    assert await installation(database) == first


async def test_sqlite_keeps_what_it_confirmed_and_is_no_version_with_the_wal_bug(
    sqlite,
):
    async with sqlite.reading() as session:
        version = (await run(session, text("SELECT sqlite_version()"))).scalar_one()
        mode = (await run(session, text("PRAGMA journal_mode"))).scalar_one()
        synchronous = (await run(session, text("PRAGMA synchronous"))).scalar_one()

    numbers = tuple(int(part) for part in version.split("."))
    assert (has_wal_reset_bug(numbers), mode, synchronous) == (False, "wal", 2)


@pytest.mark.parametrize(
    ("version", "affected"),
    [
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 53, 0), False),
    ],
)
def test_versions_with_the_wal_reset_bug_are_known(version, affected):
    assert has_wal_reset_bug(version) is affected


async def test_a_database_that_is_away_is_said_so(unused_tcp_port):
    database = Database(
        f"postgresql+asyncpg://nobody@127.0.0.1:{unused_tcp_port}/nothing"
    )

    with pytest.raises(DatabaseUnavailable):
        async with database.reading() as session:
            await run(session, text("SELECT 1"))

    await database.close()


async def test_a_connection_that_is_dead_is_given_up_without_waiting(
    upgraded_postgres_url, monkeypatch
):
    """Who was cancelled in that moment kept his place in the pool."""

    async def never(_self, **_options):
        await asyncio.Event().wait()

    database = Database(upgraded_postgres_url, within=PATIENCE)
    async with database.reading() as session:
        await run(session, text("SELECT 1"))
    database._idle.drop()
    with monkeypatch.context() as patched:
        patched.setattr(postgres.Connection, "close", never)

        async with database.reading() as session:
            found = (await run(session, text("SELECT 1"))).scalar_one()

    assert (found, database.engine.pool.checkedin()) == (1, 1)
    await database.close()


async def test_a_connection_in_use_while_the_database_is_closed_is_hung_up(
    upgraded_postgres_url,
):
    """Nobody closes the pool again to which it comes back."""
    database = Database(upgraded_postgres_url)

    async with database.reading() as session:
        await run(session, text("SELECT 1"))
        held = await (await session.connection()).get_raw_connection()
        driver = held.driver_connection
        await database.close()
        assert not driver.is_closed()

    assert driver.is_closed()


async def test_a_wrong_statement_is_a_bug_and_not_a_database_that_is_away(database):
    with pytest.raises(DBAPIError):
        async with database.reading() as session:
            await run(session, text("SELECT nothing FROM nowhere"))


@pytest.fixture
def connected():
    """Have a connection ready: making one takes time, and counts as a way there."""

    async def connect(database):
        async with database.reading() as session:
            await run(session, text("SELECT 1"))

    return connect


async def test_the_clock_goes_by_the_database(database, connected):
    clock = DatabaseClock()
    await connected(database)
    await clock.measure(database)

    async with database.reading() as session:
        moment = await now(session)

    assert abs(clock() - moment) < timedelta(seconds=10)


@pytest.mark.postgres
@pytest.mark.parametrize(("seconds", "warned"), [(1, []), (-3600, [3600]), (5, [-5])])
async def test_a_machine_whose_clock_is_another_is_warned_about(
    upgraded_postgres_url, monkeypatch, connected, seconds, warned
):
    database, clock = Database(upgraded_postgres_url), DatabaseClock()
    wrong = timedelta(seconds=seconds)
    monkeypatch.setattr(moment, "utc_now", lambda: datetime.now(UTC) + wrong)
    await connected(database)

    with structlog.testing.capture_logs() as lines:
        await clock.compare(database)

    assert [line["database_ahead_seconds"] for line in lines] == [
        pytest.approx(one, abs=2) for one in warned
    ]
    await database.close()


async def test_clocks_of_one_machine_agree(sqlite, connected):
    await connected(sqlite)

    with structlog.testing.capture_logs() as lines:
        await DatabaseClock().compare(sqlite)

    assert lines == []
