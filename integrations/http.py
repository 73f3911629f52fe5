"""Asking other people's servers, within limits of size and time.

``fetch`` reads a document that an organiser named; a ``Wire`` carries the requests
of an interface.
"""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from integrations.errors import Rejected, Unreachable

# A schedule of a thousand talks is 2 MB.
_LARGEST = 20 * 1024 * 1024
_SECONDS = 30
_OK = 200


@dataclass(frozen=True, slots=True)
class Document:
    """What was fetched; ``name`` is the end of its address."""

    body: bytes
    content_type: str
    name: str


async def fetch(url: str) -> Document:
    """The document at ``url`` (http or https), redirects followed.

    Raises ``Rejected`` for another scheme, an error answer or too large a body,
    ``Unreachable`` when the server does not answer in time.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise Rejected("Write an address that begins with https://.")
    limit = aiohttp.ClientTimeout(total=_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=limit) as client,
            client.get(url) as answer,
        ):
            if answer.status != _OK:
                raise Rejected(f"{url} answered {answer.status} {answer.reason}.")
            body = await answer.content.read(_LARGEST + 1)
            while len(body) <= _LARGEST and not answer.content.at_eof():
                body += await answer.content.read(_LARGEST + 1 - len(body))
    except (TimeoutError, aiohttp.ClientError) as error:
        raise Unreachable(f"{url} did not answer: {error}.") from error
    if len(body) > _LARGEST:
        raise Rejected(f"{url} is larger than {_LARGEST // 1024**2} MB.")
    return Document(body, answer.content_type, urlsplit(url).path.rsplit("/", 1)[-1])


# A person waits at the door for what is asked: he is told within 5 s.
_SECONDS_TO_ANSWER = 4.0
_SECONDS_TO_CONNECT = 2.0
_LARGEST_ANSWER = 4 * 1024**2
_FIRST_PAUSE, _LONGEST_WAIT = 0.25, 1.0
_TRIES = 3
_PIECE = 256 * 1024
_TOO_MANY, _NOT_NOW = 429, 503


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said, whatever it said."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def good(self) -> bool:
        """Whether the status is one of 2xx."""
        return 200 <= self.status < 300  # noqa: PLR2004 -- by RFC 9110

    @property
    def date(self) -> datetime | None:
        """The server's time; None where it does not tell it."""
        try:
            told = parsedate_to_datetime(self.headers.get("Date", ""))
        except (ValueError, TypeError, OverflowError):
            return None
        return told if told.tzinfo is not None else None

    def json(self) -> Any:  # Any: whatever it sent
        """The body as JSON. Raises ``Rejected`` where it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            text = f"The server answered {self.status} with something else than JSON."
            raise Rejected(text) from error


class Wire:
    """One pool of connections to all servers of others, opened by the first request.

    ``close`` it at the end. No address or header is logged: they hold keys.
    """

    def __init__(self, *, seconds: float = _SECONDS_TO_ANSWER) -> None:
        self._seconds = seconds
        self._client: aiohttp.ClientSession | None = None

    async def ask(
        self,
        method: str,
        url: str | URL,
        *,
        headers: Mapping[str, str] | None = None,
        data: bytes | Mapping[str, str] | None = None,
        payload: object = None,
        again: bool = True,
    ) -> Answer:
        """The answer to one request; redirects are not followed.

        ``payload`` is sent as JSON. A text ``url`` is quoted by yarl; where a query
        is signed, give ``URL(..., encoded=True)``. ``again``: it does no harm when
        it arrives twice, so a connection that breaks, 429 and 503 are tried again,
        after a pause that the server names or that doubles, with some chance in it.
        Raises ``Unreachable`` when there is no answer within the time for all
        tries, when the last is 429 or 5xx, or when the answer is too large.
        """
        host = URL(url).host if isinstance(url, str) else url.host
        sent: dict[str, Any] = {"headers": headers, "allow_redirects": False}
        sent |= {"data": data} if payload is None else {"json": payload}
        try:
            async with asyncio.timeout(self._seconds):
                return await self._tried(method, url, sent, host, again=again)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            text = f"{host} did not answer: {type(error).__name__}."
            raise Unreachable(text) from error

    async def _tried(
        self,
        method: str,
        url: str | URL,
        sent: dict[str, Any],
        host: str | None,
        *,
        again: bool,
    ) -> Answer:
        pause = _FIRST_PAUSE
        for left in reversed(range(_TRIES)):
            wait = 0.0
            try:
                answer = await self._once(method, url, sent, host)
            except aiohttp.ClientConnectionError:
                if not (left and again):
                    raise
            else:
                if answer.status < 500 and answer.status != _TOO_MANY:  # noqa: PLR2004
                    return answer
                wait = _seconds_named(answer)
                retried = again and answer.status in (_TOO_MANY, _NOT_NOW)
                if not (left and retried) or wait > _LONGEST_WAIT:
                    raise Unreachable(f"{host} answered {answer.status}.")
            await asyncio.sleep(max(wait, pause * random.uniform(0.5, 1)))  # noqa: S311
            pause *= 2
        raise AssertionError("the last try returns or raises")

    async def _once(
        self, method: str, url: str | URL, sent: dict[str, Any], host: str | None
    ) -> Answer:
        async with self._session().request(method, url, **sent) as answer:
            body = bytearray()
            async for piece in answer.content.iter_any():
                body += piece
                if len(body) > _LARGEST_ANSWER:
                    raise Unreachable(f"{host} answered with too much.")
            return Answer(answer.status, CIMultiDict(answer.headers), bytes(body))

    async def stream(
        self, url: str | URL, *, headers: Mapping[str, str] | None = None
    ) -> AsyncIterator[bytes]:
        """The content at ``url`` in pieces, redirects followed.

        A header of ours goes to the first host only. Raises ``Unreachable`` and
        ``Rejected`` like ``ask``; also in the middle, when it breaks off.
        """
        host = URL(url).host
        limit = aiohttp.ClientTimeout(
            total=None, sock_connect=_SECONDS_TO_CONNECT, sock_read=_SECONDS
        )
        try:
            async with self._session().get(
                url, headers=headers, timeout=limit
            ) as answer:
                if answer.status >= 500 or answer.status == _TOO_MANY:  # noqa: PLR2004
                    raise Unreachable(f"{host} answered {answer.status}.")
                if answer.status != _OK:
                    raise Rejected(f"{host} answered {answer.status}.")
                async for piece in answer.content.iter_chunked(_PIECE):
                    yield piece
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            text = f"{host} broke off: {type(error).__name__}."
            raise Unreachable(text) from error

    async def close(self) -> None:
        """Close the connections; the next request opens others."""
        if self._client is not None:
            await self._client.close()
            self._client = None

    def _session(self) -> aiohttp.ClientSession:
        if self._client is None:
            self._client = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(
                    total=None, sock_connect=_SECONDS_TO_CONNECT
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=True,
            )
        return self._client


def _seconds_named(answer: Answer) -> float:
    """How long the server wants to be left alone; 0 where it does not say."""
    try:
        return float(answer.headers.get("Retry-After", "0"))
    except ValueError:
        return _LONGEST_WAIT + 1
