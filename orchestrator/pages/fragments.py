"""Parts of pages that follow the stage: rendered once, shown on every screen.

Page modules register renderers. When something changed, and at each full minute
while a session is under way, each of them is asked once for every language in which
somebody listens, for nobody when nobody does. Between two rounds of one meeting
there is a pause, so that a burst of presses becomes one.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import ClassVar

import structlog
from pydantic import Field

from orchestrator.database import DatabaseUnavailable
from orchestrator.hub.channels import chaired, is_person, people, unspoken
from orchestrator.hub.events import HubEvent
from orchestrator.hub.hub import Hub
from orchestrator.ids import RegistrantId, SessionId
from orchestrator.programme.errors import NoSuchEvent
from orchestrator.programme.model import Event

SECONDS_BETWEEN_ROUNDS = 0.1
"""How often one meeting is rendered at most."""

_SECONDS_BETWEEN_TRIES = 1.0
# A rehearsal's clock jumps a minute each second, and nobody says so.
_LONGEST_WAIT = 1.0
# So many connections of the pool at most are taken from those who press.
_AT_ONCE = 4
_SECONDS_A_RENDERER = 5.0
_MINUTE = timedelta(minutes=1)

_log = structlog.get_logger(__name__)


class Fragment(HubEvent):
    """One element of a page as it is now.

    ``target`` is the element's id. ``html`` is that element itself, or what is
    inside it when its root has another id. ``version`` never falls for one target
    (the event's revision is one): a screen that has a later one keeps it.
    """

    topic: ClassVar[str] = "stage"

    target: str
    html: str
    version: int
    to: str = Field(default="", exclude=True)
    """The channel; given by ``StageLive``."""

    @property
    def channel(self) -> str:
        return self.to


Rendered = Fragment | Iterable[Fragment] | None
Renderer = Callable[[Event, str], Awaitable[Rendered]]
"""Given the event and the language."""
DeskRenderer = Callable[[Event, str, SessionId], Awaitable[Rendered]]
"""As well, for the chairs of which session."""
PersonRenderer = Callable[[Event, str, RegistrantId], Awaitable[Rendered]]
"""As well, for whom."""

_Job = partial[Awaitable[Rendered]]

Find = Callable[[str], Awaitable[Event]]
Now = Callable[[Event], datetime]


class StageLive:
    """Renders what follows the stage, of every meeting that somebody listens to."""

    def __init__(
        self, hub: Hub, *, find: Find, now: Now, pause: float = SECONDS_BETWEEN_ROUNDS
    ) -> None:
        self._hub = hub
        self._find = find
        self._now = now
        self._pause = pause
        self._everybody: list[Renderer] = []
        self._people: list[Renderer] = []
        self._chairs: list[DeskRenderer] = []
        self._person: list[PersonRenderer] = []
        self._due: set[str] = set()
        self._going: set[str] = set()
        self._minutes: dict[str, datetime] = {}
        self._wake = asyncio.Event()
        self._turns = asyncio.Semaphore(_AT_ONCE)

    def for_everybody(self, renderer: Renderer) -> None:
        """Have ``renderer`` asked for what all may see."""
        self._everybody.append(renderer)

    def for_people(self, renderer: Renderer) -> None:
        """Have ``renderer`` asked for what all see who are known at the meeting."""
        self._people.append(renderer)

    def for_chairs(self, renderer: DeskRenderer) -> None:
        """Have ``renderer`` asked for each session whose desk somebody has open."""
        self._chairs.append(renderer)

    def for_speakers(self, renderer: PersonRenderer) -> None:
        """Have ``renderer`` asked for each speaker who listens."""
        self._person.append(renderer)

    def changed(self, slug: str) -> None:
        """What the meeting ``slug`` shows may have changed, here or elsewhere; what
        any meeting shows when it is empty.
        """
        self._due.update([slug] if slug else self._listened())
        self._wake.set()

    async def run(self) -> None:
        """Render what is due, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._follow_clocks())
            while True:
                await self._wake.wait()
                self._wake.clear()
                for slug in self._due - self._going:
                    self._going.add(slug)
                    group.create_task(self._follow(slug))

    async def _follow(self, slug: str) -> None:
        """Rounds of one meeting, while there is something to tell."""
        try:
            while slug in self._due:
                self._due.discard(slug)
                pause = self._pause
                if not await self._round(slug):
                    self._due.add(slug)
                    pause = max(pause, _SECONDS_BETWEEN_TRIES)
                await asyncio.sleep(pause)
        finally:
            self._going.discard(slug)

    async def _round(self, slug: str) -> bool:
        """Render and tell everything once; False when the database was away."""
        if slug not in self._listened():
            return True
        try:
            event = await self._find(slug)
        except NoSuchEvent:
            return True
        except DatabaseUnavailable as error:
            _log.warning("database-unavailable", exc_info=error)
            return False
        jobs = [self._tell(channel, render) for channel, render in self._jobs(event)]
        return all(await asyncio.gather(*jobs))

    def _jobs(self, event: Event) -> Iterator[tuple[str, _Job]]:
        """What to call for each channel."""
        for channel in self._hub.listening(event.slug):
            whose, language = unspoken(channel)
            if not language:
                continue
            if is_person(whose):
                who = RegistrantId(whose.removeprefix(f"{event.slug}/"))
                for own in self._person:
                    yield channel, partial(own, event, language, who)
            elif (session := chaired(whose)) is not None:
                for desk in self._chairs:
                    yield channel, partial(desk, event, language, session)
            else:
                for renderer in self._of(event.slug, whose):
                    yield channel, partial(renderer, event, language)

    def _of(self, slug: str, whose: str) -> list[Renderer]:
        return self._people if whose == people(slug) else self._everybody

    async def _tell(self, channel: str, render: _Job) -> bool:
        """Have it rendered and sent; False when the database was away."""
        try:
            async with self._turns, asyncio.timeout(_SECONDS_A_RENDERER):
                rendered = await render()
        except DatabaseUnavailable as error:
            _log.warning("database-unavailable", exc_info=error)
            return False
        except Exception as error:  # noqa: BLE001 -- one must not stop the others
            name = getattr(render.func, "__qualname__", "")
            _log.error("renderer-failed", renderer=name, exc_info=error)
            return True
        told = [one.model_copy(update={"to": channel}) for one in _all_of(rendered)]
        if told:
            self._hub.publish(*told)
        return True

    async def _follow_clocks(self) -> None:
        """Have each meeting rendered at its full minutes."""
        while True:
            waits = [await self._look_at_clock(slug) for slug in self._listened()]
            await asyncio.sleep(min(waits, default=_LONGEST_WAIT))

    async def _look_at_clock(self, slug: str) -> float:
        """Seconds until it has to be looked at again."""
        try:
            event = await self._find(slug)
        except (NoSuchEvent, DatabaseUnavailable):
            return _LONGEST_WAIT
        now = self._now(event)
        minute = now.replace(second=0, microsecond=0)
        former = self._minutes.get(slug, minute)
        self._minutes[slug] = minute
        if former != minute and is_under_way(event, now):
            self.changed(slug)
        return min((minute + _MINUTE - now).total_seconds(), _LONGEST_WAIT)

    def _listened(self) -> set[str]:
        """Meetings of which somebody takes fragments in this process."""
        spoken = map(unspoken, self._hub.listening())
        return {whose.partition("/")[0] for whose, language in spoken if language}


def is_under_way(event: Event, now: datetime) -> bool:
    """Whether anything that is shown of a session goes with the clock: it is its
    time (and the minute after), or a talk of it has not ended.
    """
    return any(
        timed.starts <= now < timed.ends + _MINUTE
        or any(slot.actual_starts and not slot.actual_ends for slot in timed.slots)
        for timed in event.timetable.sessions
    )


def _all_of(rendered: Rendered) -> Iterable[Fragment]:
    if rendered is None:
        return ()
    return (rendered,) if isinstance(rendered, Fragment) else rendered
