"""What the handlers of all pages share: the services, and the reader's choices."""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Protocol
from urllib.parse import urlencode

from aiohttp import web

from orchestrator.access.feed_keys.service import FeedKeys
from orchestrator.access.model import Identity
from orchestrator.access.screens.service import Screens
from orchestrator.access.service import Access
from orchestrator.admission.entrance.service import Entrance
from orchestrator.admission.live.service import Live
from orchestrator.admission.service import Admission
from orchestrator.archive.service import Archive
from orchestrator.attendance.service import Attendance
from orchestrator.clock import Clock
from orchestrator.ids import EventId, RegistrantId
from orchestrator.inbox.service import Inbox
from orchestrator.pages.chairing import Chairing
from orchestrator.pages.fragments import StageLive
from orchestrator.pages.join_view import LandingParts
from orchestrator.pages.kept import HTML, SERVER_TIMING, KeptPage, Shelf, timing
from orchestrator.pages.render import Page, render
from orchestrator.pages.said import Said
from orchestrator.programme.model import Counts, Event
from orchestrator.programme.service import Programmes
from orchestrator.registration.service import Registration
from orchestrator.rooms.model import Setting
from orchestrator.rooms.recordings.service import Recordings
from orchestrator.rooms.service import Rooms
from orchestrator.stage.floor.service import Floors
from orchestrator.stage.messages.service import Messages
from orchestrator.stage.promises.service import Promises
from orchestrator.stage.questions.service import Questions
from orchestrator.stage.readiness.service import Speakers
from orchestrator.stage.service import Stage
from orchestrator.web.identity import presented
from orchestrator.web.limits import Limit
from orchestrator.web.reader import (
    LANGUAGE_COOKIE,
    ZONE_COOKIE,
    has_query,
    language_of,
    zone_of,
)

_A_YEAR = timedelta(days=365)

# Nobody has so many devices, and a mail scanner that presses stops long before.
_PRESSES_AT_ONCE = 30
_SECONDS_A_PRESS = 2.0


class SetRoom(Protocol):
    """Sets a room of a meeting up, and tells its pages."""

    def __call__(
        self, event: Event, setting: Setting, *, name: str | None = None
    ) -> Awaitable[None]: ...


def _presses() -> Limit:
    return Limit(at_once=_PRESSES_AT_ONCE, every=_SECONDS_A_PRESS, counter=monotonic)


def _hands() -> Limit:
    return Limit(at_once=10, every=3.0, counter=monotonic)


@dataclass(frozen=True, slots=True)
class Site:
    """The services that pages read from, and the pages that are kept."""

    base_url: str
    clock: Clock
    programmes: Programmes
    registration: Registration
    access: Access
    screens: Screens
    admission: Admission
    entrance: Entrance
    live: Live
    attendance: Attendance
    rooms: Rooms
    inbox: Inbox
    archive: Archive
    feed_keys: FeedKeys
    stage: Stage
    promises: Promises
    questions: Questions
    messages: Messages
    speakers: Speakers
    floors: Floors
    recordings: Recordings
    said: Said
    stage_live: StageLive
    set_room: SetRoom
    kept: Shelf[KeptPage] = field(default_factory=Shelf)
    landings: Shelf[LandingParts] = field(default_factory=Shelf)
    numbers: dict[EventId, tuple[int | None, Counts | None]] = field(
        default_factory=dict
    )
    """People registered, by event, with the access epoch they belong to."""
    chairing: Chairing = field(default_factory=lambda: Chairing(monotonic))
    zones: dict[tuple[str, RegistrantId], str | None] = field(default_factory=dict)
    """Where speakers are who listen, by meeting: their parts are told in these."""
    presses: Limit = field(default_factory=_presses)
    """Of each personal link, wherever they come from: a campus is one address."""
    hands: Limit = field(default_factory=_hands)
    """Of each person: every hand that goes up or down is told to everybody."""

    @property
    def https(self) -> bool:
        return self.base_url.startswith("https:")

    def forget(self, event: EventId) -> None:
        """``event`` is no more."""
        self.numbers.pop(event, None)

    async def counts(self, event: Event) -> Counts | None:
        """People registered: our own, else what the programme says."""
        epoch = self.programmes.access_epoch(event.id)
        kept = self.numbers.get(event.id)
        if kept is not None and kept[0] == epoch is not None:
            own = kept[1]
        else:
            own = await self.registration.counts(event.id)
            self.numbers[event.id] = (epoch, own)
        return own or event.programme.registered


SITE = web.AppKey("site", Site)


def event_of(request: web.Request) -> Awaitable[Event]:
    """The event that the address names; raises ``NoSuchEvent``."""
    return request.app[SITE].programmes.find(request.match_info["slug"])


async def identity_of(request: web.Request, event: Event) -> Identity | None:
    """Who the browser is known as in ``event``, None if nobody."""
    cookie = presented(request)
    if cookie is None:
        return None
    return await request.app[SITE].access.identify(cookie, event.id)


async def known(request: web.Request) -> tuple[Site, Event, Identity]:
    """The event of the address and who the browser is known as in it, else 401."""
    event = await event_of(request)
    identity = await identity_of(request, event)
    if identity is None:
        raise web.HTTPUnauthorized
    return request.app[SITE], event, identity


def answer(
    request: web.Request,
    page: Page,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    timed: bool = True,
) -> web.Response:
    """``page`` for this reader alone: rendered now, kept nowhere. ``headers`` are its
    own, before those of every answer.
    """
    response = web.Response(
        text=render(page), status=status, headers={"Content-Type": HTML}
    )
    response.headers.update(headers or {})
    if timed:
        response.headers[SERVER_TIMING] = timing(page.frame.now)
    remember_choices(request, response)
    return response


def remember_choices(request: web.Request, response: web.StreamResponse) -> None:
    """Keep what the reader chose by ``?lang=`` or ``?tz=`` for the other pages."""
    if not has_query(request):
        return
    secure = request.app[SITE].https
    for name, cookie, chosen in (
        ("lang", LANGUAGE_COOKIE, language_of(request)),
        ("tz", ZONE_COOKIE, zone_of(request)),
    ):
        if request.query.get(name) == chosen and chosen:
            response.set_cookie(
                cookie,
                chosen,
                max_age=int(_A_YEAR.total_seconds()),
                path="/",
                secure=secure,
                samesite="Lax",
            )


def room_query(room: str) -> str:
    """The part of an address that names a room; empty for the only one."""
    return f"?{urlencode({'room': room})}" if room else ""
