"""Blobs in a bucket, against a real S3 server inside the process."""

from datetime import UTC, datetime

import obstore
import pytest
from aiohttp import ClientSession, web
from yarl import URL

from integrations.errors import Rejected, Unreachable
from integrations.storage.choose import from_url
from tests.contracts.blobs import DIGEST, TEXT, BlobsContract, pieces


@pytest.fixture
def blobs(bucket):
    return from_url(bucket)


class TestObjectBlobs(BlobsContract):
    @pytest.fixture
    def blobs(self, bucket):
        return from_url(bucket)


async def fetched(address, **headers):
    """Status, headers and body of a plain GET."""
    async with (
        ClientSession() as session,
        session.get(URL(address, encoded=True), headers=headers) as answer,
    ):
        return answer.status, answer.headers, await answer.read()


async def test_signed_address_serves_parts_with_the_type_inspected(blobs, s3):
    await blobs.put(pieces(TEXT), inspect=lambda _file: "video/mp4")

    address = await blobs.url(DIGEST, seconds=60)

    status, headers, body = await fetched(address, Range="bytes=2-5")
    assert blobs.origin == s3
    assert address.startswith(f"{s3}/")
    assert (status, body) == (206, TEXT[2:6])
    assert headers["Content-Type"] == "video/mp4"
    assert headers["Content-Disposition"] == "inline"


async def test_what_is_no_video_is_downloaded(blobs):
    await blobs.put(pieces(TEXT), inspect=lambda _file: "application/pdf")

    _, headers, body = await fetched(await blobs.url(DIGEST, seconds=60))

    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Disposition"] == "attachment"
    assert body == TEXT


async def test_objects_of_others_are_not_listed(blobs):
    await blobs.put(pieces(TEXT))
    await obstore.put_async(blobs._bucket, "notes.txt", b"mine")
    await obstore.put_async(blobs._bucket, "1" * 64, b"in a wrong place")

    assert [digest async for digest in blobs.digests()] == [DIGEST]


async def test_content_on_its_way_is_gone_from_this_machine(bucket, tmp_path):
    blobs = from_url(bucket)
    blobs._scratch = tmp_path

    await blobs.put(pieces(TEXT))

    assert list(tmp_path.iterdir()) == []
    assert await blobs.tidy(before=datetime.now(UTC)) == 0


async def test_missing_bucket_is_told(s3):
    blobs = from_url(
        f"s3://nobody?endpoint={s3}&access_key_id=key&secret_access_key=made-up"
    )

    with pytest.raises(Unreachable):
        await blobs.put(pieces(TEXT))


async def test_store_that_does_not_answer_is_told(unused_tcp_port):
    blobs = from_url(
        f"s3://nobody?endpoint=http://127.0.0.1:{unused_tcp_port}"
        "&access_key_id=key&secret_access_key=made-up"
    )

    with pytest.raises(Unreachable):
        await blobs.exists(DIGEST)


async def test_refused_credentials_are_told(aiohttp_server):
    async def refuse(_request):
        return web.Response(status=403)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", refuse)
    server = await aiohttp_server(app)
    blobs = from_url(
        f"s3://nobody?endpoint=http://127.0.0.1:{server.port}"
        "&access_key_id=key&secret_access_key=made-up"
    )

    with pytest.raises(Rejected, match="credentials"):
        await blobs.exists(DIGEST)
