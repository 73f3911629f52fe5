"""Calendar files as they go out, worked out once and kept.

100,000 calendars ask for the same bytes: what differs between two answers is
only whether they are compressed, so body, ETag and headers of both forms are
made here.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from urllib.parse import quote

from multidict import CIMultiDict, CIMultiDictProxy

from calendars.publish import CONTENT_TYPE
from calendars.text import one_line
from orchestrator.web.packed import pack

PUBLIC = {
    "Cache-Control": "public, max-age=300",
    "Access-Control-Allow-Origin": "*",
}
"""Headers of a file that anybody may have."""

PERSONAL = {
    "Cache-Control": "private, no-cache",
    "X-Robots-Tag": "noindex",
    # Its address is the key to it.
    "Referrer-Policy": "no-referrer",
}
"""Headers of a person's own file."""

Headers = CIMultiDictProxy[str]

_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One representation of a file: plain or gzip.

    ``unchanged`` are the headers of its 304. ``head`` and ``unchanged_head`` are
    the same packed.
    """

    body: bytes
    etag: str
    headers: Headers
    head: bytes
    unchanged: Headers
    unchanged_head: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A calendar file in both forms; ``modified`` in whole seconds, UTC."""

    modified: datetime
    plain: Form
    zipped: Form

    @property
    def size(self) -> int:
        """Bytes of memory, about."""
        return len(self.plain.body) + len(self.zipped.body)


def keep(
    body: bytes,
    zipped: bytes,
    *,
    modified: datetime,
    name: str,
    title: str,
    headers: Mapping[str, str],
    https: bool = False,
) -> KeptFile:
    """``body`` and ``zipped``, its gzip, with all that is sent along with them.

    ``name`` is the ASCII name of the file without ``.ics``, ``title`` the one
    for those who can read accents; ``headers`` say who may keep it and how long,
    ``https`` whether it is sent over that.
    """
    modified = modified.astimezone(UTC).replace(microsecond=0)
    # Of the gzip, which holds the same and is a sixth as long. Where two machines
    # compress differently, their strong tags have to differ too.
    etag = hashlib.sha256(zipped).hexdigest()[:32]
    common = {
        **headers,
        "Last-Modified": format_datetime(modified, usegmt=True),
        "Vary": "Accept-Encoding",
    }
    described = {
        **common,
        "Content-Type": CONTENT_TYPE,
        "Content-Disposition": disposition(name, title),
    }
    return KeptFile(
        modified=modified,
        plain=_form(body, f'"{etag}"', described, common, https=https),
        zipped=_form(
            zipped,
            f'"{etag}-gz"',
            {**described, "Content-Encoding": "gzip"},
            common,
            https=https,
        ),
    )


def disposition(name: str, title: str) -> str:
    """Content-Disposition (RFC 6266): shown or handed to the calendar, and how
    the file is called when it is saved.
    """
    readable = one_line(title)[:_LONGEST_NAME].translate(_NOT_IN_NAMES).strip(" .")
    ascii_name = name.encode("ascii", "ignore").decode()
    encoded = quote(f"{readable or ascii_name}.ics", safe="")
    return f"inline; filename=\"{ascii_name}.ics\"; filename*=UTF-8''{encoded}"


# What one of the usual file systems refuses.
_NOT_IN_NAMES = str.maketrans(dict.fromkeys('/\\:*?"<>|', "-"))


def _form(
    body: bytes,
    etag: str,
    headers: Mapping[str, str],
    common: Mapping[str, str],
    *,
    https: bool,
) -> Form:
    full, unchanged = {**headers, "ETag": etag}, {**common, "ETag": etag}
    return Form(
        body=body,
        etag=etag,
        headers=CIMultiDictProxy(CIMultiDict(full)),
        head=pack({**full, "Content-Length": str(len(body))}, https=https),
        unchanged=CIMultiDictProxy(CIMultiDict(unchanged)),
        unchanged_head=pack(unchanged, https=https, status=HTTPStatus.NOT_MODIFIED),
    )
