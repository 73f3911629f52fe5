"""Blobs in a folder: the contract, and what only a folder can get wrong."""

import os
import stat
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from integrations.errors import Unreachable
from integrations.storage import local
from integrations.storage.blobs import Unreadable
from integrations.storage.local import LocalBlobs
from tests.contracts.blobs import DIGEST, TEXT, BlobsContract, Refused, pieces


class TestLocalBlobs(BlobsContract):
    @pytest.fixture
    def blobs(self, tmp_path):
        return LocalBlobs(tmp_path / "files")


@pytest.fixture
def root(tmp_path):
    return tmp_path / "files"


@pytest.fixture
def blobs(root):
    return LocalBlobs(root)


async def test_file_lies_in_shards_and_is_ours_alone(blobs, root):
    await blobs.put(pieces(TEXT))

    path = await blobs.path(DIGEST)
    assert path == root / DIGEST[:2] / DIGEST[2:4] / DIGEST
    assert path.read_bytes() == TEXT
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_refused_content_leaves_no_file(blobs, root):
    def refuse(_file):
        raise Refused

    with pytest.raises(Refused):
        await blobs.put(pieces(TEXT), inspect=refuse)

    assert [path for path in root.rglob("*") if path.is_file()] == []


async def test_put_is_on_disk_before_it_has_its_name(blobs, monkeypatch):
    steps = []
    fsync, rename = os.fsync, local.Path.replace

    def synced(number):
        steps.append("folder" if stat.S_ISDIR(os.fstat(number).st_mode) else "file")
        fsync(number)

    def renamed(path, target):
        steps.append("rename")
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(local.Path, "replace", renamed)

    await blobs.put(pieces(TEXT))

    assert steps == ["file", "rename", "folder", "folder", "folder"]


@pytest.fixture
def secret(tmp_path):
    file = tmp_path / "secret"
    file.write_text("not to be served")
    return file


async def planted(blobs, secret):
    """A link to ``secret`` where the content should be."""
    await blobs.put(pieces(TEXT))
    path = await blobs.path(DIGEST)
    path.unlink()
    path.symlink_to(secret)
    return path


async def test_link_in_the_store_is_not_followed(blobs, secret):
    await planted(blobs, secret)

    assert await blobs.path(DIGEST) is None
    assert [digest async for digest in blobs.digests()] == []


async def test_link_in_the_store_would_be_followed_without_the_guard(
    blobs, secret, monkeypatch
):
    path = await planted(blobs, secret)
    monkeypatch.setattr(local, "_is", lambda _kind, _path: True)

    assert await blobs.path(DIGEST) == path
    assert path.read_text() == "not to be served"


async def test_folder_of_the_store_that_is_a_link_is_not_followed(
    blobs, root, tmp_path
):
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / DIGEST[2:4]).mkdir(parents=True)
    (elsewhere / DIGEST[2:4] / DIGEST).write_bytes(b"planted")
    root.mkdir()
    (root / DIGEST[:2]).symlink_to(elsewhere)

    assert await blobs.path(DIGEST) is None
    with pytest.raises(Unreachable):
        await blobs.put(pieces(TEXT))


async def test_putting_again_heals_what_a_link_or_damage_took(blobs, secret):
    path = await planted(blobs, secret)

    await blobs.put(pieces(TEXT))

    assert path.read_bytes() == TEXT
    assert secret.read_text() == "not to be served"


async def test_files_of_others_are_not_listed(blobs, root):
    await blobs.put(pieces(TEXT))
    (root / DIGEST[:2] / DIGEST[2:4] / "notes.txt").write_text("mine")
    (root / DIGEST[:2] / DIGEST[2:4] / ("1" * 64)).write_text("in a wrong place")

    assert [digest async for digest in blobs.digests()] == [DIGEST]


async def test_only_old_remains_of_uploads_are_tidied_away(blobs, root):
    await blobs.put(pieces(TEXT))
    left = root / "incoming" / "broken.part"
    left.write_bytes(b"half")
    now = datetime.now(UTC)

    assert await blobs.tidy(before=now - timedelta(hours=1)) == 0
    assert await blobs.tidy(before=now + timedelta(hours=1)) == 1
    assert not left.exists()
    assert await blobs.exists(DIGEST)


async def test_store_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "files").write_text("a file where the folder should be")

    with pytest.raises(Unreachable):
        await LocalBlobs(tmp_path / "files").put(pieces(TEXT))


async def test_full_disk_is_told_and_leaves_nothing(blobs, root, monkeypatch):
    def full(_number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(Unreachable, match="No space left on device"):
        await blobs.put(pieces(TEXT))

    assert [path for path in root.rglob("*") if path.is_file()] == []


# Opens like a file and refuses to be read, whoever asks.
UNREADABLE = Path("/proc/self/mem")


@pytest.mark.skipif(not UNREADABLE.exists(), reason="only Linux has such a file")
async def test_file_that_cannot_be_read_to_its_end_is_told(blobs):
    with pytest.raises(Unreadable):
        await blobs.put(UNREADABLE)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device here")
async def test_disk_that_fills_while_content_comes_in_is_told(blobs, root, monkeypatch):
    make = tempfile.mkstemp

    def on_full_disk(**options):
        number, name = make(**options)
        full = os.open("/dev/full", os.O_RDWR)
        os.dup2(full, number)
        os.close(full)
        return number, name

    monkeypatch.setattr(tempfile, "mkstemp", on_full_disk)

    with pytest.raises(Unreachable, match="No space left on device"):
        await blobs.put(pieces(TEXT * 100_000))

    assert [path for path in root.rglob("*") if path.is_file()] == []


async def test_disk_without_room_for_a_new_file_is_told(blobs, monkeypatch):
    def full(**_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "mkstemp", full)

    with pytest.raises(Unreachable, match="No space left on device"):
        await blobs.put(pieces(TEXT))


async def test_content_that_cannot_get_its_name_is_not_confirmed(blobs, monkeypatch):
    def refuse(_path, _target):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(local.Path, "replace", refuse)

    with pytest.raises(Unreachable, match="Input/output error"):
        await blobs.put(pieces(TEXT))

    assert not await blobs.exists(DIGEST)
