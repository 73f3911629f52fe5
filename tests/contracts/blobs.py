"""What every store of blobs must do; subclass it and provide ``blobs``."""

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from integrations.storage.blobs import Blob, NotKept, TooLarge, Unreadable

TEXT = b"what was said " * 20
DIGEST = hashlib.sha256(TEXT).hexdigest()
ABSENT = "0" * 64


async def pieces(*parts):
    for part in parts:
        yield part


async def content(blobs, digest):
    return b"".join([piece async for piece in blobs.open(digest)])


class Refused(Exception):
    """Raised by an inspector."""


class BlobsContract:
    """``blobs`` must be empty and refuse nothing."""

    async def test_content_is_kept_under_its_digest(self, blobs):
        blob = await blobs.put(pieces(TEXT[:7], b"", TEXT[7:]))

        assert blob == Blob(DIGEST, len(TEXT), "application/octet-stream")
        assert await blobs.exists(DIGEST)
        assert await content(blobs, DIGEST) == TEXT

    async def test_file_is_kept_like_a_stream(self, blobs, tmp_path):
        file = tmp_path / "talk.pdf"
        file.write_bytes(TEXT)

        blob = await blobs.put(file)

        assert blob.digest == DIGEST
        assert file.read_bytes() == TEXT

    async def test_content_of_several_pieces_comes_back_whole(self, blobs):
        large = bytes(range(256)) * 24_000

        blob = await blobs.put(pieces(large[:3_000_000], large[3_000_000:]))

        assert blob.digest == hashlib.sha256(large).hexdigest()
        assert await content(blobs, blob.digest) == large

    async def test_nothing_is_content_too(self, blobs):
        blob = await blobs.put(pieces())

        assert await content(blobs, blob.digest) == b""

    async def test_same_content_is_kept_once(self, blobs):
        await asyncio.gather(*(blobs.put(pieces(TEXT)) for _ in range(5)))

        assert [digest async for digest in blobs.digests()] == [DIGEST]

    async def test_inspector_sees_everything_and_names_the_type(self, blobs):
        seen = []

        def inspect(file):
            seen.append(file.read())
            return "video/mp4"

        blob = await blobs.put(pieces(TEXT), inspect=inspect)

        assert seen == [TEXT]
        assert blob.media_type == "video/mp4"

    async def test_content_refused_by_the_inspector_is_not_kept(self, blobs):
        def inspect(_file):
            raise Refused

        with pytest.raises(Refused):
            await blobs.put(pieces(TEXT), inspect=inspect)

        assert not await blobs.exists(DIGEST)

    async def test_content_over_the_limit_is_not_kept(self, blobs, tmp_path):
        file = tmp_path / "long"
        file.write_bytes(TEXT)

        for source in (pieces(TEXT), file):
            with pytest.raises(TooLarge):
                await blobs.put(source, limit=len(TEXT) - 1)

        assert not await blobs.exists(DIGEST)
        await blobs.put(pieces(TEXT), limit=len(TEXT))

    async def test_upload_that_breaks_off_leaves_nothing(self, blobs):
        async def broken():
            yield TEXT
            raise ConnectionResetError

        with pytest.raises(ConnectionResetError):
            await blobs.put(broken())

        assert [digest async for digest in blobs.digests()] == []

    async def test_what_is_no_file_cannot_be_put(self, blobs, tmp_path):
        for path in (tmp_path, tmp_path / "absent"):
            with pytest.raises(Unreadable):
                await blobs.put(path)

    async def test_absent_content_is_said_to_be_absent(self, blobs):
        assert not await blobs.exists(ABSENT)
        assert await blobs.path(ABSENT) is None
        await blobs.delete(ABSENT)
        with pytest.raises(NotKept):
            await content(blobs, ABSENT)

    async def test_deleted_content_is_gone(self, blobs):
        await blobs.put(pieces(TEXT))

        await blobs.delete(DIGEST)

        assert not await blobs.exists(DIGEST)
        assert [digest async for digest in blobs.digests()] == []

    async def test_young_content_is_not_listed_among_the_old(self, blobs):
        await blobs.put(pieces(TEXT))
        now = datetime.now(UTC)

        old = [d async for d in blobs.digests(before=now - timedelta(hours=1))]
        all_of_it = [d async for d in blobs.digests(before=now + timedelta(hours=1))]

        assert old == []
        assert all_of_it == [DIGEST]

    @pytest.mark.parametrize(
        "digest", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"]
    )
    async def test_what_is_no_digest_reaches_no_path(self, blobs, digest):
        for ask in (blobs.path, blobs.exists, blobs.delete):
            with pytest.raises(NotKept):
                await ask(digest)
        with pytest.raises(NotKept):
            await blobs.url(digest, seconds=60)
        with pytest.raises(NotKept):
            await content(blobs, digest)

    async def test_it_is_served_from_a_file_or_from_an_address(self, blobs):
        await blobs.put(pieces(TEXT))

        path = await blobs.path(DIGEST)
        address = await blobs.url(DIGEST, seconds=60)

        assert (path is None) == (address is not None) == (blobs.origin is not None)
