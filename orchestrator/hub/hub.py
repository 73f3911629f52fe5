"""Fan-out: one publisher, many browsers, no slow reader may hold up the rest."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from orchestrator.hub.events import HubEvent

# A screen that is 256 events behind has been asleep; it is cheaper for it to
# reconnect and read the current state than to replay what it missed.
_BACKLOG = 256

Queue = asyncio.Queue[bytes | None]


class Hub:
    """Delivers events to those who listen to a channel, in order, as bytes.

    Each event is written once, however many listen.
    """

    def __init__(self) -> None:
        self._queues: dict[str, set[Queue]] = defaultdict(set)
        self._number = 0

    def publish(self, event: HubEvent) -> None:
        """Queue ``event``; never waits. A full queue ends that subscription."""
        listeners = self._queues.get(event.channel)
        self._number += 1
        if not listeners:
            return
        message = event.as_sse(self._number)
        for queue in tuple(listeners):
            if queue.qsize() >= _BACKLOG:
                listeners.discard(queue)
                queue.put_nowait(None)
            else:
                queue.put_nowait(message)

    def listening(self, slug: str) -> frozenset[str]:
        """The channels of the meeting of ``slug`` that somebody listens to."""
        return frozenset(
            one for one in self._queues if one == slug or one.startswith(f"{slug}/")
        )

    @contextmanager
    def subscription(self, channel: str) -> Iterator[Queue]:
        """A queue of messages; None means: you were too slow, please reconnect."""
        queue: Queue = asyncio.Queue()
        self._queues[channel].add(queue)
        try:
            yield queue
        finally:
            self._queues[channel].discard(queue)
            if not self._queues[channel]:
                del self._queues[channel]

    def close(self) -> None:
        """Ask everybody to reconnect elsewhere: this process is stopping."""
        for queues in self._queues.values():
            for queue in queues:
                queue.put_nowait(None)
