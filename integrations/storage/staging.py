"""Receiving content into a temporary file: counted, hashed, inspected, synced.

Nothing is trusted until it is complete: the content is on disk, under a name
of our own, before anybody looks at it, and no longer than the limit.
"""

import asyncio
import hashlib
import os
import stat
import tempfile
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from integrations.errors import Unreachable
from integrations.storage.blobs import (
    CHUNK,
    Blob,
    Inspect,
    Source,
    TooLarge,
    Unreadable,
)


@dataclass(frozen=True, slots=True)
class Staged:
    """Content that has arrived; ``file`` goes away when the block ends."""

    file: Path
    blob: Blob


@asynccontextmanager
async def staged(
    source: Source, folder: Path, *, inspect: Inspect, limit: int | None
) -> AsyncIterator[Staged]:
    """Bring ``source`` into a file of ``folder``, readable by us alone.

    Raises ``TooLarge``, ``Unreadable``, what ``inspect`` raises, and
    ``Unreachable`` when the disk refuses.
    """
    incoming = await asyncio.to_thread(_Incoming.begin, folder, limit)
    try:
        if isinstance(source, Path):
            await asyncio.to_thread(_copy, source, incoming)
        else:
            await _receive(source, incoming)
        blob = await asyncio.to_thread(incoming.finish, inspect)
        yield Staged(incoming.file, blob)
    finally:
        await asyncio.to_thread(incoming.discard)


@dataclass(slots=True)
class _Incoming:
    """A file being written, with its running digest and length."""

    file: Path
    stream: BinaryIO
    limit: int | None
    size: int = 0
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    @classmethod
    def begin(cls, folder: Path, limit: int | None) -> "_Incoming":
        try:
            number, name = tempfile.mkstemp(dir=folder, suffix=".part")
        except OSError as error:
            raise _refused_by_disk(error) from error
        return cls(Path(name), os.fdopen(number, "w+b"), limit)

    def write(self, piece: bytes) -> None:
        self.size += len(piece)
        if self.limit is not None and self.size > self.limit:
            raise TooLarge(f"The content is longer than {self.limit} bytes.")
        self.digest.update(piece)
        try:
            self.stream.write(piece)
        except OSError as error:
            raise _refused_by_disk(error) from error

    def finish(self, inspect: Inspect) -> Blob:
        """Everything safely on disk, then looked at."""
        try:
            self.stream.flush()
            os.fsync(self.stream.fileno())
        except OSError as error:
            raise _refused_by_disk(error) from error
        self.stream.seek(0)
        return Blob(self.digest.hexdigest(), self.size, inspect(self.stream))

    def discard(self) -> None:
        with suppress(OSError):  # closing writes what a full disk refused before
            self.stream.close()
        self.file.unlink(missing_ok=True)


def _copy(source: Path, incoming: _Incoming) -> None:
    try:
        # A pipe would block for ever and a device never end.
        if not stat.S_ISREG(source.stat().st_mode):
            raise Unreadable(f"{source.name} is not a file. Name a file to keep.")
        stream = source.open("rb")
    except OSError as error:
        raise Unreadable(f"{source.name}: {error.strerror}.") from error
    with stream:
        while piece := _read(stream, source.name):
            incoming.write(piece)


def _read(stream: BinaryIO, name: str) -> bytes:
    try:
        return stream.read(CHUNK)
    except OSError as error:
        raise Unreadable(f"{name}: {error.strerror}.") from error


async def _receive(source: AsyncIterable[bytes], incoming: _Incoming) -> None:
    """Gather small pieces, so that each write pays for its thread."""
    waiting = bytearray()
    async for piece in source:
        waiting += piece
        if len(waiting) >= CHUNK:
            await asyncio.to_thread(incoming.write, bytes(waiting))
            waiting.clear()
    await asyncio.to_thread(incoming.write, bytes(waiting))


def _refused_by_disk(error: OSError) -> Unreachable:
    return Unreachable(f"The disk does not take the file: {error.strerror}.")
