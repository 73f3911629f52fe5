"""Blobs in a folder of this machine: ``root/ab/cd/abcd…``, one file each."""

import asyncio
import os
import stat
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from integrations.errors import Unreachable
from integrations.storage.blobs import (
    CHUNK,
    Blob,
    Inspect,
    NotKept,
    Source,
    checked,
    opaque,
)
from integrations.storage.staging import Staged, staged

_INCOMING = "incoming"
_ONLY_US = 0o700


class LocalBlobs:
    """Files under ``root``, written beside it and renamed when complete.

    No link inside ``root`` is ever followed: who can plant one there could
    otherwise have any file of the machine served. ``root`` itself may be one.
    """

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()
        # The same disk as the target, or the rename would not be atomic.
        self._incoming = self._root / _INCOMING

    @property
    def origin(self) -> str | None:
        return None

    async def put(
        self, source: Source, *, inspect: Inspect = opaque, limit: int | None = None
    ) -> Blob:
        await asyncio.to_thread(_make, self._incoming)
        async with staged(
            source, self._incoming, inspect=inspect, limit=limit
        ) as content:
            await asyncio.to_thread(self._keep, content)
            return content.blob

    async def path(self, digest: str) -> Path | None:
        return await asyncio.to_thread(self._found, digest)

    async def url(self, digest: str, *, seconds: int) -> str | None:
        checked(digest)
        return None

    async def open(self, digest: str) -> AsyncIterator[bytes]:
        if (path := await self.path(digest)) is None:
            raise NotKept(f"No file is kept as {digest}.")
        stream = await asyncio.to_thread(_reading, path)
        try:
            while piece := await asyncio.to_thread(stream.read, CHUNK):
                yield piece
        finally:
            await asyncio.to_thread(stream.close)

    async def exists(self, digest: str) -> bool:
        return await self.path(digest) is not None

    async def delete(self, digest: str) -> None:
        if (path := await self.path(digest)) is not None:
            await asyncio.to_thread(path.unlink, missing_ok=True)

    async def digests(self, *, before: datetime | None = None) -> AsyncIterator[str]:
        for path in await asyncio.to_thread(lambda: list(self._files())):
            if before is None or await asyncio.to_thread(_older, path, before):
                yield path.name

    async def tidy(self, *, before: datetime) -> int:
        return await asyncio.to_thread(self._tidy, before)

    def _target(self, digest: str) -> Path:
        return self._root / digest[:2] / digest[2:4] / checked(digest)

    def _found(self, digest: str) -> Path | None:
        target = self._target(digest)
        folders = (target.parent.parent, target.parent)
        if all(_is(stat.S_ISDIR, folder) for folder in folders):
            return target if _is(stat.S_ISREG, target) else None
        return None

    def _keep(self, content: Staged) -> None:
        """Rename into place, and make the name itself survive a power cut.

        A file already there is replaced by the same bytes: that heals a
        damaged one, unseats a link and makes it young again for ``digests``.
        """
        target = self._target(content.blob.digest)
        try:
            for folder in (target.parent.parent, target.parent):
                _make(folder)
                if not _is(stat.S_ISDIR, folder):
                    raise Unreachable(f"{folder} is not a folder of the store.")
            content.file.replace(target)
            for folder in (target.parent, target.parent.parent, self._root):
                _sync(folder)
        except OSError as error:
            raise Unreachable(f"The store cannot be written: {error}.") from error

    def _files(self) -> Iterator[Path]:
        for path in self._root.glob("??/??/*"):
            try:
                found = self._found(path.name)
            except NotKept:  # somebody else's file
                continue
            if found == path:
                yield path

    def _tidy(self, before: datetime) -> int:
        left = [p for p in self._incoming.glob("*.part") if _older(p, before)]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=_ONLY_US, parents=True, exist_ok=True)
    except OSError as error:
        raise Unreachable(f"The store cannot be written: {error}.") from error


def _is(kind: Callable[[int], bool], path: Path) -> bool:
    try:
        return kind(path.lstat().st_mode)
    except FileNotFoundError:
        return False


def _older(path: Path, moment: datetime) -> bool:
    try:
        return datetime.fromtimestamp(path.lstat().st_mtime, UTC) < moment
    except FileNotFoundError:
        return False


def _reading(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb")


def _sync(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
