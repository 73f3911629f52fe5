"""Promises: when a talk was to begin before chairs moved it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from orchestrator.database import Batch, Database
from orchestrator.ids import EventId, TalkId
from orchestrator.programme.model import Event
from orchestrator.stage.promises import store
from orchestrator.stage.promises.store import Versions


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    versions: Versions = field(default_factory=dict)
    starts: Mapping[TalkId, datetime] = field(default_factory=dict)


class Promises:
    """The first promises of every event; of each press they are read once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: dict[EventId, _Kept] = {}
        self._revisions: dict[EventId, int] = {}
        self._loads: Batch[tuple[EventId, int], _Kept] = Batch(self._load)

    async def first(self, event: Event) -> Mapping[TalkId, datetime]:
        """The starts promised at first of talks that a chair has touched."""
        if self._revisions.get(event.id) == event.revision:
            return self._kept[event.id].starts
        # All that is drawn after a press asks at once.
        found = await self._loads.get((event.id, event.revision))
        return found.starts if found else {}

    async def _load(
        self, wanted: Sequence[tuple[EventId, int]]
    ) -> dict[tuple[EventId, int], _Kept]:
        # Those who asked while the same was being read.
        found = {
            (event, revision): self._kept[event]
            for event, revision in wanted
            if self._revisions.get(event) == revision
        }
        new_ones = [one for one in wanted if one not in found]
        if not new_ones:
            return found
        async with self._database.reading() as session:
            for event, revision in new_ones:
                former = self._kept.get(event, _Kept())
                versions = await store.versions(session, event)
                new = await store.first_starts(session, former.versions, versions)
                kept = _Kept(versions=versions, starts={**new, **former.starts})
                found[event, revision] = self._kept[event] = kept
                self._revisions[event] = revision
        return found

    def forget(self, event: EventId) -> None:
        """``event`` is no more."""
        self._kept.pop(event, None)
        self._revisions.pop(event, None)
