"""The static files, in plain and in gzip, as they were when the process began.

Both forms and the mark in the address are of the same bytes, so none of them can be
older than the others; like a template, a changed file wants a new start.
"""

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path

from aiohttp import hdrs, web

from orchestrator.web.reader import takes_gzip

STATIC = Path(__file__).parent / "static"

_FOR_EVER = "public, max-age=31536000, immutable"
_FOR_AN_HOUR = "public, max-age=3600"

# What the system knows of these is not the same everywhere.
_TYPES = {".js": "text/javascript", ".woff2": "font/woff2"}

# A font is compressed already.
_PACKED = {".css", ".js", ".svg", ".txt"}


@dataclass(frozen=True, slots=True)
class Asset:
    """One static file; ``mark`` changes with its content."""

    content_type: str
    mark: str
    plain: bytes
    zipped: bytes | None

    def answer(self, request: web.Request) -> web.Response:
        """The file in a form that the browser takes, or 304 if it has it."""
        zipped = self._zipped_for(request)
        etag = self.mark if zipped is None else f"{self.mark}-gz"
        # Under another mark, of a release before or after, it is not to stay.
        lasting = request.query.get("v") == self.mark
        headers = {
            hdrs.CACHE_CONTROL: _FOR_EVER if lasting else _FOR_AN_HOUR,
            hdrs.ETAG: f'"{etag}"',
        }
        if self.zipped is not None:
            headers[hdrs.VARY] = hdrs.ACCEPT_ENCODING
        if any(tag.value in (etag, "*") for tag in request.if_none_match or ()):
            return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
        headers[hdrs.CONTENT_TYPE] = self.content_type
        if zipped is None:
            return web.Response(body=self.plain, headers=headers)
        headers[hdrs.CONTENT_ENCODING] = "gzip"
        return web.Response(body=zipped, headers=headers)

    def _zipped_for(self, request: web.Request) -> bytes | None:
        accepted = request.headers.get(hdrs.ACCEPT_ENCODING)
        return self.zipped if accepted and takes_gzip(accepted) else None


@cache
def assets() -> Mapping[str, Asset]:
    """All of them by their path, which takes a tenth of a second the first time."""
    return {
        file.relative_to(STATIC).as_posix(): _read(file)
        for file in STATIC.rglob("*")
        if file.is_file() and not file.name.startswith(".")
    }


def address(name: str) -> str:
    """Address of a static file; it changes with the content, so it can be kept.

    A file that is not there yet (``vendor/`` before the build) keeps its name.
    """
    found = assets().get(name)
    return f"/static/{name}?v={found.mark}" if found else f"/static/{name}"


def _read(file: Path) -> Asset:
    plain, kind = file.read_bytes(), file.suffix
    known = _TYPES.get(kind) or mimetypes.types_map.get(kind)
    return Asset(
        content_type=known or "application/octet-stream",
        mark=hashlib.sha256(plain).hexdigest()[:10],
        plain=plain,
        zipped=gzip.compress(plain, mtime=0) if kind in _PACKED else None,
    )
