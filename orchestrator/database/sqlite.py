"""SQLite bound so that it keeps what it confirmed.

The library that Python links is often older than 3.51.3 and may corrupt a
write-ahead log shared by two connections (the WAL-reset bug, 3.7.0 to 3.51.2,
mended also in 3.44.6 and 3.50.7). Where it is, the connections are made with
the newer one inside ``pysqlite3``.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from queue import SimpleQueue
from types import ModuleType
from typing import Any, Self

import aiosqlite
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_dbapi
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

from orchestrator.database.plain import T, Work, done

_MENDED = (3, 51, 3)
_BACKPORTS = {(3, 44): 6, (3, 50): 7}
_ROWS_A_FETCH = 64


def has_wal_reset_bug(version: tuple[int, int, int]) -> bool:
    """Whether SQLite ``version`` may corrupt a log shared by two connections."""
    backport = _BACKPORTS.get(version[:2])
    if backport is not None:
        return version[2] < backport
    return version < _MENDED


def driver() -> ModuleType:
    """The DB-API module to use: Python's own where it is sound, else pysqlite3's."""
    if not has_wal_reset_bug(sqlite3.sqlite_version_info):
        return sqlite3
    try:
        from pysqlite3 import (  # noqa: PLC0415 -- optional dependency
            dbapi2,
        )
    except ImportError:  # pragma: no cover -- no wheel for this platform
        return sqlite3
    module: ModuleType = dbapi2
    return module


class _Cursor(aiosqlite.Cursor):
    """One statement in one visit to the connection's thread.

    SQLAlchemy wants all rows at once. Asked for cursor, statement, rows and end
    one by one, aiosqlite visits the thread four times, and each visit costs more
    than the statement.
    """

    _conn: "_Connection"
    _rows: list[Any]  # Any: tuples of any columns

    def __init__(self, connection: "_Connection") -> None:
        self._conn, self._rows = connection, []

    # Any: whatever the columns hold
    async def execute(self, sql: str, parameters: Any = ()) -> Self:
        await self._conn.visit(self._run, sql, parameters)
        return self

    async def executemany(self, sql: str, parameters: Any) -> Self:
        await self._conn.visit(self._run_many, sql, parameters)
        return self

    async def fetchall(self) -> Iterable[Any]:
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Nothing is open: SQLite is done with a statement at its last row."""

    def _run(self, sql: str, parameters: Any) -> None:
        self._cursor = self._conn.new_cursor().execute(sql, parameters)
        if self._cursor.description:
            self._rows = self._cursor.fetchall()

    def _run_many(self, sql: str, parameters: Any) -> None:
        self._cursor = self._conn.new_cursor().executemany(sql, parameters)


class _Asker:
    """Who waits for the answer of a connection's thread.

    He may have been cancelled, and his loop have ended, before there is one: then
    nobody is told, and the thread goes on to close the connection.
    """

    def __init__(self, waits: asyncio.Future[Any]) -> None:  # Any: of any call
        self._waits = waits

    def get_loop(self) -> Self:
        """What the thread calls back by."""
        return self

    # Any: the answer
    def call_soon_threadsafe(
        self, tell: Callable[..., None], _asker: Self, answer: Any
    ) -> None:
        """Have ``tell`` give him ``answer``."""
        with suppress(RuntimeError):
            self._waits.get_loop().call_soon_threadsafe(tell, self._waits, answer)


class _Calls(SimpleQueue[tuple[_Asker | None, Callable[[], Any]]]):
    """What a connection's thread is to call, and for whom."""

    def put_nowait(self, item: tuple[Any, Callable[[], Any]]) -> None:
        waits, call = item
        super().put_nowait((None if waits is None else _Asker(waits), call))


class _Connection(aiosqlite.Connection):
    def __init__(self, connector: Callable[[], sqlite3.Connection], rows: int) -> None:
        super().__init__(connector, rows)
        self._tx = _Calls()  # type: ignore[assignment]  # of askers
        self._thread = threading.Thread(
            target=aiosqlite.core._connection_worker_thread,  # noqa: SLF001 -- it has no other way
            args=(self._tx,),
        )

    def __del__(self) -> None:
        """Opened for somebody who was cancelled meanwhile: it ends without a word."""
        if self._connection is not None:
            self.stop()

    def cursor(self) -> _Cursor:  # type: ignore[override]  # it is awaitable there
        return _Cursor(self)

    async def visit(self, call: Callable[..., None], *arguments: Any) -> None:
        """Have ``call`` made by the connection's thread."""
        await self._execute(call, *arguments)  # type: ignore[no-untyped-call]

    def new_cursor(self) -> sqlite3.Cursor:
        """A cursor of the library itself; only for the connection's thread."""
        return self._conn.cursor()


class _Binding:
    """What SQLAlchemy asks of the aiosqlite module, over another SQLite."""

    Connection = _Connection
    __version__ = aiosqlite.__version__

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        for name in (
            "DatabaseError",
            "Error",
            "IntegrityError",
            "NotSupportedError",
            "OperationalError",
            "ProgrammingError",
            "sqlite_version",
            "sqlite_version_info",
        ):
            setattr(self, name, getattr(module, name))

    def connect(self, database: str, **options: object) -> _Connection:
        connector: Callable[[], sqlite3.Connection] = lambda: self._module.connect(  # noqa: E731 -- typed
            database, **options
        )
        return _Connection(connector, _ROWS_A_FETCH)


def create(url: str) -> AsyncEngine:
    """An engine for ``sqlite+aiosqlite:///…``; WAL, FULL, foreign keys on."""
    module = driver()
    binding: Any = _Binding(module)  # Any: a module by shape, not by type
    engine = create_async_engine(
        url,
        hide_parameters=True,
        module=AsyncAdapt_aiosqlite_dbapi(binding, module),
        connect_args={"timeout": 10},
    )
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


class Thread:
    """A thread with a connection of its own, in which whole transactions are done.

    A statement that the loop has done by another thread costs two changes of
    thread, which is more than most statements do. Work for this one is a coroutine
    that waits for nothing but its session, and here that never waits.
    """

    def __init__(self, url: str) -> None:
        plain = url.replace("+aiosqlite", "", 1)
        self._engine = create_engine(
            plain,
            hide_parameters=True,
            module=driver(),
            # Only the one thread uses it; the last to close it may be another.
            connect_args={"timeout": 10, "check_same_thread": False},
            poolclass=StaticPool,
            execution_options={"writing": True},
        )
        event.listen(self._engine, "connect", _prepare)
        event.listen(self._engine, "begin", _begin)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-writer")

    async def do(self, work: Work[T]) -> T:
        """What ``work`` returns, in a transaction that is committed then."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._done, work)

    async def close(self) -> None:
        await asyncio.to_thread(self._thread.shutdown)
        self._engine.dispose()

    def _done(self, work: Work[T]) -> T:
        with self._engine.begin() as connection:
            return done(connection, work)


def _prepare(connection: Any, _record: object) -> None:  # Any: the driver's
    # The driver's own BEGIN is deferred and comes too late; _begin does it.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=10000",
        # In the rush each round touches pages all over: the log takes them for some
        # seconds before they are copied, and they are not read again meanwhile.
        "wal_autocheckpoint=4000",
        "cache_size=-16000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    # A deferred transaction that turns to writing fails at once when another
    # writer came between; taking the lock first waits its turn.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
