"""Composition root: the only module that knows every part."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiohttp import web

from integrations.storage.choose import from_url
from orchestrator.access.feed_keys.service import FeedKeys
from orchestrator.access.screens.service import Screens
from orchestrator.access.service import Access
from orchestrator.access.tokens import JoinTokens
from orchestrator.admission.following import service as door
from orchestrator.admission.live.service import Live
from orchestrator.admission.routes import ADMISSION, LIVE, SESSIONS, Sessions
from orchestrator.admission.routes import routes as admission_routes
from orchestrator.admission.service import Admission
from orchestrator.archive.model import Limits
from orchestrator.archive.routes import ARCHIVE, FIND
from orchestrator.archive.routes import routes as archive_routes
from orchestrator.archive.service import Archive
from orchestrator.attendance.routes import ACCESS, ATTENDANCE
from orchestrator.attendance.routes import routes as attendance_routes
from orchestrator.attendance.service import Attendance
from orchestrator.clock import Clock
from orchestrator.database import Database, DatabaseClock, installation
from orchestrator.feeds.personal import PersonalFeeds
from orchestrator.feeds.publisher import Publisher
from orchestrator.feeds.routes import FEEDS, PERSONAL
from orchestrator.feeds.routes import routes as feed_routes
from orchestrator.feeds.service import Feeds
from orchestrator.hub.choose import relay_at
from orchestrator.hub.hub import Hub
from orchestrator.hub.relay import Relay, seats
from orchestrator.hub.routes import CHANNELS, HUB, MISSED
from orchestrator.hub.routes import routes as hub_routes
from orchestrator.migrations.run import upgrade
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
    room,
    room_asks,
    room_live,
    screen,
    speaker,
)
from orchestrator.pages import stage as stage_pages
from orchestrator.pages.errors import error_page_of
from orchestrator.pages.fragments import StageLive
from orchestrator.pages.said import Said
from orchestrator.pages.site import SITE, Site
from orchestrator.pages.stage_reading import Stands
from orchestrator.programme import store as programme_store
from orchestrator.programme.model import Event
from orchestrator.programme.routes import PROGRAMMES
from orchestrator.programme.routes import routes as programme_routes
from orchestrator.programme.service import Programmes
from orchestrator.registration import store as registration_store
from orchestrator.registration.service import Registration
from orchestrator.rooms.service import Rooms
from orchestrator.settings import Settings
from orchestrator.stage.beside.routes import routes as beside_routes
from orchestrator.stage.beside.routes import share as share_beside
from orchestrator.stage.beside.service import Beside
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
from orchestrator.web.runner import BACKLOG, runner

# Who asks is told within 3 s, whatever the database does; the rest of them is ours.
_SECONDS_A_TRANSACTION = 2.2
# On a shared port: who was accepted just before the end has his request on the way.
_SECONDS_TO_ARRIVE = 0.5


@asynccontextmanager
async def open_services(
    settings: Settings, *, answering: bool = False
) -> AsyncIterator[Services]:
    """The services on a database of this version's schema, until the end.

    ``answering``: people wait, so a silent database is given up soon. Commands
    and migrations leave it its time.
    """
    install = await prepare_database(settings)
    within = _SECONDS_A_TRANSACTION if answering else None
    database = Database(settings.database_url, within=within)
    try:
        yield wire(settings, database, install)
    finally:
        await database.close()


async def prepare_database(settings: Settings) -> str:
    """Bring the database to this version's schema; the installation's id."""
    database = Database(settings.database_url)
    try:
        await upgrade(database)
        return await installation(database)
    finally:
        await database.close()


def wire(settings: Settings, database: Database, install: str) -> Services:
    """Hand each part what it needs; opens nothing."""
    clock, hub, relay = DatabaseClock(), Hub(), relay_at(settings.redis_url, install)
    tokens = _join_tokens(settings, install, clock)
    publisher = Publisher(base_url=settings.origin, install=install)
    registration = _registration(settings, database, tokens)
    rooms = Rooms(database, settings.video, listeners=[door.provide_seats])
    programmes = _programmes(database, clock, hub, relay, registration, rooms)
    access = _access(database, tokens, clock, programmes)
    admission = _admission(database, rooms, registration, programmes, relay)
    attendance = Attendance(database, rooms, clock=clock)
    return Services(
        settings=settings,
        database=database,
        clock=clock,
        hub=hub,
        relay=relay,
        programmes=programmes,
        registration=registration,
        rooms=rooms,
        admission=admission,
        attendance=attendance,
        stage=_stage(database, programmes),
        live=_live(database, admission, attendance, hub, programmes, access),
        stage_live=_stage_live(hub, programmes),
        access=access,
        screens=_screens(database, hub, programmes),
        feed_keys=_feed_keys(settings, database),
        beside=Beside(database, admission, programmes, tell=relay.tell),
        archive=_archive(settings, database),
        feeds=Feeds(programmes.find, publisher, clock=clock),
        personal=_personal(database, programmes, registration, publisher, clock),
    )


def _programmes(
    database: Database,
    clock: DatabaseClock,
    hub: Hub,
    relay: Relay,
    registration: Registration,
    rooms: Rooms,
) -> Programmes:
    listeners = [registration.staff_of_programme, rooms.follow]
    carry = [door.carry_seats]
    return Programmes(database, clock, hub, listeners, carry, tell=relay.tell)


def _registration(
    settings: Settings, database: Database, tokens: JoinTokens
) -> Registration:
    return Registration(
        database,
        tokens=tokens,
        base_url=settings.origin,
        touched=programme_store.touch_access,
        listeners=[door.free_seats],
    )


def _access(
    database: Database, tokens: JoinTokens, clock: Clock, programmes: Programmes
) -> Access:
    lookup, epoch = registration_store.identities, programmes.access_epoch
    return Access(
        database,
        tokens,
        lookup,
        clock=clock,
        epoch=epoch,
        listeners=[door.follow_browser],
    )


def _screens(database: Database, hub: Hub, programmes: Programmes) -> Screens:
    screens = Screens(database, registration_store.identities, hub)
    programmes.entitled(screens.check)
    return screens


def _admission(
    database: Database,
    rooms: Rooms,
    registration: Registration,
    programmes: Programmes,
    relay: Relay,
) -> Admission:
    roll, epoch = registration.roll, programmes.access_epoch
    admission = Admission(database, rooms, roll, now=programmes.now, epoch=epoch)
    for forget in (rooms.forget, admission.forget):
        programmes.forgotten(forget)
    admission.tell(lambda slug: relay.tell(seats(slug)))
    return admission


def _stage(database: Database, programmes: Programmes) -> Stage:
    stage = Stage(database, programmes)
    programmes.forgotten(stage.forget)
    return stage


def _personal(
    database: Database,
    programmes: Programmes,
    registration: Registration,
    publisher: Publisher,
    clock: Clock,
) -> PersonalFeeds:
    find, link = programmes.by_id, registration.link_in_calendar
    return PersonalFeeds(database, find, link, publisher, clock=clock)


def _live(
    database: Database,
    admission: Admission,
    attendance: Attendance,
    hub: Hub,
    programmes: Programmes,
    access: Access,
) -> Live:
    live = Live(
        database,
        admission,
        attendance,
        hub,
        find=programmes.find,
        now=programmes.now,
        opened=access.opened,
    )
    admission.tell(live.changed)
    return live


def _stage_live(hub: Hub, programmes: Programmes) -> StageLive:
    """What shows the stage hears of every new revision."""
    stage_live = StageLive(hub, find=programmes.find, now=programmes.now)
    programmes.revised(stage_live.changed)
    return stage_live


def _archive(settings: Settings, database: Database) -> Archive:
    return Archive(
        database,
        from_url(settings.storage_url.get_secret_value()),
        touched=programme_store.touch,
        limits=Limits(slides=settings.max_slides_bytes, video=settings.max_video_bytes),
    )


def _feed_keys(settings: Settings, database: Database) -> FeedKeys:
    """The addresses of personal calendars."""
    previous = settings.secret_previous
    return FeedKeys(
        database,
        registration_store.locked_version,
        settings.secret.get_secret_value(),
        previous=previous.get_secret_value() if previous else None,
    )


def _join_tokens(settings: Settings, install: str, clock: Clock) -> JoinTokens:
    """The personal links of this installation."""
    previous = settings.secret_previous
    return JoinTokens(
        settings.secret.get_secret_value(),
        install,
        previous=previous.get_secret_value() if previous else None,
        # A machine whose clock is wrong by an hour must not refuse links.
        clock=clock,
    )


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
    app[STAGE] = services.stage
    app[SESSIONS] = _sessions(services.stage)
    app[ATTENDANCE] = services.attendance
    app[ACCESS] = services.access
    share_beside(app, services.beside)
    app[READY] = services.programmes.look
    app[SITE] = Site(
        base_url=services.settings.origin,
        clock=services.clock,
        programmes=services.programmes,
        registration=services.registration,
        access=services.access,
        screens=services.screens,
        admission=services.admission,
        live=services.live,
        attendance=services.attendance,
        rooms=services.rooms,
        archive=services.archive,
        feed_keys=services.feed_keys,
        stage=services.stage,
        promises=services.beside.promises,
        questions=services.questions,
        speakers=services.speakers,
        said=_said(services),
        messages=services.messages,
        stage_live=services.stage_live,
    )
    services.programmes.forgotten(app[SITE].forget)
    room_live.register(services.stage_live, app[SITE])
    services.stage_live.for_staff(Stands(app[SITE]).fragments())


def _sessions(stage: Stage) -> Sessions:
    async def sessions(event: Event) -> list[dict[str, object]]:
        return histories(await stage.histories(event))

    return sessions


def _said(services: Services) -> Said:
    """What pages show of what is said; they are told anew when it changes."""
    said = Said(services.programmes.find, services.questions, services.messages)
    for changed in (said.changed, services.stage_live.changed):
        services.news.tell(changed)
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
    speaker.routes,
    room_asks.routes,
    screen.routes,
    me.routes,
    people.routes,
    attendance_pages.routes,
    archive_routes,
    programme_routes,
    admission_routes,
    attendance_routes,
    stage_routes,
    beside_routes,
    hub_routes,
    clock_page.routes,
    health.routes,
    openapi.routes,
)


async def _part(app: web.Application) -> None:
    app[HUB].close()


@asynccontextmanager
async def serving(services: Services, *, host: str, port: int) -> AsyncIterator[int]:
    """Answer on ``host`` and ``port`` (0: any free one); gives the port in use."""
    running = runner(build_app(services))
    await running.setup()
    try:
        site = web.TCPSite(running, host, port, backlog=BACKLOG)
        await site.start()
        address: tuple[str, int] = running.addresses[0]
        yield address[1]
    finally:
        await running.cleanup()


@asynccontextmanager
async def sharing(
    services: Services, sockets: Sequence[socket.socket]
) -> AsyncIterator[None]:
    """Answer on ``sockets``, on which other processes answer as well.

    At the end this process takes no more connections, which the others do, and
    lets the requests of those that it took arrive and end.
    """
    running = runner(build_app(services))
    await running.setup()
    try:
        for one in sockets:
            await web.SockSite(running, one).start()
            # The loop takes only so many at once as SockSite says, and leaves the
            # others of them to other processes.
            one.listen(BACKLOG)
        yield
    finally:
        for site in running.sites:
            await site.stop()
        await asyncio.sleep(_SECONDS_TO_ARRIVE)
        await running.cleanup()
