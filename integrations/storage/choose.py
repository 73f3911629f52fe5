"""From the address of a store to the store."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from urllib.request import url2pathname

from obstore.exceptions import BaseError
from obstore.store import S3Store

from integrations.storage.blobs import BadStorageAddress, Blobs
from integrations.storage.local import LocalBlobs
from integrations.storage.object_store import ObjectBlobs

_CONNECT = timedelta(seconds=5)
_SILENCE = timedelta(seconds=20)
# A whole file may be read by one request, so this only ends what never ends.
_ONE_REQUEST = timedelta(hours=1)
_RETRIES = 3
_ALL_TRIES = timedelta(seconds=30)


def from_url(address: str) -> Blobs:
    """The store at ``address``; nothing is opened yet.

    ``file:///folder`` is a folder of this machine. ``s3://bucket/prefix`` is
    an object store; its settings follow as a query (``?endpoint=https://…``,
    ``region=…``), the keys as ``access_key_id`` and ``secret_access_key``
    there, or from the environment (``AWS_ACCESS_KEY_ID`` and so on).

    Raises ``BadStorageAddress``; its message repeats no part of the query,
    which may hold a secret.
    """
    if urlsplit(address).scheme == "file":
        return LocalBlobs(folder(address))
    return ObjectBlobs(bucket(address))


def folder(address: str) -> Path:
    """The folder at ``file:///…``; raises like ``from_url``."""
    parts = urlsplit(address)
    if parts.netloc not in ("", "localhost") or not parts.path.strip("/"):
        raise BadStorageAddress(
            "Write the folder with three slashes: file:///srv/files."
        )
    return Path(url2pathname(parts.path))


def bucket(address: str) -> S3Store:
    """The bucket at ``s3://…``; raises like ``from_url``, also for all else."""
    parts = urlsplit(address)
    if parts.scheme != "s3" or not parts.hostname:
        raise BadStorageAddress(
            "A store is file:///folder or s3://bucket/prefix?endpoint=…&region=…"
        )
    place = f"s3://{parts.netloc}{parts.path}"
    return _bucket(place, dict(parse_qsl(parts.query)))


def _bucket(place: str, settings: dict[str, Any]) -> S3Store:  # Any: obstore's own
    try:
        return S3Store.from_url(
            place,
            client_options={
                "allow_http": settings.get("endpoint", "").startswith("http://"),
                "connect_timeout": _CONNECT,
                "read_timeout": _SILENCE,
                "timeout": _ONE_REQUEST,
            },
            retry_config={"max_retries": _RETRIES, "retry_timeout": _ALL_TRIES},
            **settings,
        )
    except (BaseError, ValueError, TypeError):
        # Without its cause, which repeats the settings, keys included.
        raise BadStorageAddress(
            f"{place}: the object store does not know a setting of the query. "
            "Known are endpoint, region, access_key_id, secret_access_key and "
            "the others that obstore documents."
        ) from None
