"""Blobs in S3, or what speaks like it, sent to browsers by signed addresses.

The bucket is another origin than ours, so what is in it cannot act on our
pages. Type and disposition are stored with each object, since nothing of ours
stands between the bucket and the browser.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import (
    BaseError,
    PermissionDeniedError,
    UnauthenticatedError,
)
from obstore.store import S3Store

from integrations.errors import Rejected, Unreachable
from integrations.storage.blobs import (
    Blob,
    Inspect,
    NotKept,
    Source,
    checked,
    opaque,
)
from integrations.storage.staging import Staged, staged

if TYPE_CHECKING:  # obstore has it in its stubs only
    from obstore.store import S3Config


class ObjectBlobs:
    """Objects ``ab/cd/abcd…`` of a bucket, under its prefix.

    ``scratch`` is a local folder for content on its way (default: the
    system's); it is hashed and inspected there before any of it is sent.
    """

    def __init__(self, bucket: S3Store, *, scratch: Path | None = None) -> None:
        self._bucket = bucket
        self._scratch = scratch or Path(tempfile.gettempdir())
        self._origin = _origin(bucket)

    @property
    def origin(self) -> str | None:
        return self._origin

    async def put(
        self, source: Source, *, inspect: Inspect = opaque, limit: int | None = None
    ) -> Blob:
        async with staged(
            source, self._scratch, inspect=inspect, limit=limit
        ) as content:
            try:
                with explained():
                    await self._send(content)
            except FileNotFoundError as error:
                raise Unreachable("The object store has no such bucket.") from error
            return content.blob

    async def _send(self, content: Staged) -> None:
        media_type = content.blob.media_type
        await obstore.put_async(
            self._bucket,
            _key(content.blob.digest),
            content.file,
            attributes={
                "Content-Type": media_type,
                "Content-Disposition": _disposition(media_type),
                # A key is a digest: what is under it never changes.
                "Cache-Control": "private, max-age=31536000, immutable",
            },
        )

    async def path(self, digest: str) -> Path | None:
        checked(digest)
        return None

    async def url(self, digest: str, *, seconds: int) -> str | None:
        with explained():
            address: str = await obstore.sign_async(
                self._bucket, "GET", _key(digest), timedelta(seconds=seconds)
            )
            return address

    async def open(self, digest: str) -> AsyncIterator[bytes]:
        try:
            with explained():
                found = await obstore.get_async(self._bucket, _key(digest))
                async for piece in found.stream():
                    yield bytes(piece)
        except FileNotFoundError as error:
            raise NotKept(f"No file is kept as {digest}.") from error

    async def exists(self, digest: str) -> bool:
        try:
            with explained():
                await obstore.head_async(self._bucket, _key(digest))
        except FileNotFoundError:
            return False
        return True

    async def delete(self, digest: str) -> None:
        with explained():
            await obstore.delete_async(self._bucket, _key(digest))

    async def digests(self, *, before: datetime | None = None) -> AsyncIterator[str]:
        with explained():
            async for page in obstore.list(self._bucket):
                for found in page:
                    name = found["path"].rpartition("/")[2]
                    if found["path"] != _key_or_nothing(name):
                        continue  # somebody else's object
                    if before is None or found["last_modified"] < before:
                        yield name

    async def tidy(self, *, before: datetime) -> int:
        """Nothing to do: parts left in the bucket expire by its own rules."""
        await asyncio.sleep(0)
        return 0


def _origin(bucket: S3Store) -> str:
    """Where signed addresses lead.

    Found by signing one with made-up keys, which is arithmetic; with the real
    ones a cloud machine may first be asked for its credentials.
    """
    invented: S3Config = {"access_key_id": "nobody", "secret_access_key": "nothing"}
    same = S3Store(config={**bucket.config, **invented})
    sample = urlsplit(obstore.sign(same, "GET", "sample", timedelta(minutes=1)))
    return f"{sample.scheme}://{sample.netloc}"


def _key(digest: str) -> str:
    return f"{digest[:2]}/{digest[2:4]}/{checked(digest)}"


def _key_or_nothing(name: str) -> str:
    try:
        return _key(name)
    except NotKept:
        return ""


def _disposition(media_type: str) -> str:
    """A video plays in the page; all else is downloaded, never opened."""
    return "inline" if media_type.startswith("video/") else "attachment"


@contextmanager
def explained() -> Iterator[None]:
    """Turn what the object store does not do into our errors."""
    try:
        yield
    except (PermissionDeniedError, UnauthenticatedError) as error:
        raise Rejected(
            "The object store refuses the credentials: check its keys and rights."
        ) from error
    except BaseError as error:
        raise Unreachable("The object store does not answer as it should.") from error
