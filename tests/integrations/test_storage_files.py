"""Files that another program put into a store."""

import os

import obstore
import pytest

from integrations.errors import Unreachable
from integrations.storage import files as storage
from integrations.storage.blobs import BadStorageAddress, NotKept
from integrations.storage.choose import bucket as bucket_at
from integrations.storage.files import FolderFiles, files

NAME = "hall/film é.mp4"
FILM = b"moving pictures " * 200_000


async def content(store, name):
    return b"".join([piece async for piece in store.open(name)])


@pytest.fixture
def in_folder(tmp_path):
    (tmp_path / "store/hall").mkdir(parents=True)
    (tmp_path / "store" / NAME).write_bytes(FILM)
    return files((tmp_path / "store").as_uri())


@pytest.fixture
async def in_bucket(bucket):
    await obstore.put_async(bucket_at(bucket), NAME, FILM)
    return files(bucket)


@pytest.fixture(params=["in_folder", "in_bucket"])
def store(request):
    """Holds the film."""
    return request.getfixturevalue(request.param)


async def test_file_is_read_by_its_name(store):
    assert await content(store, NAME) == FILM


@pytest.mark.parametrize(
    "name",
    ["", "hall", "hall/other.mp4", "../secret", "a\0b", "/etc/passwd", "x" * 5000],
)
async def test_what_is_not_there_is_told(store, tmp_path, name):
    (tmp_path / "secret").write_bytes(b"secret")

    with pytest.raises(NotKept):
        await content(store, name)


async def test_link_that_leads_out_of_the_folder_is_not_followed(tmp_path):
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "store").mkdir()
    os.symlink(tmp_path / "secret", tmp_path / "store/film.mp4")

    with pytest.raises(NotKept):
        await content(FolderFiles(tmp_path / "store"), "film.mp4")


async def test_name_would_lead_out_of_the_folder_without_the_guard(
    tmp_path, monkeypatch
):
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "store").mkdir()
    monkeypatch.setattr(storage, "_is_below", lambda _path, _root: True)

    assert await content(FolderFiles(tmp_path / "store"), "../secret") == b"secret"


async def test_bucket_that_does_not_answer_is_told(unused_tcp_port):
    store = files(
        f"s3://nobody?endpoint=http://127.0.0.1:{unused_tcp_port}"
        "&access_key_id=key&secret_access_key=made-up"
    )

    with pytest.raises(Unreachable):
        await content(store, "film.mp4")


@pytest.mark.parametrize(
    "address", ["", "/srv", "file://", "file://host/srv", "s3://", "https://host"]
)
def test_address_of_no_store_is_refused(address):
    with pytest.raises(BadStorageAddress):
        files(address)
