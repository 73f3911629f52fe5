"""Meetings: read from memory, stored in one transaction with all that follows."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.database import (
    Batch,
    Database,
    DatabaseClock,
    DatabaseUnavailable,
    now,
)
from orchestrator.hub.hub import Hub
from orchestrator.ids import EventId, SessionId
from orchestrator.programme import store
from orchestrator.programme.doors import refuse_doors
from orchestrator.programme.doubts import Doubts
from orchestrator.programme.drafting import (
    Draft,
    advanced,
    chosen_slug,
    drafted,
    refuse_rehearsal,
)
from orchestrator.programme.errors import NoSuchEvent, NoSuchSession, SlugTaken
from orchestrator.programme.events import ProgrammeChanged
from orchestrator.programme.model import Event, Programme, Reading, TimedSession
from orchestrator.programme.retimed import retimed, windows
from orchestrator.programme.retiming.store import change
from orchestrator.programme.slug import is_rehearsal, is_slug
from orchestrator.programme.soon import Soon, nobody
from orchestrator.programme.store import Follower, Head, Listener

# Another process may have stored a programme: how soon it is seen here, when
# nobody says so.
_SECONDS_BETWEEN_LOOKS = 1.0
_LOOKS_BETWEEN_CLOCKS = 30

_log = structlog.get_logger(__name__)


class Programmes:
    """All meetings. Kept in memory under their revision; the database decides.

    ``tell`` is called with the slug of a meeting that was stored.
    """

    def __init__(
        self,
        database: Database,
        clock: DatabaseClock,
        hub: Hub,
        listeners: Sequence[Listener] = (),
        followers: Sequence[Follower] = (),
        *,
        tell: Callable[[str], None] = nobody,
    ) -> None:
        self._database = database
        self._clock = clock
        self._hub = hub
        self._tell = tell
        self._listeners = tuple(listeners)
        self._followers = tuple(followers)
        self._forget: list[Callable[[EventId], None]] = []
        self._revise: list[Callable[[str], None]] = []
        self._doubts = Doubts()
        self._heads: dict[str, Head] = {}
        self._slugs: dict[EventId, str] = {}
        self._kept: dict[str, Event] = {}
        self._soon = Soon(self._tell_now)
        self._watching = False
        self._news = asyncio.Event()
        self._loads = Batch(self._load_all)

    def forgotten(self, forget: Callable[[EventId], None]) -> None:
        """Have ``forget`` called with the id of each event that is removed."""
        self._forget.append(forget)

    def revised(self, tell: Callable[[str], None]) -> None:
        """Have ``tell`` called with the slug of each meeting that has a new revision,
        whichever process stored it.
        """
        self._revise.append(tell)

    def entitled(self, check: Callable[[str], Awaitable[None]]) -> None:
        """Have ``check`` called with the slug of each meeting at which somebody may
        not be who he was; it is called again when the database did not answer.
        """
        self._doubts.ask(check)

    async def find(self, slug: str) -> Event:
        """The event of ``slug``; raises ``NoSuchEvent``."""
        if (kept := self._fresh(slug)) is not None:
            return kept
        if not is_slug(slug):
            raise NoSuchEvent.called(slug)
        # A process that has just started is asked by everybody at once.
        event = await self._loads.get(slug)
        if event is None:
            raise NoSuchEvent.called(slug)
        return event

    def _fresh(self, slug: str) -> Event | None:
        """What is kept of the meeting, if it is still true."""
        kept, head = self._kept.get(slug), self._heads.get(slug)
        if not self._watching or kept is None or head is None:
            return None
        return kept if kept.revision == head.revision else None

    async def by_id(self, event: EventId) -> Event:
        """The event of ``event``; raises ``NoSuchEvent``."""
        slug = self._slugs.get(event)
        if slug is None:
            await self.look()
            slug = self._slugs.get(event, "")
        return self._fresh(slug) or await self.find(slug)

    async def all(self) -> tuple[Event, ...]:
        """Every event, the latest first; copies for rehearsals apart."""
        await self.look()
        events = [await self.find(one) for one in self._heads if not is_rehearsal(one)]
        newest = sorted(events, key=lambda one: one.slug)
        return tuple(sorted(newest, key=_first_day, reverse=True))

    def now(self, event: Event) -> datetime:
        """The moment that ``event`` is at: the database's, moved by its offset."""
        return self._clock() + event.clock_offset

    def access_epoch(self, event: EventId) -> int | None:
        """Rises when anybody's entitlement changes, in whichever process.

        None while other processes are not followed: then nothing may be kept.
        """
        head = self._heads.get(self._slugs.get(event, ""))
        return head.access_epoch if head and self._watching else None

    async def draft(self, programme: Programme, *, slug: str | None = None) -> Draft:
        """Lay ``programme`` out and compare it with what is stored.

        The slug is the one given, else the programme's own, else made of its
        title. Raises ``BadSlug`` when it cannot stand in an address, ``SlugTaken``
        when another meeting has it.
        """
        slug = chosen_slug(slug, programme)
        refuse_rehearsal(slug)
        async with self._database.reading() as session:
            before = await store.get(session, slug)
        return drafted(before, replace(programme, slug=slug))

    async def store(
        self, reading: Reading, *, slug: str | None = None, new_only: bool = False
    ) -> Event:
        """Store what was read, and all that follows from it, or nothing at all."""
        slug = chosen_slug(slug, reading.programme)
        refuse_rehearsal(slug)
        return await self._store(reading, slug, new_only=new_only)

    async def store_copy(self, reading: Reading, slug: str) -> Event:
        """As ``store``, for a new copy to rehearse with, at ``rehearsal_of`` a slug."""
        return await self._store(reading, slug, new_only=True)

    async def rehearsals(self) -> tuple[Event, ...]:
        """The copies that are there to rehearse with."""
        await self.look()
        return tuple([await self.find(one) for one in self._heads if is_rehearsal(one)])

    async def _store(self, reading: Reading, slug: str, *, new_only: bool) -> Event:
        programme = reading.programme
        async with self._database.transaction() as session:
            await store.lock(session, slug)
            before = await store.get(session, slug)
            if before is not None and new_only:
                raise SlugTaken(f"There is a meeting at {slug}. Choose another slug.")
            draft = drafted(before, replace(programme, slug=slug))
            event = advanced(draft, reading, await now(session))
            await store.save(session, event)
            await self._follow(session, before, event)
        self._tell(slug)
        return await self._load(slug)

    async def held(self, session: AsyncSession, slug: str) -> Event:
        """The event of ``slug`` as it is stored; nobody else changes it until the end
        of this transaction. Raises ``NoSuchEvent``.
        """
        head = await store.locked(session, slug)
        event = self._kept.get(slug)
        if head and (event is None or not head.is_of(event)):
            event = await store.get(session, slug)
        if head is None or event is None:
            raise NoSuchEvent.called(slug)
        return replace(event, clock_offset=head.clock_offset)

    async def retime(
        self,
        session: AsyncSession,
        event: Event,
        sessions: Sequence[TimedSession],
        now: datetime,
    ) -> Event:
        """``event``, which is ``held``, with the slots of ``sessions`` instead of its
        own: see ``retimed``. After the transaction it is to be given to ``stored``.

        Who is named stays, so the listeners have nothing to follow; the followers
        do when a session has another window. ``now`` is the database's.
        """
        after = retimed(event, sessions, now)
        await change(session, event, after)
        if windows(event) != windows(after):
            for follower in self._followers:
                await follower(session, event, after)
        return after

    async def stored(self, event: Event) -> None:
        """``event``, which ``retime`` gave, is durable: it is kept and told of."""
        self._tell(event.slug)
        head = self._heads.get(event.slug)
        if head is None or head.id != event.id:
            await self._load(event.slug)
        elif head.revision < event.revision:
            self._heads[event.slug] = replace(head, revision=event.revision)
            self._kept[event.slug] = event
            self._soon.tell(event.slug)

    async def touched(self, slug: str) -> Event:
        """What pages show of ``slug`` was changed by somebody else, who raised its
        revision and is durable: it is told, here and elsewhere.
        """
        self._tell(slug)
        return await self._load(slug)

    async def set_now(self, slug: str, moment: datetime) -> Event:
        """Move the event's clock so that it is ``moment`` now."""
        event = await self.find(slug)
        async with self._database.transaction() as session:
            offset = moment - await now(session)
            await store.set_offset(session, event.id, offset)
        return await self.touched(slug)

    async def set_doors(
        self,
        slug: str,
        *,
        session: SessionId | None = None,
        before: timedelta | None = None,
        after: timedelta | None = None,
    ) -> Event:
        """Have the doors of ``session``, or of every session, open ``before`` its
        start and close ``after`` its end; what is None stays as it is.

        Pages change with it and no calendar does. Raises ``NoSuchEvent``,
        ``NoSuchSession`` or ``BadDoors``.
        """
        for length in (before, after):
            refuse_doors(length)
        event = await self.find(slug)
        async with self._database.transaction() as opened:
            # First, since it locks the event's row: an import comes in turn.
            await store.touch(opened, event.id)
            there = await store.session_ids(opened, event.id)
            if session is not None and session not in there:
                raise NoSuchSession(f"{slug} has no session {session!r}.")
            chosen = there if session is None else {session}
            former = await store.get(opened, slug)
            await store.set_doors(opened, chosen, before=before, after=after)
            if (changed := await store.get(opened, slug)) is not None:
                await self._follow(opened, former, changed)
        return await self.touched(slug)

    async def _follow(
        self, session: AsyncSession, before: Event | None, after: Event
    ) -> None:
        """What follows, in the same transaction, from ``after`` being stored."""
        for listener in self._listeners:
            await listener(session, after)
        if before is not None:
            for follower in self._followers:
                await follower(session, before, after)

    async def move_clock(self, event: Event, moment: datetime) -> None:
        """Have it be ``moment`` at ``event`` now, without a new revision: what pages
        show of it they show by the time, and a rehearsal's clock moves each second.
        """
        async with self._database.transaction() as session:
            offset = moment - await now(session)
            await store.set_offset(session, event.id, offset, revised=False)

    async def begin(self) -> None:
        """See what time it is and what there is, before anybody is answered.

        Raises ``DatabaseUnavailable``.
        """
        await self._clock.measure(self._database)
        await self.look()

    async def watch(self) -> None:
        """Follow what other processes store, until cancelled."""
        looks = _LOOKS_BETWEEN_CLOCKS
        while True:
            try:
                if looks >= _LOOKS_BETWEEN_CLOCKS:
                    await self._clock.measure(self._database)
                    looks = 0
                await self.look()
                self._watching = True
                looks += 1
                await self._doubts.settle()
            except DatabaseUnavailable as error:
                # What is kept stays readable while the database is away.
                _log.warning("database-unavailable", exc_info=error)
            await self._rest()

    def wake(self, _slug: str = "") -> None:
        """Have ``watch`` look at once: another process says that there is news."""
        self._news.set()

    async def _rest(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_SECONDS_BETWEEN_LOOKS):
                await self._news.wait()
        self._news.clear()

    async def look(self) -> None:
        """See what the database holds now; raises ``DatabaseUnavailable``."""
        async with self._database.reading() as session:
            heads = await store.heads(session)
        former, self._heads = self._heads, heads
        for gone in self._slugs.keys() - {head.id for head in heads.values()}:
            for forget in self._forget:
                forget(gone)
        self._slugs = {head.id: slug for slug, head in heads.items()}
        for slug, head in heads.items():
            if slug in former and former[slug].revision != head.revision:
                self._changed(slug, head.revision)
            self._doubt(slug, former.get(slug), head)
        for slug, event in list(self._kept.items()):
            if slug not in heads:
                del self._kept[slug]
            elif event.clock_offset != heads[slug].clock_offset:
                offset = heads[slug].clock_offset
                self._kept[slug] = replace(event, clock_offset=offset)

    def _doubt(self, slug: str, former: Head | None, head: Head) -> None:
        """Have ``watch`` ask at once who is who, if that may have changed."""
        if former is not None and former.access_epoch != head.access_epoch:
            self._doubts.add(slug)
            self._news.set()

    async def _load(self, slug: str) -> Event:
        found = await self._load_all([slug])
        if slug not in found:
            raise NoSuchEvent.called(slug)
        return found[slug]

    async def _load_all(self, slugs: Sequence[str]) -> dict[str, Event]:
        """The meetings among ``slugs`` that there are, kept from now on."""
        found: dict[str, Event] = {}
        async with self._database.reading() as session:
            heads = await store.heads(session)
            for slug in slugs:
                event = await store.get(session, slug) if slug in heads else None
                if event is not None:
                    found[slug] = event
        for slug in slugs:
            if slug in found:
                self._keep(found[slug], heads[slug])
            else:
                self._kept.pop(slug, None)
        return found

    def _keep(self, event: Event, head: Head) -> None:
        slug = event.slug
        former = self._heads.get(slug)
        if former and former.id == head.id and former.revision > head.revision:
            # A chair pressed while this was being read.
            return
        self._heads[slug] = head
        self._slugs[event.id] = slug
        self._kept[slug] = event
        self._doubt(slug, former, head)
        if former is not None and former.revision != event.revision:
            self._changed(slug, event.revision)

    def _tell_now(self, slug: str) -> None:
        if (head := self._heads.get(slug)) is not None:
            self._changed(slug, head.revision)

    def _changed(self, slug: str, revision: int) -> None:
        self._hub.publish(ProgrammeChanged(event=slug, revision=revision))
        for tell in self._revise:
            tell(slug)


def _first_day(event: Event) -> str:
    return event.programme.first_day.isoformat() if event.programme.first_day else ""
