"""Personal calendars: found by their key, rendered once per state, then kept.

Their keys are looked up each time, many in one statement: whoever renews his,
or is cancelled, is at once known so in every process.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from calendars.publish import Feed
from orchestrator.access.feed_keys import store as feed_keys
from orchestrator.access.feed_keys.model import FeedKey, Part, Turn
from orchestrator.access.feed_keys.service import digest_of, is_key
from orchestrator.clock import Clock, utc_now
from orchestrator.database import Batch, Database
from orchestrator.feeds.errors import NoSuchFeed
from orchestrator.feeds.kept import PERSONAL, KeptFile
from orchestrator.feeds.lines import Lines
from orchestrator.feeds.own import Owner, own_drafts
from orchestrator.feeds.plain import plain
from orchestrator.feeds.publisher import Publisher
from orchestrator.feeds.rendering import in_slices, packed
from orchestrator.feeds.season import Season, season
from orchestrator.feeds.service import COLOR
from orchestrator.feeds.words import words
from orchestrator.ids import EventId, RegistrantId
from orchestrator.programme.model import Event
from orchestrator.registration import store as registration
from orchestrator.registration.model import Registrant

Turns = Mapping[Part, Turn]

Link = Callable[[Registrant, FeedKey], str]
"""The personal link in somebody's calendar; empty where it is not to be there."""

# A calendar of two sessions has 3 KB, one of 1,000 talks 1.3 MB.
_MOST_BYTES = 64 * 1024 * 1024
_MOST_EVENTS = 64


@dataclass(slots=True)
class _Shelf:
    """The entries of one event as they stand in personal calendars that hold no
    personal link; they are the same for all who chose alike.
    """

    revision: int
    lines: Lines = field(default_factory=Lines)


@dataclass(frozen=True, slots=True)
class _State:
    """All that decides the bytes of a personal calendar."""

    revision: int
    season: Season
    owner: Owner


class PersonalFeeds:
    """Answers with the calendar that a key belongs to."""

    def __init__(
        self,
        database: Database,
        find: Callable[[EventId], Awaitable[Event]],
        link: Link,
        publisher: Publisher,
        *,
        clock: Clock = utc_now,
    ) -> None:
        """``find`` gives an event by its id, ``link`` somebody's personal link."""
        self._database = database
        self._find = find
        self._link = link
        self._publisher = publisher
        self._clock = clock
        self._owners = Batch(self._load)
        self._files: OrderedDict[RegistrantId, tuple[_State, KeptFile]] = OrderedDict()
        self._bytes = 0
        self._shelves: dict[EventId, _Shelf] = {}
        self._rendering = asyncio.Lock()

    async def feed(self, key: str) -> KeptFile:
        """The calendar of ``key``; raises ``NoSuchFeed``."""
        owner = await self._owners.get(digest_of(key)) if is_key(key) else None
        if owner is None:
            raise NoSuchFeed("Take the address of your calendar from your own page.")
        event = await self._find(owner.key.event)
        now = self._clock() + event.clock_offset
        state = _State(event.revision, season(event, now), owner)
        return self._kept(state) or await self._render(event, state)

    def _kept(self, state: _State) -> KeptFile | None:
        kept = self._files.get(state.owner.key.registrant)
        if kept is None or kept[0] != state:
            return None
        self._files.move_to_end(state.owner.key.registrant)
        return kept[1]

    async def _render(self, event: Event, state: _State) -> KeptFile:
        async with self._rendering:
            if (file := self._kept(state)) is not None:
                return file
            file = await self._rendered(event, state)
            self._keep(state, file)
            return file

    async def _rendered(self, event: Event, state: _State) -> KeptFile:
        owner, terms = state.owner, words(event.programme.language)
        found = own_drafts(
            event, self._publisher, owner, withdrawn=state.season.withdrawn
        )
        written = await in_slices(self._lines(event, owner).written(found))
        newest = max(one.entry.revised for one in written)
        turned = map(attrgetter("since"), owner.turns.values())
        newest = max(newest, event.stamp.revised, owner.key.chosen, *turned)
        feed = Feed(
            name=f"{event.programme.title} – {terms.mine}",
            description=plain(event.programme.summary),
            revised=state.season.revised(newest, event),
            url=self._publisher.own_page(event),
            refresh=state.season.refresh,
            color=COLOR,
        )
        return await packed(
            written,
            {},
            feed=feed,
            name=f"{event.slug}-me",
            headers=PERSONAL,
            https=self._publisher.https,
        )

    def _lines(self, event: Event, owner: Owner) -> Lines:
        """Where the entries of ``owner`` are kept; nowhere if nobody else has them."""
        if owner.is_like_no_other:
            return Lines()
        shelf = self._shelves.get(event.id)
        if shelf is None:
            shelf = _Shelf(event.revision)
        elif shelf.revision != event.revision:
            shelf = _Shelf(event.revision, shelf.lines.next())
        self._shelves[event.id] = shelf
        while len(self._shelves) > _MOST_EVENTS:
            del self._shelves[next(iter(self._shelves))]
        return shelf.lines

    def _keep(self, state: _State, file: KeptFile) -> None:
        who = state.owner.key.registrant
        if (former := self._files.pop(who, None)) is not None:
            self._bytes -= former[1].size
        self._files[who] = state, file
        self._bytes += file.size
        while self._bytes > _MOST_BYTES and len(self._files) > 1:
            _, (_, dropped) = self._files.popitem(last=False)
            self._bytes -= dropped.size

    async def _load(self, digests: Sequence[str]) -> Mapping[str, Owner]:
        async with self._database.reading() as session:
            keys = await feed_keys.by_digest(session, digests)
            ids = [key.registrant for key in keys.values()]
            people = await registration.lookup_many(session, ids)
            turns = await feed_keys.turns_of(session, ids)
        return {
            digest: self._owner(key, people[key.registrant], turns[key.registrant])
            for digest, key in keys.items()
            if _is_good(key, people.get(key.registrant))
        }

    def _owner(self, key: FeedKey, one: Registrant, turns: Turns) -> Owner:
        return Owner(key=key, registrant=one, turns=turns, link=self._link(one, key))


def _is_good(key: FeedKey, owner: Registrant | None) -> bool:
    """Whether the links of ``owner`` were not revoked since ``key`` was made."""
    return owner is not None and owner.version == key.version
