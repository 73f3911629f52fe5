"""Meetings: read from memory, stored in one transaction with all that follows."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from calendars.revision import Stamp
from orchestrator.database import Database, DatabaseClock, DatabaseUnavailable, now
from orchestrator.hub.hub import Hub
from orchestrator.ids import EventId, new_id, new_uid
from orchestrator.programme import store
from orchestrator.programme.advance import shown_of_event
from orchestrator.programme.errors import BadSlug, NoSuchEvent, SlugTaken
from orchestrator.programme.events import ProgrammeChanged
from orchestrator.programme.model import (
    Event,
    Programme,
    Reading,
    Remark,
    Timetable,
)
from orchestrator.programme.revision import Change, advance, compare, pair
from orchestrator.programme.slug import is_rehearsal, is_slug, slug_of
from orchestrator.programme.timetable import lay_out, moved

Listener = Callable[[AsyncSession, Event], Awaitable[None]]
"""Called inside the transaction that stores a programme."""

# Another process may have stored a programme: how soon it is seen here.
_SECONDS_BETWEEN_LOOKS = 1.0
_LOOKS_BETWEEN_CLOCKS = 30

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Draft:
    """A programme ready to be stored, and what storing it would change."""

    programme: Programme
    timetable: Timetable
    before: Event | None
    change: Change
    remarks: tuple[Remark, ...] = ()
    """Why the timetable left the order of the source, where it did."""


class Programmes:
    """All meetings. Kept in memory under their revision; the database decides."""

    def __init__(
        self,
        database: Database,
        clock: DatabaseClock,
        hub: Hub,
        listeners: Sequence[Listener] = (),
    ) -> None:
        self._database = database
        self._clock = clock
        self._hub = hub
        self._listeners = tuple(listeners)
        self._heads: dict[str, store.Head] = {}
        self._slugs: dict[EventId, str] = {}
        self._kept: dict[str, Event] = {}
        self._watching = False

    async def find(self, slug: str) -> Event:
        """The event of ``slug``; raises ``NoSuchEvent``."""
        if (kept := self._fresh(slug)) is not None:
            return kept
        if not is_slug(slug):
            raise _no_such(slug)
        return await self._load(slug)

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
        slug = _slug(slug, programme)
        _refuse_rehearsal(slug)
        async with self._database.reading() as session:
            before = await store.get(session, slug)
        return _draft(before, replace(programme, slug=slug))

    async def store(
        self, reading: Reading, *, slug: str | None = None, new_only: bool = False
    ) -> Event:
        """Store what was read, and all that follows from it, or nothing at all."""
        slug = _slug(slug, reading.programme)
        _refuse_rehearsal(slug)
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
            draft = _draft(before, replace(programme, slug=slug))
            event = _advanced(draft, reading, await now(session))
            await store.save(session, event)
            for listener in self._listeners:
                await listener(session, event)
        return await self._load(slug)

    async def touch(self, session: AsyncSession, event: EventId) -> None:
        """What is shown of ``event`` changes with this transaction."""
        await store.touch(session, event)

    async def touch_access(self, session: AsyncSession, event: EventId) -> None:
        """Somebody's entitlement changes with this transaction."""
        await store.touch_access(session, event)

    async def set_now(self, slug: str, moment: datetime) -> Event:
        """Move the event's clock so that it is ``moment`` now."""
        event = await self.find(slug)
        async with self._database.transaction() as session:
            offset = moment - await now(session)
            await store.set_offset(session, event.id, offset)
        return await self._load(slug)

    async def move_clock(self, event: Event, moment: datetime) -> None:
        """Have it be ``moment`` at ``event`` now, without a new revision: what pages
        show of it they show by the time, and a rehearsal's clock moves each second.
        """
        async with self._database.transaction() as session:
            offset = moment - await now(session)
            await store.set_offset(session, event.id, offset, revised=False)

    async def watch(self) -> None:
        """Follow what other processes store, until cancelled."""
        looks = 0
        while True:
            try:
                if looks % _LOOKS_BETWEEN_CLOCKS == 0:
                    await self._clock.measure(self._database)
                await self.look()
                self._watching = True
            except DatabaseUnavailable as error:
                # What is kept stays readable while the database is away.
                _log.warning("database-unavailable", exc_info=error)
            looks += 1
            await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)

    async def look(self) -> None:
        """See what the database holds now; raises ``DatabaseUnavailable``."""
        async with self._database.reading() as session:
            heads = await store.heads(session)
        former, self._heads = self._heads, heads
        self._slugs = {head.id: slug for slug, head in heads.items()}
        for slug, head in heads.items():
            if slug in former and former[slug].revision != head.revision:
                self._hub.publish(ProgrammeChanged(event=slug, revision=head.revision))
        for slug, event in list(self._kept.items()):
            if slug not in heads:
                del self._kept[slug]
            elif event.clock_offset != heads[slug].clock_offset:
                offset = heads[slug].clock_offset
                self._kept[slug] = replace(event, clock_offset=offset)

    async def _load(self, slug: str) -> Event:
        async with self._database.reading() as session:
            event = await store.get(session, slug)
            heads = await store.heads(session)
        if event is None:
            self._kept.pop(slug, None)
            raise _no_such(slug)
        former = self._heads.get(slug)
        self._heads[slug] = heads[slug]
        self._slugs[event.id] = slug
        self._kept[slug] = event
        if former is not None and former.revision != event.revision:
            self._hub.publish(ProgrammeChanged(event=slug, revision=event.revision))
        return event


def _draft(before: Event | None, programme: Programme) -> Draft:
    timetable = lay_out(programme)
    remarks = moved(programme, timetable)
    if before is None:
        change = compare(None, programme, timetable)
        return Draft(programme, timetable, None, change, remarks)
    paired = pair(before.programme, placed(programme, timetable))
    _refuse_stranger(before, paired)
    timetable = lay_out(paired)
    change = compare(before, paired, timetable)
    return Draft(paired, timetable, before, change, remarks)


def _slug(given: str | None, programme: Programme) -> str:
    slug = given or programme.slug or slug_of(programme.title)
    if not is_slug(slug):
        raise BadSlug(
            f"“{slug}” cannot stand in an address; "
            "use up to 60 small letters, figures and hyphens."
        )
    return slug


def _refuse_rehearsal(slug: str) -> None:
    """What has such a slug is removed when its rehearsal is over."""
    if is_rehearsal(slug):
        raise BadSlug(f"“{slug}” is kept for rehearsals; choose another slug.")


def placed(programme: Programme, timetable: Timetable) -> Programme:
    """``programme`` with each talk in the session that the timetable gave it."""
    sessions = tuple(timed.session for timed in timetable.sessions)
    return replace(programme, sessions=sessions, talks=())


def _advanced(draft: Draft, reading: Reading, moment: datetime) -> Event:
    programme, timetable, withdrawn = advance(
        draft.before,
        draft.programme,
        draft.timetable,
        moment,
        new_id=new_id,
        new_uid=new_uid,
    )
    before = draft.before
    return Event(
        id=before.id if before else EventId(new_id()),
        slug=programme.slug,
        programme=programme,
        timetable=timetable,
        stamp=_stamp(draft, moment),
        revision=before.revision + 1 if before else 1,
        clock_offset=before.clock_offset if before else timedelta(),
        remarks=(*reading.remarks, *draft.remarks, *map(_left, reading.leftovers)),
        withdrawn=withdrawn,
    )


def _left(leftover: Remark) -> Remark:
    return replace(leftover, text=f"Not understood: {leftover.text}")


def _stamp(draft: Draft, moment: datetime) -> Stamp:
    if draft.before is None:
        return Stamp.first(new_uid(), moment)
    former = draft.before
    if shown_of_event(former.programme) == shown_of_event(draft.programme):
        return former.stamp
    return former.stamp.changed(moment)


def _refuse_stranger(before: Event, after: Programme) -> None:
    """A second meeting must not replace the first because their titles agree."""
    known = {talk.id for talk in before.programme.all_talks}
    same_day = before.programme.first_day == after.first_day
    stays = any(talk.id in known for talk in after.all_talks)
    if not same_day and not stays and known:
        raise SlugTaken(
            f"Another meeting, {before.programme.title} of {before.programme.first_day}, "
            f"is at {before.slug}. Give this one its own with --slug."
        )


def _no_such(slug: str) -> NoSuchEvent:
    return NoSuchEvent(
        f"There is no meeting called {slug}. 'orchestrator programme list' and the first page name them."
    )


def _first_day(event: Event) -> str:
    return event.programme.first_day.isoformat() if event.programme.first_day else ""
