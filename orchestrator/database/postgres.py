"""PostgreSQL bound so that its silence is noticed, and costs nothing afterwards."""

from typing import Any

import asyncpg
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

_SECONDS_TO_CONNECT = 3
# Whoever sets no limit of his own migrates, imports or exports: long work that
# somebody watches.
_SECONDS_OF_PATIENCE = 600
# How much later than the client the server ends what nobody waits for any more.
_SECONDS_OF_GRACE = 1


class Connection(asyncpg.Connection):
    """Never waits for a server to say good-bye: it may be the silent one."""

    async def close(self, *, timeout: float | None = None) -> None:  # noqa: ASYNC109 -- asyncpg's
        """Say good-bye and hang up."""
        self.terminate()


class Idle:
    """The connections of an engine that nobody uses at the moment."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._connections: set[Connection] = set()
        self._over = False
        for name, told in (
            ("checkin", self._came_back),
            ("checkout", self._went),
            ("close", self._went),
        ):
            event.listen(engine.sync_engine, name, told)

    def drop(self) -> None:
        """Hang up on all of them.

        The pool's look at each before it is used would wait for the silent
        server again; one that is closed is replaced at once.
        """
        for one in self._connections:
            one.terminate()

    def end(self) -> None:
        """Hang up on all, and on those in use when they come back: nobody closes the
        pool again.
        """
        self._over = True
        self.drop()

    # Any: SQLAlchemy's shape of a driver; None when it was given up in use
    def _came_back(self, connection: Any, *_: object) -> None:
        if connection is None:
            return
        self._connections.add(connection.driver_connection)
        if self._over:
            connection.driver_connection.terminate()

    def _went(self, connection: Any, *_: object) -> None:
        self._connections.discard(connection.driver_connection)


def create(url: str, *, within: float | None = None) -> AsyncEngine:
    """An engine for ``postgresql+asyncpg://…``.

    ``within`` is the number of seconds after which its user gives up.
    """
    limit = _SECONDS_OF_PATIENCE if within is None else within
    engine = create_async_engine(
        url,
        # Failures are logged: the statement helps, people's addresses must not be there.
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=8,
        max_overflow=8,
        pool_timeout=_SECONDS_TO_CONNECT,
        isolation_level="READ COMMITTED",
        connect_args={
            "connection_class": Connection,
            "timeout": _SECONDS_TO_CONNECT,
            "command_timeout": limit,
            "server_settings": _settings(within),
        },
    )
    # SQLAlchemy waits a moment for it, and whoever is cancelled in that moment would
    # keep his place in the pool.
    engine.dialect.do_terminate = _hang_up  # type: ignore[assignment]
    return engine


def _hang_up(connection: Any) -> None:  # Any: SQLAlchemy's shape of a driver
    connection.driver_connection.terminate()


def _settings(within: float | None) -> dict[str, str]:
    """What the server is to know of each connection."""
    # What was confirmed is kept, whatever the server's default says.
    always = {"synchronous_commit": "on", "timezone": "UTC"}
    if within is None:
        return always
    # Who was cut off in the middle of a transaction still holds its locks there.
    limit = f"{within + _SECONDS_OF_GRACE:g}s"
    return always | {
        "statement_timeout": limit,
        "idle_in_transaction_session_timeout": limit,
    }
