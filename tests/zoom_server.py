"""A Zoom of our own: what of its REST interface and webhooks a meeting needs.

It takes what Zoom's documentation takes and refuses the rest with Zoom's statuses and codes:
other keys, another token, unknown fields, a path whose uuid was encoded once, too
many registrations a second or of one person a day.
"""

import asyncio
import hashlib
import hmac
import json
from base64 import b64encode
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from urllib.parse import unquote

from aiohttp import web

from integrations.video.provider import Delivery
from tests import zoom_payloads as payloads

ACCOUNT, CLIENT, SECRET = "acc-1", "client-1", "client-secret-of-zoom"
HOOK_SECRET = "secret-token-of-zoom"
CALLBACK = "https://us.example/webhooks/main"
SCOPES = (
    "meeting:write:meeting:admin meeting:write:registrant:admin "
    "meeting:update:registrant_status:admin meeting:update:status:admin "
    "meeting:update:in_meeting_controls:admin meeting:read:list_past_instances:admin "
    "user:read:user:admin user:read:settings:admin cloud_recording:read:list_recording_files:admin "
    "webinar:write:admin webinar:read:admin "
    "dashboard:read:list_meeting_participants:admin dashboard_webinars:read:admin"
)
REGISTRATIONS_A_DAY = 3
"""Of one address in one meeting."""


@dataclass
class Person:
    """Somebody with a link: a registrant, a panelist, or anybody else."""

    email: str
    name: str
    url: str
    registrant: str = ""
    panelist: str = ""
    status: str = "approved"
    user_id: str = ""
    uuid: str = ""
    asked: int = 1


@dataclass
class Meeting:
    number: int
    kind: str
    topic: str
    settings: dict
    uuid: str = ""
    started: datetime | None = None
    people: dict[str, Person] = field(default_factory=dict)
    panel: dict[str, Person] = field(default_factory=dict)
    inside: list[Person] = field(default_factory=list)
    past: list[str] = field(default_factory=list)
    recorded: datetime | None = None
    """Since when it is, or was the last time."""
    ended: bool = False

    @property
    def everybody(self):
        return [*self.people.values(), *self.panel.values()]


class ZoomServer:
    """Listens on a port of this machine once it is ``started``."""

    def __init__(self):
        self.meetings = {}
        self.files = {}
        self.elsewhere = {}
        """Where files really are, by their names."""
        self.tokens = []
        self.token_seconds = 3600
        self.scopes = SCOPES
        self.licensed = True
        self.date = ""
        self.dashboard = True
        self.user_settings = {
            "feature": {"webinar": True, "webinar_capacity": 500},
            "schedule_meeting": {"join_before_host": True},
            "in_meeting": {"waiting_room": False},
            "recording": {"cloud_recording": True},
        }
        self.authentication = {"meeting_authentication": False}
        self.asked = []
        """Method, path and body of every call."""
        self.deliveries = []
        self.refusals = []
        """Answers to the next registrations: (status, headers)."""
        self.at_once = self.most_at_once = 0
        self.pause = 0.0
        self.page = 300
        self.hides_addresses = False
        """Where it tells of people, as it may for some accounts."""
        self._numbers = count(81_234_567_890)
        self._names = count(1)
        self._said = None
        self._loud = asyncio.Event()
        self._loud.set()

    async def started(self, aiohttp_server):
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        server = await aiohttp_server(app)
        self.origin = f"http://127.0.0.1:{server.port}"
        return self

    @property
    def settings(self):
        """Of a connection to it."""
        return {
            "provider": "zoom",
            "account_id": ACCOUNT,
            "client_id": CLIENT,
            "client_secret": SECRET,
            "webhook_secret": HOOK_SECRET,
            "mail_domain": "people.meeting.example",
            "url": f"{self.origin}/v2",
            "oauth_url": self.origin,
        }

    # What people do

    def come(self, url, *, name=None):
        """Somebody follows a link; the first one opens the meeting."""
        meeting, person = self._behind(url)
        if person.status != "approved":
            raise AssertionError("this link leads nobody in")
        self._open(meeting)
        person.user_id, person.uuid = str(16_778_240 + next(self._names)), "P-UUID"
        person.name = name or person.name
        meeting.inside.append(person)
        self.tell(payloads.joined(meeting, self._shown(person), now()))

    def come_otherwise(self, number, email):
        """The host, or whoever has no link of ours."""
        meeting = self.meetings[int(number)]
        url = f"https://zoom.example/host/{next(self._names)}"
        meeting.people[url] = Person(email, "Somebody", url)
        self.come(url)

    def go(self, url):
        meeting, person = self._behind(url)
        meeting.inside.remove(person)
        self.tell(payloads.left(meeting, self._shown(person), now()))

    def register_past_us(self, number, email):
        """On the public page; gives the link that Zoom shows then, if any."""
        person = self._register(self.meetings[int(number)], email, "Stranger", {})
        return person.url if person.status == "approved" else ""

    def _shown(self, person):
        return replace(person, email="") if self.hides_addresses else person

    def _behind(self, url):
        return next(
            (meeting, person)
            for meeting in self.meetings.values()
            for person in meeting.everybody
            if person.url == url
        )

    def _open(self, meeting):
        if not meeting.started or meeting.ended:
            # Begins with a slash and holds two: the worst that a uuid can be.
            meeting.uuid = f"/aj{next(self._names)}+X//Kj48=="
            meeting.started, meeting.ended = now(), False
            meeting.past.append(meeting.uuid)

    def close(self, meeting):
        for person in tuple(meeting.inside):
            self.go(person.url)
        meeting.ended = True
        self.tell(payloads.ended(meeting, now()))

    def film(self, meeting, *files):
        """Zoom has made files of the occurrence that runs, or ran last."""
        self.files[meeting.uuid] = list(files)
        self.tell(payloads.recording_completed(meeting, files, now()))

    # Webhooks

    def tell(self, event):
        text = json.dumps(event, separators=(",", ":"), ensure_ascii=False)
        self.deliveries.append(self.sign(text.encode()))

    def sign(self, body, *, secret=HOOK_SECRET, moment=None):
        moment = moment or now()
        timestamp = str(int(moment.timestamp()))
        signed = b"v0:" + timestamp.encode() + b":" + body
        digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
        headers = {
            "x-zm-request-timestamp": timestamp,
            "x-zm-signature": f"v0={digest}",
        }
        return Delivery(body=body, headers=headers, url=CALLBACK, received=moment)

    # Misfortune

    @asynccontextmanager
    async def silent(self):
        self._loud.clear()
        try:
            yield
        finally:
            self._loud.set()

    @asynccontextmanager
    async def saying(self, body, status=200):
        self._said = body, status
        try:
            yield
        finally:
            self._said = None

    # The REST interface

    async def _answer(self, request):
        await self._loud.wait()
        path = request.raw_path.partition("?")[0]
        # Zoom decodes a path before it splits it, and then each part again.
        parts = [unquote(part) for part in unquote(path).strip("/").split("/")]
        is_json = request.content_type == "application/json"
        body = json.loads(await request.read() or b"null") if is_json else None
        self.asked.append((request.method, "/".join(parts[1:]), body))
        if self._said:
            said, status = self._said
            return web.Response(body=said, status=status)
        if path == "/oauth/token":
            return await self._token(request)
        if request.headers.get("Authorization") not in self._good:
            return refusal(401, 124, "Invalid access token.")
        return await self._routed(request, parts[1:], body)

    @property
    def calls(self):
        return [(method, path) for method, path, _ in self.asked]

    @property
    def _good(self):
        return {f"Bearer {token}" for token in self.tokens}

    async def _token(self, request):
        pair = b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        form = await request.post()
        wanted = {"grant_type": "account_credentials", "account_id": ACCOUNT}
        if request.headers.get("Authorization") != f"Basic {pair}" or form != wanted:
            answer = {"reason": "Invalid client_id or client_secret"}
            return web.json_response(answer | {"error": "invalid_client"}, status=400)
        self.tokens.append(f"token-{next(self._names)}")
        answer = {"access_token": self.tokens[-1], "token_type": "bearer"}
        answer |= {"expires_in": self.token_seconds, "scope": self.scopes}
        dated = {"Date": self.date} if self.date else {}
        return web.json_response(answer, headers=dated)

    async def _routed(  # noqa: C901, PLR0911 -- a table
        self, request, parts, body
    ):
        match request.method, *parts:
            case "GET", "users", "me":
                return web.json_response(
                    {"id": "u1", "type": 2 if self.licensed else 1}
                )
            case "GET", "users", "me", "settings":
                asked = request.query.get("option", "")
                told = {"meeting_authentication": self.authentication}
                return web.json_response(told.get(asked, self.user_settings))
            case "GET", "metrics", *_ if not self.dashboard:
                return refusal(400, 200, "Only available for Business accounts.")
            case "POST", "users", "me", ("meetings" | "webinars") as kind:
                return self._make(kind, body)
            case "GET", "download", name:
                if name in self.elsewhere:
                    raise web.HTTPFound(self.elsewhere[name])
                return web.Response(body=f"film {name}".encode())
            case "GET", "meetings", uuid, "recordings":
                return self._recordings(uuid)
            case method, *path, number, last if number.isdigit():
                rest = [last]
            case method, *path, number, before, last if number.isdigit():
                rest = [before, last]
            case _:
                return refusal(404, 2300, "This API endpoint is not recognized.")
        meeting = self.meetings.get(int(number))
        if meeting is None:
            return refusal(404, 3001, f"Meeting does not exist: {number}.")
        return await self._of_meeting(meeting, method, [*path, *rest], body, request)

    async def _of_meeting(  # noqa: C901, PLR0911 -- a table
        self, meeting, method, path, body, request
    ):
        kinds = f"{meeting.kind}s"
        running = bool(meeting.started) and not meeting.ended
        match method, *path:
            case "POST", kind, "registrants" if kind == kinds:
                return await self._registers(meeting, body)
            case "PUT", kind, "registrants", "status" if kind == kinds:
                return self._cancels(meeting, body)
            case ("GET" | "POST") as how, "webinars", "panelists":
                return self._panelists(meeting, body if how == "POST" else None)
            case "DELETE", "webinars", "panelists", panelist:
                meeting.panel = {
                    email: one
                    for email, one in meeting.panel.items()
                    if one.panelist != panelist
                }
                return web.Response(status=204)
            case "PUT", kind, "status" if kind == kinds and body == {"action": "end"}:
                if not running:
                    return refusal(400, 300, "This meeting has not started.")
                self.close(meeting)
                return web.Response(status=204)
            case "PATCH", "live_meetings", "events" if running:
                return self._controls(meeting, body)
            case "GET", "metrics", kind, "participants" if kind == kinds and running:
                return self._listing(meeting, request.query)
            case "GET", past, "instances" if past == f"past_{kinds}":
                past = [
                    {"uuid": uuid, "start_time": payloads.written(meeting.started)}
                    for uuid in meeting.past
                ]
                return web.json_response({kinds: past})
        return refusal(404, 3001, "Meeting does not exist.")

    def _make(self, kinds, body):
        kind = kinds.removesuffix("s")
        if body["type"] != {"meeting": 2, "webinar": 5}[kind] or not body["topic"]:
            return refusal(300, 300, "Validation Failed.")
        meeting = Meeting(next(self._numbers), kind, body["topic"], body["settings"])
        self.meetings[meeting.number] = meeting
        answer = {
            "id": meeting.number,
            "start_url": "https://zoom.example/s?zak=host-key",
        }
        return web.json_response(answer, status=201)

    async def _registers(self, meeting, body):
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(self.pause)
            return self._registered(meeting, body)
        finally:
            self.at_once -= 1

    def _registered(self, meeting, body):
        if self.refusals:
            status, headers = self.refusals.pop(0)
            said = "You have reached the maximum per-second rate limit for this API."
            return refusal(status, status, said, headers)
        known = {"email", "first_name", "last_name"}
        if meeting.kind == "meeting":
            known |= {"auto_approve"}
        if set(body) != known or not body["first_name"] or "@" not in body["email"]:
            return refusal(400, 300, "Validation Failed.")
        former = meeting.people.get(body["email"])
        if former and former.asked == REGISTRATIONS_A_DAY:
            said = f"You have exceeded the daily rate limit of (3) ({body['email']})."
            return refusal(429, 429, said, {"Retry-After": "2026-11-27T00:00:00Z"})
        name = f"{body['first_name']} {body['last_name']}".strip()
        person = self._register(meeting, body["email"], name, body)
        answer = {"id": meeting.number, "registrant_id": person.registrant}
        if person.status == "approved":
            answer["join_url"] = person.url
        return web.json_response(answer, status=201)

    def _register(self, meeting, email, name, body):
        former = meeting.people.get(email)
        if former and former.status != "cancelled":
            former.asked += 1
            return former
        n = next(self._names)
        url = f"https://zoom.example/w/{meeting.number}?tk=secret-{n}"
        person = Person(email, name, url, registrant=f"registrant-{n}")
        if meeting.settings["approval_type"] == 1 and not body.get("auto_approve"):
            person.status = "pending"
        meeting.people[email] = person
        return person

    def _cancels(self, meeting, body):
        (one,) = body["registrants"]
        person = meeting.people.get(one["email"])
        if body["action"] != "cancel" or set(one) - {"id", "email"}:
            return refusal(400, 300, "Validation Failed.")
        if person is None or one.get("id", person.registrant) != person.registrant:
            return refusal(404, 3303, "The registrant does not exist.")
        person.status = "cancelled"
        return web.Response(status=204)

    def _panelists(self, meeting, body):
        if body is None:
            panel = [
                {"id": one.panelist, "email": email, "join_url": one.url}
                for email, one in meeting.panel.items()
            ]
            return web.json_response({"panelists": panel, "total_records": len(panel)})
        for one in body["panelists"]:
            n = next(self._names)
            url = f"https://zoom.example/w/{meeting.number}?panelist={n}"
            person = Person(one["email"], one["name"], url, panelist=f"panelist-{n}")
            meeting.panel[one["email"]] = person
        return web.json_response({"id": str(meeting.number)}, status=201)

    def _controls(self, meeting, body):
        what = {"recording.start": "started", "recording.stop": "stopped"}
        if (did := what.get(body["method"])) is None:
            return refusal(400, 300, "Validation Failed.")
        moment = now()
        if did == "started":
            meeting.recorded = moment
        since = meeting.recorded
        self.tell(payloads.recording_changed(meeting, did, moment, since=since))
        return web.Response(status=202)

    def _listing(self, meeting, query):
        if query["type"] != "live":
            return refusal(400, 300, "Validation Failed.")
        first = int(query.get("next_page_token", 0))
        page = meeting.inside[first : first + self.page]
        following = first + self.page
        asked = query.get("include_fields") == "registrant_id"
        shown = [
            {"user_id": one.user_id, "user_name": one.name, "email": one.email}
            | ({"registrant_id": one.registrant} if asked and one.registrant else {})
            for one in map(self._shown, page)
        ]
        more = following if following < len(meeting.inside) else ""
        return web.json_response({"participants": shown, "next_page_token": str(more)})

    def _recordings(self, uuid):
        if uuid not in self.files:
            return refusal(404, 3301, "There is no recording for this meeting.")
        return web.json_response({"uuid": uuid, "recording_files": self.files[uuid]})


def refusal(status, code, message, headers=None):
    answer = {"code": code, "message": message}
    return web.json_response(answer, status=status, headers=headers)


def now():
    return datetime.now(UTC)
