"""Pages for everybody: the list of events, a programme, a session, a talk."""

from collections.abc import Callable, Hashable
from contextlib import suppress
from datetime import datetime
from http import HTTPStatus

from aiohttp import web

from orchestrator.archive.materials import having
from orchestrator.archive.model import AttachmentKind
from orchestrator.ids import SessionId, TalkId
from orchestrator.pages.assets import assets
from orchestrator.pages.events_view import events_page
from orchestrator.pages.kept import KeptPage, keep, minute
from orchestrator.pages.programme_view import programme_page
from orchestrator.pages.render import render
from orchestrator.pages.session_view import session_page
from orchestrator.pages.site import SITE, answer, event_of, remember_choices
from orchestrator.pages.talk_view import TalkPage, talk_page
from orchestrator.pages.zone_view import zone_page
from orchestrator.programme.errors import NoSuchEvent, TalkWithdrawn
from orchestrator.programme.model import Event
from orchestrator.web.headers import policy
from orchestrator.web.reader import choices_of, language_of, zone_of

routes = web.RouteTableDef()

_FOR_AN_HOUR = "public, max-age=3600"


@routes.get("/")
async def events(request: web.Request) -> web.Response:
    """The list of events."""
    site = request.app[SITE]
    known = [
        (event, site.programmes.now(event)) for event in await site.programmes.all()
    ]
    page = events_page(known, now=site.clock(), language=language_of(request))
    return answer(request, page)


@routes.get("/e/{slug}")
async def programme(request: web.Request) -> web.StreamResponse:
    """The programme of a meeting; kept for all readers of a language and zone."""
    site, event = request.app[SITE], await event_of(request)
    now = site.programmes.now(event)
    language, zone = choices_of(request)
    counts = await site.counts(event)
    shown = await site.archive.materials(event)
    was = await site.promises.first(event)

    def make() -> KeptPage:
        page = programme_page(
            event,
            now=now,
            language=language,
            zone=zone,
            counts=counts,
            slides=having(shown, AttachmentKind.SLIDES),
            videos=having(shown, AttachmentKind.VIDEO),
            was=was,
            base_url=site.base_url,
        )
        return keep(render(page), https=site.https)

    return _kept(request, event, now, ("programme", counts, language, zone), make)


@routes.get("/e/{slug}/t/{talk}")
async def talk(request: web.Request) -> web.StreamResponse:
    """One talk, with its slides and video afterwards; kept like the programme."""
    site, event = request.app[SITE], await event_of(request)
    now = site.programmes.now(event)
    language, zone = choices_of(request)
    name = TalkId(request.match_info["talk"])
    _refuse_withdrawn(event, name)
    shown = await site.archive.materials(event)
    was = await site.promises.first(event)

    def make() -> KeptPage:
        page = talk_page(
            event,
            name,
            now=now,
            language=language,
            zone=zone,
            base_url=site.base_url,
            materials=shown.get(name, ()),
            was=was.get(name),
        )
        return keep(render(page), policy=_policy(page), https=site.https)

    return _kept(request, event, now, ("talk", name, language, zone), make)


@routes.get("/e/{slug}/s/{session}")
async def session(request: web.Request) -> web.StreamResponse:
    """One session with its talks; kept like the programme."""
    site, event = request.app[SITE], await event_of(request)
    now = site.programmes.now(event)
    language, zone = choices_of(request)
    name = SessionId(request.match_info["session"])
    shown = await site.archive.materials(event)
    was = await site.promises.first(event)

    def make() -> KeptPage:
        page = session_page(
            event,
            name,
            now=now,
            language=language,
            zone=zone,
            slides=having(shown, AttachmentKind.SLIDES),
            videos=having(shown, AttachmentKind.VIDEO),
            was=was,
            base_url=site.base_url,
        )
        return keep(render(page), https=site.https)

    return _kept(request, event, now, ("session", name, language, zone), make)


def _kept(
    request: web.Request,
    event: Event,
    now: datetime,
    what: tuple[Hashable, ...],
    make: Callable[[], KeptPage],
) -> web.StreamResponse:
    """The page that belongs to ``what``, this revision and this minute."""
    key = (*what, event.id, event.revision, minute(now))
    response = request.app[SITE].kept.get(key, make).answer(request, now)
    remember_choices(request, response)
    return response


def _refuse_withdrawn(event: Event, talk: TalkId) -> None:
    """Calendars and mails still lead to a talk that has left the programme."""
    gone = (slot.talk.id for timed in event.withdrawn for slot in timed.slots)
    if talk in gone:
        raise TalkWithdrawn(f"The programme of {event.slug} no longer holds it.")


def _policy(page: TalkPage) -> str:
    """Media only where a video plays, and only from where it lies."""
    if page.video is None or not page.video.playable:
        return policy()
    return policy(media_src=page.video.origin or "'self'")


@routes.get("/zone")
async def zone(request: web.Request) -> web.Response:
    """The choice of a time zone, with the offsets of the day of the meeting."""
    back = request.query.get("back", "/")
    page = zone_page(
        now=await _moment(request, back),
        language=language_of(request),
        back=back,
        zone=zone_of(request),
    )
    return answer(request, page)


async def _moment(request: web.Request, back: str) -> datetime:
    """When the meeting begins that ``back`` is a page of; else the present."""
    site = request.app[SITE]
    _, _, rest = back.partition("/e/")
    with suppress(NoSuchEvent):
        event = await site.programmes.find(rest.split("/")[0])
        if event.timetable.sessions:
            return event.timetable.sessions[0].starts
    return site.clock()


@routes.get("/static/{path:.+}")
async def static(request: web.Request) -> web.Response:
    """Style, scripts, fonts; their address changes with their content."""
    found = assets().get(request.match_info["path"])
    if found is None:
        raise web.HTTPNotFound
    return found.answer(request)


@routes.get("/robots.txt")
async def robots(_request: web.Request) -> web.Response:
    """Calendars' servers ask this first, and must find their feeds open."""
    hidden = ("/j/", "/api/", "/e/*-rehearsal-")
    text = "".join(["User-agent: *\n", *(f"Disallow: {path}\n" for path in hidden)])
    return web.Response(text=text, headers={"Cache-Control": _FOR_AN_HOUR})


@routes.get("/favicon.ico")
async def favicon(_request: web.Request) -> web.Response:
    """Browsers that look here are shown the drawing."""
    return web.Response(
        status=HTTPStatus.MOVED_PERMANENTLY, headers={"Location": "/static/icon.svg"}
    )
