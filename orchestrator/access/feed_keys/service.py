"""Keys of personal calendars.

A key is worth less than a personal link: it shows a calendar and opens no door.
It is derived from the secret of the installation and a random salt, so that the
page of its owner can show it again, though only its digest is stored: who reads
the database alone cannot make one.
"""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.access.errors import NoFeedKey, NoSuchAlarm, NotKnown
from orchestrator.access.feed_keys import store
from orchestrator.access.feed_keys.model import ALARMS, FeedChoice, FeedKey
from orchestrator.access.keys import Purpose, keys_for
from orchestrator.access.model import Identity
from orchestrator.database import Database, now
from orchestrator.ids import RegistrantId

# 192 bits, in the alphabet of RFC 4648, section 5: nothing has to be escaped.
_BYTES = 24
_A_DAY = timedelta(days=1)
_FORM = re.compile(r"[\w-]{32}", re.ASCII)


Version = Callable[[AsyncSession, RegistrantId], Awaitable[int | None]]
"""The version of somebody's links, None for who is not registered (any more). He is
not revoked nor cancelled before the transaction ends.
"""


class FeedKeys:
    """Makes, renews and knows again the keys of personal calendars.

    What is known of a browser may be a second old. So whoever changes something
    is looked up once more, by ``version``, in the transaction that changes it:
    ``NotKnown`` if his links were revoked. ``previous`` is the secret before the
    last change. Raises ``WeakSecret``.
    """

    def __init__(
        self,
        database: Database,
        version: Version,
        secret: str,
        *,
        previous: str | None = None,
    ) -> None:
        self._database = database
        self._version = version
        keys = keys_for(Purpose.FEED, secret, previous)
        self._current = keys.by_kid[keys.current]
        self._secrets = tuple(keys.by_kid.values())

    async def of(self, identity: Identity) -> FeedKey | None:
        """The key of somebody's calendar, None while he has none that works."""
        async with self._database.reading() as session:
            key = await store.of(session, identity.registrant)
        return key if key and key.version == identity.version else None

    def text(self, key: FeedKey) -> str:
        """``key`` as it stands in the address; empty where nobody can tell any
        more, since the secret changed twice: the address still works.
        """
        for secret in self._secrets:
            text = _derived(secret, key.registrant, key.salt)
            if digest_of(text) == key.digest:
                return text
        return ""

    async def make(self, identity: Identity) -> FeedKey:
        """The key of somebody's calendar; a new one if he has none that works."""
        async with self._database.transaction() as session:
            former = await self._former(session, identity)
            if former and former.version == identity.version:
                return former
            moment = await now(session)
            if former is None:
                key = self._first(identity, moment)
                await store.add(session, key)
            else:
                # His links were revoked: nothing of the former key is good.
                choice = replace(former.choice, with_link=False)
                former = _chosen(former, choice, moment)
                key = self._renewed(former, identity, moment)
                await store.change(session, key)
        return key

    async def choose(
        self, identity: Identity, choice: FeedChoice, *, until: datetime
    ) -> FeedKey:
        """Have ``choice`` in somebody's calendar; its address stays.

        A personal link that is put into it is good until ``until``, and until it
        is taken out or the address renewed. Raises ``NoSuchAlarm``, and
        ``NoFeedKey`` if he has no calendar.
        """
        if choice.alarm not in ALARMS:
            allowed = ", ".join(map(str, ALARMS))
            raise NoSuchAlarm(f"Choose one of {allowed} minutes.")
        async with self._database.transaction() as session:
            former = await self._own(session, identity)
            if former.choice == choice and not _lasts_longer(former, until):
                return former
            moment = max(former.chosen, await now(session))
            key = _chosen(former, choice, moment, until)
            await store.change(session, key)
        return key

    async def renew(self, identity: Identity, *, until: datetime) -> FeedKey:
        """Give somebody's calendar another address; the former one leads nowhere.

        A personal link in it is another one from then on, good until
        ``until``. Raises ``NoFeedKey`` if he has no calendar.
        """
        async with self._database.transaction() as session:
            former = await self._own(session, identity)
            key = self._renewed(former, identity, await now(session), until)
            await store.change(session, key)
        return key

    async def _former(
        self, session: AsyncSession, identity: Identity
    ) -> FeedKey | None:
        """The key that is stored, of who is still the one that his browser says."""
        version = await self._version(session, identity.registrant)
        if version != identity.version:
            raise NotKnown("Open the link of your latest mail once more.")
        return await store.of(session, identity.registrant)

    async def _own(self, session: AsyncSession, identity: Identity) -> FeedKey:
        key = await self._former(session, identity)
        if key is None or key.version != identity.version:
            raise NoFeedKey("Make your calendar first; the button is on your page.")
        return key

    def _first(self, identity: Identity, moment: datetime) -> FeedKey:
        digest, salt = self._new(identity.registrant)
        return FeedKey(
            registrant=identity.registrant,
            event=identity.event,
            digest=digest,
            salt=salt,
            version=identity.version,
            choice=FeedChoice(),
            created=moment,
            chosen=moment,
        )

    def _renewed(
        self,
        former: FeedKey,
        identity: Identity,
        moment: datetime,
        until: datetime | None = None,
    ) -> FeedKey:
        digest, salt = self._new(identity.registrant)
        key = replace(
            former, digest=digest, salt=salt, version=identity.version, chosen=moment
        )
        if not key.choice.with_link:
            return key
        # The link in it is another one from now on.
        return replace(key, turns=key.turns + 1, turned=moment, link_until=until)

    def _new(self, registrant: RegistrantId) -> tuple[str, str]:
        """Digest and salt of a new key."""
        salt = secrets.token_urlsafe(_BYTES)
        return digest_of(_derived(self._current, registrant, salt)), salt


def is_key(text: str) -> bool:
    """Whether ``text`` has the form of a key."""
    return _FORM.fullmatch(text) is not None


def digest_of(text: str) -> str:
    """What is stored of a key: enough to know it again, not to present it."""
    return hashlib.sha256(text.encode()).hexdigest()


def _chosen(
    former: FeedKey,
    choice: FeedChoice,
    moment: datetime,
    until: datetime | None = None,
) -> FeedKey:
    key = replace(former, choice=choice, chosen=moment)
    if choice.with_link == former.choice.with_link and not (
        choice.with_link and until and _lasts_longer(former, until)
    ):
        return key
    link_until = until if choice.with_link else None
    return replace(key, turns=former.turns + 1, turned=moment, link_until=link_until)


def _lasts_longer(former: FeedKey, until: datetime) -> bool:
    """Whether a link put in anew would outlive the one that is there by a day: the
    meeting was put off.
    """
    return former.link_until is not None and until - former.link_until > _A_DAY


def _derived(secret: bytes, registrant: RegistrantId, salt: str) -> str:
    made = hmac.digest(secret, f"{registrant} {salt}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(made[:_BYTES]).decode()
