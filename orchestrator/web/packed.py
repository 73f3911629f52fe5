"""Answers whose head is kept as bytes.

In the minute before a meeting everybody asks for the same few pages. For each
answer aiohttp copies, completes and writes out the headers anew, which costs
three times as much as finding the page; here that is done once for each page.
"""

import time
from collections.abc import Mapping
from email.utils import format_datetime
from http import HTTPStatus

from aiohttp import HttpVersion11, hdrs, web
from aiohttp.abc import AbstractStreamWriter

from orchestrator.clock import utc_now
from orchestrator.web.headers import completed
from orchestrator.web.reader import has_query


def pack(
    headers: Mapping[str, str], *, https: bool, status: HTTPStatus = HTTPStatus.OK
) -> bytes:
    """The head of an answer with ``headers`` and those that every answer carries.

    It wants the empty line at its end, and before it what differs from answer
    to answer. Raises ValueError when a value would begin another header.
    """
    lines = [f"HTTP/1.1 {status.value} {status.phrase}"]
    for name, value in completed(headers, https=https).items():
        if "\r" in value or "\n" in value:
            raise ValueError(f"{name} holds the end of a line")
        lines.append(f"{name}: {value}")
    return "\r\n".join((*lines, "")).encode()


def packable(request: web.Request) -> bool:
    """Whether a packed page says all that ``request`` is to be told.

    A query may set cookies.
    """
    return takes_packed(request) and not has_query(request)


def takes_packed(request: web.Request) -> bool:
    """Whether ``request`` can be answered by packed bytes.

    Old clients and those about to part need a header of their own, and HEAD has
    no body.
    """
    return (
        request.method in (hdrs.METH_GET, hdrs.METH_POST)
        and request.version == HttpVersion11
        and request.keep_alive
    )


class Packed(web.StreamResponse):
    """A packed head, ``more`` whole lines of it, and the body; nothing is added
    on the way out, so whoever changes its headers changes nothing.

    ``status`` is the one that the head was packed with, for logs.
    """

    def __init__(
        self,
        head: bytes,
        body: bytes = b"",
        *,
        more: bytes = b"",
        status: HTTPStatus = HTTPStatus.OK,
    ) -> None:
        super().__init__(status=status)
        self._packed = (head, more, _end(), body)

    @property
    def keep_alive(self) -> bool:
        return True

    @property
    def body_length(self) -> int:
        return len(self._packed[-1])

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter:
        """Send all of it."""
        await request.writer.write_eof(b"".join(self._packed))
        return request.writer

    async def write_eof(self, data: bytes = b"") -> None:
        """Nothing is left to send."""


class _End:
    """The end of each head: ``Date`` (RFC 9110, 6.6.1) and the empty line.

    The same for a second, so for most answers it is one look at the counter.
    """

    def __init__(self) -> None:
        self._line, self._until = b"", 0.0

    def __call__(self) -> bytes:
        steady = time.monotonic()
        if steady >= self._until:
            now = utc_now()
            self._until = steady + 1 - now.microsecond / 1_000_000
            self._line = f"Date: {format_datetime(now, usegmt=True)}\r\n\r\n".encode()
        return self._line


_end = _End()
