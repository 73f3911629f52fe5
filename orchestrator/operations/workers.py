"""Several processes that answer on one port: started, watched, replaced, ended.

They share the listening sockets, so a connection goes to whichever process takes
it first, and none is lost with the process that did not. A worker is told by
number where its sockets and its line to here are. On the line it says that it
answers; the line's end tells either that the other is no more, kill -9 included.
"""

import asyncio
import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from orchestrator.errors import Unavailable

READY = b"."
"""What a worker says on its line once it answers."""

_SECONDS_TO_START = 60
# More than the half second and the five that a worker takes for its last requests.
_SECONDS_TO_STOP = 8
# Who dies sooner than this was no good from the start: the next one waits.
_SECONDS_TO_PROVE = 10
_LONGEST_PAUSE = 30

_log = structlog.get_logger(__name__)


class WorkerFailed(Unavailable):
    """A process ended, or fell silent, before it answered."""

    slug = "worker-failed"
    title = "A worker did not start"


@dataclass(frozen=True, slots=True, eq=False)
class Worker:
    """One process, and the line to it."""

    process: asyncio.subprocess.Process
    line: socket.socket
    started: float
    """By the loop's clock."""

    async def ready(self) -> bool:
        """Wait until it answers; False when it does not, and then it is ended."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_SECONDS_TO_START):
                if await loop.sock_recv(self.line, len(READY)) == READY:
                    return True
        except (TimeoutError, ConnectionError):
            self.end(kill=True)
        await self.process.wait()
        return False

    def end(self, *, kill: bool = False) -> None:
        """Ask it to end, or end it."""
        with suppress(ProcessLookupError):
            if kill:
                self.process.kill()
            else:
                self.process.terminate()

    async def stop(self) -> None:
        """Have it end: asked first, made to after a while."""
        self.end()
        try:
            async with asyncio.timeout(_SECONDS_TO_STOP):
                await self.process.wait()
        except TimeoutError:
            _log.warning("worker-killed", pid=self.process.pid)
            self.end(kill=True)
            await self.process.wait()


@dataclass(slots=True)
class Workers:
    """``number`` processes of ``command`` on ``sockets``.

    Each gets, after the words of ``command``, the number of its line and those
    of the sockets. It has to end when it is asked to (SIGTERM), and at the end
    of the line.
    """

    command: Sequence[str]
    sockets: Sequence[socket.socket]
    number: int
    _places: list[Worker] = field(default_factory=list)
    _alive: set[Worker] = field(default_factory=set)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _renewal: asyncio.Event = field(default_factory=asyncio.Event)
    _turns: list[asyncio.Lock] = field(default_factory=list)
    """One at a time puts a worker into a place."""

    async def start(self) -> None:
        """Start them, until all answer; raises ``WorkerFailed`` when one does not."""
        self._turns = [asyncio.Lock() for _ in range(self.number)]
        self._places = [await self._launch() for _ in range(self.number)]
        ready = await asyncio.gather(*(one.ready() for one in self._places))
        if not all(ready):
            codes = [one.process.returncode for one in self._places]
            code = next(code for code in codes if code is not None)
            raise WorkerFailed(f"It ended with {code}; what it said stands above.")
        keepers = [self._keep(place) for place in range(self.number)]
        self._tasks = [asyncio.create_task(one) for one in (*keepers, self._renewing())]

    def renew(self) -> None:
        """Replace all of them, one after the other; none when the first new one fails."""
        self._renewal.set()

    async def stop(self) -> None:
        """End them all, and wait until they have ended."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(one.stop() for one in self._alive))
        for one in self._alive:
            one.line.close()

    async def _launch(self) -> Worker:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        numbers = [one.fileno() for one in (theirs, *self.sockets)]
        try:
            with theirs:
                process = await asyncio.create_subprocess_exec(
                    *self.command,
                    *map(str, numbers),
                    pass_fds=numbers,
                    stdin=asyncio.subprocess.DEVNULL,
                    # Ctrl-C is for this process alone, which then asks them.
                    start_new_session=True,
                )
        except BaseException:
            ours.close()
            raise
        worker = Worker(process, ours, asyncio.get_running_loop().time())
        self._alive.add(worker)
        return worker

    def _bury(self, worker: Worker) -> None:
        worker.line.close()
        self._alive.discard(worker)

    async def _keep(self, place: int) -> None:
        """Have a worker in ``place``, whatever happens to it, until cancelled."""
        loop, failures = asyncio.get_running_loop(), 0
        while True:
            worker = self._places[place]
            code = await worker.process.wait()
            if self._places[place] is not worker:
                continue  # it was replaced, and ended because of that
            proven = loop.time() - worker.started >= _SECONDS_TO_PROVE
            failures = 0 if proven else failures + 1
            wait = pause(failures)
            _log.error("worker-died", pid=worker.process.pid, code=code, wait=wait)
            await asyncio.sleep(wait)
            async with self._turns[place]:
                if self._places[place] is worker:
                    self._places[place] = await self._launch_in_time(failures)
                    self._bury(worker)
                    await self._places[place].ready()

    async def _launch_in_time(self, failures: int) -> Worker:
        """Start a worker as soon as the system lets it."""
        while True:
            try:
                return await self._launch()
            except OSError as error:
                # No memory or no descriptor, for the moment.
                failures += 1
                wait = pause(max(failures, 2))
                _log.error("worker-not-started", exc_info=error, wait=wait)
                await asyncio.sleep(wait)

    async def _renewing(self) -> None:
        while True:
            await self._renewal.wait()
            self._renewal.clear()
            for place in range(self.number):
                if not await self._renew(place):
                    _log.error("renewal-given-up", renewed=place, of=self.number)
                    break
            else:
                _log.info("workers-renewed", number=self.number)

    async def _renew(self, place: int) -> bool:
        """Put a new worker in ``place`` once it answers, then end the old one."""
        async with self._turns[place]:
            try:
                new = await self._launch()
            except OSError as error:
                _log.error("worker-not-started", exc_info=error)
                return False
            if not await new.ready():
                self._bury(new)
                return False
            old, self._places[place] = self._places[place], new
            await old.stop()
            self._bury(old)
            return True


def pause(failures: int) -> float:
    """Seconds before the next worker, after so many that died at once in a row.

    0 for the first, then 1, 2, 4, … up to half a minute.
    """
    if failures <= 1:
        return 0
    return min(2.0 ** min(failures - 2, 10), _LONGEST_PAUSE)
