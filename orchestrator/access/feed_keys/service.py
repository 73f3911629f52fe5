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
from dataclasses import replace
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.access.errors import NoFeedKey, NoSuchAlarm
from orchestrator.access.feed_keys import store
from orchestrator.access.feed_keys.model import ALARMS, FeedChoice, FeedKey
from orchestrator.access.keys import Purpose, keys_for
from orchestrator.access.model import Identity
from orchestrator.database import Database, now
from orchestrator.ids import RegistrantId

# 192 bits, in the alphabet of RFC 4648, section 5: nothing has to be escaped.
_BYTES = 24
_FORM = re.compile(r"[\w-]{32}", re.ASCII)


class FeedKeys:
    """Makes, renews and knows again the keys of personal calendars.

    ``previous`` is the secret before the last change. Raises ``WeakSecret``.
    """

    def __init__(
        self, database: Database, secret: str, *, previous: str | None = None
    ) -> None:
        self._database = database
        keys = keys_for(Purpose.FEED, secret, previous)
        self._current = keys.by_kid[keys.current]
        self._secrets = tuple(keys.by_kid.values())

    async def of(self, identity: Identity) -> FeedKey | None:
        """The key of somebody's calendar, None while he has none."""
        async with self._database.reading() as session:
            return await store.of(session, identity.registrant)

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
        """The key of somebody's calendar, a new one if he has none."""
        try:
            return await self._make(identity)
        except IntegrityError:
            # Another press of his was first.
            async with self._database.transaction() as session:
                return await _known(session, identity)

    async def _make(self, identity: Identity) -> FeedKey:
        async with self._database.transaction() as session:
            former = await store.of(session, identity.registrant)
            if former is not None:
                return former
            moment = await now(session)
            digest, salt = self._new(identity.registrant)
            key = FeedKey(
                registrant=identity.registrant,
                event=identity.event,
                digest=digest,
                salt=salt,
                choice=FeedChoice(),
                created=moment,
                chosen=moment,
            )
            await store.add(session, key)
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
            former = await _known(session, identity)
            if former.choice == choice:
                return former
            moment = max(former.chosen, await now(session))
            key = _chosen(former, choice, moment, until)
            await store.change(session, key)
        return key

    async def renew(self, identity: Identity) -> FeedKey:
        """Give somebody's calendar another address; the former one leads nowhere.

        Raises ``NoFeedKey`` if he has no calendar.
        """
        async with self._database.transaction() as session:
            former = await _known(session, identity)
            digest, salt = self._new(identity.registrant)
            moment = await now(session)
            key = replace(former, digest=digest, salt=salt, chosen=moment)
            if key.choice.with_link:
                # The link in it is another one from now on.
                key = replace(key, turns=key.turns + 1, turned=moment)
            await store.change(session, key)
        return key

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


async def _known(session: AsyncSession, identity: Identity) -> FeedKey:
    if (key := await store.of(session, identity.registrant)) is None:
        raise NoFeedKey("Make your calendar first; the button is on your page.")
    return key


def _chosen(
    former: FeedKey, choice: FeedChoice, moment: datetime, until: datetime
) -> FeedKey:
    key = replace(former, choice=choice, chosen=moment)
    if choice.with_link == former.choice.with_link:
        return key
    link_until = until if choice.with_link else None
    return replace(key, turns=former.turns + 1, turned=moment, link_until=link_until)


def _derived(secret: bytes, registrant: RegistrantId, salt: str) -> str:
    made = hmac.digest(secret, f"{registrant} {salt}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(made[:_BYTES]).decode()
