"""That something beside a rundown changed, told in this process and in the others.

Each change raises the event's epoch in its own transaction. Other processes look at
the epochs: when the relay says so, and by the clock. The revision of the programme
stays as it is, since pages and calendars do not depend on any of this.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.database import Database, DatabaseUnavailable
from orchestrator.hub.relay import stage
from orchestrator.ids import EventId
from orchestrator.programme.errors import NoSuchEvent
from orchestrator.programme.model import Event
from orchestrator.stage.news import store

Changed = Callable[[str], None]
"""Told the slug of a meeting, once what changed there is committed."""

Find = Callable[[EventId], Awaitable[Event]]

_SECONDS_BETWEEN_LOOKS = 2.0

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Change:
    """A transaction that changes a stage; ``made`` is False when it did not."""

    session: AsyncSession
    made: bool = True


class News:
    """What changed beside the rundowns: questions, messages, readiness.

    ``tell`` is called after each change of this process, with what the relay tells the
    other ones of it.
    """

    def __init__(
        self, database: Database, find: Find, *, tell: Callable[[str], None]
    ) -> None:
        self._database = database
        self._find = find
        self._relay = tell
        self._told: list[Changed] = []
        self._epochs: dict[EventId, int] | None = None
        self._wake = asyncio.Event()
        self._looking = asyncio.Lock()

    def tell(self, changed: Changed) -> None:
        """Have ``changed`` called with the slug of an event after each change, in
        whichever process it was made.
        """
        self._told.append(changed)

    def forget(self, event: EventId) -> None:
        """``event`` is no more."""
        if self._epochs is not None:
            self._epochs.pop(event, None)

    @asynccontextmanager
    async def change(self, event: Event) -> AsyncIterator[Change]:
        """A transaction that changes the stage of ``event``; it is told once it is
        committed, and not at all if it was not.
        """
        async with self._database.transaction() as session:
            change = Change(session)
            yield change
            epoch = await store.raise_epoch(session, event.id) if change.made else 0
        if change.made:
            self._know(event.id, epoch)
            self._relay(stage(event.slug))
            self._tell(event.slug)

    def wake(self) -> None:
        """Have ``watch`` look at once: another process says that there is news."""
        self._wake.set()

    async def watch(self) -> None:
        """Follow what other processes change, until cancelled."""
        while True:
            try:
                await self.look()
            except DatabaseUnavailable as error:
                _log.warning("database-unavailable", exc_info=error)
            with suppress(TimeoutError):
                async with asyncio.timeout(_SECONDS_BETWEEN_LOOKS):
                    await self._wake.wait()
            self._wake.clear()

    async def look(self) -> None:
        """Tell of each event that changed elsewhere since the last look; raises
        ``DatabaseUnavailable``.
        """
        # Who looks beside another one is to find that told which the other has read.
        async with self._looking:
            async with self._database.reading() as session:
                found = await store.epochs(session)
            if self._epochs is None:
                self._epochs = found
                return
            for event, epoch in found.items():
                # Read before something that was changed here meanwhile: that is newer.
                if epoch > self._epochs.get(event, 0):
                    self._epochs[event] = epoch
                    with suppress(NoSuchEvent):
                        self._tell((await self._find(event)).slug)

    def _know(self, event: EventId, epoch: int) -> None:
        """Our own change is no news, unless there was one of others before it."""
        if self._epochs is not None and self._epochs.get(event, 0) == epoch - 1:
            self._epochs[event] = epoch

    def _tell(self, slug: str) -> None:
        for one in self._told:
            one(slug)
