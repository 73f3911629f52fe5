"""Between instances by Redis or Valkey; without either things go on, later."""

import asyncio
import random
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial

import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from orchestrator.hub.relay import Heard, NoRelay

# A server that was stopped answers nothing and closes nothing. With the pauses
# below, push is back within 4 s of its return.
_SECONDS_TO_ANSWER = 1.5
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 2.0

_log = structlog.get_logger(__name__)


class RedisRelay:
    """Publishes to ``channel`` of the server at ``url``, and listens to it.

    The address may hold a password: no message of an error about the address
    itself is logged.
    """

    def __init__(self, url: str, *, channel: str = "orchestrator") -> None:
        self._url = url
        self._channel = channel
        self._name = secrets.token_hex(8)
        """Tells this instance's own messages from those of others."""
        self._untold: dict[str, None] = {}
        self._told = asyncio.Event()
        self._away = False
        self._pause = _FIRST_PAUSE

    def tell(self, what: str) -> None:
        """Sent as soon as the server takes it."""
        self._untold[what] = None
        self._told.set()

    async def run(self, heard: Heard) -> None:
        """Connect again and again; with an address that is none there is no use."""
        try:
            self._client()
        except ValueError as error:
            _log.warning("relay-address-unusable", error=type(error).__name__)
            await NoRelay().run(heard)
        while True:
            try:
                async with _closing(self._client()) as client:
                    await self._connected(client, heard)
            except (RedisError, OSError) as error:
                self._lost(error)
            if _cancelled():
                return
            # Not all instances in the same instant.
            await asyncio.sleep(self._pause * random.uniform(0.5, 1))  # noqa: S311 -- to spread
            self._pause = min(2 * self._pause, _LONGEST_PAUSE)

    def _client(self) -> Redis:
        return Redis.from_url(
            self._url,
            socket_timeout=_SECONDS_TO_ANSWER,
            socket_connect_timeout=_SECONDS_TO_ANSWER,
            # It would retry unseen, and what came meanwhile would be missed.
            retry=Retry(NoBackoff(), 0),
            protocol=2,
        )

    async def _connected(self, client: Redis, heard: Heard) -> None:
        """Work until the connection fails; raises how."""
        async with client.pubsub() as ear:
            await ear.subscribe(self._channel)
            await _subscribed(ear)
            heard("")
            # A server that lets us hear but not speak is no way back.
            await self._send(client)
            self._back()
            if _cancelled():
                return
            speaking = asyncio.create_task(self._speak(client))
            listening = asyncio.create_task(
                _listen(ear, partial(self._pass_on, heard=heard))
            )
            both = (speaking, listening)
            try:
                await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in both:
                    task.cancel()
                results = await asyncio.gather(*both, return_exceptions=True)
        for result in results:
            if not isinstance(result, asyncio.CancelledError | None):
                raise result

    async def _speak(self, client: Redis) -> None:
        while not _cancelled():
            await self._told.wait()
            await self._send(client)

    async def _send(self, client: Redis) -> None:
        self._told.clear()
        for what in tuple(self._untold):
            # Before the wait: what is told again meanwhile goes out again.
            del self._untold[what]
            try:
                await client.publish(self._channel, f"{self._name} {what}")
            except BaseException:
                self.tell(what)
                raise

    def _pass_on(self, message: str, heard: Heard) -> None:
        """Who spoke knows what he said."""
        name, _, what = message.partition(" ")
        if name != self._name:
            heard(what)

    def _lost(self, error: Exception) -> None:
        if not self._away:
            self._away = True
            _log.warning("relay-lost", error=f"{type(error).__name__}: {error}")

    def _back(self) -> None:
        self._pause = _FIRST_PAUSE
        if self._away:
            self._away = False
            _log.info("relay-back")


def _cancelled() -> bool:
    """Whether this task has been told to end, even where that did not reach it.

    redis-py writes under ``asyncio.wait_for``; up to Python 3.11 this swallows the
    cancellation when what it waits for is done in the same moment.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


@asynccontextmanager
async def _closing(client: Redis) -> AsyncIterator[Redis]:
    try:
        yield client
    finally:
        # A failure here would take the place of a cancellation.
        with suppress(RedisError, OSError):
            await client.aclose()


async def _subscribed(ear: PubSub) -> None:
    message = await ear.get_message(timeout=_SECONDS_TO_ANSWER)
    if message is None or message["type"] != "subscribe":
        raise TimeoutError("the server did not answer")


async def _listen(ear: PubSub, heard: Heard) -> None:
    """Pass on what comes; a server that is silent has to answer a ping."""
    asked = False
    while not _cancelled():
        message = await ear.get_message(timeout=_SECONDS_TO_ANSWER)
        if message is not None:
            asked = False
            if message["type"] == "message":
                heard(message["data"].decode("utf-8", "replace"))
        elif asked:
            raise TimeoutError("the server stopped answering")
        else:
            asked = True
            await ear.ping()
