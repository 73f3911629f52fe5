"""Transactions on the one database."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import CursorResult, Executable, func, select
from sqlalchemy.exc import (
    DBAPIError,
    InterfaceError,
    OperationalError,
)
from sqlalchemy.exc import (
    TimeoutError as PoolTimeout,
)
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.clock import utc_now
from orchestrator.database import postgres, sqlite
from orchestrator.database.plain import T, Work, done
from orchestrator.errors import Unavailable

# Classes of SQLSTATE: no connection, no resources, stopped by an operator.
_NO_CONNECTION = ("08", "53", "57P")

_WRONG_STATEMENT = ("no such", "syntax error", "has no column")
_NO_DATABASE = ("file is not a database", "disk image is malformed")


class DatabaseUnavailable(Unavailable):
    """The database does not answer; nothing was changed."""

    slug = "database-unavailable"
    title = "The service cannot reach its database"


class Database:
    """One pool of connections, opened at the first use, closed by ``close``.

    ``within`` is the number of seconds that a transaction on a server may take,
    connecting included; None leaves it the time that it needs.
    """

    def __init__(self, url: str, *, within: float | None = None) -> None:
        self.url = url
        self.engine = _create(url, within)
        # SQLite answers out of this process and cannot fall silent.
        self._within = None if self.is_sqlite else within
        self._idle = None if self.is_sqlite else postgres.Idle(self.engine)
        self._writing = self.engine.execution_options(writing=True)
        # An event is read by several statements, while chairs press. SQLite shows one
        # state by itself.
        self._seeing = (
            self.engine
            if self.is_sqlite
            else self.engine.execution_options(isolation_level="REPEATABLE READ")
        )
        # SQLite has one writer: waiting in the process is fair and cheap,
        # waiting on the file is neither.
        self._thread = sqlite.Thread(url) if self.is_sqlite else None
        self._turn = asyncio.Lock() if self.is_sqlite else nullcontext()

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session whose work is committed at the end, or not at all.

        Raises ``DatabaseUnavailable`` when the database does not answer.
        """
        async with self._turn:
            with explained():
                async with (
                    self._in_time(),
                    AsyncSession(self._writing, expire_on_commit=False) as one,
                ):
                    yield one
                    await one.commit()

    async def in_one_go(self, work: Work[T]) -> T:
        """What ``work`` returns, done in a transaction that is committed then.

        As ``transaction``, for work that runs plain statements (``run``) and waits
        for nothing else: it changes context once, not at each statement.
        """
        async with self._turn:
            with explained():
                if self._thread is not None:
                    return await self._thread.do(work)
                async with self._in_time(), self._writing.begin() as connection:
                    return await connection.run_sync(done, work)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session that sees one state and changes nothing."""
        with explained():
            async with (
                self._in_time(),
                AsyncSession(self._seeing, expire_on_commit=False) as one,
            ):
                yield one

    @asynccontextmanager
    async def _in_time(self) -> AsyncIterator[None]:
        """Gives up on a silent server, and on all connections that lead to it.

        One limit for all: those of the pool, of connecting and of each
        statement would add up.
        """
        try:
            async with asyncio.timeout(self._within):
                yield
        except TimeoutError:
            if self._idle is not None:
                self._idle.drop()
            raise

    async def close(self) -> None:
        if self._thread is not None:
            await self._thread.close()
        await self.engine.dispose()
        if self._idle is not None:
            self._idle.end()


async def run(
    session: AsyncSession,
    statement: Executable,
    parameters: Sequence[Mapping[str, object]] | Mapping[str, object] | None = None,
) -> CursorResult[*tuple[Any, ...]]:  # Any: columns of any statement
    """Execute a plain statement inside the transaction of ``session``.

    Rows come as tuples, not as objects, and cost a tenth of them.
    """
    await session.flush()
    connection = await session.connection()
    return await connection.execute(statement, parameters)


async def now(session: AsyncSession) -> datetime:
    """The database's own time: machines differ, the database is one.

    SQLite runs in this process, so its time is this machine's.
    """
    if session.get_bind().dialect.name == "sqlite":
        return utc_now()
    moment: datetime = (await run(session, select(func.clock_timestamp()))).scalar_one()
    return moment.astimezone(UTC)


def _create(url: str, within: float | None) -> AsyncEngine:
    if url.startswith("sqlite"):
        return sqlite.create(url)
    return postgres.create(url, within=within)


class explained:  # noqa: N801 -- reads as a word where it is used
    """Turns a database that does not answer into an error for people."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, _: object) -> None:
        if isinstance(error, TimeoutError):
            # It may have been confirming when it fell silent.
            raise DatabaseUnavailable(
                "It did not answer in time. Please look again in a few seconds."
            ) from error
        if error is not None and _is_down(error):
            raise DatabaseUnavailable(
                "Nothing was changed. Please try again in a few seconds."
            ) from error


def _is_down(error: BaseException) -> bool:
    if isinstance(error, OperationalError):
        # SQLite has one word for a file that is away and for a wrong statement.
        return not any(sign in str(error.orig) for sign in _WRONG_STATEMENT)
    if isinstance(error, InterfaceError | PoolTimeout):
        return True
    # What goes wrong before there is a connection may come as it is: no socket, no
    # such host, or the server's own word that it starts or stops.
    state = getattr(getattr(error, "orig", error), "sqlstate", None) or ""
    if isinstance(error, OSError) or state.startswith(_NO_CONNECTION):
        return True
    if isinstance(error, DBAPIError):
        damaged = any(sign in str(error.orig) for sign in _NO_DATABASE)
        return damaged or error.connection_invalidated
    return False
