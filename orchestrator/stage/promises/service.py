"""Promises: when a talk was to begin before chairs moved it."""

from collections.abc import Mapping
from datetime import datetime

from orchestrator.database import Database
from orchestrator.ids import EventId, TalkId
from orchestrator.programme.model import Event
from orchestrator.stage.promises import store


class Promises:
    """The first promises of every event; read once for each revision."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: dict[EventId, tuple[int, Mapping[TalkId, datetime]]] = {}

    async def first(self, event: Event) -> Mapping[TalkId, datetime]:
        """The starts promised at first of talks that a chair has touched."""
        kept = self._kept.get(event.id)
        if kept is not None and kept[0] == event.revision:
            return kept[1]
        async with self._database.reading() as session:
            found = await store.first_starts(session, event.id)
        self._kept[event.id] = (event.revision, found)
        return found

    def forget(self, event: EventId) -> None:
        """``event`` is no more."""
        self._kept.pop(event, None)
