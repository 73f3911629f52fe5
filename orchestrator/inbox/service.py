"""The inbox: what providers tell is believed, kept, and answered; handled later."""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from integrations.errors import Rejected
from integrations.video.provider import Accepted, Delivery, VideoProvider
from orchestrator.clock import Clock
from orchestrator.database import Batch, Database
from orchestrator.inbox import store
from orchestrator.inbox.errors import NoSuchConnection, UnreadableDelivery
from orchestrator.inbox.model import Aside, Kept

Find = Callable[[str], VideoProvider | None]
"""The provider of a named connection, None where the settings name no such one."""


class Inbox:
    """Takes deliveries of every connection. One writer in each process: those that
    come in one moment share a transaction, after which ``stored`` is called. ``clock``
    is real time.
    """

    def __init__(
        self,
        database: Database,
        find: Find,
        *,
        clock: Clock,
        stored: Callable[[], None],
    ) -> None:
        self.clock = clock
        self._database = database
        self._find = find
        self._stored = stored
        self._journal: Batch[Kept, None] = Batch(self._keep, gathering=True)

    def provider(self, connection: str) -> VideoProvider:
        """The provider of ``connection``; raises ``NoSuchConnection``."""
        if (provider := self._find(connection)) is None:
            raise NoSuchConnection("Take the address from the connection's settings.")
        return provider

    def published(self, connection: str, name: str) -> bytes:
        """A file that the provider's server fetches; raises ``NoSuchConnection``."""
        content = self.provider(connection).published.get(name)
        if content is None:
            raise NoSuchConnection("The connection publishes no file of this name.")
        return content

    async def take(self, connection: str, delivery: Delivery) -> bytes:
        """What is answered to ``delivery``: a JSON text, or nothing. It is durable then.

        Raises ``NoSuchConnection``, ``BadSignature`` when it is not the provider's,
        ``UnreadableDelivery``, and ``DatabaseUnavailable``: it is to be sent again.
        """
        try:
            accepted = self.provider(connection).accept(delivery)
        except Rejected as error:
            raise UnreadableDelivery(str(error)) from error
        if not accepted.momentary:
            await self._journal.get(_kept(connection, accepted, delivery.received))
        return accepted.reply

    async def aside(self, connections: Collection[str]) -> Sequence[Aside]:
        """What was given up of ``connections``, by reason, the latest first."""
        async with self._database.reading() as session:
            return await store.aside(session, connections)

    async def again(self, connections: Collection[str]) -> int:
        """Have what was given up of ``connections`` tried anew; how many there are."""
        async with self._database.transaction() as session:
            number = await store.again(session, connections)
        self._stored()
        return number

    async def last(self, connection: str) -> datetime | None:
        """When ``connection`` last told something new, None if it never did."""
        async with self._database.reading() as session:
            return await store.last(session, connection)

    async def _keep(self, deliveries: Sequence[Kept]) -> Mapping[Kept, None]:
        await self._database.in_one_go(lambda session: store.keep(session, deliveries))
        self._stored()
        return {}


def _kept(connection: str, accepted: Accepted, received: datetime) -> Kept:
    # Whatever stands in a body may stand in a key, unpaired surrogates included.
    key = hashlib.sha256(accepted.key.encode("utf-8", "surrogatepass")).hexdigest()
    return Kept(connection=connection, key=key, body=accepted.body, received=received)
