"""Fetching a document that an organiser named, within limits of size and time."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

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
