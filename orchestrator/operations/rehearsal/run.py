"""Holding a rehearsal: the copy, its clock, its people, and the verdict."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from random import Random
from time import monotonic
from urllib.parse import urlsplit

import aiohttp

from orchestrator.admission.doors import OPENS_BEFORE
from orchestrator.admission.model import GRACE, KEPT_FOR_CONFIRMED, LEASE
from orchestrator.database import DatabaseUnavailable
from orchestrator.errors import Conflict, Invalid, Unavailable
from orchestrator.operations.rehearsal import copy
from orchestrator.operations.rehearsal.copy import Copy
from orchestrator.operations.rehearsal.ledger import Ledger, Rules, Span
from orchestrator.operations.rehearsal.people import Place, Simulated, Whereabouts
from orchestrator.operations.rehearsal.plan import plan
from orchestrator.operations.rehearsal.schedule import Schedule
from orchestrator.operations.rehearsal.verdict import Verdict, percentile, verdict
from orchestrator.operations.services import Services
from orchestrator.programme.model import Event

_SECONDS_TO_BE_SEEN = 10.0
_SECONDS_AN_ANSWER = 30.0
_SECONDS_AFTER = 1.0
_SECONDS_BETWEEN_MOVES = 1.0
_CONNECTIONS = 500
_LATELY = 200

# The clock moves once a second, and the service looks once a second.
_LATE = 4.0
_EARLY = 1.0

# A process takes nobody's seat before it has listened for one lease.
_LAPSE = (LEASE + GRACE + LEASE).total_seconds() + 20.0


class NotAnswering(Unavailable):
    """Nothing answers at the address."""

    slug = "service-not-answering"
    title = "The service does not answer"


class NoAddress(Invalid):
    """The service cannot be asked at what was named."""

    slug = "no-address"
    title = "This is no address of a service"


class NotTheSame(Conflict):
    """What answers at the address does not work with this database, this secret."""

    slug = "another-installation"
    title = "This is another installation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was asked for. ``url`` is where the service answers, without a slash at
    its end; ``beat`` are the seconds between two signs of life of a page.
    """

    url: str
    attendees: int = 600
    speed: float = 60.0
    seed: int = 1
    beat: float = 20.0
    room: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where everybody is, and how the service does at the moment. ``seconds`` of
    ``of`` are over; ``p99`` is of the last calls, in seconds.
    """

    seconds: float
    of: float
    people: Counter[Whereabouts]
    calls: int
    p99: float


class Rehearsal:
    """One rehearsal, from the copy to its removal; made by ``rehearsing``."""

    def __init__(
        self,
        services: Services,
        held: Copy,
        wanted: Wanted,
        client: aiohttp.ClientSession,
    ) -> None:
        self.held = held
        self.schedule = Schedule(held.openings, wanted.speed)
        self.ledger = Ledger()
        self._services = services
        self._wanted = wanted
        self._client = client
        self._began = monotonic()
        self._people: Sequence[Simulated] = ()

    @property
    def lasts(self) -> float:
        """Seconds from the start to the end."""
        return self.schedule.spans()[-1].ends + _SECONDS_AFTER

    async def hold(self) -> None:
        """Have everybody come and go, until the doors have closed for the last time."""
        choose = Random(self._wanted.seed)  # noqa: S311 -- nothing secret, and repeatable
        self._began = monotonic()
        place = Place(
            client=self._client,
            slug=self.held.event.slug,
            ledger=self.ledger,
            began=self._began,
            beat=self._wanted.beat,
        )
        spans = self.schedule.spans()
        self._people = [
            Simulated(one, plan(choose, spans), place) for one in self.held.attendees
        ]
        async with asyncio.TaskGroup() as group:
            clock = group.create_task(self._move_clock())
            for one in self._people:
                group.create_task(one.live())
            await asyncio.sleep(self.lasts)
            clock.cancel()

    async def _move_clock(self) -> None:
        """Move the copy's clock each second; the seconds of the meeting in between
        pass as ours do.
        """
        while True:
            moment = self.schedule.moment(monotonic() - self._began)
            # Where the database is away, its people wait as well.
            with suppress(DatabaseUnavailable):
                await self._services.programmes.move_clock(self.held.event, moment)
            await asyncio.sleep(_SECONDS_BETWEEN_MOVES)

    def progress(self) -> Progress:
        """How it stands."""
        last = self.ledger.calls[-_LATELY:]
        took = sorted(one.ended - one.invoked for one in last)
        return Progress(
            seconds=monotonic() - self._began,
            of=self.lasts,
            people=Counter(one.where for one in self._people),
            calls=len(self.ledger.calls),
            p99=percentile(took, 99) if took else 0.0,
        )

    def verdict(self) -> Verdict:
        """What is to be said of it, as far as it went."""
        return verdict(self.ledger, self.rules())

    def rules(self) -> Rules:
        """What the room of the copy promised."""
        attendees = self.held.attendees
        return Rules(
            capacity=self.held.room.capacity,
            staff_seats=self.held.staff_seats,
            staff=frozenset(one.who for one in attendees if one.staff),
            standby=frozenset(one.who for one in attendees if one.standby),
            lease=LEASE.total_seconds(),
            lapse=_LAPSE,
            closings=tuple(
                self._about(one.ends, one.ends) for one in self.schedule.spans()
            ),
            kept=tuple(self._kept()),
        )

    def _kept(self) -> Iterator[Span]:
        for opening in self.held.openings:
            for timed in self.held.event.timetable.sessions:
                if not opening.opens <= timed.starts <= opening.closes:
                    continue
                begins = max(opening.opens, timed.starts - OPENS_BEFORE)
                ends = min(opening.closes, timed.starts + KEPT_FOR_CONFIRMED)
                seconds = self.schedule.seconds
                yield self._about(seconds(begins), seconds(ends))

    def _about(self, begins: float, ends: float) -> Span:
        """From ``begins`` to ``ends`` of the schedule, as the service knew it."""
        return Span(self._began + begins - _EARLY, self._began + ends + _LATE)


@asynccontextmanager
async def rehearsing(
    services: Services, event: Event, wanted: Wanted
) -> AsyncIterator[Rehearsal]:
    """A rehearsal of ``event`` that is ready to be held; its copy is removed at the
    end, whatever happens.

    Raises ``NoAddress``, and ``NotAnswering`` or ``NotTheSame`` when the service at ``wanted.url`` is
    no part of this installation.
    """
    async with _client(wanted) as client:
        await _answers(client, "/healthz")
        await copy.clear_left_over(services)
        made = await copy.make(
            services, event, attendees=wanted.attendees, room=wanted.room
        )
        try:
            held = await copy.look(services, made)
            await _seen(client, held)
            yield Rehearsal(services, held, wanted, client)
        finally:
            await asyncio.shield(copy.clear(services, made))


@asynccontextmanager
async def _client(wanted: Wanted) -> AsyncIterator[aiohttp.ClientSession]:
    _check_address(wanted.url)
    limit = min(_CONNECTIONS, wanted.attendees + 1)
    async with aiohttp.ClientSession(
        wanted.url,
        connector=aiohttp.TCPConnector(limit=limit),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=_SECONDS_AN_ANSWER),
        headers={"Accept": "text/html, application/json;q=0.9"},
    ) as client:
        yield client


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and parts.hostname and not parts.path
        _ = parts.port  # raises where the port is no number
    except ValueError:
        fits = False
    if not fits:
        raise NoAddress(
            f"{url!r}: name the service with http:// or https:// first, as in "
            "--url http://localhost:8080."
        )


async def _answers(client: aiohttp.ClientSession, path: str) -> int:
    try:
        async with client.get(path, allow_redirects=False) as answer:
            return answer.status
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        raise NotAnswering(
            f"Nothing answers at the address: {error}. Start it with 'orchestrator "
            "serve', or name it with --url."
        ) from error


async def _seen(client: aiohttp.ClientSession, held: Copy) -> None:
    """Wait until the service sees the copy, and knows its links."""
    ends = monotonic() + _SECONDS_TO_BE_SEEN
    path = f"/api/v1/events/{held.event.slug}"
    while await _answers(client, path) != HTTPStatus.OK:
        if monotonic() > ends:
            raise NotTheSame(
                "The service there does not see the copy of the meeting: it works "
                "with another database. Check ORCHESTRATOR_DATABASE_URL and --url."
            )
        await asyncio.sleep(0.2)
    if await _answers(client, held.attendees[0].path) != HTTPStatus.OK:
        raise NotTheSame(
            "The service there refuses the personal links made here: it has another "
            "ORCHESTRATOR_SECRET."
        )
