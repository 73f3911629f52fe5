"""A room at Zoom is recorded again and again, though Zoom names no recording."""

from dataclasses import replace
from datetime import timedelta

import pytest

from integrations.http import Wire
from integrations.video.choose import choose
from integrations.video.events import Recorded
from integrations.video.provider import Guest
from integrations.video.setup import Around
from orchestrator.rooms.recordings import store
from orchestrator.rooms.recordings.model import State
from orchestrator.rooms.video import service as video_service
from tests.orchestrator.pages.made_up import at
from tests.orchestrator.stage.people import meeting
from tests.zoom_payloads import recording_file
from tests.zoom_server import CALLBACK, ZoomServer, now


@pytest.fixture
async def zoom(aiohttp_server, monkeypatch):
    server, wire = await ZoomServer().started(aiohttp_server), Wire()
    provider = choose(server.settings, Around(wire, CALLBACK, now))
    monkeypatch.setattr(video_service, "choose", lambda _settings, _around: provider)
    server.provider = provider
    yield server
    await wire.close()


@pytest.fixture
async def day(zoom, database, tmp_path):
    day = await meeting(database, tmp_path, now=at(10, 5))
    await day.services.clock.measure(database)
    return day


@pytest.fixture
async def room(day, zoom):
    """Somebody is in it: Zoom records no empty one."""
    (room,) = await day.services.rooms.of(day.event)
    guest = Guest(id="somebody", name="Somebody")
    place = await day.services.rooms.video.place(day.event, room)
    zoom.come((await zoom.provider.entry(place, guest)).url)
    return room


@pytest.fixture
def hear(zoom, day, room):
    """All that Zoom has told meanwhile arrives."""

    async def hear():
        while zoom.deliveries:
            for news in zoom.provider.understand(zoom.deliveries.pop(0).body):
                if isinstance(news, Recorded):
                    await day.services.recordings.recorded(
                        room.connection, news.recording
                    )

    return hear


async def test_each_recording_is_told_stopped_and_fetched(zoom, day, room, hear):
    recordings = day.services.recordings
    for _ in range(2):
        await recordings.start(day.event, room, day.session(0))
        await hear()
        assert list(await recordings.running(day.event)) == [room.id]
        await recordings.stop(day.event, room)
        await hear()
        assert await recordings.running(day.event) == {}
        await an_hour_passes(day)
    (place,) = zoom.meetings.values()
    zoom.film(
        place,
        *(
            recording_file(
                place,
                one.id,
                "active_speaker",
                (one.started, one.started + timedelta(minutes=10)),
                url=f"{zoom.origin}/v2/download/{one.id}",
            )
            for one in await recordings.of(day.event)
        ),
    )
    await hear()
    while await day.services.beside.fetching.fetch_next():
        pass

    takes = await recordings.of(day.event)
    assert [(one.reference, one.state) for one in takes] == [
        (one.id, State.KEPT) for one in takes
    ]
    assert len(takes) == 2


async def an_hour_passes(day):
    """By moving what there is back: the database has a clock of its own."""
    recordings, hour = day.services.recordings, timedelta(hours=1)
    async with day.services.database.transaction() as session:
        for one in await recordings.of(day.event):
            moved = {
                name: getattr(one, name) - hour
                for name in ("noted", "started", "ended")
            }
            await store.save(session, replace(one, **moved))
    recordings.changed(day.event.slug)
