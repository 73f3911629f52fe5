"""Everybody at once: raw sockets, one for each browser.

A process of its own, told by a JSON document on its input whom to ask for what:
``python -m benchmarks.rush``. It prints for how many seconds each of them waited.
"""

import errno
import gc
import json
import re
import selectors
import socket
import sys
import time
from dataclasses import dataclass

from benchmarks.streaming import allow_many_files

COOKIE = re.compile(rb"set-cookie: ([^;]+)", re.IGNORECASE)
"""What a browser keeps of an answer."""

_PATIENCE = 30
_ENOUGH = 65_536
# So many are opened between two looks at the answers, which are noted as they come.
_AT_ONCE = 32
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


class FailedRushError(Exception):
    """Somebody had no answer, or another one than everybody else."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came, and when (seconds of the steady counter)."""

    came: float
    said: bytes


class Browsers:
    """``number`` of them, which keep their connections to ``port`` until they part.

    Each answer is to have ``status``.
    """

    def __init__(self, port, number, *, status):
        self._address = ("127.0.0.1", port)
        self._begins = f"HTTP/1.1 {status} ".encode()
        self._poll = selectors.DefaultSelector()
        self._lines = [socket.socket() for _ in range(number)]
        self._owed = {}
        self._heard = {}
        for one in self._lines:
            one.setblocking(False)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        """Hang up, and wait until the server has: what follows is another's time."""
        self._poll.close()
        for line in self._lines if kind is None else ():
            line.shutdown(socket.SHUT_WR)
        for line in self._lines:
            line.settimeout(_PATIENCE)
            while kind is None and line.recv(_ENOUGH):
                continue
            line.close()

    def rush(self, requests):
        """Open all connections and send on each its request; when that began, and
        their answers in the same order. Raises ``FailedRushError``.
        """
        began, answers = time.perf_counter(), {}
        for number, request in enumerate(requests):
            self.open(number)
            self.ask(number, request)
            if number % _AT_ONCE == 0:
                answers |= self.answers(within=0)
        while len(answers) < len(requests):
            new = self.answers(within=_PATIENCE)
            if not new and time.perf_counter() - began > _PATIENCE:
                raise FailedRushError(f"{len(requests) - len(answers)} heard nothing")
            answers |= new
        return began, [answers[number] for number in range(len(requests))]

    def open(self, number):
        """Begin to open a connection."""
        self._lines[number].connect_ex(self._address)
        self._poll.register(self._lines[number], selectors.EVENT_READ, number)

    def ask(self, number, request):
        """Send on a connection, as soon as it is there."""
        line, events = self._lines[number], selectors.EVENT_READ
        try:
            line.send(request)
            self._owed.pop(number, None)
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.ENOTCONN):
                raise FailedRushError(str(error)) from error
            self._owed[number] = request
            events |= selectors.EVENT_WRITE
        if self._poll.get_key(line).events != events:
            self._poll.modify(line, events, number)

    def answers(self, *, within):
        """Those that came whole, by number; waits for some until ``within`` seconds
        are over. Raises ``FailedRushError``.
        """
        came = {}
        for key, events in self._poll.select(within):
            number = key.data
            if events & selectors.EVENT_WRITE:
                self.ask(number, self._owed[number])
            elif (said := self._said(number)) is not None:
                came[number] = Answer(time.perf_counter(), said)
        return came

    def _said(self, number):
        try:
            more = self._lines[number].recv(_ENOUGH)
        except OSError as error:
            raise FailedRushError(str(error)) from error
        said = self._heard.pop(number, b"") + more
        if not (more and said.startswith(self._begins)):
            raise FailedRushError(f"{said[:200]!r} instead of {self._begins!r}")
        if is_whole(said):
            return said
        self._heard[number] = said
        return None


def is_whole(said):
    """Whether an answer has come with all of its body."""
    head, end, body = said.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    return bool(end) and len(body) >= int(length[1] if length else 0)


def request(method, path, headers):
    """The bytes of a request; that of a POST is an empty form."""
    lines = [f"{method} {path} HTTP/1.1", "Host: bench"]
    if method == "POST":
        lines += ["Content-Type: application/x-www-form-urlencoded"]
        lines += ["Content-Length: 0"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join((*lines, "", "")).encode()


def main():
    """Rush once, and print for how long each waited."""
    told = json.load(sys.stdin)
    allow_many_files()
    requests = [
        request(told["method"], path, told["headers"]) for path in told["paths"]
    ]
    gc.disable()
    with Browsers(told["port"], len(requests), status=told["status"]) as browsers:
        began, answers = browsers.rush(requests)
    print(json.dumps([one.came - began for one in answers]))


if __name__ == "__main__":
    main()
