"""Whole transactions of plain statements, without a change of context for each.

A statement through an ``AsyncSession`` enters three greenlets, and on SQLite two
threads: more than most statements cost. Work of this kind is a coroutine that waits
for nothing but its session, and here that never waits.
"""

from collections.abc import Callable, Coroutine
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Executable
from sqlmodel import Session
from sqlmodel.ext.asyncio.session import AsyncSession

T = TypeVar("T")
Work = Callable[[AsyncSession], Coroutine[Any, Any, T]]


def done(connection: Connection, work: Work[T]) -> T:
    """What ``work`` returns, done on ``connection``; committed by the caller.

    Raises RuntimeError when it waits for anything else.
    """
    session: Any = _Plain(connection)  # Any: a session by shape
    coroutine = work(session)
    try:
        coroutine.send(None)
    except StopIteration as end:
        value: T = end.value
        return value
    finally:
        coroutine.close()
    raise RuntimeError("the work waited for something else than its session")


class _Plain:
    """As much of a session as ``run`` uses and reading takes, over a connection that
    never waits.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def flush(self) -> None:
        """Nothing is pending: only plain statements are run."""

    async def connection(self) -> Self:
        return self

    # Any: parameters and columns of any statement
    async def execute(self, statement: Executable, parameters: Any = None) -> Any:
        return self._connection.execute(statement, parameters)

    # Any: whatever was selected
    async def exec(self, statement: Any) -> Any:
        """Read rows as objects, which costs more than plain columns."""
        return Session(self._connection).exec(statement)

    def get_bind(self) -> Connection:
        return self._connection
