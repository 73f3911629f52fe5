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
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.clock import utc_now
from orchestrator.database import sqlite
from orchestrator.errors import Unavailable

_SECONDS_TO_CONNECT = 3
_SECONDS_A_STATEMENT = 10

# Classes of SQLSTATE: no connection, no resources, stopped by an operator.
_NO_CONNECTION = ("08", "53", "57P")

_WRONG_STATEMENT = ("no such", "syntax error", "has no column")
_NO_DATABASE = ("file is not a database", "disk image is malformed")


class DatabaseUnavailable(Unavailable):
    """The database does not answer; nothing was changed."""

    slug = "database-unavailable"
    title = "The service cannot reach its database"


class Database:
    """One pool of connections, opened at the first use, closed by ``close``."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _create(url)
        self._writing = self.engine.execution_options(writing=True)
        # SQLite has one writer: waiting in the process is fair and cheap,
        # waiting on the file is neither.
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
                async with AsyncSession(self._writing, expire_on_commit=False) as one:
                    yield one
                    await one.commit()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session that sees one state and changes nothing."""
        with explained():
            async with AsyncSession(self.engine, expire_on_commit=False) as one:
                yield one

    async def close(self) -> None:
        await self.engine.dispose()


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


def _create(url: str) -> AsyncEngine:
    if url.startswith("sqlite"):
        return sqlite.create(url)
    return create_async_engine(
        url,
        # Failures are logged: the statement helps, people's addresses must not be there.
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=8,
        max_overflow=8,
        pool_timeout=_SECONDS_TO_CONNECT,
        isolation_level="READ COMMITTED",
        connect_args={
            "timeout": _SECONDS_TO_CONNECT,
            "command_timeout": _SECONDS_A_STATEMENT,
            # What was confirmed is kept, whatever the server's default says.
            "server_settings": {"synchronous_commit": "on", "timezone": "UTC"},
        },
    )


class explained:  # noqa: N801 -- reads as a word where it is used
    """Turns a database that does not answer into an error for people."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, _: object) -> None:
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
    if isinstance(error, DBAPIError):
        damaged = any(sign in str(error.orig) for sign in _NO_DATABASE)
        return damaged or error.connection_invalidated
    # What goes wrong before there is a connection comes as it is: no socket, no
    # such host, or the server's own word that it starts or stops.
    state = getattr(error, "sqlstate", None) or ""
    return isinstance(error, OSError) or state.startswith(_NO_CONNECTION)
