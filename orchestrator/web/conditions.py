"""Conditions on a request (RFC 9110, 13.1): of which version it speaks."""

import re

from aiohttp import hdrs, web

from orchestrator.errors import Conflict, Invalid

_TAG = re.compile('"(.*)"')
_VERSION = re.compile(r"\d{1,9}", re.ASCII)
_NONE = -1
"""A version that nothing ever has."""

MOST_KEY = 200
_KEY = "Idempotency-Key"


class StaleVersion(Conflict):
    """The caller speaks of a version that is not the present one."""

    slug = "stale-version"
    title = "This has changed since"


class VersionMissing(Invalid):
    """The caller does not say of which version he speaks."""

    slug = "version-missing"
    title = "The version is missing"


class BadKey(Invalid):
    """The key of a request that may be repeated is too long or unreadable."""

    slug = "bad-key"
    title = "This cannot be a key"


def version_tag(version: int) -> str:
    """The ``ETag`` of ``version``."""
    return f'"{version}"'


def version_of(request: web.Request) -> int:
    """The version of ``If-Match``; one that nothing has where it names none of ours.

    ``*`` is none, since a press is for what was seen. Raises ``VersionMissing``.
    """
    given = ",".join(request.headers.getall(hdrs.IF_MATCH, ())).strip()
    if given in ("", "*"):
        raise VersionMissing(
            'Send the ETag that you were given as If-Match, for example "14".'
        )
    found = _TAG.fullmatch(given)
    version = version_in(found[1]) if found else None
    return _NONE if version is None else version


def version_in(text: str) -> int | None:
    """The version that ``text`` names; None if no version is written so."""
    return int(text) if _VERSION.fullmatch(text) else None


def key_of(request: web.Request) -> str | None:
    """The ``Idempotency-Key``, None without one; raises ``BadKey``."""
    key = request.headers.get(_KEY, "").strip()
    if len(key) > MOST_KEY or not key.isprintable():
        raise BadKey(f"Use up to {MOST_KEY} printable characters.")
    return key or None
