"""Recording by LiveKit's Egress: a stand-in reads what it is sent, as the schema has it."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import obstore
import pytest
from aiohttp import web
from google.protobuf import json_format
from livekit import api as livekit_api

from integrations.errors import Rejected, Unreachable
from integrations.http import Wire
from integrations.storage.blobs import NotKept
from integrations.storage.choose import bucket as bucket_at
from integrations.video.choose import choose
from integrations.video.events import Recording, RecordingState
from integrations.video.setup import Around
from orchestrator.clock import utc_now
from tests.integrations.livekit_bench import CALLBACK, PLACE
from tests.livekit_server import KEY, SECRET

NOW = datetime(2026, 11, 26, 9, 0, 1, tzinfo=UTC)
FILM = "hall2bcdfghjkmnp-20261126T090001250.mp4"
NAMED = re.compile(rf"{PLACE.name}-\d{{8}}T\d{{9}}\.mp4")
REQUESTS = {
    "StartRoomCompositeEgress": livekit_api.RoomCompositeEgressRequest,
    "StopEgress": livekit_api.StopEgressRequest,
    "ListEgress": livekit_api.ListEgressRequest,
}


class Egress:
    """Takes what a LiveKit server would take, with the right grant; ``asked`` so far.

    ``answers`` are what it answers by method; a number is an error of that code.
    """

    def __init__(self):
        self.asked, self.answers = [], {}

    async def serve(self, request):
        method = request.path.rpartition("/")[2]
        if not method:
            return web.Response(text="OK")
        token = request.headers["Authorization"].removeprefix("Bearer ")
        claims = livekit_api.TokenVerifier(KEY, SECRET).verify(token)
        if "RoomService" in request.path:
            assert claims.video.room_create or claims.video.room_list
            return web.json_response({"name": "hall"})
        assert request.path == f"/twirp/livekit.Egress/{method}"
        assert claims.video.room_record
        said = json_format.Parse(await request.read(), REQUESTS[method]())
        self.asked.append(said)
        status, answer = self.answers[method]
        if status == 200:
            answer = json_format.MessageToDict(answer, preserving_proto_field_name=True)
        return web.json_response(answer, status=status)


@pytest.fixture
def egress():
    return Egress()


@pytest.fixture
async def connect(egress, aiohttp_server):
    """``connect(recordings=…)``: the provider with these settings."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", egress.serve)
    server = await aiohttp_server(app)
    wire = Wire()

    def make(**settings):
        whole = {
            "provider": "livekit",
            "url": f"ws://127.0.0.1:{server.port}",
            "key": KEY,
            "secret": SECRET,
        }
        return choose(whole | settings, Around(wire, CALLBACK, utc_now))

    yield make
    await wire.close()


def info(**changes):
    told = {
        "egress_id": "EG_1",
        "room_name": PLACE.name,
        "status": "EGRESS_COMPLETE",
        "started_at": int(NOW.timestamp()) * 10**9,
        "file_results": [{"filename": f"talks/{FILM}", "duration": 60 * 10**9}],
    }
    return json_format.ParseDict(told | changes, livekit_api.EgressInfo())


async def test_room_is_recorded_into_a_bucket(egress, connect):
    egress.answers["StartRoomCompositeEgress"] = 200, info()
    provider = connect(
        recordings="s3://films/talks?endpoint=https://s3.example.org&region=eu"
        "&access_key_id=who&secret_access_key=word"
    )

    recording = await provider.start_recording(PLACE)

    assert (provider.capabilities.recording, recording) == (True, "EG_1")
    (asked,) = egress.asked
    path = asked.file_outputs[0].filepath
    assert NAMED.fullmatch(path.removeprefix("talks/"))
    assert asked == (
        livekit_api.RoomCompositeEgressRequest(
            room_name=PLACE.name,
            layout="speaker",
            file_outputs=[
                livekit_api.EncodedFileOutput(
                    file_type="MP4",
                    filepath=path,
                    disable_manifest=True,
                    s3=livekit_api.S3Upload(
                        bucket="films",
                        endpoint="https://s3.example.org",
                        region="eu",
                        access_key="who",
                        secret="word",
                        force_path_style=True,
                    ),
                )
            ],
        )
    )


@pytest.mark.parametrize(
    ("path", "there"),
    [({}, "/srv/films"), ({"recordings_path": "/out/"}, "/out")],
)
async def test_room_is_recorded_into_a_folder(egress, connect, path, there):
    egress.answers["StartRoomCompositeEgress"] = 200, info()

    await connect(recordings="file:///srv/films", **path).start_recording(PLACE)

    (asked,) = egress.asked
    (output,) = asked.file_outputs
    assert NAMED.fullmatch(output.filepath.removeprefix(f"{there}/"))
    assert not output.HasField("s3")


async def test_recording_is_begun_once_whatever_the_answer(egress, connect):
    egress.answers["StartRoomCompositeEgress"] = 503, {"code": "unavailable"}
    provider = connect(recordings="file:///srv/films")

    with pytest.raises(Unreachable):
        await provider.start_recording(PLACE)

    assert len(egress.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        (200, info()),
        (404, {"code": "not_found", "msg": "no"}),
        (412, {"code": "failed_precondition", "msg": "it has ended"}),
    ],
)
async def test_recording_is_stopped_or_has_ended(egress, connect, answer):
    egress.answers["StopEgress"] = answer

    await connect(recordings="file:///srv/films").stop_recording(PLACE, "EG_1")

    assert egress.asked == [livekit_api.StopEgressRequest(egress_id="EG_1")]


async def test_refusal_is_told_without_the_servers_words(egress, connect):
    egress.answers["StopEgress"] = 400, {"code": "malformed", "msg": "see eyJhbGci"}

    with pytest.raises(Rejected) as refused:
        await connect(recordings="file:///srv/films").stop_recording(PLACE, "EG_1")

    assert str(refused.value) == "LiveKit refuses StopEgress: malformed."


async def test_recordings_are_listed_oldest_first(egress, connect):
    later = int(NOW.timestamp() + 60) * 10**9
    egress.answers["ListEgress"] = (
        200,
        livekit_api.ListEgressResponse(
            items=[
                info(egress_id="EG_3", status="EGRESS_STARTING", started_at=0),
                info(egress_id="EG_2", status="EGRESS_ACTIVE", started_at=later),
                info(),
            ]
        ),
    )

    listed = await connect(recordings="file:///srv/films").recordings(PLACE)

    assert [(one.id, one.state) for one in listed] == [
        ("EG_1", RecordingState.READY),
        ("EG_2", RecordingState.RUNNING),
        ("EG_3", RecordingState.RUNNING),
    ]
    assert listed[0].seconds == 60
    assert egress.asked == [livekit_api.ListEgressRequest(room_name=PLACE.name)]


READY = Recording(id="EG_1", place=PLACE.name, state=RecordingState.READY)


async def content(provider, location):
    found = replace(READY, location=location)
    return b"".join([piece async for piece in provider.open_recording(found)])


async def test_recording_is_read_from_the_bucket(connect, bucket):
    await obstore.put_async(bucket_at(bucket), FILM, b"moving pictures")
    provider = connect(recordings=bucket)

    assert await content(provider, f"some/prefix/{FILM}") == b"moving pictures"


async def test_recording_is_read_from_the_folder(connect, tmp_path):
    (tmp_path / FILM).write_bytes(b"moving pictures")
    provider = connect(recordings=tmp_path.as_uri(), recordings_path="/out")

    assert await content(provider, f"/out/{FILM}") == b"moving pictures"
    for other in ("", "/out/", f"/elsewhere/{FILM}", FILM):
        with pytest.raises(Rejected):
            await content(provider, other)
    with pytest.raises(NotKept):
        await content(provider, "/out/../secret")


async def test_nothing_is_recorded_without_a_store(connect):
    provider = connect()

    assert not provider.capabilities.recording
    assert await provider.recordings(PLACE) == ()
    for asks in (provider.start_recording(PLACE), provider.stop_recording(PLACE, "x")):
        with pytest.raises(Rejected, match="recordings"):
            await asks
    with pytest.raises(Rejected, match="recordings"):
        await content(provider, FILM)


@pytest.mark.parametrize(
    ("answer", "good"),
    [
        ((400, {"code": "invalid_argument"}), True),
        ((503, {"code": "unavailable"}), False),
        ((408, {"code": "deadline_exceeded"}), False),
    ],
)
async def test_examination_finds_whether_an_egress_is_there(
    egress, connect, answer, good
):
    egress.answers["ListEgress"] = 200, livekit_api.ListEgressResponse()
    egress.answers["StartRoomCompositeEgress"] = answer
    provider = connect(recordings="file:///srv/films")

    found = {one.what: one for one in await provider.examine()}

    can = found["LiveKit can record"]
    assert (can.good, "No Egress" in can.advice) == (good, not good)
    assert egress.asked[-1] == livekit_api.RoomCompositeEgressRequest()


async def test_keys_of_the_store_are_not_printed(connect):
    provider = connect(recordings="s3://films?access_key_id=who&secret_access_key=word")

    assert "word" not in repr(provider)
