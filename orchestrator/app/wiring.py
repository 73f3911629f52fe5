"""Every part, handed what it needs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from integrations.storage.choose import from_url
from integrations.video.provider import Document, VideoProvider
from orchestrator.access.feed_keys.service import FeedKeys
from orchestrator.access.screens.service import Screens
from orchestrator.access.service import Access
from orchestrator.access.tokens import JoinTokens
from orchestrator.admission.doors import present_sessions
from orchestrator.admission.following import service as door
from orchestrator.admission.live.service import Live
from orchestrator.admission.service import Admission
from orchestrator.admission.terms import sessions_in
from orchestrator.archive.decks import decks
from orchestrator.archive.model import Limits
from orchestrator.archive.service import Archive
from orchestrator.attendance.service import Attendance
from orchestrator.clock import Clock
from orchestrator.database import Database, DatabaseClock, installation
from orchestrator.feeds.personal import PersonalFeeds
from orchestrator.feeds.publisher import Publisher
from orchestrator.feeds.service import Feeds
from orchestrator.hub.choose import relay_at
from orchestrator.hub.hub import Hub
from orchestrator.hub.relay import Relay, seats
from orchestrator.inbox.service import Inbox
from orchestrator.inbox.worker import Worker
from orchestrator.migrations.run import upgrade
from orchestrator.operations.services import Services, WhatIsTold
from orchestrator.operations.telling import KINDS, Telling
from orchestrator.pages.fragments import StageLive
from orchestrator.programme import store as programme_store
from orchestrator.programme.model import Event
from orchestrator.programme.service import Programmes
from orchestrator.registration import store as registration_store
from orchestrator.registration.service import Registration
from orchestrator.rooms.model import Room
from orchestrator.rooms.service import Rooms
from orchestrator.rooms.video.making import Slides
from orchestrator.settings import Settings
from orchestrator.stage.beside.service import Beside, Files
from orchestrator.stage.service import Stage

# Who asks is told within 3 s, whatever the database does; the rest of them is ours.
_SECONDS_A_TRANSACTION = 2.5


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
    services = wire(settings, database, install)
    try:
        yield services
    finally:
        await services.rooms.video.close()
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
    tokens, publisher = _links_and_feeds(settings, install, clock)
    registration, rooms = _people_and_rooms(settings, database, tokens)
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
        told=_told(database, clock, rooms, programmes, attendance, admission),
        stage=_stage(database, programmes),
        live=_live(database, admission, attendance, hub, programmes, access),
        stage_live=_stage_live(hub, programmes),
        access=access,
        screens=_screens(database, hub, programmes),
        feed_keys=_feed_keys(settings, database),
        beside=_beside(settings, database, rooms, admission, programmes, relay),
        archive=_archive(settings, database, rooms, programmes),
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


def _people_and_rooms(
    settings: Settings, database: Database, tokens: JoinTokens
) -> tuple[Registration, Rooms]:
    registration = Registration(
        database,
        tokens=tokens,
        base_url=settings.origin,
        touched=programme_store.touch_access,
        listeners=[door.free_seats],
    )
    rooms = Rooms(
        database,
        settings.video,
        listeners=[door.provide_seats],
        base_url=settings.origin,
    )
    return registration, rooms


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
    programmes.entitled(admission.exits.entitled)
    admission.tell(lambda slug: relay.tell(seats(slug)))
    return admission


def _told(
    database: Database,
    clock: Clock,
    rooms: Rooms,
    programmes: Programmes,
    attendance: Attendance,
    admission: Admission,
) -> WhatIsTold:
    """What providers deliver, and its handling. Only connections that rooms can be on
    are told anything: any other name would lead to a plain link.
    """
    video = rooms.video

    def provider(connection: str) -> VideoProvider | None:
        return video.on(connection) if connection in video.names else None

    worker = Worker(database, provider)
    inbox = Inbox(database, provider, clock=clock, stored=worker.wake)
    telling = Telling(
        video.find,
        video.marked,
        programmes,
        attendance,
        admission,
        admission.exits.put_out_of,
    )
    worker.register(telling.hear, *KINDS)
    return WhatIsTold(inbox, worker, telling)


def _stage(database: Database, programmes: Programmes) -> Stage:
    stage = Stage(database, programmes)
    programmes.forgotten(stage.forget)
    return stage


def _beside(
    settings: Settings,
    database: Database,
    rooms: Rooms,
    admission: Admission,
    programmes: Programmes,
    relay: Relay,
) -> Beside:
    blobs = from_url(settings.storage_url.get_secret_value())
    files = Files(blobs, settings.max_video_bytes)
    return Beside(database, rooms, admission, programmes, files, tell=relay.tell)


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


def _archive(
    settings: Settings, database: Database, rooms: Rooms, programmes: Programmes
) -> Archive:
    archive = Archive(
        database,
        from_url(settings.storage_url.get_secret_value()),
        touched=programme_store.touch,
        limits=Limits(slides=settings.max_slides_bytes, video=settings.max_video_bytes),
    )
    rooms.video.show(_slides(settings, archive, programmes))
    return archive


def _slides(settings: Settings, archive: Archive, programmes: Programmes) -> Slides:
    """What is shown in a room: the decks of all for which people are let in now."""

    async def slides(event: Event, room: Room) -> tuple[Document, ...]:
        held = sessions_in(event, room.name)
        sessions = present_sessions(held, programmes.now(event))
        shown = await archive.materials(event)
        return decks(sessions, shown, origin=settings.origin)

    return slides


def _feed_keys(settings: Settings, database: Database) -> FeedKeys:
    """The addresses of personal calendars."""
    previous = settings.secret_previous
    return FeedKeys(
        database,
        registration_store.locked_version,
        settings.secret.get_secret_value(),
        previous=previous.get_secret_value() if previous else None,
    )


def _links_and_feeds(
    settings: Settings, install: str, clock: Clock
) -> tuple[JoinTokens, Publisher]:
    """What is given to people, by this installation's name."""
    publisher = Publisher(base_url=settings.origin, install=install)
    return _join_tokens(settings, install, clock), publisher


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
