"""Measure everything and print one table; what misses its bound ends it with 1.

``python -m benchmarks [answers] [unchanged] [feeds] [links] [entries] [video] [rushes] [beats] [postgres]
[streams] [presses] [webhooks] [alone]``: only those parts.
"""

import asyncio
import os
import platform
import sys
import time
from importlib.metadata import version

from benchmarks import alone, answers, entries, feeds, presses, streams, video, webhooks
from benchmarks.figures import table
from benchmarks.load import NoWrkError, wrk
from orchestrator.database import Database
from orchestrator.migrations.run import upgrade
from tests.servers import running_postgres

_LENGTH = answers.Length()
_ROUNDS_ALONE = 5
_ROUNDS_OF_UPDATES = 31
_ROUNDS_OF_PRESSES = 3
_RUSHES = 15
_BURSTS = 5


def main(wanted):
    """The exit code: 0 when every figure keeps its bound."""
    parts = {
        "answers": lambda: answers.kept_pages(_LENGTH),
        "unchanged": lambda: answers.unchanged(_LENGTH),
        "feeds": lambda: feeds.changing(rounds=_ROUNDS_ALONE),
        "links": lambda: answers.personal_links(_LENGTH),
        "entries": lambda: entries.entries(_LENGTH),
        "video": lambda: video.ways_in(_LENGTH),
        "rushes": _rushes,
        "beats": lambda: [entries.beats()],
        "postgres": _on_postgres,
        "streams": _streams,
        "presses": lambda: presses.presses(rounds=_ROUNDS_OF_PRESSES),
        "webhooks": lambda: [webhooks.burst(rounds=_BURSTS)],
        "alone": _alone,
    }
    try:
        wrk()
    except NoWrkError as error:
        print(error, file=sys.stderr)
        return 1
    figures = []
    began = time.monotonic()
    for name in wanted or parts:
        for figure in parts[name]():
            figures.append(figure)
            print(f"{time.monotonic() - began:5.0f} s  {figure.name}", file=sys.stderr)
    print(_machine())
    print()
    print("\n".join(table(figures)))
    return 0 if all(figure.holds for figure in figures) else 1


def _rushes():
    for people, bound in entries.RUSHES:
        yield entries.rushes(people=people, bound=bound, rounds=_RUSHES)


def _on_postgres():
    with running_postgres() as server:
        for measure in (answers.personal_links, entries.entries):
            url = server.create()
            asyncio.run(_prepare(url))
            yield from measure(_LENGTH, database=url)
        url = server.create()
        asyncio.run(_prepare(url))
        yield from presses.presses(rounds=_ROUNDS_OF_PRESSES, database=url)
        url = server.create()
        asyncio.run(_prepare(url))
        yield webhooks.burst(rounds=_BURSTS, database=url)


async def _prepare(url):
    database = Database(url)
    try:
        await upgrade(database)
    finally:
        await database.close()


def _streams():
    yield streams.open_streams(rounds=3)
    for screens in (streams.ROOM, streams.MEETING):
        yield streams.reaching_the_last(screens=screens, rounds=_ROUNDS_OF_UPDATES)
    yield streams.fragment_reaching_the_last(
        screens=streams.ROOM, rounds=_ROUNDS_OF_UPDATES
    )


def _alone():
    yield alone.reading(alone.meeting_page(), rounds=_ROUNDS_ALONE)
    yield from alone.laying_out(rounds=_ROUNDS_ALONE)
    yield alone.retiming(rounds=_ROUNDS_ALONE)
    yield from alone.starting(rounds=_ROUNDS_ALONE)


def _machine():
    libraries = ", ".join(f"{one} {version(one)}" for one in ("aiohttp", "PyJWT"))
    system = f"{platform.system()} {platform.machine()}"
    busy = os.getloadavg()[0]
    return (
        f"Python {platform.python_version()}, {libraries}, {system}, "
        f"{os.cpu_count()} cores, load of the last minute {busy:.1f}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
