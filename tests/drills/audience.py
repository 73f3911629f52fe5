"""People who sit before their pages: each beats, follows the stream, and reads again.

What a page does is in ``pages/static/app.js`` and ``door.js``; here is as much of it
as faults can touch. Only the time between two beats is shorter.
"""

import asyncio
import json
import random
import re
import time
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import aiohttp

from tests.drills.world import COOKIE, all_at_once
from tests.waiting import PATIENCE, unless_busy

AT_ONCE = 60
_FOREVER = aiohttp.ClientTimeout(None)
_STANDING = re.compile(r'data-standing="(\w+)"')
# Pages read again after so long, not all in the same instant.
_SCATTER = (0.2, 3.2)
_LOST = (aiohttp.ClientError, OSError, TimeoutError)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was answered, and after how many seconds."""

    path: str
    status: int
    seconds: float
    headers: object = field(repr=False)
    text: str = field(repr=False)


async def ask(client, method, server, path, person):
    """One request of the browser of ``person``; raises what ``aiohttp`` does."""
    began = time.perf_counter()
    accept = "text/html" if path.startswith("/e/") else "*/*"
    headers = {"Cookie": f"{COOKIE}={person.cookie}", "Accept": accept}
    address = server.url + path
    async with client.request(
        method, address, headers=headers, allow_redirects=False
    ) as response:
        text = await response.text()
        return Answer(
            path=path,
            status=response.status,
            seconds=time.perf_counter() - began,
            headers=response.headers,
            text=text,
        )


@dataclass
class Page:
    """One open page: what it shows, and what it went through.

    ``away`` are the seconds between losing a stream and having one again, ``ended``
    counts lost streams.
    """

    person: object
    server: object
    standing: str = ""
    revision: int = 0
    rooms: object = None
    status: int = 0
    beats: list = field(default_factory=list)
    away: list = field(default_factory=list)
    ended: int = 0
    is_open: bool = False
    told: int = 0
    tasks: list = field(default_factory=list, repr=False)


class Audience:
    """The open pages of a meeting; ``every`` are the seconds between two beats."""

    def __init__(self, client, world, *, every):
        self.pages, self.failed = [], []
        self._client, self._every = client, every
        self.slug, self._tasks = world.event.slug, []
        self._api = f"/api/v1/events/{self.slug}"

    async def come(self, people, servers):
        """``people`` take a seat or a place in the queue and keep the page open."""
        await all_at_once(
            [
                lambda one=one, number=number: self._enter(
                    one, servers[number % len(servers)]
                )
                for number, one in enumerate(people)
            ],
            at_once=AT_ONCE,
        )
        return await self.open(people, servers)

    async def open(self, people, servers):
        """``people`` open their page, wherever they stand."""
        pages = [
            Page(one, servers[number % len(servers)])
            for number, one in enumerate(people)
        ]
        await all_at_once(
            [lambda page=page: self._load(page) for page in pages], at_once=AT_ONCE
        )
        self.pages += pages
        for page in pages:
            self._start(page, self._follow(page))
            if page.standing in ("inside", "waiting"):
                self._start(page, self._beat(page))
        # Then its process knows him, and takes his signs of life in memory.
        await self.until(lambda: all(page.told for page in pages))
        return pages

    async def ask(self, page, method, path):
        """As ``ask``, by the browser of ``page``; ``path`` is below the event's API
        unless it begins with ``/``.
        """
        path = path if path.startswith("/") else f"{self._api}/{path}"
        return await ask(self._client, method, page.server, path, page.person)

    async def answered(self, page, method, path):
        """As ``ask``, again while the database is too busy."""
        return await unless_busy(
            lambda: self.ask(page, method, path), lambda told: told.status == 503
        )

    async def until(self, true, *, within=PATIENCE):
        """Wait for ``true()``; what fails in a page meanwhile is raised."""
        async with asyncio.timeout(within):
            while not true():
                for task in self._tasks:
                    if task.done() and not task.cancelled():
                        task.result()
                await asyncio.sleep(0.01)

    async def all_beat(self):
        """Until every page has given a sign of life that was taken."""
        before = [(page, len(page.beats)) for page in self.pages if page.beats]
        await self.until(
            lambda: all(200 in page.beats[number:] for page, number in before)
        )

    async def end(self):
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def beats(self):
        """What signs of life were answered; 0 where there was no answer."""
        return {status for page in self.pages for status in page.beats}

    def close(self, page):
        """Somebody goes; nothing more comes from his page."""
        self.pages.remove(page)
        for task in page.tasks:
            task.cancel()

    def _start(self, page, work):
        task = asyncio.create_task(work)
        page.tasks.append(task)
        self._tasks.append(task)

    async def _enter(self, person, server):
        answer = await self.answered(Page(person, server), "POST", "seat")
        assert answer.status in (200, 409), answer

    async def _load(self, page):
        async with asyncio.timeout(PATIENCE):
            await self._read(page)
            while page.status != 200:
                await asyncio.sleep(0.05)
                await self._read(page)

    async def _read(self, page):
        """What the page shows when it is loaded, or read again; nothing new where
        the answer is a failure.
        """
        page.status = 0
        with suppress(*_LOST):
            facts = await self.ask(page, "GET", f"/api/v1/events/{self.slug}")
            shown = await self.ask(page, "GET", f"/e/{self.slug}/room")
            page.status = max(facts.status, shown.status)
            if page.status == 200:
                page.revision = json.loads(facts.text)["revision"]
                found = _STANDING.search(shown.text)
                page.standing = found[1] if found else "outside"
            if page.person.staff:
                state = await self.ask(page, "GET", "state")
                page.status = max(page.status, state.status)
                if state.status == 200:
                    told = json.loads(state.text)
                    page.rooms = (told["taken"], told["lobby"])

    async def _beat(self, page):
        await asyncio.sleep(self._every * random.random())
        while True:
            try:
                answer = await self.ask(page, "POST", "seat/renew")
            except _LOST:
                page.beats.append(0)
            else:
                page.beats.append(answer.status)
                told = answer.status == 200 and json.loads(answer.text)["standing"]
                if told != page.standing:
                    await self._read(page)
            await asyncio.sleep(self._every)

    async def _follow(self, page):
        lost, retry = None, 3.0
        while True:
            with suppress(*_LOST):
                async with self._client.get(
                    f"{page.server.url}{self._api}/live",
                    headers={"Cookie": f"{COOKIE}={page.person.cookie}"},
                    timeout=_FOREVER,
                ) as stream:
                    stream.raise_for_status()
                    retry = int((await stream.content.readline()).split()[1]) / 1000
                    page.is_open = True
                    if lost is not None:
                        page.away.append(time.monotonic() - lost)
                        lost = None
                        self._start(page, self._read_again(page))
                    await self._hear(page, stream.content)
            page.ended += page.is_open
            page.is_open = False
            lost = lost or time.monotonic()
            await asyncio.sleep(retry)

    async def _read_again(self, page):
        """As a page does that was told of something: until it has an answer."""
        await asyncio.sleep(random.uniform(*_SCATTER))
        await self._read(page)
        while page.status in (0, 503):
            await asyncio.sleep(1)
            await self._read(page)

    async def _hear(self, page, content):
        topic = ""
        while line := (await content.readline()).decode():
            name, _, value = line.rstrip("\n").partition(": ")
            if name == "event":
                topic = value
            elif name == "data":
                self._take(page, topic, json.loads(value))

    def _take(self, page, topic, told):
        if topic == "programme":
            self._start(page, self._read_again(page))
        elif topic == "standing":
            page.told += 1
            page.standing = told["standing"]
        elif topic == "rooms":
            rooms = told["rooms"]
            page.rooms = (
                sum(one["inside"] for one in rooms),
                sum(one["waiting"] for one in rooms),
            )


@asynccontextmanager
async def audience(client, world, *, every):
    """An ``Audience`` that nobody has come to yet; all pages are closed at the end."""
    crowd = Audience(client, world, every=every)
    try:
        yield crowd
    finally:
        await crowd.end()
