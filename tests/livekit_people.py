"""People in rooms of a LiveKit server: real clients, as many as a test wants."""

import asyncio
import json
import subprocess
import sys
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

_GOODBYE = 60
_ROOT = Path(__file__).parent.parent


class NotLetIn(Exception):
    """The server refuses somebody, in its own words."""


@dataclass(eq=False)
class Person:
    """Somebody in a room, by his own client's account.

    ``stream`` is what the server calls his connection. He ``knocked``, and ``came`` at
    the latest at that moment; he was ``leaving`` from that moment on, if he left of
    his own will, and ``went`` at the latest at that one, for the reason ``why``.
    ``hears`` are the ids of those who publish and are heard.
    """

    number: int
    people: "People" = field(repr=False)
    knocked: datetime
    id: str = ""
    stream: str = ""
    came: datetime | None = None
    leaving: datetime | None = None
    went: datetime | None = None
    why: str = ""
    may_speak: bool = False
    hears: set[str] = field(default_factory=set)

    async def speak(self):
        """Publish a microphone and be heard for half a second; a client that is
        refused says so after ten.
        """
        await self.people.ask(self, "speak", "spoke", "silenced")

    async def leave(self):
        """Leave; nothing happens to who is out already.

        Who leaves between being let in to speak and speaking may be noticed by the
        server only when his line has been silent for some 20 s.
        """
        if self.went is None:
            self.leaving = datetime.now(UTC)
            await self.people.ask(self, "leave", "left")

    def told(self, news):
        """Take a piece of news."""
        at = datetime.fromisoformat(news.pop("at"))
        match news.pop("news"):
            case "came":
                self.came, self.id, self.stream = at, news["id"], news["stream"]
                self.may_speak = news["may_speak"]
            case "permitted":
                self.may_speak = news["may_speak"]
            case "hears":
                self.hears = set(news["ids"])
            case "went":
                self.went, self.why = self.went or at, news["why"]
            case "left":
                self.went = self.went or at


class People:
    """Everybody whom a test lets in."""

    def __init__(self, reader, writer):
        self._reader, self._writer = reader, writer
        self._everybody = []
        self._waiting = {}

    async def come(self, entry, *, listens=True):
        """Join with an ``Entry``, as the page would; raises ``NotLetIn``.

        In a crowd few should listen: each track is negotiated with each who does.
        """
        person = Person(len(self._everybody), self, datetime.now(UTC))
        self._everybody.append(person)
        news, why = await self.ask(
            person,
            "come",
            "came",
            "refused",
            url=entry.url,
            token=entry.token,
            listens=listens,
        )
        if news == "refused":
            raise NotLetIn(why)
        return person

    async def crowd(self, entries, *, at_once=10):
        """One person for each of ``entries``, in their order; ``at_once`` knock
        together, and only the first listens to others.
        """
        door = asyncio.Semaphore(at_once)

        async def enter(number, entry):
            async with door:
                return await self.come(entry, listens=number == 0)

        async with asyncio.TaskGroup() as group:
            coming = [group.create_task(enter(*one)) for one in enumerate(entries)]
        return [task.result() for task in coming]

    async def ask(self, person, command, *news, **more):
        """Have a person do something; which of ``news`` came of it, and why."""
        done = asyncio.get_running_loop().create_future()
        for kind in news:
            self._waiting[person.number, kind] = done
        line = json.dumps({"do": command, "who": person.number, **more})
        self._writer.write(line.encode() + b"\n")
        return await done

    async def listen(self):
        """Take what the clients tell, until they are gone."""
        while line := await self._reader.readline():
            news = json.loads(line)
            who, kind = news.pop("who"), news["news"]
            self._everybody[who].told(dict(news))
            done = self._waiting.pop((who, kind), None)
            if done and not done.done():
                done.set_result((kind, news.get("why", "")))
        for done in self._waiting.values():
            if not done.done():
                done.set_exception(ConnectionError("the clients are gone"))


@contextmanager
def running_clients():
    """The port of a process of clients; nothing of it is left afterwards."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.livekit_clients"],
        cwd=_ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        with process.stdout as said:
            yield int(said.readline())
    finally:
        process.kill()
        process.wait()


@asynccontextmanager
async def people_at(port):
    """``People`` whose clients are behind ``port``; all leave afterwards."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    people = People(reader, writer)
    hearing = asyncio.create_task(people.listen())
    try:
        yield people
    finally:
        # The clients hang up once everybody has left.
        writer.write_eof()
        async with asyncio.timeout(_GOODBYE):
            await hearing
        writer.close()
        await writer.wait_closed()
