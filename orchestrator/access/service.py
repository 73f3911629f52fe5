"""Access: whose link or browser this is.

Look-ups of the first minute are alike and come together, so they go through
batches, and identities are kept while the event's access epoch stays.
"""

import hashlib
import re
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.access import store
from orchestrator.access.errors import TokenRefused
from orchestrator.access.feed_keys import store as feed_keys
from orchestrator.access.feed_keys.model import FeedKey
from orchestrator.access.model import Identity
from orchestrator.access.tokens import JoinClaim, JoinTokens
from orchestrator.clock import Clock
from orchestrator.database import Batch, Database
from orchestrator.ids import EventId, RegistrantId

Lookup = Callable[
    [AsyncSession, Collection[RegistrantId]],
    Awaitable[Mapping[RegistrantId, Identity]],
]
"""Finds registrants by id, cancelled ones apart; ``registration`` has it."""

Epoch = Callable[[EventId], int | None]
"""The access epoch of an event; None when it is not known, then nothing is kept."""

Browser = tuple[store.Key, store.Known, datetime]
"""A browser that is to be known: its key, as whom, and since when."""

Renamed = Callable[[AsyncSession, Collection[EventId], str, str], Awaitable[None]]
"""Told, inside the transaction, at which events a browser has another digest now: the
former one and the new one. The rows of browsers are locked by then.
"""

_BYTES = 32
_COOKIE = re.compile(r"[\w-]{43}", re.ASCII)
_KEPT = 20_000


def _no_epoch(_event: EventId) -> int | None:
    return None


class Access:
    """Personal links and known browsers. ``clock`` is real time, not an event's."""

    def __init__(
        self,
        database: Database,
        tokens: JoinTokens,
        lookup: Lookup,
        *,
        clock: Clock,
        epoch: Epoch = _no_epoch,
        listeners: Sequence[Renamed] = (),
    ) -> None:
        self._database = database
        self._tokens = tokens
        self._lookup = lookup
        self._clock = clock
        self._epoch = epoch
        self._listeners = tuple(listeners)
        self._people = Batch(self._load_people)
        self._browsers = Batch(self._load_browsers)
        self._calendars = Batch(self._load_calendars)
        self._kept: OrderedDict[RegistrantId, tuple[int, Identity]] = OrderedDict()

    async def holder(self, token: str) -> Identity:
        """Whose personal link ``token`` is; changes nothing.

        Raises ``TokenRefused``, the same for a forged, expired, revoked or
        foreign one.
        """
        claim = self._tokens.read(token)
        identity = self._held(claim.event, claim.registrant) or (
            await self._identity(claim.event, claim.registrant)
        )
        if identity is None:
            raise TokenRefused("registrant")
        if identity.version != claim.version:
            raise TokenRefused("revoked")
        if not claim.calendar:
            return identity
        if not await self._is_in_calendar(claim.registrant, claim.calendar):
            raise TokenRefused("calendar")
        return replace(identity, calendar=claim.calendar)

    async def identify(self, cookie: str | None, event: EventId) -> Identity | None:
        """Whom the browser is known as at ``event``; None when it is not.

        It is not known any more once the registrant's links were revoked, the
        calendar whose link it opened has another, or the term is over.
        """
        if cookie is None or _COOKIE.fullmatch(cookie) is None:
            return None
        known = await self._browsers.get((digest_of(cookie), event))
        if known is None or known.expires <= self._clock():
            return None
        identity = await self._identity(event, known.registrant)
        if identity is None or identity.version != known.version:
            return None
        if not known.calendar:
            return identity
        if not await self._is_in_calendar(known.registrant, known.calendar):
            return None
        return replace(identity, calendar=known.calendar)

    async def open_session(
        self,
        session: AsyncSession,
        cookie: str | None,
        identity: Identity,
        until: datetime,
    ) -> str:
        """Know the browser as ``identity`` until ``until``; returns its cookie.

        The cookie stays when the browser is known as the same person already.
        Otherwise it is a new one, so that a cookie planted beforehand gains
        nothing; what the browser is known as at other events goes along.
        """
        presented = cookie if cookie and _COOKIE.fullmatch(cookie) else None
        known = None
        if presented is not None:
            key = (digest_of(presented), identity.event)
            known = (await store.known(session, [key])).get(key)
            if known is not None and self._is_same(known, identity):
                await store.prolong(session, key, max(until, known.expires))
                return presented
        value = secrets.token_urlsafe(_BYTES)
        events: frozenset[EventId] = frozenset()
        if presented is not None:
            await store.forget(session, digest_of(presented), identity.event)
            events = await store.rename(session, digest_of(presented), digest_of(value))
        browser = store.Known(
            identity.registrant, identity.version, until, identity.calendar
        )
        key = (digest_of(value), identity.event)
        await store.remember(session, key, browser, self._clock())
        await store.forget_oldest(session, identity.event, [identity.registrant])
        if known is not None and known.registrant == identity.registrant:
            events |= {identity.event}
        if presented is not None and events:
            for listener in self._listeners:
                await listener(session, events, digest_of(presented), digest_of(value))
        return value

    def claim(self, token: str) -> JoinClaim:
        """What ``token`` says; the database is not asked whether it still holds.

        Raises ``TokenRefused`` as ``holder`` does, but for a revoked one.
        """
        return self._tokens.read(token)

    def new_browser(
        self, claim: JoinClaim, now: datetime, until: datetime
    ) -> tuple[str, Browser]:
        """A cookie for a browser that presents none at ``now``, and what is to be
        stored so that it is known by ``claim`` until ``until``.
        """
        value = secrets.token_urlsafe(_BYTES)
        known = store.Known(claim.registrant, claim.version, until, claim.calendar)
        return value, ((digest_of(value), claim.event), known, now)

    async def know(
        self, cookie: str | None, identity: Identity, until: datetime
    ) -> str:
        """As ``open_session``, in a transaction of its own."""
        async with self._database.transaction() as session:
            return await self.open_session(session, cookie, identity, until)

    async def end(
        self, session: AsyncSession, cookie: str | None, event: EventId | None = None
    ) -> None:
        """Know the browser no more: at ``event``, or at any."""
        if cookie is not None:
            await store.forget(session, digest_of(cookie), event)

    async def opened(self, event: EventId) -> int:
        """How many people of ``event`` have opened their link and pressed."""
        async with self._database.reading() as session:
            return await store.people_known(session, event)

    async def who_opened(self, event: EventId) -> frozenset[RegistrantId]:
        """Those of ``event`` who have opened their link and pressed."""
        async with self._database.reading() as session:
            return await store.who_is_known(session, event)

    async def forget_expired(self) -> None:
        """Delete browsers that are past their term."""
        async with self._database.transaction() as session:
            await store.forget_expired(session, self._clock())

    async def _is_in_calendar(self, registrant: RegistrantId, mark: str) -> bool:
        """Whether the link of that mark still stands in its owner's calendar."""
        key = await self._calendars.get(registrant)
        return key is not None and key.choice.with_link and key.mark == mark

    def _is_same(self, known: store.Known, identity: Identity) -> bool:
        return (
            known.registrant == identity.registrant
            and known.version == identity.version
            # Who came by a link of his own stays so known.
            and known.calendar in ("", identity.calendar)
            and known.expires > self._clock()
        )

    async def person(self, event: EventId, registrant: RegistrantId) -> Identity | None:
        """Who somebody of ``event`` is, None if he is not of it any more."""
        return await self._identity(event, registrant)

    async def _identity(
        self, event: EventId, registrant: RegistrantId
    ) -> Identity | None:
        # Read before the look-up: what is found is at least as new as this.
        epoch = self._epoch(event)
        if (held := self._held(event, registrant)) is not None:
            return held
        identity = await self._people.get(registrant)
        if identity is None or identity.event != event:
            return None
        if epoch is not None:
            self._keep(epoch, identity)
        return identity

    def _held(self, event: EventId, registrant: RegistrantId) -> Identity | None:
        """What is kept of somebody, if nobody's entitlement changed since."""
        kept = self._kept.get(registrant)
        if kept is None or kept[0] != self._epoch(event) or kept[1].event != event:
            return None
        return kept[1]

    def _keep(self, epoch: int, identity: Identity) -> None:
        self._kept[identity.registrant] = (epoch, identity)
        self._kept.move_to_end(identity.registrant)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)

    async def _load_people(
        self, ids: Sequence[RegistrantId]
    ) -> Mapping[RegistrantId, Identity]:
        async with self._database.reading() as session:
            return await self._lookup(session, ids)

    async def _load_calendars(
        self, ids: Sequence[RegistrantId]
    ) -> Mapping[RegistrantId, FeedKey]:
        async with self._database.reading() as session:
            return await feed_keys.of_many(session, ids)

    async def _load_browsers(
        self, keys: Sequence[store.Key]
    ) -> Mapping[store.Key, store.Known]:
        async with self._database.reading() as session:
            return await store.known(session, keys)


def digest_of(cookie: str) -> str:
    """What is stored of a cookie: enough to know it again, not to present it."""
    return hashlib.sha256(cookie.encode("utf-8", "replace")).hexdigest()
