"""One browser's stream: a connection that aiohttp has let go of.

What aiohttp keeps for a request under way (parser, request, answer, two tasks) is
several times what a stream needs, which only waits. So the handler sends the head
and hands the connection over; from then on this is all there is of it.
"""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Self

from aiohttp import web

# A screen that lets so much pile up has been asleep, or never reads: it is
# cheaper for it to come back and read the present state.
MOST_UNREAD = 64 * 1024

_LAST_CHUNK = b"0\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Message:
    """Bytes for ``text/event-stream``, as they are and as a chunk of HTTP/1.1."""

    plain: bytes
    chunk: bytes

    @classmethod
    def of(cls, text: bytes) -> Self:
        return cls(text, b"%x\r\n%b\r\n" % (len(text), text))


class Stream(asyncio.Protocol):
    """Writes to one browser until either side ends it.

    ``left`` is called once or more when it is over. ``turn`` is the hub's.
    """

    __slots__ = ("_chunked", "_left", "_transport", "channels", "turn")

    def __init__(
        self,
        transport: asyncio.Transport,
        channels: Collection[str],
        *,
        chunked: bool,
        left: Callable[["Stream"], None],
    ) -> None:
        self._transport = transport
        self._chunked = chunked
        self._left = left
        self.channels = channels
        self.turn = 0

    def start(self) -> None:
        """Answer for the connection from now on.

        A browser has read all of its former answers before it asks for more: what
        is still unread now never will be.
        """
        self._transport.set_protocol(self)
        self._transport.set_write_buffer_limits(high=MOST_UNREAD)
        self._transport.resume_reading()
        if self._transport.get_write_buffer_size():
            self._drop()

    def send(self, message: Message) -> None:
        """Write at once; a browser that leaves too much unread is dropped."""
        self._transport.write(message.chunk if self._chunked else message.plain)

    def end(self, last: Message | None = None) -> None:
        """Finish the answer, after ``last``; the browser comes back by itself."""
        self._left(self)
        if last is not None:
            self.send(last)
        if self._chunked:
            self._transport.write(_LAST_CHUNK)
        if self._transport.get_write_buffer_size():
            # Who does not read would keep the connection for ever.
            self._transport.abort()
        else:
            self._transport.close()

    def pause_writing(self) -> None:
        """More than ``MOST_UNREAD`` waits for this browser."""
        self._drop()

    def data_received(self, data: bytes) -> None:
        """No browser has anything to say here."""
        self._drop()

    def connection_lost(self, exc: Exception | None) -> None:
        self._left(self)

    def _drop(self) -> None:
        self._left(self)
        self._transport.abort()


def detached(request: web.Request) -> asyncio.Transport | None:
    """The connection of ``request``, taken from aiohttp; None when it is closed.

    aiohttp is told that the client has gone, which ends its part in the way that
    it ends whenever one does: nothing more is written, and all is let go.
    """
    transport, protocol = request.transport, request.protocol
    if transport is None or transport.is_closing():
        return None
    protocol.transport = None  # or it would be closed
    protocol.connection_lost(None)
    return transport
