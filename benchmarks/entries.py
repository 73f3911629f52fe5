"""What entering costs: a press, everybody's press at once, and staying inside."""

import json
import math
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

from benchmarks import bare
from benchmarks.answers import BROWSER, HELLO, Comparison, bare_of, service_of
from benchmarks.cores import on_the_other_core
from benchmarks.figures import Figure
from benchmarks.load import Target, load
from benchmarks.rush import COOKIE, Browsers, FailedRushError, request
from benchmarks.streaming import allow_many_files

ROOM, MEETING = 600, 5000
RUSHES = ((ROOM, 2.5), (MEETING, 2.2))
# Each page is asked once a minute who it is.
SECONDS_OF_BEATS = 60

# Nobody enters alone. The promises are held with 600 requests at a time; this is
# less than half of them (docs/performance.md has the figures for fewer).
_AT_ONCE = 256

# How often a page says that it is there (static/room.js).
_SECONDS_BETWEEN_BEATS = 20
_SECONDS_TO_BE_KNOWN = 3
_PATIENCE = 30
_MOST = 0.99


def entries(length, *, database=None):
    """The share of a first press in a bare "hello", on links opened before."""
    name, bound = ("SQLite", 0.28) if database is None else ("PostgreSQL", 0.22)
    with service_of(length.people, database) as service, bare_of(HELLO) as server:
        yield _pressed(OpenedBefore, service, server, length).figure(
            f"Entry, {name}", bound, once=True
        )
    if database is not None:
        return
    with service_of(length.people) as service, bare_of(HELLO) as server:
        yield _pressed(Pressed, service, server, length).figure(
            "Entry on a link never opened, SQLite", None, once=True
        )


def _pressed(kind, service, server, length):
    links = Path(service.told["links"])
    # Whoever presses first has who may come read, and seats set aside for staff.
    _rush(service, "POST", links.read_text().splitlines()[-1:], status=303)
    ours = Target(
        service.origin,
        BROWSER,
        paths=links,
        script="press.lua",
        connections=_AT_ONCE,
    )
    theirs = Target(server.origin + bare.HELLO, BROWSER, connections=_AT_ONCE)
    return kind(service, ours, server, theirs, length)


class Pressed(Comparison):
    """Into rooms that nobody is in."""

    def _round(self, *, first=0):
        self.service.obey("empty")
        return super()._round(first=first)


class OpenedBefore(Pressed):
    """Each link is opened before it is pressed, as people do."""

    def _round(self, *, first=0):
        opened = replace(self.ours, script="first_clicks.lua")
        # A link is opened about as fast as one is pressed. Should some be pressed that
        # were not opened, the share is too low, never too high.
        load(opened, seconds=2 * self.length.seconds, first=first)
        return super()._round(first=first)


def rushes(*, people, bound, rounds, database=None):
    """The p99 of ``people`` who press in one moment, to that of as many "hello"s."""
    allow_many_files()
    with service_of(people, database) as service, bare_of(HELLO) as server:
        links = Path(service.told["links"]).read_text().splitlines()
        hello = [bare.HELLO] * people
        rush = partial(_rush, service, "POST", links, status=303)
        greet = partial(_rush, server, "GET", hello, status=200)
        _rush(service, "GET", links, status=200)
        seen = []
        for _ in range(rounds + 1):
            ours = rush()
            # Who is inside is looked at, which is to be nobody else's time.
            service.obey("empty")
            seen.append((ours, greet()))
    # The first reads who may come, and sets seats aside for staff.
    pairs = seen[1:]
    ours, theirs = (statistics.median(one) * 1000 for one in zip(*pairs, strict=True))
    return Figure(
        f"Rush of {people}, p99",
        tuple(one / other for one, other in pairs),
        sense="<",
        bound=bound,
        note=f"{ours:.0f} ms, bare {theirs:.0f} ms",
    )


def _rush(server, method, paths, *, status):
    """Seconds after which 99 in 100 of those who ask at once have their answer."""
    told = {
        "port": server.told["port"],
        "method": method,
        "paths": paths,
        "headers": BROWSER,
        "status": status,
    }
    command = [sys.executable, "-m", "benchmarks.rush"]
    with on_the_other_core():
        done = subprocess.run(
            command,
            check=True,
            input=json.dumps(told),
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[1],
        )
    waited = sorted(json.loads(done.stdout))
    return waited[math.ceil(_MOST * len(waited)) - 1]


def beats(*, people=ROOM, seconds=SECONDS_OF_BEATS):
    """The share of a core that ``people`` take who are inside: their leases are
    renewed and their presence is written down.
    """
    allow_many_files()
    with service_of(people, presence="page") as service, on_the_other_core():
        links = Path(service.told["links"]).read_text().splitlines()
        with Browsers(service.told["port"], people, status=303) as pages:
            _, answers = pages.rush([request("POST", one, BROWSER) for one in links])
        cookies = [COOKIE.search(one.said)[1].decode() for one in answers]
        path = f"/api/v1{service.told['programme'].replace('/e/', '/events/')}"
        signs = [
            request("POST", f"{path}/seat/renew", BROWSER | {"Cookie": cookie})
            for cookie in cookies
        ]
        share = _share_of_a_core(service, signs, seconds)
    return Figure(
        f"{people} pages inside",
        (100 * share,),
        " %",
        "<",
        3,
        f"of a core, {seconds} s; a sign of each every {_SECONDS_BETWEEN_BEATS} s",
    )


def _share_of_a_core(service, signs, seconds):
    """Of the server, while each page gives its sign in its turn."""
    with Browsers(service.told["port"], len(signs), status=200) as pages:
        pages.rush(signs)
        # Until who is inside has been looked at, each sign has to be looked up.
        _beat(pages, signs, _SECONDS_TO_BE_KNOWN)
        before, began = service.worked(), time.perf_counter()
        _beat(pages, signs, seconds)
        return (service.worked() - before) / (time.perf_counter() - began)


def _beat(pages, signs, seconds):
    """Have the pages give signs of life for so long, evenly, each answered."""
    gap, began = _SECONDS_BETWEEN_BEATS / len(signs), time.perf_counter()
    given = heard = 0
    while (now := time.perf_counter() - began) < seconds or heard < given:
        if now > seconds + _PATIENCE:
            raise FailedRushError(f"{given - heard} signs had no answer")
        if given * gap <= min(now, seconds):
            pages.ask(given % len(signs), signs[given % len(signs)])
            given += 1
        wait = min(_PATIENCE, max(0, given * gap - now))
        heard += len(pages.answers(within=wait))
