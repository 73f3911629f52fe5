"""Files that another program puts into a store, by the names that it gives them."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import obstore
from obstore.store import S3Store

from integrations.errors import Unreachable
from integrations.storage.blobs import CHUNK, NotKept
from integrations.storage.choose import bucket, folder
from integrations.storage.object_store import explained


class Files(Protocol):
    """Read only. A name may hold slashes; it may come from anywhere."""

    def open(self, name: str) -> AsyncIterator[bytes]:
        """The content in pieces. Raises ``NotKept``, and ``Unreachable``."""
        ...


class FolderFiles:
    """Below a folder of this machine; links that lead out of it are not followed."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def open(self, name: str) -> AsyncIterator[bytes]:
        try:
            path = await asyncio.to_thread(self._found, name)
            stream = await asyncio.to_thread(path.open, "rb")
        except (OSError, ValueError) as error:
            raise NotKept("There is no such file.") from error
        try:
            while piece := await asyncio.to_thread(stream.read, CHUNK):
                yield piece
        except OSError as error:
            raise Unreachable("The file cannot be read to its end.") from error
        finally:
            await asyncio.to_thread(stream.close)

    def _found(self, name: str) -> Path:
        root = self._root.resolve()
        path = (root / name).resolve()
        if not _is_below(path, root) or not path.is_file():
            raise NotKept("There is no such file.")
        return path


def _is_below(path: Path, root: Path) -> bool:
    return path.is_relative_to(root)


class BucketFiles:
    """Below the prefix of a bucket."""

    def __init__(self, store: S3Store) -> None:
        self._store = store

    async def open(self, name: str) -> AsyncIterator[bytes]:
        try:
            with explained():
                found = await obstore.get_async(self._store, name)
                async for piece in found.stream():
                    yield bytes(piece)
        except (FileNotFoundError, ValueError) as error:
            raise NotKept("There is no such file.") from error


def files(address: str) -> Files:
    """The files at ``address``, written as for ``from_url``; nothing is opened yet.

    Raises ``BadStorageAddress``.
    """
    if urlsplit(address).scheme == "file":
        return FolderFiles(folder(address))
    return BucketFiles(bucket(address))
