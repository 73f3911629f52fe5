"""Fan-out: one publisher, many browsers, no slow reader may hold up the rest."""

import asyncio
from collections.abc import Collection, Iterator
from itertools import chain

from orchestrator.hub.channels import is_person, within
from orchestrator.hub.events import HubEvent
from orchestrator.hub.stream import Message, Stream

# Proxies cut silent connections, often after 60 s.
_SECONDS_OF_SILENCE = 25.0
# All streams at once would hold the loop: each second has its share of them.
_TURNS = 25
# An event, since scripts never hear of comments: whose line broke without a word
# notices by the silence.
_STILL_HERE = Message.of(b"event: here\ndata:\n\n")

# Twice as many windows as somebody may have on two machines.
MOST_PER_PERSON = 12
# Or the windows of one person would push each other out all day.
_COME_LATER = Message.of(b"retry: 60000\n\n")


class Hub:
    """Delivers events to those who listen to a channel, in order, as bytes.

    Each event is written once, however many listen, and handed to the system's
    sockets at once: nothing waits in the process for a browser that keeps up.
    """

    def __init__(self, *, silence: float = _SECONDS_OF_SILENCE) -> None:
        self._channels: dict[str, dict[Stream, None]] = {}
        self._turns: tuple[set[Stream], ...] = tuple(set() for _ in range(_TURNS))
        self._turn = 0
        self._joined = 0
        self._pause = silence / _TURNS
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False
        self._number = 0
        # One bound method for all streams, not one each.
        self._left = self._forget

    def __len__(self) -> int:
        """Streams that are open."""
        return sum(map(len, self._turns))

    def publish(self, event: HubEvent, *more: HubEvent) -> None:
        """Write ``event`` to all who listen, and ``more`` of its channel with it: what
        costs is the number of writes. Never waits.
        """
        events = (event, *more)
        first, self._number = self._number + 1, self._number + len(events)
        listeners = self._channels.get(event.channel)
        if not listeners:
            return
        message = Message.of(
            b"".join(one.as_sse(n) for n, one in enumerate(events, start=first))
        )
        # Whoever does not read is dropped meanwhile.
        for stream in tuple(listeners):
            stream.send(message)

    def has(self, channel: str) -> bool:
        """Whether anybody listens to ``channel``."""
        return channel in self._channels

    def listening(self, prefix: str = "") -> tuple[str, ...]:
        """The channels within ``prefix`` to which anybody listens."""
        return tuple(one for one in self._channels if within(one, prefix))

    def subscribe(
        self, transport: asyncio.Transport, channels: Collection[str], *, chunked: bool
    ) -> Stream:
        """Write what comes on ``channels`` to ``transport``, from now on.

        ``chunked``: as the head that was sent says. Somebody's oldest stream ends
        when he opens more than ``MOST_PER_PERSON``.
        """
        stream = Stream(transport, channels, chunked=chunked, left=self._left)
        for channel in filter(is_person, channels):
            own = self._channels.get(channel, {})
            if len(own) >= MOST_PER_PERSON:
                next(iter(own)).end(_COME_LATER)
        self._remember(stream)
        stream.start()
        if self._closed:
            stream.end()
        return stream

    def part(self, prefix: str) -> None:
        """End the streams within ``prefix``; who they are is asked anew.

        ``{slug}/`` are all known people of a meeting, ``{slug}/{registrant}`` is
        one of them.
        """
        self._end(self._within(prefix))

    def close(self) -> None:
        """End every stream: this process is stopping, others go on."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._end(chain(*self._turns))

    def _within(self, prefix: str) -> Iterator[Stream]:
        for channel in self.listening(prefix):
            yield from self._channels[channel]

    def _end(self, streams: Iterator[Stream]) -> None:
        # A stream of two channels is ended once.
        for stream in dict.fromkeys(streams):
            stream.end()

    def _remember(self, stream: Stream) -> None:
        for channel in stream.channels:
            self._channels.setdefault(channel, {})[stream] = None
        self._joined += 1
        stream.turn = self._joined % _TURNS
        self._turns[stream.turn].add(stream)
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._pause, self._say_still_here)

    def _forget(self, stream: Stream) -> None:
        for channel in stream.channels:
            listeners = self._channels.get(channel)
            if listeners is None:
                continue
            listeners.pop(stream, None)
            if not listeners:
                del self._channels[channel]
        self._turns[stream.turn].discard(stream)

    def _say_still_here(self) -> None:
        """One timer for all: a word to those whose turn it is."""
        self._timer = None
        if not len(self):
            return
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self._pause, self._say_still_here)
        self._turn = (self._turn + 1) % _TURNS
        for stream in tuple(self._turns[self._turn]):
            stream.send(_STILL_HERE)
