"""Which of Zoom's files is the recording, and how it is fetched."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from aiohttp import web

from integrations.errors import Rejected
from integrations.video.events import Recorded, Recording, RecordingState
from integrations.video.provider import Guest, Place
from integrations.video.zoom import calls as calling
from integrations.video.zoom import provider as providing
from tests import zoom_server
from tests.zoom_payloads import recording_changed, recording_file

T = datetime(2026, 11, 26, 9, 0, 0, tzinfo=UTC)
HOUR = (T, T + timedelta(hours=1))
AFTER_A_PAUSE = (T + timedelta(minutes=70), T + timedelta(minutes=90))


@pytest.fixture
async def run(zoom, provider, hall, meeting):
    """Runs the meeting once."""

    async def run():
        entry = await provider.entry(hall, Guest(id="g", name="Somebody"))
        zoom.come(entry.url)
        zoom.close(meeting)

    await run()
    return run


@pytest.fixture
def file(zoom, meeting):
    """Makes a file of the meeting."""

    def file(name, layout="shared_screen_with_speaker_view", times=HOUR, **others):
        url = f"{zoom.origin}/v2/download/{name}"
        return recording_file(meeting, name, layout, times, url=url, **others)

    return file


async def content(provider, recording):
    return b"".join([piece async for piece in provider.open_recording(recording)])


async def test_recording_is_the_film_that_shows_most(
    zoom, provider, hall, meeting, run, file
):
    zoom.film(
        meeting,
        file("gallery", "gallery_view"),
        file("both"),
        file("speaker", "active_speaker"),
        file("sound", "audio_only", sort="M4A"),
        file("chat", "chat_file", sort="CHAT"),
        file("unheard-of", "hologram"),
    )

    (recording,) = await provider.recordings(hall)

    assert recording == Recording(
        id="both",
        place=hall.reference,
        state=RecordingState.READY,
        started=T,
        seconds=3600,
        size=24_000_000,
        location=f"{zoom.origin}/v2/download/both",
    )
    assert await content(provider, recording) == b"film both"


async def test_each_stretch_between_pauses_is_one(
    zoom, provider, hall, meeting, run, file
):
    second = file("second", times=AFTER_A_PAUSE)
    zoom.film(meeting, second, file("first"), file("g", "gallery_view", AFTER_A_PAUSE))

    found = await provider.recordings(hall)

    assert [one.id for one in found] == ["first", "second"]


async def test_sound_is_the_recording_where_there_is_no_film(
    zoom, provider, hall, meeting, run, file
):
    texts = file("t", "audio_transcript", sort="TRANSCRIPT")
    alone = file("p", "audio_only_each_participant", sort="M4A")
    zoom.film(meeting, texts, alone, file("sound", "audio_only", sort="M4A"))

    assert [one.id for one in await provider.recordings(hall)] == ["sound"]


@pytest.mark.parametrize("change", [{"status": "processing"}, {"download_url": ""}])
async def test_file_that_is_being_made_cannot_be_fetched_yet(
    zoom, provider, hall, meeting, run, file, change
):
    zoom.film(meeting, file("film") | change)

    (recording,) = await provider.recordings(hall)

    assert recording.state is RecordingState.PROCESSING


async def test_file_without_a_name_is_refused(zoom, provider, hall, meeting, run, file):
    zoom.film(meeting, file(""))

    with pytest.raises(Rejected):
        await provider.recordings(hall)


async def test_every_day_of_a_meeting_is_listed(
    zoom, provider, hall, meeting, run, file
):
    zoom.film(meeting, file("monday"))
    await run()
    zoom.film(meeting, file("tuesday"))

    found = await provider.recordings(hall)

    assert [one.id for one in found] == ["monday", "tuesday"]
    assert all(uuid.startswith("/") and "//" in uuid for uuid in meeting.past)


async def test_uuid_that_is_encoded_once_finds_nothing(
    zoom, provider, hall, meeting, run, file, monkeypatch
):
    """The twin of the test above."""
    monkeypatch.setattr(providing, "occurrence", lambda uuid: uuid)
    zoom.film(meeting, file("monday"))

    assert await provider.recordings(hall) == ()


def test_uuid_without_a_slash_is_encoded_once():
    assert calling.occurrence("aB+c==") == "aB+c=="
    assert calling.occurrence("/aB") == quote("/aB", safe="")


async def test_room_that_never_ran_has_none(provider, hall):
    assert await provider.recordings(hall) == ()


async def test_room_that_was_not_made_has_none(zoom, provider):
    place = Place(name="other", title="Other", capacity=1)

    assert await provider.recordings(place) == ()
    assert zoom.calls == []


async def test_chair_starts_and_stops_it(zoom, provider, hall, monkeypatch):
    """Again and again: Zoom names none of them, their times tell them apart."""
    entry = await provider.entry(hall, Guest(id="g", name="Somebody"))
    zoom.come(entry.url)

    names = []
    for minutes in (0, 10):
        moment = T + timedelta(minutes=minutes)
        monkeypatch.setattr(zoom_server, "now", lambda moment=moment: moment)
        names.append(await provider.start_recording(hall))
        ended = moment + timedelta(minutes=5)
        monkeypatch.setattr(zoom_server, "now", lambda moment=ended: moment)
        await provider.stop_recording(hall, names[-1])

    told = [provider.understand(one.body) for one in zoom.deliveries[-4:]]
    assert names == ["", ""]
    assert told == [
        (
            Recorded(
                recording=Recording(
                    id="",
                    place=hall.reference,
                    state=state,
                    started=started,
                    seconds=seconds,
                )
            ),
        )
        for started in (T, T + timedelta(minutes=10))
        for state, seconds in (
            (RecordingState.RUNNING, 0),
            (RecordingState.PROCESSING, 300),
        )
    ]


@pytest.mark.parametrize("file", [{}, None])
def test_event_without_times_is_of_its_own_moment(provider, meeting, file):
    meeting.started = T
    event = recording_changed(meeting, "stopped", T)
    event["payload"]["object"]["recording_file"] = file

    (news,) = provider.understand(json.dumps(event).encode())

    assert (news.recording.started, news.recording.seconds) == (T, 0)


async def test_empty_room_is_not_recorded(provider, hall):
    with pytest.raises(Rejected):
        await provider.start_recording(hall)


async def test_webinar_is_recorded_by_its_host(connect):
    provider = connect(kind="webinar")
    place = Place(name="stage", title="Stage", capacity=1, reference="1")

    with pytest.raises(Rejected, match="host"):
        await provider.start_recording(place)


@pytest.fixture
async def elsewhere(aiohttp_server):
    """Another server; what it was shown as Authorization."""
    shown = []

    async def give(request):
        shown.append(request.headers.get("Authorization"))
        return web.Response(body=b"from elsewhere")

    app = web.Application()
    app.router.add_get("/film", give)
    server = await aiohttp_server(app)
    return f"http://localhost:{server.port}/film", shown


async def test_token_is_not_shown_to_whom_zoom_leads_on(
    zoom, provider, hall, elsewhere
):
    address, shown = elsewhere
    zoom.elsewhere["film"] = address
    recording = ready(f"{zoom.origin}/v2/download/film")

    assert await content(provider, recording) == b"from elsewhere"
    assert shown == [None]


async def test_token_is_shown_where_zoom_leads_to_itself(zoom, provider, hall):
    zoom.elsewhere["film"] = f"{zoom.origin}/v2/download/other"

    recording = ready(f"{zoom.origin}/v2/download/film")

    assert await content(provider, recording) == b"film other"


async def test_token_is_shown_to_nobody_else(zoom, provider, hall, elsewhere):
    address, shown = elsewhere

    with pytest.raises(Rejected):
        await content(provider, ready(address))
    assert shown == []


async def test_without_the_guard_it_would_be(provider, elsewhere, monkeypatch):
    monkeypatch.setattr(calling.Calls, "_is_at_zoom", lambda _self, _url: True)
    address, shown = elsewhere

    await content(provider, ready(address))

    assert shown[0].startswith("Bearer ")


@pytest.mark.parametrize(
    ("url", "there"),
    [
        ("https://us02web.zoom.us/rec/download/a", True),
        ("https://zoom.us/rec/download/a", True),
        ("https://www.zoomgov.com/rec/download/a", True),
        ("http://zoom.us/rec/download/a", False),
        ("https://zoom.us.evil.example/a", False),
        ("https://evilzoom.us/a", False),
        ("https://evil.example/zoom.us", False),
        ("https://zoom.us@evil.example/a", False),
        ("file:///etc/passwd", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_zoom_is_known_by_its_hosts(provider, url, there):
    assert provider.calls._is_at_zoom(url) is there


async def test_file_that_is_gone_is_refused(provider, hall, zoom):
    with pytest.raises(Rejected):
        await content(provider, ready(f"{zoom.origin}/v2/nothing"))


def ready(location):
    recording = Recording(id="film", place="1", state=RecordingState.READY)
    return replace(recording, location=location)
