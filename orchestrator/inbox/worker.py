"""What was delivered, handled: in order of arrival, each once, whatever happens."""

import asyncio
import math
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from integrations.errors import IntegrationError
from integrations.video.events import News
from orchestrator.database import Database, DatabaseUnavailable, now
from orchestrator.inbox import store
from orchestrator.inbox.model import Due, Failure, State, Told
from orchestrator.inbox.pauses import pause
from orchestrator.inbox.service import Find

After = Callable[[], Awaitable[None]]
"""What is done once that which was told is durable. Nobody tries it again."""

Handler = Callable[[AsyncSession, Sequence[Told]], Awaitable[After | None]]
"""Takes what was told of its kinds, in order of arrival, inside the transaction that
notes it as handled: it writes by this session only, and asks no server.
"""

EVERY = 1.0
"""Seconds between two looks when nothing wakes the worker."""

BODY_KEPT = timedelta(days=7)
"""Bodies hold names: they are forgotten when nobody will look into them any more."""

ASIDE_KEPT = timedelta(days=14)
"""So long organisers have for those that were set aside."""

KEY_KEPT = timedelta(days=60)
"""What is told again within this time does no harm."""

# What a transaction takes delays whoever waits for the database's one writer.
_AT_ONCE = 100
_SECONDS_AFTERWARDS = 10
_LONGEST_REST = 0.5
_SECONDS_BETWEEN_SWEEPS = 3600
# So many are forgotten by one statement: it is to be over soon.
_SWEPT_AT_ONCE = 2000
_LONGEST_ERROR = 300

_log = structlog.get_logger(__name__)


class GoneConnection(IntegrationError):
    """The settings do not name the connection any more."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What was told, by whom it can be marked, and what could not be read."""

    numbers: list[int]
    told: list[Told]
    failures: list[tuple[Due, Exception]]


class Worker:
    """Handles deliveries, in each process; two never have the same in hand.

    What fails is tried again after a while, and does not hold the others up.
    """

    def __init__(self, database: Database, find: Find) -> None:
        self._database = database
        self._find = find
        self._handlers: list[tuple[Handler, tuple[type[News], ...]]] = []
        self._woken = asyncio.Event()
        self._at_once = _AT_ONCE
        self._swept = -math.inf

    def register(self, handler: Handler, *kinds: type[News]) -> None:
        """Have ``handler`` told the news of ``kinds``; several may hear of one kind."""
        self._handlers.append((handler, kinds))

    def wake(self) -> None:
        """Something is to be handled."""
        self._woken.set()

    async def run(self) -> None:
        """Handle what comes until cancelled.

        Neither a database that is away nor a handler that fails stops it.
        """
        async with asyncio.TaskGroup() as group:
            while True:
                self._woken.clear()
                busy, began = False, time.monotonic()
                try:
                    busy, afterwards = await self.round()
                    for one in afterwards:
                        group.create_task(_done(one))
                    if not busy:
                        await self._tidy()
                except DatabaseUnavailable as error:
                    _log.warning("inbox-not-read", cause=repr(error.__cause__))
                except Exception as error:  # noqa: BLE001 -- the outermost loop of a worker
                    _log.error("bug", where="inbox", exc_info=error)
                if busy:
                    # Senders wait for their answers: half of the time is theirs.
                    took = time.monotonic() - began
                    await asyncio.sleep(min(took, _LONGEST_REST))
                else:
                    await self._quiet()

    async def round(self) -> tuple[bool, list[After]]:
        """Handle some of what is due: whether there was any, and what is to be done
        afterwards.
        """
        async with self._database.reading() as session:
            if not await store.is_due(session):
                return False, []
        due: list[Due] = []
        try:
            async with self._database.transaction() as session:
                due += await store.take_due(session, self._at_once)
                afterwards = await self._handled(session, due)
        except DatabaseUnavailable:
            # It is away, or these were too many for the time that one may take.
            if self._at_once > 1 or not due:
                self._at_once = max(1, self._at_once // 2)
                raise
        except Exception as error:  # noqa: BLE001 -- the outermost loop of a worker
            _log.warning("not-handled-together", exc_info=error, number=len(due))
        else:
            self._at_once = min(_AT_ONCE, 2 * self._at_once)
            return bool(due), afterwards
        # One of them may be to blame; the others must not pay for it.
        each = [await self._alone(one.number) for one in due]
        return True, [after for afterwards in each for after in afterwards]

    async def sweep(self) -> None:
        """Forget what has been kept for long enough."""
        for forget, kept in (
            (partial(store.forget_bodies, state=State.DONE), BODY_KEPT),
            (partial(store.forget_bodies, state=State.ASIDE), ASIDE_KEPT),
            (store.forget, KEY_KEPT),
        ):
            swept = _SWEPT_AT_ONCE
            while swept == _SWEPT_AT_ONCE:
                async with self._database.transaction() as session:
                    before = await now(session) - kept
                    swept = await forget(session, before, at_most=_SWEPT_AT_ONCE)

    async def _tidy(self) -> None:
        moment = asyncio.get_running_loop().time()
        if moment - self._swept >= _SECONDS_BETWEEN_SWEEPS:
            self._swept = moment
            await self.sweep()

    async def _alone(self, number: int) -> list[After]:
        due: list[Due] = []
        try:
            async with self._database.transaction() as session:
                due += await store.take_due(session, 1, numbers=[number])
                return await self._handled(session, due)
        except Exception as error:  # noqa: BLE001 -- the outermost loop of a worker
            # If it is the database that is away, it cannot note this either.
            async with self._database.transaction() as session:
                await self._failed(session, [(one, error) for one in due])
        return []

    async def _handled(self, session: AsyncSession, due: Sequence[Due]) -> list[After]:
        """Have handlers told what ``due`` tells, and note it; what is to be done
        afterwards.
        """
        if not due:
            return []
        read = self._read(due)
        afterwards = []
        for handler, kinds in self._handlers:
            if told := [one for one in read.told if isinstance(one.news, kinds)]:
                after = await handler(session, told)
                if after is not None:
                    afterwards.append(after)
        if read.numbers:
            await store.done(session, read.numbers)
        await self._failed(session, read.failures)
        return afterwards

    def _read(self, due: Sequence[Due]) -> _Read:
        read = _Read([], [], [])
        for one in due:
            try:
                news = self._understood(one)
            except Exception as error:  # noqa: BLE001 -- whatever a body makes it do
                read.failures.append((one, error))
            else:
                read.numbers.append(one.number)
                read.told.extend(news)
        return read

    def _understood(self, due: Due) -> list[Told]:
        kept = due.kept
        if (provider := self._find(kept.connection)) is None:
            raise GoneConnection("The settings name no such connection any more.")
        return [
            Told(
                connection=kept.connection,
                news=news,
                key=f"{kept.key}/{number}",
                received=kept.received,
            )
            for number, news in enumerate(provider.understand(kept.body))
        ]

    async def _failed(
        self, session: AsyncSession, failures: Sequence[tuple[Due, Exception]]
    ) -> None:
        if not failures:
            return
        moment = await now(session)
        noted = []
        for due, error in failures:
            wait = pause(due.tries + 1, random.random())  # noqa: S311 -- no secret
            again = None if wait is None else moment + wait
            noted.append(Failure(number=due.number, error=words_of(error), again=again))
            facts = {"connection": due.kept.connection, "tries": due.tries + 1}
            _log.warning("delivery-not-handled", error=words_of(error), **facts)
        await store.failed(session, noted)

    async def _quiet(self) -> None:
        try:
            async with asyncio.timeout(EVERY):
                await self._woken.wait()
        except TimeoutError:
            return


def words_of(error: Exception) -> str:
    """What is told of ``error``: its words where they are meant for people; those of
    others may hold a part of the body.
    """
    if isinstance(error, IntegrationError):
        return str(error).replace("\0", "")[:_LONGEST_ERROR]
    return type(error).__name__


async def _done(after: After) -> None:
    try:
        async with asyncio.timeout(_SECONDS_AFTERWARDS):
            await after()
    except Exception as error:  # noqa: BLE001 -- nobody waits for it
        _log.warning("not-done-afterwards", exc_info=error)
