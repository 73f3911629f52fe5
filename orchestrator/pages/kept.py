"""Pages rendered once and then kept as bytes, in plain and in gzip.

A page that depends on nobody in particular is rendered at most once a minute
for each language and zone; in between an answer costs a look into a dictionary.
"""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from aiohttp import hdrs, web
from multidict import CIMultiDict, CIMultiDictProxy

from orchestrator.web.headers import CONTENT_SECURITY_POLICY
from orchestrator.web.packed import Packed, pack, packable
from orchestrator.web.reader import takes_gzip

HTML = "text/html; charset=utf-8"

# The script sets its clock by this header: the bytes are as old as a minute,
# the header is written for each answer.
SERVER_TIMING = "Server-Timing"

# One meeting has a page for each talk, language, zone and minute; what was not
# asked for lately can be rendered again in milliseconds.
_MOST = 512

Value = TypeVar("Value")


class Shelf(Generic[Value]):
    """The values made last, at most ``most`` of them."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._values: OrderedDict[Hashable, Value] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value kept under ``key``; made and kept when there is none."""
        found = self._values.get(key)
        if found is not None:
            return found
        value = make()
        self._values[key] = value
        if len(self._values) > self._most:
            self._values.popitem(last=False)
        return value


@dataclass(frozen=True, slots=True)
class Form:
    """One representation of a page: plain or gzip."""

    body: bytes
    headers: CIMultiDictProxy[str]
    head: bytes


@dataclass(frozen=True, slots=True)
class KeptPage:
    """The bytes of a page in both forms, and what they are known by."""

    etag: str
    plain: Form
    zipped: Form

    def answer(self, request: web.Request, now: datetime) -> web.StreamResponse:
        """The page in a form that the browser takes, or 304 if it has it."""
        asked = request.headers
        accepted = asked.get(hdrs.ACCEPT_ENCODING)
        form = self.zipped if accepted and takes_gzip(accepted) else self.plain
        unchanged = self.etag == asked.get(hdrs.IF_NONE_MATCH)
        if packable(request) and not unchanged:
            more = f"{SERVER_TIMING}: {timing(now)}\r\n".encode()
            return Packed(form.head, form.body, more=more)
        if unchanged:
            response = web.Response(status=304, headers=form.headers)
        else:
            response = web.Response(body=form.body, headers=form.headers)
        response.headers[SERVER_TIMING] = timing(now)
        return response


def keep(html: str, *, policy: str | None = None, https: bool = False) -> KeptPage:
    """``html`` ready to be sent many times, to an origin of ``https`` or not."""
    plain = html.encode()
    etag = f'W/"{hashlib.sha256(plain).hexdigest()[:32]}"'
    headers = {
        "Content-Type": HTML,
        "ETag": etag,
        "Cache-Control": "private, no-cache",
        "Vary": "Accept-Encoding, Accept-Language, Cookie",
    }
    if policy is not None:
        headers[CONTENT_SECURITY_POLICY] = policy
    zipped = gzip.compress(plain, 6, mtime=0)
    return KeptPage(
        etag=etag,
        plain=_form(plain, headers, https=https),
        zipped=_form(zipped, {**headers, "Content-Encoding": "gzip"}, https=https),
    )


def _form(body: bytes, headers: Mapping[str, str], *, https: bool) -> Form:
    length: dict[str, str] = {hdrs.CONTENT_LENGTH: str(len(body))}
    return Form(
        body=body,
        headers=CIMultiDictProxy(CIMultiDict(headers)),
        head=pack({**headers, **length}, https=https),
    )


def timing(now: datetime) -> str:
    """The value of ``Server-Timing`` that tells the event's present instant.

    ``dur`` is a number of milliseconds; here it counts from 1970.
    """
    return f"now;dur={int(now.timestamp() * 1000)}"


def minute(now: datetime) -> int:
    """Which minute ``now`` is in: what is kept for one belongs to no other."""
    return int(now.timestamp()) // 60
