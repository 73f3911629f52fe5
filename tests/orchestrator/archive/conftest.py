"""A stored event with two talks, and an archive on a folder."""

from datetime import UTC, datetime, timedelta

import pytest

from calendars.revision import Stamp
from integrations.storage.local import LocalBlobs
from orchestrator.archive.model import Limits
from orchestrator.archive.service import Archive
from orchestrator.ids import EventId, SessionId, TalkId
from orchestrator.programme import store as programmes
from orchestrator.programme.model import (
    Event,
    Link,
    LinkKind,
    Programme,
    Session,
    Slot,
    Talk,
    TimedSession,
    Timetable,
)

STARTS = datetime(2031, 5, 6, 8, 0, tzinfo=UTC)
KERNELS = TalkId("kernels")
GRAPHS = TalkId("graphs")


def stamp(uid):
    return Stamp(uid=uid, sequence=0, created=STARTS, revised=STARTS)


def an_event(*, slug="day"):
    """Kernels has slides in the programme, Graphs has nothing."""
    link = Link(kind=LinkKind.SLIDES, url="https://talks.example.org/kernels.pdf")
    talks = (
        Talk(id=KERNELS, title="Kernels", links=(link,), stamp=stamp("k")),
        Talk(id=GRAPHS, title="Graphs", stamp=stamp("g")),
    )
    session = Session(
        id=SessionId("morning"),
        title="Morning",
        starts=STARTS,
        ends=STARTS + timedelta(hours=2),
        talks=talks,
        stamp=stamp("m"),
    )
    slots = tuple(
        Slot(talk=talk, starts=STARTS + start, ends=STARTS + start + timedelta(hours=1))
        for talk, start in zip(talks, (timedelta(), timedelta(hours=1)), strict=True)
    )
    return Event(
        id=EventId(slug),
        slug=slug,
        programme=Programme(title="A day", slug=slug, sessions=(session,)),
        timetable=Timetable(sessions=(TimedSession(session=session, slots=slots),)),
        stamp=stamp("e"),
        revision=1,
    )


class World:
    """One archive on one database, with the event ``day`` in it."""

    def __init__(self, database, blobs):
        self.database = database
        self.blobs = blobs
        self.now = datetime.now(UTC)
        self.archive = Archive(
            database,
            blobs,
            touched=programmes.touch,
            limits=Limits(slides=10_000, video=20_000),
            video_hosts=["media.example.org"],
            clock=lambda: self.now,
        )

    async def event(self, slug="day"):
        """The event as it is stored now."""
        async with self.database.reading() as session:
            return await programmes.get(session, slug)

    async def attach(self, talk, kind, content, name=""):
        event = await self.event()
        return await self.archive.attach_file(
            event, talk, kind, pieces(content), name=name
        )

    async def contents(self):
        """Digests of everything in the store."""
        return [digest async for digest in self.blobs.digests()]


async def pieces(content):
    yield content


async def a_world(database, folder):
    async with database.transaction() as session:
        await programmes.save(session, an_event())
    return World(database, LocalBlobs(folder))


@pytest.fixture
async def world(database, tmp_path):
    """On SQLite and on PostgreSQL in turn."""
    return await a_world(database, tmp_path / "files")


@pytest.fixture
async def small_world(sqlite, tmp_path):
    """On SQLite alone."""
    return await a_world(sqlite, tmp_path / "files")
