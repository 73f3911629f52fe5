"""Every part of the service, wired: what the web and the command line work with."""

from dataclasses import dataclass

from orchestrator.access.feed_keys.service import FeedKeys
from orchestrator.access.screens.service import Screens
from orchestrator.access.service import Access
from orchestrator.admission.live.service import Live
from orchestrator.admission.service import Admission
from orchestrator.archive.service import Archive
from orchestrator.attendance.service import Attendance
from orchestrator.database import Database, DatabaseClock
from orchestrator.feeds.personal import PersonalFeeds
from orchestrator.feeds.service import Feeds
from orchestrator.hub.hub import Hub
from orchestrator.hub.relay import Relay
from orchestrator.inbox.service import Inbox
from orchestrator.inbox.worker import Worker
from orchestrator.operations.telling import Telling
from orchestrator.pages.fragments import StageLive
from orchestrator.programme import store as programme_store
from orchestrator.programme.model import Event
from orchestrator.programme.service import Programmes
from orchestrator.registration.service import Registration
from orchestrator.rooms.model import Setting
from orchestrator.rooms.recordings.service import Recordings
from orchestrator.rooms.service import Rooms
from orchestrator.settings import Settings
from orchestrator.stage.beside.service import Beside
from orchestrator.stage.floor.onstage import Onstage
from orchestrator.stage.floor.service import Floors
from orchestrator.stage.messages.service import Messages
from orchestrator.stage.news.service import News
from orchestrator.stage.questions.service import Questions
from orchestrator.stage.readiness.service import Speakers
from orchestrator.stage.service import Stage


@dataclass(frozen=True, slots=True)
class WhatIsTold:
    """What providers deliver, from its arrival to what follows from it."""

    inbox: Inbox
    worker: Worker
    telling: Telling


@dataclass(frozen=True, slots=True)
class Services:
    """Made by ``app``, which alone knows how they fit together."""

    settings: Settings
    database: Database
    clock: DatabaseClock
    hub: Hub
    relay: Relay
    programmes: Programmes
    registration: Registration
    rooms: Rooms
    admission: Admission
    live: Live
    stage_live: StageLive
    attendance: Attendance
    told: WhatIsTold
    stage: Stage
    access: Access
    screens: Screens
    feed_keys: FeedKeys
    beside: Beside
    archive: Archive
    feeds: Feeds
    personal: PersonalFeeds

    @property
    def news(self) -> News:
        return self.beside.news

    @property
    def questions(self) -> Questions:
        return self.beside.questions

    @property
    def messages(self) -> Messages:
        return self.beside.messages

    @property
    def floors(self) -> Floors:
        return self.beside.floors

    @property
    def onstage(self) -> Onstage:
        return self.beside.onstage

    @property
    def recordings(self) -> Recordings:
        return self.beside.recordings

    @property
    def speakers(self) -> Speakers:
        return self.beside.speakers

    async def set_room(
        self,
        event: Event,
        setting: Setting,
        *,
        name: str | None = None,
    ) -> None:
        """Set a room of ``event`` (every one without ``name``) up."""
        async with self.database.transaction() as session:
            # The event's row first, its seats after it: as everybody does.
            await programme_store.touch(session, event.id)
            await self.rooms.set_up(session, event, setting, name=name)
        await self.programmes.touched(event.slug)
