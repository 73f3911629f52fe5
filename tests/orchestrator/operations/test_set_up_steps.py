"""Each step of docs/rooms that an administrator left out is named by the doctor.

The tables of the docs are the list: a step that stands there has a test here, by which
it is left out, and the doctor then lacks what the table says, and nothing else but
``ALSO``.
"""

import json
import re
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa

from integrations.http import Wire
from orchestrator.attendance import store as attendance
from orchestrator.database import Database
from orchestrator.inbox import store
from orchestrator.inbox.model import Kept
from orchestrator.operations import doctor
from tests import zoom_payloads
from tests.bigbluebutton_server import BigBlueButton
from tests.jitsi_bench import pem
from tests.jitsi_server import APP, BEARER, DOMAIN, JitsiServer, Prosody
from tests.orchestrator.app_client import settings
from tests.zoom_server import Meeting, Person, ZoomServer

pytestmark = pytest.mark.usefixtures("patient_doctor")

DOCS = Path(__file__).parents[3] / "docs/rooms"
SECRET = "known-to-every-test-and-to-nobody-else"
AGO = timedelta(minutes=2)

# One step left out may have the next one fail, too.
ALSO = {"Its clock agrees with ours": {"It takes our tokens"}}


def steps(provider):
    """The rows of the docs' table, as (step, what lacks)."""
    text = (DOCS / f"{provider}.md").read_text()
    _, _, table = text.partition(
        "| Left out | It says that this lacks |\n| --- | --- |\n"
    )
    return re.findall(r"\| (.+) \| (.+) \|\n", table.partition("\n\n")[0] + "\n")


def now():
    return datetime.now(UTC)


class SetUp:
    """A server that lacks nothing, and a connection to it."""

    base_url = "https://us.example"

    def __init__(self):
        self.settings, self.sent, self.untold = {}, [self.came()], None


class LiveKit(SetUp):
    """Answers as the real one does (``test_livekit.py``)."""

    def __init__(self):
        super().__init__()
        self.redis = self.egress = True
        self.date = now

    def came(self, event="participant_joined"):
        seconds = str(int(now().timestamp()))
        person = {"sid": "PA_1", "identity": "reg7", "joinedAt": seconds}
        told = {"event": event, "id": "EV_1", "createdAt": seconds}
        return json.dumps(told | {"room": {"name": "hall"}, "participant": person})

    @asynccontextmanager
    async def running(self, aiohttp_server, folder):
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        server = await aiohttp_server(app)
        self.settings = {
            "provider": "livekit",
            "url": f"ws://127.0.0.1:{server.port}",
            "key": "devkey",
            "secret": SECRET,
            "recordings": folder.as_uri(),
        }
        yield

    async def _answer(self, request):
        dated = {"Date": f"{self.date():%a, %d %b %Y %H:%M:%S} GMT"}
        match request.path.rpartition("/")[2]:
            case "ListRooms" if self.settings["key"] != "devkey":
                return web.json_response({"code": "unauthenticated"}, status=401)
            case "ListEgress" if not self.redis:
                return web.json_response({"code": "internal"}, status=500)
            case "StartRoomCompositeEgress":
                status = 400 if self.egress else 408
                return web.json_response({"code": "refused"}, status=status)
        return web.json_response({}, headers=dated)


class BigBlueButtonSetUp(SetUp):
    def came(self):
        user = {"internal-user-id": "w_1", "external-user-id": "reg7", "name": "Ada"}
        told = {"meeting": {"external-meeting-id": "hall"}, "user": user}
        told = {"id": "user-joined", "attributes": told, "event": {"ts": 1795400000000}}
        return urlencode({"event": json.dumps([{"data": told}])})

    @asynccontextmanager
    async def running(self, aiohttp_server, _folder):
        self.server = BigBlueButton(SECRET)
        self.dated(now())
        self.played("presentation", "video")
        server = await aiohttp_server(self.server.app())
        url = f"http://127.0.0.1:{server.port}"
        self.settings = {"provider": "bigbluebutton", "url": url, "secret": SECRET}
        self.settings["record"] = "yes"
        yield

    def dated(self, moment):
        self.server.date = f"{moment:%a, %d %b %Y %H:%M:%S} GMT"

    def played(self, *formats):
        playback = [("format", {"type": one}) for one in formats]
        told = {"recordID": "r", "meetingID": "another", "state": "published"}
        self.server.recordings = [told | {"playback": playback}]


class Jitsi(SetUp):
    def came(self):
        who = {"occupant_jid": "a@b/c", "id": "reg7", "joined_at": 1795400000}
        told = {"room_name": "hall", "room_jid": "hall@x", "is_breakout": False}
        return json.dumps(told | {"event_name": "muc-occupant-joined", "occupant": who})

    @asynccontextmanager
    async def running(self, _aiohttp_server, folder):
        self.folder = folder
        self.server = JitsiServer(Prosody(now, secret=SECRET))
        async with self.server.running():
            self.settings = {
                "provider": "jitsi",
                "url": self.server.url,
                "app_id": APP,
                "domain": DOMAIN,
                "secret": SECRET,
                "events_token": BEARER,
            }
            yield

    def by_key(self):
        """Sign by a key that Prosody was not told to fetch."""
        file = self.folder / "jitsi.pem"
        file.write_bytes(pem(rsa.generate_private_key(65537, 2048)))
        self.settings |= {"secret": "", "private_key_file": str(file)}


class Zoom(SetUp):
    def came(self):
        meeting = Meeting(1, "meeting", "Hall", {}, uuid="u", started=now())
        person = Person("reg7@people.example", "Ada", "", "r1", user_id="1")
        return json.dumps(zoom_payloads.joined(meeting, person, now()))

    @asynccontextmanager
    async def running(self, aiohttp_server, _folder):
        self.server = await ZoomServer().started(aiohttp_server)
        self.settings = self.server.settings | {"dashboard": "yes"}
        yield

    def set(self, group, name, *, to):
        self.server.user_settings[group][name] = to


def elsewhere(one):
    one.settings["url"] = re.sub(r":\d+", ":1", one.settings["url"])


def here(one):
    """We are on this machine alone, and the server is not."""
    one.base_url = "http://localhost:8080"
    one.is_far = True


def deaf(one):
    one.sent = []


def forgotten(one):
    one.untold = now() - timedelta(minutes=20)


def put(of, **values):
    """Has what is ``of`` a set-up be so."""

    def leave_out(one):
        for name, value in values.items():
            setattr(getattr(one, of) if of else one, name, value)

    return leave_out


def with_settings(**values):
    def leave_out(one):
        one.settings |= values

    return leave_out


LEFT_OUT = {
    "livekit": (
        LiveKit,
        [
            elsewhere,
            put("", date=lambda: now() - AGO),
            with_settings(key="another"),
            put("", redis=False),
            put("", egress=False),
            here,
            deaf,
            forgotten,
            lambda one: one.sent.append(one.came("participant_connection_aborted")),
        ],
    ),
    "bigbluebutton": (
        BigBlueButtonSetUp,
        [
            elsewhere,
            with_settings(secret="another"),
            lambda one: one.dated(now() - AGO),
            put("server", webhooks=False),
            lambda one: one.played("presentation"),
            here,
            deaf,
        ],
    ),
    "jitsi": (
        Jitsi,
        [
            elsewhere,
            lambda one: put("prosody", clock=lambda: now() - AGO)(one.server),
            with_settings(domain="another.example.org"),
            put("server", allow_empty_token=True),
            with_settings(app_id="another"),
            Jitsi.by_key,
            put("server", guests=f"guest.{DOMAIN}"),
            put("server", focus=False),
            put("server", token_verification=False),
            put("server", token_affiliation=False),
            put("server", auto_owner=True),
            put("server", presence_identity=False),
            with_settings(events_token=""),
            here,
            deaf,
        ],
    ),
    "zoom": (
        Zoom,
        [
            with_settings(client_secret="another"),
            put("server", date=f"{now() - AGO:%a, %d %b %Y %H:%M:%S} GMT"),
            put("server", scopes="user:read:admin"),
            put("server", licensed=False),
            lambda one: (
                with_settings(kind="webinar")(one),
                one.set("feature", "webinar", to=False),
            ),
            lambda one: one.set("schedule_meeting", "join_before_host", to=False),
            lambda one: one.set("in_meeting", "waiting_room", to=True),
            put("server", authentication={"meeting_authentication": True}),
            lambda one: one.set("recording", "cloud_recording", to=False),
            put("server", dashboard=False),
            with_settings(webhook_secret=""),
            put("", base_url="http://us.example"),
            deaf,
            lambda one: one.sent.__setitem__(
                0, one.came().replace("_joined", "_waiting")
            ),
        ],
    ),
}
CASES = [
    pytest.param(made, leave_out, lacks, id=f"{provider}: {step}")
    for provider, (made, ways) in LEFT_OUT.items()
    for (step, lacks), leave_out in zip(steps(provider), ways, strict=True)
]


@pytest.fixture
def lacking(upgraded_sqlite_url, tmp_path, monkeypatch):
    """What the doctor lacks of a set-up."""

    async def untold(*_):
        return of_whom

    of_whom = None

    async def lacking(one):
        nonlocal of_whom
        of_whom = one.untold
        monkeypatch.setattr(attendance, "untold", untold)
        if getattr(one, "is_far", False):
            monkeypatch.setattr(doctor, "_is_here", lambda _: False)
        await keep(upgraded_sqlite_url, one.sent)
        video = {"main": one.settings}
        chosen = settings(
            upgraded_sqlite_url, tmp_path, base_url=one.base_url, video=video
        )
        wire = Wire(seconds=doctor.ANSWERS_WITHIN)
        found = [check async for check in doctor.connection("main", chosen, wire)]
        await wire.close()
        return [check.what for check in found if not check.good]

    return lacking


async def keep(url, bodies):
    database = Database(url)
    for number, body in enumerate(bodies):
        kept = Kept(
            connection="main", key=str(number), body=body.encode(), received=now()
        )
        async with database.transaction() as session:
            await store.keep(session, [kept])
    await database.close()


@pytest.mark.parametrize("made", [made for made, _ in LEFT_OUT.values()])
async def test_nothing_lacks_where_no_step_was_left_out(
    made, lacking, aiohttp_server, tmp_path
):
    one = made()
    async with one.running(aiohttp_server, tmp_path):
        assert await lacking(one) == []


@pytest.mark.parametrize(("made", "leave_out", "lacks"), CASES)
async def test_step_that_was_left_out_is_named(
    made, leave_out, lacks, lacking, aiohttp_server, tmp_path
):
    one = made()
    async with one.running(aiohttp_server, tmp_path):
        leave_out(one)
        found = await lacking(one)

    assert [what for what in found if what.startswith(lacks)]
    others = {what for what in found if not what.startswith(lacks)}
    assert others <= ALSO.get(lacks, set())
