"""Live streams: what an open one costs, and when an update reaches the last screen."""

import gc
import json
import selectors
import socket
import statistics
import tempfile
import time
from contextlib import ExitStack, contextmanager

from benchmarks.cores import on_the_other_core
from benchmarks.figures import Figure
from benchmarks.processes import started
from benchmarks.streaming import allow_many_files

ROOM, MEETING = 600, 5000
_WARM = 1000
_KIB = 1024
_PATIENCE = 20
_WAYS = ("hub", "plain")


def open_streams(*, streams=MEETING, warm=_WARM, rounds):
    """KB of the server's resident memory for each stream that is open."""
    seen = tuple(_cost(streams, warm) for _ in range(rounds))
    name = f"Memory of an open stream, of {streams}"
    return Figure(name, seen, " KB", "<", 15, "resident memory of the server")


def reaching_the_last(*, screens, rounds):
    """Time until the last of ``screens`` has an update, to a plain loop's."""
    with _service() as server, _screens(server, screens) as all_of:
        for way in _WAYS:
            all_of.told(way)
        pairs = [(all_of.told("hub"), all_of.told("plain")) for _ in range(rounds)]
    hub, plain = (statistics.median(way) * 1000 for way in zip(*pairs, strict=True))
    return Figure(
        f"Update on the last of {screens} screens",
        tuple(ours / theirs for ours, theirs in pairs),
        sense="<",
        bound=1.5,
        note=f"{hub:.1f} ms, by a loop of socket.send {plain:.1f} ms",
    )


def _cost(streams, warm):
    with _service() as server, ExitStack() as opened:
        # The first ones fill what the process had and has set free.
        for _ in range(warm):
            _stream(server, opened)
        before = server.process.memory_info().rss
        for _ in range(streams):
            _stream(server, opened)
        after = server.process.memory_info().rss
    return (after - before) / streams / _KIB


class _Screens:
    """Connections of both kinds, read by this process."""

    def __init__(self, server, opened):
        self._commands = opened.enter_context(_connected(server.told["commands"]))
        self._opened = opened
        self._polls = {
            way: opened.enter_context(selectors.DefaultSelector()) for way in _WAYS
        }

    def add(self, server):
        for way, one in (
            ("hub", _stream(server, self._opened)),
            ("plain", self._opened.enter_context(_connected(server.told["plain"]))),
        ):
            one.setblocking(False)
            self._polls[way].register(one, selectors.EVENT_READ)

    def told(self, way):
        """Seconds from the start of sending until the last of one kind has it."""
        self._commands.sendall(way.encode() + b"\n")
        poll = self._polls[way]
        waiting = len(poll.get_map())
        while waiting:
            ready = poll.select(_PATIENCE)
            if not ready:
                raise TimeoutError(f"{waiting} screens heard nothing")
            for key, _ in ready:
                # Not the comment line that keeps a silent stream open.
                waiting -= b"event: " in key.fileobj.recv(4096)
        last = time.perf_counter()
        times = json.loads(self._commands.recv(4096))
        return last - times["began"]


@contextmanager
def _service():
    allow_many_files()
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        started("benchmarks.streaming", folder) as server,
        on_the_other_core(),
    ):
        yield server


@contextmanager
def _screens(server, number):
    with ExitStack() as opened:
        screens = _Screens(server, opened)
        for _ in range(number):
            screens.add(server)
        gc.collect()
        yield screens


def _connected(port):
    return socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE)


def _stream(server, opened):
    """A stream of which the head has come."""
    one = opened.enter_context(_connected(server.told["port"]))
    path = server.told["path"]
    one.sendall(f"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
    head = b""
    while b"retry: " not in head:
        if not (more := one.recv(4096)):
            raise ConnectionError(head.decode())
        head += more
    return one
