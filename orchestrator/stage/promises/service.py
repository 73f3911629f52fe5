"""Promises: when a talk was to begin before chairs moved it."""

from collections.abc import Mapping
from datetime import datetime

from orchestrator.database import Database
from orchestrator.ids import EventId, TalkId
from orchestrator.programme.model import Event
from orchestrator.stage.promises import store
from orchestrator.stage.promises.store import First


class Promises:
    """The first promises of every event; what was pressed is read once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: dict[EventId, tuple[int, First]] = {}

    async def first(self, event: Event) -> Mapping[TalkId, datetime]:
        """The starts promised at first of talks that a chair has touched."""
        revision, first = self._kept.get(event.id, (None, First()))
        if revision == event.revision:
            return first.starts
        async with self._database.reading() as session:
            first = await store.first_starts(session, event.id, first)
        self._kept[event.id] = (event.revision, first)
        return first.starts

    def forget(self, event: EventId) -> None:
        """``event`` is no more."""
        self._kept.pop(event, None)
