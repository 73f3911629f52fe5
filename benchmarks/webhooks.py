"""A burst of webhooks: providers tell of thousands who come, as fast as they are answered."""

import asyncio
import statistics
import time
from itertools import cycle

from sqlalchemy import func, select

from benchmarks.answers import service_of
from benchmarks.cores import on_the_other_core
from benchmarks.figures import Figure
from benchmarks.rush import Browsers
from benchmarks.streaming import allow_many_files
from orchestrator.clock import utc_now
from orchestrator.database import Database, run
from orchestrator.inbox.tables import DeliveryRow
from orchestrator.registration.tables import RegistrantRow
from tests.drills.moves import Move
from tests.drills.senders import SENDERS

NUMBER, PEOPLE = 5000, 600
LINES = 100
"""Connections; a provider's server has one for each room, and waits for its answer."""

_PATIENCE = 30
_TAKEN = 204


class LostError(Exception):
    """What was answered is not kept."""


def burst(*, number=NUMBER, lines=LINES, rounds, database=None):
    """Milliseconds within which 99 in 100 were answered, of each round."""
    allow_many_files()
    name = "SQLite" if database is None else "PostgreSQL"
    with service_of(PEOPLE, database) as service, on_the_other_core():
        url = service.told["database"]
        guests = asyncio.run(_asked(url, select(RegistrantRow.id)))
        first = (n * number for n in range(rounds))
        done = [
            _round(_requests(service, guests, n, number), service, lines) for n in first
        ]
        (kept,) = asyncio.run(_asked(url, select(func.count(DeliveryRow.number))))
    if kept != rounds * number:
        raise LostError(f"{kept} are kept of {rounds * number}")
    every = [took for round_ in done for took in round_.took]
    rate = number / statistics.median(one.seconds for one in done)
    return Figure(
        f"Burst of {number} webhooks, p99, {name}",
        tuple(one.p99 for one in done),
        " ms",
        "<",
        250,
        f"over {lines} connections, all kept; median {statistics.median(every):.0f} ms, "
        f"{rate:.0f} a second",
    )


class _Round:
    """``took`` are milliseconds of each, ``seconds`` of all."""

    def __init__(self, took, seconds):
        self.took, self.seconds = took, seconds
        self.p99 = statistics.quantiles(took, n=100, method="inclusive")[98]


def _round(requests, service, lines):
    began, sent, took = time.perf_counter(), {}, []
    with Browsers(service.told["port"], lines, status=_TAKEN) as browsers:
        waiting = iter(requests)
        for line in range(lines):
            browsers.open(line)
            sent[line] = time.perf_counter()
            browsers.ask(line, next(waiting))
        while sent:
            for line, answer in browsers.answers(within=_PATIENCE).items():
                took.append(1000 * (answer.came - sent.pop(line)))
                if (request := next(waiting, None)) is not None:
                    sent[line] = time.perf_counter()
                    browsers.ask(line, request)
    return _Round(took, time.perf_counter() - began)


def _requests(service, guests, first, number):
    """``number`` of them, of which each tells that somebody has just come."""
    begins, base = utc_now(), service.told["base"]
    senders = [one(service.told["room"], begins) for one in SENDERS]
    return [
        _request(sender, Move("came", sender.name, 0, guest, stream), base)
        for stream, sender, guest in zip(
            range(first, first + number), cycle(senders), cycle(guests), strict=False
        )
    ]


def _request(sender, move, base):
    body = sender.body(move)
    path, headers = sender.signed(body, base)
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: bench",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join((*lines, "", "")).encode() + body


async def _asked(url, query):
    database = Database(url)
    async with database.reading() as session:
        found = (await run(session, query)).scalars().all()
    await database.close()
    return found
