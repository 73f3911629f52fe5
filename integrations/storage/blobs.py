"""What the service needs from a place that keeps files, and no more.

A file is kept under the SHA-256 of its content: the same bytes are kept once,
a name chosen by a person never reaches the store, and what was read can be
checked against its own name.
"""

import re
from collections.abc import AsyncIterable, AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from integrations.errors import Rejected

OPAQUE = "application/octet-stream"

CHUNK = 1024 * 1024
"""Bytes read or written at once."""

Source = Path | AsyncIterable[bytes]
"""A file of this machine, or bytes as they come in."""

Inspect = Callable[[BinaryIO], str]
"""Looks at the whole content before it is kept and returns its media type.

Called in a thread with the file at its beginning. Whatever it raises refuses
the content: nothing is kept, and the error reaches the caller of ``put``.
"""

_DIGEST = re.compile(r"[0-9a-f]{64}")


class TooLarge(Rejected):
    """The content is longer than the limit; it was not kept."""


class NotKept(Rejected):
    """Nothing is kept under this digest."""


class Unreadable(Rejected):
    """The file to be kept cannot be read."""


class BadStorageAddress(Rejected):
    """The address of the store cannot be understood."""


@dataclass(frozen=True, slots=True)
class Blob:
    """Content that is kept: SHA-256 in hex, size in bytes, media type."""

    digest: str
    size: int
    media_type: str = OPAQUE


def opaque(_content: BinaryIO) -> str:
    """Accept anything, as bytes of no known type."""
    return OPAQUE


def checked(digest: str) -> str:
    """``digest`` if it is one, 64 lower-case hex digits; raises ``NotKept``.

    It becomes a path or a key, so nothing else may pass.
    """
    if _DIGEST.fullmatch(digest) is None:
        raise NotKept("A digest is 64 hexadecimal digits.")
    return digest


class Blobs(Protocol):
    """A content-addressed store; every one passes ``tests/contracts/blobs.py``.

    Any method raises ``Unreachable`` when the store does not answer.
    """

    @property
    def origin(self) -> str | None:
        """Origin (``https://host``) of the addresses of ``url``; None without."""
        ...

    async def put(
        self, source: Source, *, inspect: Inspect = opaque, limit: int | None = None
    ) -> Blob:
        """Keep the content of ``source``; it is safe on disk when this returns.

        Putting the same content again changes nothing but its age. ``limit``
        is in bytes. Raises ``TooLarge``, ``Unreadable`` and what ``inspect``
        raises; nothing is kept then.
        """
        ...

    async def path(self, digest: str) -> Path | None:
        """The regular file that holds it, None when absent or on no local disk."""
        ...

    async def url(self, digest: str, *, seconds: int) -> str | None:
        """A signed address that serves it for ``seconds``; None on a local disk."""
        ...

    def open(self, digest: str) -> AsyncIterator[bytes]:
        """The content, in pieces. Raises ``NotKept``."""
        ...

    async def exists(self, digest: str) -> bool:
        """Whether it is kept."""
        ...

    async def delete(self, digest: str) -> None:
        """Keep it no longer; no effect when absent."""
        ...

    def digests(self, *, before: datetime | None = None) -> AsyncIterator[str]:
        """Everything that is kept, in no order; only what was last put ``before``."""
        ...

    async def tidy(self, *, before: datetime) -> int:
        """Remove what interrupted puts left ``before``; return how many files."""
        ...
