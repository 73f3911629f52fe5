"""The web application over the services: which handlers answer, and with what."""

import asyncio
from collections.abc import AsyncIterator

from aiohttp import web

from orchestrator.admission.entrance.service import Entrance
from orchestrator.admission.routes import (
    ADMISSION,
    ENTRANCE,
    LIVE,
    SESSIONS,
    Sessions,
)
from orchestrator.admission.routes import routes as admission_routes
from orchestrator.archive.routes import ARCHIVE, FIND
from orchestrator.archive.routes import routes as archive_routes
from orchestrator.attendance.routes import ACCESS, ATTENDANCE
from orchestrator.attendance.routes import routes as attendance_routes
from orchestrator.feeds.routes import FEEDS, PERSONAL
from orchestrator.feeds.routes import routes as feed_routes
from orchestrator.hub.routes import CHANNELS, HUB, MISSED
from orchestrator.hub.routes import routes as hub_routes
from orchestrator.inbox.routes import INBOX
from orchestrator.inbox.routes import routes as inbox_routes
from orchestrator.operations.background import background
from orchestrator.operations.services import Services
from orchestrator.pages import attendance as attendance_pages
from orchestrator.pages import clock as clock_page
from orchestrator.pages import (
    desks,
    join,
    live,
    me,
    people,
    public,
    recordings,
    room,
    room_asks,
    room_floor,
    room_live,
    room_setting,
    room_video,
    screen,
    speaker,
    stage_floor,
)
from orchestrator.pages import stage as stage_pages
from orchestrator.pages.assets import assets
from orchestrator.pages.errors import error_page_of
from orchestrator.pages.render import compile_templates
from orchestrator.pages.said import Said
from orchestrator.pages.site import SITE, Site
from orchestrator.pages.stage_reading import Stands
from orchestrator.programme.model import Event
from orchestrator.programme.routes import PROGRAMMES
from orchestrator.programme.routes import routes as programme_routes
from orchestrator.stage.beside.routes import routes as beside_routes
from orchestrator.stage.beside.routes import share as share_beside
from orchestrator.stage.routes import STAGE
from orchestrator.stage.routes import routes as stage_routes
from orchestrator.stage.service import Stage
from orchestrator.stage.shown import histories
from orchestrator.web import headers, health, openapi
from orchestrator.web.body import MAX_BODY
from orchestrator.web.health import READY
from orchestrator.web.identity import HTTPS
from orchestrator.web.origin import same_origin
from orchestrator.web.problem import BASE_URL, ERROR_PAGE, problem_details
from orchestrator.web.runner import beside


def build_app(services: Services) -> web.Application:
    """The web application over ``services``."""
    settings = services.settings
    app = web.Application(
        middlewares=[problem_details, same_origin(settings.origin)],
        client_max_size=MAX_BODY,
    )
    headers.install(app, https=settings.https)
    app[BASE_URL] = settings.origin
    app[HTTPS] = settings.https
    app[ERROR_PAGE] = error_page_of
    _share(app, services)
    app.cleanup_ctx.append(background(services))
    app.cleanup_ctx.append(_compiling)
    app.on_shutdown.append(_part)
    for routes in _ROUTES:
        app.add_routes(routes)
    return app


def _share(app: web.Application, services: Services) -> None:
    """Give each feature's handlers what they work with."""
    app[HUB] = services.hub
    app[CHANNELS], app[MISSED] = live.channels, live.missed
    app[PROGRAMMES] = services.programmes
    app[FEEDS] = services.feeds
    app[PERSONAL] = services.personal
    app[ARCHIVE] = services.archive
    app[FIND] = services.programmes.find
    app[ADMISSION] = services.admission
    app[LIVE] = services.live
    app[ENTRANCE] = _entrance(services)
    app[STAGE] = services.stage
    app[SESSIONS] = _sessions(services.stage)
    app[ATTENDANCE] = services.attendance
    app[INBOX] = services.told.inbox
    app[ACCESS] = services.access
    share_beside(app, services.beside)
    app[READY] = services.programmes.look
    app[SITE] = _site(services, app[ENTRANCE])
    services.programmes.forgotten(app[SITE].forget)
    room_live.register(services.stage_live, app[SITE])
    room_floor.register(services.stage_live, app[SITE])
    services.stage_live.for_chairs(Stands(app[SITE]).fragments)


def _entrance(services: Services) -> Entrance:
    """The ways into video rooms, for who has the floor with the right to speak."""
    return Entrance(
        services.database,
        services.admission,
        services.rooms,
        now=services.programmes.now,
        floor=services.floors,
    )


def _site(services: Services, entrance: Entrance) -> Site:
    """What the handlers of pages share."""
    return Site(
        base_url=services.settings.origin,
        clock=services.clock,
        programmes=services.programmes,
        registration=services.registration,
        access=services.access,
        screens=services.screens,
        admission=services.admission,
        entrance=entrance,
        live=services.live,
        attendance=services.attendance,
        rooms=services.rooms,
        inbox=services.told.inbox,
        archive=services.archive,
        feed_keys=services.feed_keys,
        stage=services.stage,
        promises=services.beside.promises,
        questions=services.questions,
        speakers=services.speakers,
        floors=services.floors,
        recordings=services.recordings,
        said=_said(services),
        messages=services.messages,
        stage_live=services.stage_live,
        set_room=services.set_room,
    )


def _sessions(stage: Stage) -> Sessions:
    async def sessions(event: Event) -> list[dict[str, object]]:
        return histories(await stage.histories(event))

    return sessions


def _said(services: Services) -> Said:
    """What pages show of what is said; they are told anew when it changes."""
    said = Said(services.programmes.find, services.questions, services.messages)
    for changed in (said.changed, services.stage_live.changed):
        services.news.tell(changed)
    services.programmes.forgotten(said.forget)
    return said


# Each one that does not fit costs a request two microseconds: what many ask for
# comes early. Feeds are first: the page of a slug would also fit their addresses.
_ROUTES = (
    feed_routes,
    public.routes,
    join.routes,
    room.routes,
    desks.routes,
    stage_pages.routes,
    stage_floor.routes,
    speaker.routes,
    room_asks.routes,
    room_video.routes,
    room_floor.routes,
    room_setting.routes,
    screen.routes,
    me.routes,
    people.routes,
    recordings.routes,
    attendance_pages.routes,
    archive_routes,
    programme_routes,
    admission_routes,
    attendance_routes,
    stage_routes,
    beside_routes,
    inbox_routes,
    hub_routes,
    clock_page.routes,
    health.routes,
    openapi.routes,
)


async def _compiling(_app: web.Application) -> AsyncIterator[None]:
    await asyncio.to_thread(assets)
    async with beside(compile_templates()):
        yield


async def _part(app: web.Application) -> None:
    app[HUB].close()
