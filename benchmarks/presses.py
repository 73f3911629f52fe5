"""A chair presses, and a room full of people sees it."""

import gc
import json
import re
import selectors
import socket
import statistics
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path

from benchmarks.answers import BROWSER, service_of
from benchmarks.cores import on_the_other_core
from benchmarks.figures import Figure
from benchmarks.rush import COOKIE, Browsers, is_whole, request
from benchmarks.streaming import allow_many_files
from benchmarks.streams import ROOM, stream

PRESSES = 60
_WARM = 12
_ENOUGH = 65_536
_PATIENCE = 20
# Longer than the pause between two rounds of a meeting: then all has come.
_SECONDS_OF_QUIET = 0.2
# Quotes of what is shown are escaped.
_FRAGMENT = re.compile(rb'"target":"([^"]+)".*"version":(\d+)\}\n\n')


class FailedPressError(Exception):
    """A press was refused, or somebody did not see what others saw."""


def presses(*, people=ROOM, each=PRESSES, rounds, database=None):
    """Milliseconds from a press to its answer, and to the last fragment that comes of
    it on the last screen: of each round so long that 99 in 100 take less.
    """
    allow_many_files()
    name = "SQLite" if database is None else "PostgreSQL"
    with (
        service_of(people, database) as service,
        on_the_other_core(),
        ExitStack() as opened,
    ):
        room = _Room(service, people, opened)
        gc.collect()
        # The first ones compile what is drawn.
        room.round(_WARM)
        done = [room.round(each) for _ in range(rounds)]
    answered = [[one.answered for one in own] for own in done]
    # Some presses change nothing that people see.
    seen = [[one.seen for one in own if one.seen] for own in done]
    notes = f"{len(seen[0])} of {each} presses a round, which people see"
    for what, values, bound, beside in (
        ("Press answered", answered, 50, f"{people} people listen"),
        (f"Press on {people} screens", seen, 250, notes),
    ):
        median = statistics.median(one for own in values for one in own)
        yield Figure(
            f"{what}, p99, {name}",
            tuple(_p99(own) for own in values),
            " ms",
            "<",
            bound,
            f"median {median:.1f} ms; {beside}",
        )


def _p99(values):
    return statistics.quantiles(values, n=100, method="inclusive")[98]


@dataclass
class _Screen:
    line: socket.socket
    heard: bytes = b""
    parts: set = field(default_factory=set)


@dataclass(frozen=True)
class _Press:
    """Milliseconds; ``seen`` is 0 when nothing came of it."""

    answered: float
    seen: float


class _Room:
    """Streams of ``people`` in the room, and the connection of one who chairs it."""

    def __init__(self, service, people, opened):
        self._service, self._version = service, 0
        self._poll = opened.enter_context(selectors.DefaultSelector())
        self._port = service.told["port"]
        *cookies, self._chair = self._cookies(people)
        self._screens = [self._screen(one, opened) for one in cookies]
        address = ("127.0.0.1", self._port)
        self._line = opened.enter_context(socket.create_connection(address))
        self._poll.register(self._line, selectors.EVENT_READ)
        self._talks = self._planned()

    def _cookies(self, people):
        """Those of all who enter the room, the last one is of who chairs."""
        links = Path(self._service.told["links"]).read_text().splitlines()[:people]
        links.append(self._service.told["chair"])
        with Browsers(self._port, len(links), status=303) as pages:
            _, answers = pages.rush([request("POST", one, BROWSER) for one in links])
        return [COOKIE.search(one.said)[1].decode() for one in answers]

    def _screen(self, cookie, opened):
        line = stream(self._service, opened, "?lang=fr", {"Cookie": cookie})
        line.setblocking(False)
        screen = _Screen(line)
        self._poll.register(line, selectors.EVENT_READ, screen)
        return screen

    def _planned(self):
        self._ask("GET", "")
        cues = self._told()["cues"]
        return [one["talk"] for one in cues if one["state"] == "planned"]

    def round(self, number):
        """``number`` presses that lead back to where they began, one by one."""
        first, second, *others = self._talks[1:]
        ways = (
            (True, {"do": "next"}),
            # More time is told to the speaker and the desk alone.
            (False, {"do": "extend", "minutes": 1}),
            (True, {"do": "order", "talks": [second, first, *others], "breach": True}),
            (True, {"do": "undo"}),
            (False, {"do": "undo"}),
            (True, {"do": "undo"}),
        )
        return [self._press(*one) for one in islice(cycle(ways), number)]

    def _press(self, shows, action):
        for one in self._screens:
            one.parts.clear()
        began = time.perf_counter()
        self._ask("POST", "/actions", action)
        told = self._told()
        answered = time.perf_counter()
        self._version = told["rundown"]["version"]
        last = self._quiet(answered, shows)
        return _Press(1000 * (answered - began), 1000 * (last - began) * shows)

    def _quiet(self, answered, shows):
        """When the last fragment came; waits until all screens have heard the same
        (something, if the press ``shows``), and nothing more comes.
        """
        last, gives_up = answered, time.perf_counter() + _PATIENCE
        while (now := time.perf_counter()) < gives_up:
            left = last + _SECONDS_OF_QUIET - now
            if left <= 0 and self._agree(shows):
                return last
            if self._listened(max(left, 0.01)):
                last = time.perf_counter()
        raise FailedPressError("not all screens were told the same")

    def _agree(self, shows):
        heard = self._screens[0].parts
        return bool(heard) >= shows and all(one.parts == heard for one in self._screens)

    def _ask(self, method, path, action=None):
        body = b"" if action is None else json.dumps(action).encode()
        lines = [
            f"{method} {self._service.told['rundown']}{path} HTTP/1.1",
            "Host: bench",
            f"Cookie: {self._chair}",
            f'If-Match: "{self._version}"',
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
        ]
        self._line.sendall("\r\n".join((*lines, "", "")).encode() + body)

    def _told(self):
        """The answer to what was asked; screens are listened to meanwhile."""
        self._answer = b""
        while not is_whole(self._answer):
            self._listened(_PATIENCE)
        head, _, body = self._answer.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200 "):
            raise FailedPressError(self._answer.decode())
        return json.loads(body)

    def _listened(self, within):
        """Take what has come; whether a part was new, which at a full minute is told
        again.
        """
        ready = self._poll.select(within)
        found = False
        for key, _ in ready:
            if key.data is None:
                self._answer += key.fileobj.recv(_ENOUGH)
            else:
                found |= self._heard(key.data)
        return found

    def _heard(self, screen):
        if not (more := screen.line.recv(_ENOUGH)):
            raise FailedPressError("a stream ended")
        screen.heard += more
        whole, end, rest = screen.heard.rpartition(b"\n\n")
        if not end:
            return False
        screen.heard = rest
        parts = set(_FRAGMENT.findall(whole + end)) - screen.parts
        screen.parts |= parts
        return bool(parts)
