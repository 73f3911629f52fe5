"""Answers a second, as shares of what a bare aiohttp handler does.

A share compares the processor time that an answer costs each of the two
servers. With the machine to themselves that is the ratio of the rates which wrk
sees, told beside it; with neighbours, rates are theirs as much as the servers'.
"""

import statistics
import tempfile
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import bare
from benchmarks.figures import Figure
from benchmarks.load import Target, load
from benchmarks.processes import Server, started

# What browsers and calendars send; it decides which bytes they are given.
BROWSER = {
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    "Accept-Encoding": "gzip, deflate, br",
    "Accept-Language": "fr-FR,fr;q=0.9,en;q=0.5",
}
CALENDAR = {"Accept-Encoding": "gzip"}

HELLO = {bare.HELLO: (b"hello", {"Content-Type": "text/plain"})}

# Those of one meeting; all others are strangers until they first click.
_KNOWN = 600


@dataclass(frozen=True)
class Length:
    """How long it takes: seconds of load, rounds, people who click once."""

    seconds: int = 1
    rounds: int = 7
    people: int = 60_000


@dataclass(frozen=True)
class Page:
    """What is kept, how it is asked for, and the bound of its share."""

    name: str
    path: str
    headers: dict
    bound: float


PAGES = (
    Page("Programme page", "programme", {}, 0.5),
    Page("Programme page, gzip", "programme", BROWSER, 0.5),
    Page("Talk page", "talk", {}, 0.5),
    Page("Talk page, gzip", "talk", BROWSER, 0.5),
    Page("Calendar", "feed", {}, 0.8),
    Page("Calendar, gzip", "feed", CALENDAR, 0.8),
)


@dataclass(frozen=True)
class Round:
    """Answers a second of both, and seconds of the processor for each answer."""

    ours: float
    bare: float
    our_work: float
    bare_work: float


def kept_pages(length):
    """The share of each of ``PAGES`` in what its bytes cost alone."""
    with service_of(1) as service:
        targets = [
            Target(service.origin + service.told[one.path], one.headers)
            for one in PAGES
        ]
        bytes_of = {f"/{n}": _fetched(one) for n, one in enumerate(targets)}
        with bare_of(bytes_of) as server:
            for number, (page, ours) in enumerate(zip(PAGES, targets, strict=True)):
                theirs = Target(f"{server.origin}/{number}", page.headers)
                one = Comparison(service, ours, server, theirs, length)
                yield one.figure(page.name, page.bound)


def unchanged(length):
    """The share of "nothing new" to a calendar in a bare "hello"."""
    with service_of(1) as service, bare_of(HELLO) as server:
        theirs = Target(server.origin + bare.HELLO)
        url = service.origin + service.told["feed"]
        for name, accepted in (("", {}), (", gzip", CALENDAR)):
            known = {"If-None-Match": _etag(Target(url, accepted))}
            ours = Target(url, accepted | known)
            one = Comparison(service, ours, server, theirs, length)
            yield one.figure(f"Calendar, unchanged{name}", 0.85)


def personal_links(length, *, database=None):
    """The shares of first and of later clicks in a bare "hello"."""
    name, bounds = "SQLite", (0.2, 0.45)
    if database is not None:
        # PostgreSQL takes its part of the asking core: no bound is held to it.
        name, bounds = "PostgreSQL", (None, None)
    with service_of(length.people, database) as service, bare_of(HELLO) as server:
        theirs = Target(server.origin + bare.HELLO, BROWSER)
        links = Path(service.told["links"])
        ours = Target(service.origin, BROWSER, paths=links)
        one = Comparison(service, ours, server, theirs, length)
        yield one.figure(f"Personal link, first click, {name}", bounds[0], once=True)
        ours = Target(service.origin, BROWSER, paths=_some_of(links))
        load(ours, seconds=length.seconds)
        one = Comparison(service, ours, server, theirs, length)
        yield one.figure(f"Personal link, later clicks, {name}", bounds[1])


@dataclass(frozen=True)
class Comparison:
    """The service and the bare server, loaded in turn."""

    service: Server
    ours: Target
    server: Server
    theirs: Target
    length: Length

    def figure(self, name, bound, *, once=False):
        """Our share; with ``once`` no address is asked for a second time."""
        rounds = list(self._rounds_once() if once else self._rounds())
        ours = statistics.median(one.ours for one in rounds)
        theirs = statistics.median(one.bare for one in rounds)
        return Figure(
            name,
            tuple(one.bare_work / one.our_work for one in rounds),
            bound=bound,
            note=f"wrk: {ours:.0f} of {theirs:.0f} a second, {ours / theirs:.2f}",
        )

    def _rounds(self):
        for _ in range(self.length.rounds):
            yield self._round()[0]

    def _rounds_once(self):
        clicked = most = 0
        for _ in range(self.length.rounds):
            if clicked + most > self.length.people:
                break
            one, count = self._round(first=clicked)
            # Besides those answered: one tried by wrk itself, some under way.
            clicked, most = clicked + count + 200, max(most, 2 * count)
            yield one

    def _round(self, *, first=0):
        ours, our_work = self._loaded(self.service, self.ours, first=first)
        theirs, bare_work = self._loaded(self.server, self.theirs)
        return Round(ours.rate, theirs.rate, our_work, bare_work), ours.count

    def _loaded(self, server, target, *, first=0):
        before = server.worked()
        done = load(target, seconds=self.length.seconds, first=first)
        return done, (server.worked() - before) / done.count


@contextmanager
def service_of(people, database=None, *, presence="none"):
    """The service as ``benchmarks.service`` prepares it."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        arguments = [folder, people, presence, *filter(None, [database])]
        with started("benchmarks.service", *arguments) as server:
            yield server


@contextmanager
def bare_of(bytes_of):
    """A server that answers with the body and headers given by path."""
    answers = {path: bare.answer(*one) for path, one in bytes_of.items()}
    with started("benchmarks.bare", told=answers) as server:
        yield server


def _fetched(target):
    """The body, and the headers without which it would not be understood."""
    request = urllib.request.Request(target.url, headers=target.headers)  # noqa: S310 -- our own
    with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310 -- see above
        described = ("Content-Type", "Content-Encoding")
        headers = {n: response.headers[n] for n in described if n in response.headers}
        return response.read(), headers


def _etag(target):
    request = urllib.request.Request(target.url, headers=target.headers)  # noqa: S310 -- our own
    with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310 -- see above
        return response.headers["ETag"]


def _some_of(links):
    """A file of the links that a meeting's own people have."""
    chosen = links.with_name("known.txt")
    chosen.write_text("\n".join(links.read_text().splitlines()[:_KNOWN]))
    return chosen
