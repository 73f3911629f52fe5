"""Calendar files of events, rendered once per revision and then kept."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from calendars.publish import Feed, Kept, stream
from orchestrator.clock import Clock, utc_now
from orchestrator.feeds.entries import (
    Publisher,
    entries_of,
    talk_entry,
)
from orchestrator.feeds.errors import NoSuchEntry
from orchestrator.feeds.kept import PUBLIC, KeptFile, keep
from orchestrator.feeds.plain import plain
from orchestrator.feeds.season import Season, season
from orchestrator.ids import EventId
from orchestrator.programme.model import Event

# The nearest CSS name to the accent of the pages.
COLOR = "steelblue"

# The loop serves others after this many seconds of work on a feed: a quarter of
# the 20 ms that nobody may be made to wait, since one step can take longer.
_SLICE = 0.005

# A feed of 1,000 entries keeps about 2 MB, its talks' own files about 5 MB.
_MOST_EVENTS = 64

_FEED = ""

T = TypeVar("T")


@dataclass(slots=True)
class _Shelf:
    """What is kept of one event: its files by talk id, for one revision in one
    season, and its entries as they were last written.
    """

    revision: int
    season: Season
    lines: Kept
    files: dict[str, KeptFile] = field(default_factory=dict)

    def serves(self, event: Event, now: datetime) -> bool:
        since = self.season.since
        return (
            self.revision == event.revision
            and now < self.season.until
            and (since is None or since <= now)
        )


class Feeds:
    """Answers with calendar files; a kept one costs a look into a dictionary."""

    def __init__(
        self,
        find: Callable[[str], Awaitable[Event]],
        *,
        base_url: str,
        install: str,
        clock: Clock = utc_now,
    ) -> None:
        """``find`` gives the event of a slug or raises its own ``NotFound``."""
        self._find = find
        self._publisher = Publisher(base_url=base_url.rstrip("/"), install=install)
        self._https = base_url.startswith("https:")
        self._clock = clock
        self._shelves: dict[EventId, _Shelf] = {}
        # One rendering at a time: they would only take the loop from each other.
        self._rendering = asyncio.Lock()

    async def feed(self, slug: str) -> KeptFile:
        """The calendar of the whole event."""
        event = await self._find(slug)
        return self._kept(event, _FEED) or await self._render(event, _FEED)

    async def talk(self, slug: str, talk: str) -> KeptFile:
        """The file of one talk; raises ``NoSuchEntry`` if it has none."""
        event = await self._find(slug)
        return self._kept(event, talk) or await self._render(event, talk)

    def _kept(self, event: Event, name: str) -> KeptFile | None:
        shelf = self._shelves.get(event.id)
        if shelf is None or not shelf.serves(event, self._now(event)):
            return None
        return shelf.files.get(name)

    def _now(self, event: Event) -> datetime:
        return self._clock() + event.clock_offset

    async def _render(self, event: Event, name: str) -> KeptFile:
        async with self._rendering:
            # Those who waited at the lock find what the first one rendered.
            if (file := self._kept(event, name)) is not None:
                return file
            shelf = self._shelf(event)
            if name == _FEED:
                file = await self._feed_file(event, shelf)
            else:
                file = await self._talk_file(event, shelf, name)
            shelf.files[name] = file
            return file

    def _shelf(self, event: Event) -> _Shelf:
        """The shelf of ``event`` as it is now, with what it holds."""
        now = self._now(event)
        shelf = self._shelves.get(event.id)
        if shelf is not None and shelf.serves(event, now):
            return shelf
        lines = shelf.lines if shelf is not None else {}
        self._shelves[event.id] = fresh = _Shelf(
            revision=event.revision, season=season(event, now), lines=lines
        )
        while len(self._shelves) > _MOST_EVENTS:
            del self._shelves[next(iter(self._shelves))]
        return fresh

    async def _feed_file(self, event: Event, shelf: _Shelf) -> KeptFile:
        current = shelf.season
        found = entries_of(event, self._publisher, withdrawn=current.withdrawn)
        entries = await _in_slices(found)
        revised = max(event.stamp.revised, *(entry.revised for entry in entries))
        if current.since is not None:
            # The bytes changed at that moment too; the clock outside of a
            # rehearsal says it differently.
            revised = max(revised, current.since - event.clock_offset)
        page = self._publisher.page(event)
        feed = Feed(
            name=event.programme.title,
            description=plain(event.programme.summary),
            revised=revised,
            source=f"{page}.ics",
            url=page,
            refresh=current.refresh,
            color=COLOR,
        )
        return await _packed(
            stream(entries, feed=feed, kept=shelf.lines),
            modified=revised,
            name=event.slug,
            title=event.programme.title,
            https=self._https,
        )

    async def _talk_file(self, event: Event, shelf: _Shelf, talk: str) -> KeptFile:
        withdrawn = shelf.season.withdrawn
        entry = talk_entry(event, talk, self._publisher, withdrawn=withdrawn)
        if entry is None:
            raise NoSuchEntry("Look for the talk on the programme page.")
        return await _packed(
            stream([entry]),
            modified=entry.revised,
            name=f"{event.slug}-{talk}",
            title=entry.summary,
            https=self._https,
        )


async def _packed(
    parts: Iterable[bytes], *, modified: datetime, name: str, title: str, https: bool
) -> KeptFile:
    body = b"".join(await _in_slices(parts))
    # Hashing and compressing give up the interpreter's lock; writing does not.
    return await asyncio.to_thread(
        keep,
        body,
        modified=modified,
        name=name,
        title=title,
        headers=PUBLIC,
        https=https,
    )


async def _in_slices(steps: Iterable[T]) -> list[T]:
    """All of ``steps``, with a rest for the loop every ``_SLICE`` seconds."""
    loop = asyncio.get_running_loop()
    done: list[T] = []
    rested = loop.time()
    for step in steps:
        done.append(step)
        if loop.time() - rested > _SLICE:
            await asyncio.sleep(0)
            rested = loop.time()
    return done
