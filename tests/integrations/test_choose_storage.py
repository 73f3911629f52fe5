"""From the address of a store to the store, or to advice."""

import pytest

from integrations.storage.blobs import BadStorageAddress
from integrations.storage.choose import from_url
from integrations.storage.local import LocalBlobs
from tests.contracts.blobs import DIGEST, TEXT, pieces


async def test_folder_is_a_store_of_this_machine(tmp_path):
    blobs = from_url((tmp_path / "with blank").as_uri())

    await blobs.put(pieces(TEXT))

    assert isinstance(blobs, LocalBlobs)
    assert (tmp_path / "with blank" / DIGEST[:2]).is_dir()


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("s3://talks/2021?region=eu-west-3", "https://s3.eu-west-3.amazonaws.com"),
        ("s3://talks?endpoint=https://minio.example.org", "https://minio.example.org"),
    ],
)
def test_bucket_says_where_its_addresses_lead_without_asking(address, origin):
    assert from_url(address).origin == origin


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/srv/files",
        "file://",
        "file:///",
        "file://server/files",
        "s3://",
        "ftp://example.org/files",
    ],
)
def test_other_addresses_are_refused(address):
    with pytest.raises(BadStorageAddress):
        from_url(address)


def test_refusal_repeats_no_secret():
    with pytest.raises(BadStorageAddress) as refused:
        from_url("s3://talks?secret_access_key=made-up&nonsense=1")

    assert "talks" in str(refused.value)
    assert "made-up" not in str(refused.value)
    assert refused.value.__cause__ is None
