"""Calendar files of events, rendered once per revision and then kept."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote, urlencode

from calendars.publish import Feed, Written
from orchestrator.clock import Clock, utc_now
from orchestrator.feeds.errors import NoSuchEntry, NoSuchTrack
from orchestrator.feeds.kept import PUBLIC, KeptFile
from orchestrator.feeds.lines import Lines
from orchestrator.feeds.plain import plain
from orchestrator.feeds.publisher import Publisher
from orchestrator.feeds.rendering import in_slices, packed
from orchestrator.feeds.season import Season, season
from orchestrator.feeds.selection import (
    EVERYTHING,
    Only,
    Selection,
    drafts,
    tracks,
)
from orchestrator.feeds.words import words
from orchestrator.feeds.zipped import Pieces
from orchestrator.ids import EventId, SessionId, TalkId
from orchestrator.programme.model import Event

# The nearest CSS name to the accent of the pages.
COLOR = "steelblue"

# A feed of 1,000 entries keeps about 2 MB, its talks' own files about 5 MB.
_MOST_EVENTS = 64


@dataclass(slots=True)
class _Shelf:
    """What is kept of one event for one revision in one season: its entries, the
    pieces that they were compressed in, its files.
    """

    revision: int
    season: Season
    lines: Lines = field(default_factory=Lines)
    pieces: dict[Selection, Pieces] = field(default_factory=dict)
    files: dict[Selection, KeptFile] = field(default_factory=dict)

    def serves(self, event: Event, now: datetime) -> bool:
        return self.revision == event.revision and self.season.holds(now)

    def next(self, event: Event, now: datetime) -> "_Shelf":
        """That of ``event`` as it is now, with what can be used again."""
        pieces = {one: self.pieces[one] for one in self.files if one in self.pieces}
        return _Shelf(
            revision=event.revision,
            season=season(event, now),
            lines=self.lines.next(),
            pieces=pieces,
        )


class Feeds:
    """Answers with calendar files; a kept one costs a look into a dictionary."""

    def __init__(
        self,
        find: Callable[[str], Awaitable[Event]],
        publisher: Publisher,
        *,
        clock: Clock = utc_now,
    ) -> None:
        """``find`` gives the event of a slug or raises its own ``NotFound``."""
        self._find = find
        self._publisher = publisher
        self._clock = clock
        self._shelves: dict[EventId, _Shelf] = {}
        # One rendering at a time: they would only take the loop from each other.
        self._rendering = asyncio.Lock()

    async def feed(
        self, slug: str, *, only: Only | None = None, track: str = ""
    ) -> KeptFile:
        """The calendar of the whole event, or of one kind or track.

        Raises ``NoSuchTrack``.
        """
        if only is None and not track:
            return await self._file(slug, EVERYTHING)
        return await self._file(slug, Selection(only=only, track=track))

    async def session(
        self, slug: str, session: str, *, talks: bool = False
    ) -> KeptFile:
        """The file of one session, with its talks or alone; raises ``NoSuchEntry``."""
        only = None if talks else Only.SESSIONS
        wanted = Selection(session=SessionId(session), only=only)
        return await self._file(slug, wanted)

    async def talk(self, slug: str, talk: str) -> KeptFile:
        """The file of one talk; raises ``NoSuchEntry`` if it has none."""
        return await self._file(slug, Selection(talk=TalkId(talk)))

    async def _file(self, slug: str, wanted: Selection) -> KeptFile:
        event = await self._find(slug)
        if (file := self._kept(event, wanted)) is not None:
            return file
        if wanted.track and wanted.track not in tracks(event):
            raise _no_such_track(event)
        async with self._rendering:
            # Those who waited at the lock find what the first one rendered.
            if (file := self._kept(event, wanted)) is not None:
                return file
            shelf = self._shelf(event)
            file = await self._rendered(event, shelf, wanted)
            shelf.files[wanted] = file
            return file

    def _kept(self, event: Event, wanted: Selection) -> KeptFile | None:
        shelf = self._shelves.get(event.id)
        if shelf is None or not shelf.serves(event, self._now(event)):
            return None
        return shelf.files.get(wanted)

    def _now(self, event: Event) -> datetime:
        return self._clock() + event.clock_offset

    def _shelf(self, event: Event) -> _Shelf:
        """The shelf of ``event`` as it is now, with what it holds."""
        now = self._now(event)
        shelf = self._shelves.get(event.id)
        if shelf is None:
            shelf = _Shelf(revision=event.revision, season=season(event, now))
        elif not shelf.serves(event, now):
            shelf = shelf.next(event, now)
        self._shelves[event.id] = shelf
        while len(self._shelves) > _MOST_EVENTS:
            del self._shelves[next(iter(self._shelves))]
        return shelf

    async def _rendered(
        self, event: Event, shelf: _Shelf, wanted: Selection
    ) -> KeptFile:
        withdrawn = shelf.season.withdrawn
        found = drafts(event, self._publisher, wanted, withdrawn=withdrawn)
        written = await in_slices(shelf.lines.written(found))
        if not written:
            raise NoSuchEntry("Look for it on the programme page.")
        feed = self._described(event, shelf.season, wanted, written)
        return await packed(
            written,
            shelf.pieces.setdefault(wanted, {}),
            feed=feed,
            name=_file_name(event, wanted),
            headers=PUBLIC,
            https=self._publisher.https,
        )

    def _described(
        self,
        event: Event,
        current: Season,
        wanted: Selection,
        written: Sequence[Written],
    ) -> Feed:
        newest = max(one.entry.revised for one in written)
        first = written[0].entry
        if wanted.whole:
            newest = max(newest, event.stamp.revised)
        return Feed(
            name=_name(event, wanted) if wanted.whole else first.summary,
            description=plain(event.programme.summary) if wanted.whole else "",
            revised=current.revised(newest, event),
            source=_address(self._publisher.page(event), wanted),
            url=self._publisher.page(event) if wanted.whole else first.url,
            refresh=current.refresh,
            color=COLOR,
        )


def _no_such_track(event: Event) -> NoSuchTrack:
    known = tracks(event)
    there_are = f"It has: {', '.join(known)}." if known else "Its talks have none."
    return NoSuchTrack(f"{event.slug} has no such track. {there_are}")


def _name(event: Event, wanted: Selection) -> str:
    only = wanted.only and words(event.programme.language).only[wanted.only]
    return " – ".join(filter(None, (event.programme.title, wanted.track, only)))


def _address(page: str, wanted: Selection) -> str:
    """Where the file is fetched from."""
    if wanted.talk is not None:
        return f"{page}/t/{quote(wanted.talk)}.ics"
    if wanted.session is not None:
        talks = "?talks=1" if wanted.only is None else ""
        return f"{page}/s/{quote(wanted.session)}.ics{talks}"
    query = {"kind": wanted.only, "track": wanted.track}
    told = urlencode({name: str(value) for name, value in query.items() if value})
    return f"{page}.ics?{told}" if told else f"{page}.ics"


def _file_name(event: Event, wanted: Selection) -> str:
    only = wanted.only if wanted.whole else None
    return "-".join(filter(None, (event.slug, wanted.session, wanted.talk, only)))
