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
from benchmarks.rush import request
from benchmarks.streaming import allow_many_files
from orchestrator.pages.fragments import SECONDS_BETWEEN_ROUNDS

ROOM, MEETING = 600, 5000
_WARM = 1000
_KIB = 1024
_PATIENCE = 20
_UPDATE, _FRAGMENT = ("hub", "plain"), ("stage", "bytes")
_LANGUAGE = "?lang=fr"
# What an update of either way ends with, and no word that only keeps a stream open;
# that of the fragment is no other part of a page, which is told beside it.
_WHOLE = {_UPDATE: b"}\n\n\r\n", _FRAGMENT: b'"version":0}\n\n\r\n'}


def open_streams(*, streams=MEETING, warm=_WARM, rounds):
    """KB of the server's resident memory for each stream that is open."""
    seen = tuple(_cost(streams, warm) for _ in range(rounds))
    name = f"Memory of an open stream, of {streams}"
    return Figure(name, seen, " KB", "<", 15, "resident memory of the server")


def reaching_the_last(*, screens, rounds):
    """Time until the last of ``screens`` has an update, to a plain loop's."""
    return _reaching("Update", _UPDATE, screens, rounds)


def fragment_reaching_the_last(*, screens, rounds):
    """The same for a fragment, from the news of a change until it is there."""
    return _reaching("Fragment", _FRAGMENT, screens, rounds)


def _reaching(what, ways, screens, rounds):
    with _service() as server, _screens(server, screens, ways) as all_of:
        pairs = [[all_of.told(way) for way in ways] for _ in range(rounds + 1)][1:]
    hub, plain = (statistics.median(way) * 1000 for way in zip(*pairs, strict=True))
    return Figure(
        f"{what} on the last of {screens} screens",
        tuple(ours / theirs for ours, theirs in pairs),
        sense="<",
        bound=1.5,
        note=f"{hub:.1f} ms, by a loop of socket.send {plain:.1f} ms",
    )


def _cost(streams, warm):
    with _service() as server, ExitStack() as opened:
        # The first ones fill what the process had and has set free.
        for _ in range(warm):
            stream(server, opened)
        before = server.process.memory_info().rss
        for _ in range(streams):
            stream(server, opened)
        after = server.process.memory_info().rss
    return (after - before) / streams / _KIB


class _Screens:
    """Connections of both kinds, read by this process."""

    def __init__(self, server, opened, ways):
        self._commands = opened.enter_context(_connected(server.told["commands"]))
        self._opened, self._whole = opened, _WHOLE[ways]
        self._polls = {
            way: opened.enter_context(selectors.DefaultSelector()) for way in ways
        }

    def add(self, server):
        ours = stream(server, self._opened, _LANGUAGE)
        theirs = self._opened.enter_context(_connected(server.told["plain"]))
        for way, one in zip(self._polls, (ours, theirs), strict=True):
            one.setblocking(False)
            self._polls[way].register(one, selectors.EVENT_READ)

    def told(self, way):
        """Seconds from the start of sending until the last of one kind has it."""
        # Or the pause between two rounds of a meeting would be measured.
        time.sleep(2 * SECONDS_BETWEEN_ROUNDS)
        self._commands.sendall(way.encode() + b"\n")
        poll = self._polls[way]
        waiting = len(poll.get_map())
        while waiting:
            ready = poll.select(_PATIENCE)
            if not ready:
                raise TimeoutError(f"{waiting} screens heard nothing")
            for key, _ in ready:
                waiting -= self._whole in key.fileobj.recv(64 * _KIB)
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
def _screens(server, number, ways):
    with ExitStack() as opened:
        screens = _Screens(server, opened, ways)
        for _ in range(number):
            screens.add(server)
        gc.collect()
        yield screens


def _connected(port):
    return socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE)


def stream(server, opened, query="", headers=None):
    """A stream of which the head has come."""
    one = opened.enter_context(_connected(server.told["port"]))
    path = server.told["path"] + query
    one.sendall(request("GET", path, headers or {}))
    head = b""
    while b"retry: " not in head:
        if not (more := one.recv(4096)):
            raise ConnectionError(head.decode())
        head += more
    return one
