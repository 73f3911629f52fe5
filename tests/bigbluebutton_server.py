"""A BigBlueButton server for tests: what ours sends it is held against its rules.

Checksums are worked out from the query as it came, byte for byte. Errors are
answered as the real one does: XML with status 200, except for a checksum of an
impossible length, which gets its page of HTML. It calls back as the real one and
bbb-webhooks do, before it answers what caused the call.
"""

import asyncio
import hashlib
import itertools
import json
import re
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode
from xml.etree.ElementTree import Element, SubElement, tostring

import jwt
from aiohttp import ClientSession, web
from defusedxml.ElementTree import fromstring
from yarl import URL

ALGORITHMS = {40: "sha1", 64: "sha256", 96: "sha384", 128: "sha512"}
BEGAN = 1_795_400_000_000
ONE_SECOND = 1000
HTML = "<!DOCTYPE html><html><body><h1>Error {}</h1></body></html>"
API = "/bigbluebutton/api"


def checksum(call, query, secret, algorithm="sha1"):
    return hashlib.new(algorithm, f"{call}{query}{secret}".encode()).hexdigest()


def parted(raw):
    """The checksum of a query as it came, and what was signed."""
    parts = raw.split("&")
    given = [one for one in parts if one.startswith("checksum=")]
    signed = "&".join(one for one in parts if one not in given)
    return (given[0].partition("=")[2] if given else ""), signed


async def _unknown(*_):
    raise Failed("unsupportedRequest")


class Failed(Exception):
    """Answered as FAILED, with a key."""

    def __init__(self, key, message="Something is wrong."):
        super().__init__(message)
        self.key = key


@dataclass
class Person:
    internal: str
    id: str
    name: str
    role: str
    inside: bool = False


@dataclass
class Meeting:
    asked: dict
    created: int
    slides: list = field(default_factory=list)
    people: dict = field(default_factory=dict)
    ended: bool = False

    @property
    def id(self):
        return self.asked["meetingID"]

    @property
    def internal(self):
        return f"{hashlib.sha256(self.id.encode()).hexdigest()[:40]}-{self.created}"

    @property
    def inside(self):
        return [one for one in self.people.values() if one.inside]


class BigBlueButton:
    """``calls`` are the names of the calls that held, in their order."""

    def __init__(self, secret, *, webhooks=True, algorithm="sha1", tries=3):
        self.secret = secret
        self.webhooks = webhooks
        self.algorithm = algorithm
        self.tries = tries
        self.bearer = False
        self.told_twice = False
        self.calls = []
        self.refused = []
        self.meetings = {}
        self.hooks = {}
        self.recordings = []
        self.files = {}
        self.clock = itertools.count(BEGAN, ONE_SECOND)
        self.busy = None
        self.held = 0
        self.says = None
        self.date = "Mon, 23 Nov 2026 09:00:00 GMT"
        self.fetched = None
        """Set when slides are, where that takes a while."""
        self._numbers = itertools.count(1)

    def app(self):
        app = web.Application(middlewares=[self._faults])
        app.router.add_get(API, self._version)
        app.router.add_route("*", f"{API}/{{call:.+}}", self._call)
        app.router.add_get("/client", self._client)
        app.router.add_get("/playback/video/{record}/{file}", self._file)
        return app

    @asynccontextmanager
    async def silent(self):
        """It takes connections and answers nothing."""
        self.busy = asyncio.Event()
        try:
            yield
        finally:
            self.busy.set()
            self.busy = None

    @asynccontextmanager
    async def saying(self, body, status=200):
        """It answers everything so."""
        self.says = body, status
        try:
            yield
        finally:
            self.says = None

    @web.middleware
    async def _faults(self, request, handler):
        if self.busy is not None:
            self.held += 1
            await self.busy.wait()
        if self.says is not None:
            body, status = self.says
            return web.Response(body=body, status=status, content_type="text/html")
        return await handler(request)

    async def _version(self, _request):
        told = answer({"version": "2.0", "apiVersion": "2.0"})
        told.headers["Date"] = self.date
        return told

    async def _call(self, request):
        call = request.match_info["call"]
        if call.startswith("hooks/") and not self.webhooks:
            return web.Response(
                text=HTML.format(404), status=404, content_type="text/html"
            )
        digest, query = parted(request.raw_path.partition("?")[2])
        if digest and len(digest) not in ALGORITHMS:
            return web.Response(
                text=HTML.format(500), status=500, content_type="text/html"
            )
        asked = dict(parse_qsl(query, keep_blank_values=True))
        try:
            self._check(call, query, digest)
            self.calls.append(call)
            handler = getattr(self, f"_{call.replace('/', '_')}", _unknown)
            return await handler(asked, await request.read(), request)
        except Failed as failed:
            self.refused.append(failed.key)
            return self._failed(call, asked, failed)

    def _check(self, call, query, digest):
        algorithm = ALGORITHMS.get(len(digest), "sha1")
        if digest != checksum(call, query, self.secret, algorithm):
            raise Failed("checksumError", "Checksums do not match")

    def _failed(self, call, asked, failed):
        """A browser is sent back where the link says."""
        if call == "join" and (home := asked.get("errorRedirectUrl")):
            errors = json.dumps([{"key": failed.key, "message": str(failed)}])
            raise web.HTTPFound(URL(home).with_query(errors=errors))
        return answer({"messageKey": failed.key, "message": str(failed)}, "FAILED")

    # Calls

    async def _create(self, asked, body, _request):
        name, meeting_id = asked.get("name", ""), asked.get("meetingID", "")
        if not re.fullmatch(r"[^,\x00-\x1f]{2,64}", name):
            raise Failed("validationError", "Meeting name is not as it should be")
        if not re.fullmatch(r"[A-Za-z0-9_-]{2,256}", meeting_id):
            raise Failed("validationError", "Meeting ID is not as it should be")
        known = self.meetings.get(meeting_id)
        more = {}
        if known is None or known.ended:
            known = Meeting(asked, next(self.clock), slides_in(body))
            self.meetings[meeting_id] = known
            if known.slides and self.fetched is not None:
                await self.fetched.wait()
        elif any(asked.get(key) != known.asked.get(key) for key in PASSWORDS):
            raise Failed("idNotUnique")
        else:
            more = {"messageKey": "duplicateWarning", "message": "It is there."}
        return answer(
            {
                "meetingID": known.id,
                "internalMeetingID": known.internal,
                "createTime": known.created,
                "hasUserJoined": bool(known.people),
                **more,
            }
        )

    async def _join(self, asked, _body, request):
        meeting = self._meeting(asked, "invalidMeetingIdentifier")
        if not asked.get("fullName", "").strip():
            raise Failed("missingParamFullName")
        if asked.get("role") not in ("MODERATOR", "VIEWER"):
            raise Failed("invalidPassword")
        if "createTime" in asked and asked["createTime"] != str(meeting.created):
            raise Failed("mismatchCreateTime")
        most = int(meeting.asked.get("maxParticipants", 0))
        ids = {one.id for one in meeting.inside} | {asked.get("userID")}
        if most and len(ids) > most:
            raise Failed("maxParticipantsReached")
        internal = f"w_{next(self._numbers):012}"
        meeting.people[internal] = Person(
            internal, asked.get("userID", internal), asked["fullName"], asked["role"]
        )
        client = request.url.origin() / "client"
        raise web.HTTPFound(client.with_query(sessionToken=internal))

    async def _client(self, request):
        """The meeting's page: who opens it is in."""
        meeting, person = self._person(request.query["sessionToken"])
        person.inside = True
        await self._tell(
            meeting,
            "user-joined",
            {"user": about(person) | {"name": person.name, "role": person.role}},
        )
        return web.Response(text="the meeting")

    async def _end(self, asked, _body, _request):
        meeting = self._meeting(asked, "notFound")
        if asked.get("password") != meeting.asked["moderatorPW"]:
            raise Failed("invalidPassword")
        await self.end(meeting.id)
        return answer({"messageKey": "sentEndMeetingRequest", "message": "Sent."})

    async def _isMeetingRunning(self, asked, _body, _request):  # noqa: N802 -- the call
        meeting = self.meetings.get(asked.get("meetingID"))
        running = meeting is not None and bool(meeting.inside)
        return answer({"running": running})

    async def _getMeetingInfo(self, asked, _body, _request):  # noqa: N802 -- the call
        meeting = self._meeting(asked, "notFound")
        metadata = {
            key.removeprefix("meta_").lower(): value
            for key, value in meeting.asked.items()
            if key.startswith("meta_")
        }
        attendees = [
            {
                "userID": one.id,
                "fullName": one.name,
                "role": one.role,
                "hasVideo": False,
            }
            for one in meeting.inside
        ]
        return answer(
            {
                "meetingName": meeting.asked["name"],
                "meetingID": meeting.id,
                "internalMeetingID": meeting.internal,
                "createTime": meeting.created,
                "participantCount": len(attendees),
                "attendees": [("attendee", one) for one in attendees],
                "metadata": metadata,
            }
        )

    async def _getRecordings(self, asked, _body, _request):  # noqa: N802 -- the call
        wanted = asked.get("meetingID", "").split(",")
        states = asked.get("state", "published,unpublished").split(",")
        found = [
            ("recording", one)
            for one in self.recordings
            if wanted == [""] or one["meetingID"] in wanted
            if one["state"] in states
        ]
        return answer({"recordings": found})

    async def _hooks_create(self, asked, _body, _request):
        if not (url := asked.get("callbackURL")):
            raise Failed("missingParamCallbackURL")
        if url in self.hooks:
            more = {"messageKey": "duplicateWarning", "message": "It is there."}
            return answer({"hookID": 1, **more})
        self.hooks[url] = asked
        return answer({"hookID": 1, "permanentHook": False, "rawData": False})

    async def _hooks_list(self, _asked, _body, _request):
        hooks = [("hook", {"hookID": 1, "callbackURL": url}) for url in self.hooks]
        return answer({"hooks": hooks})

    async def _file(self, request):
        path = f"{request.match_info['record']}/{request.match_info['file']}"
        if path not in self.files:
            raise web.HTTPNotFound
        return web.Response(body=self.files[path], content_type="video/mp4")

    def _meeting(self, asked, otherwise):
        meeting = self.meetings.get(asked.get("meetingID"))
        if meeting is None or meeting.ended:
            raise Failed(otherwise)
        return meeting

    def _person(self, internal):
        return next(
            (meeting, meeting.people[internal])
            for meeting in self.meetings.values()
            if internal in meeting.people
        )

    # What it does of itself

    async def leave(self, guest):
        """Whoever came in as ``guest`` closes his window."""
        for meeting in self.meetings.values():
            for person in meeting.inside:
                if person.id == guest:
                    person.inside = False
                    await self._tell(meeting, "user-left", {"user": about(person)})

    async def end(self, meeting_id):
        """The meeting ends, by a call or because everybody has gone."""
        meeting = self.meetings[meeting_id]
        meeting.ended = True
        for person in meeting.people.values():
            person.inside = False
        await self._tell(meeting, "meeting-ended", {})
        asked = meeting.asked
        if url := asked.get("meetingEndedURL"):
            await self._get(f"{url}&meetingID={meeting.id}")
        if url := asked.get("meta_endCallbackUrl"):
            await self._get(f"{url}&recordingmarks=false")

    def record(self, meeting_id, *formats, state="published", folder=""):
        """A recording with those formats; its name."""
        meeting = self.meetings[meeting_id]
        played = [
            (
                "format",
                {"type": one, "url": f"{folder}/playback/{one}/{meeting.internal}/"}
                | {"length": 3, "size": 4096},
            )
            for one in formats
        ]
        self.recordings.append(
            {
                "recordID": meeting.internal,
                "meetingID": meeting.id,
                "state": state,
                "startTime": meeting.created,
                "endTime": meeting.created + 180_000,
                "playback": played,
            }
        )
        return meeting.internal

    async def ready(self, meeting_id):
        """The recording-ready callback, if the meeting was made with one."""
        meeting = self.meetings[meeting_id]
        if url := meeting.asked.get("meta_bbb-recording-ready-url"):
            await self._post(URL(url), ready_form(meeting, self.secret).encode(), {})

    async def published(self, meeting_id, record, *, playback="video", success=True):
        """bbb-webhooks tells that one format is there, or failed."""
        link = f"/playback/{playback}/{record}/"
        await self._tell(
            self.meetings[meeting_id],
            "rap-publish-ended",
            {
                "record-id": record,
                "success": success,
                "workflow": playback,
                "recording": {"playback": {"format": playback, "link": link}},
            },
        )

    async def _tell(self, meeting, kind, attributes):
        event = event_of(meeting, kind, attributes, next(self.clock))
        for url, hook in list(self.hooks.items()):
            if hook.get("meetingID", meeting.id) != meeting.id:
                continue
            if kind not in hook.get("eventID", kind).split(","):
                continue
            body = hook_form([event], next(self.clock))
            if self.bearer:
                bearer = {"Authorization": f"Bearer {self.secret}"}
                await self._post(URL(url, encoded=True), body, bearer)
            else:
                signed = sign(url, body, self.secret, self.algorithm)
                await self._post(URL(signed, encoded=True), body, {})

    async def _post(self, url, body, headers):
        """Again, in the same bytes, until it is taken; 401 counts as taken."""
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        async with ClientSession() as client:
            for _ in range(self.tries):
                async with client.post(url, data=body, headers=form | headers) as said:
                    taken = said.ok or said.status == 401
                if taken and not self.told_twice:
                    return

    async def _get(self, url):
        async with ClientSession() as client:
            for _ in range(2 if self.told_twice else 1):
                async with client.get(URL(url, encoded=True)):
                    pass


PASSWORDS = ("attendeePW", "moderatorPW")


def sign(url, body, secret, algorithm="sha1"):
    """``url`` with the checksum of bbb-webhooks at its end."""
    digest = hashlib.new(algorithm, url.encode() + body + secret.encode()).hexdigest()
    return f"{url}{'&' if '?' in url else '?'}checksum={digest}"


def hook_form(events, timestamp, domain="bbb.example.org"):
    """The body of a delivery of bbb-webhooks."""
    text = json.dumps(events, separators=(",", ":"))
    return urlencode({"domain": domain, "event": text, "timestamp": timestamp}).encode()


def event_of(meeting, kind, attributes, at):
    named = {"internal-meeting-id": meeting.internal, "external-meeting-id": meeting.id}
    return {
        "data": {
            "type": "event",
            "id": kind,
            "attributes": {"meeting": named, **attributes},
            "event": {"ts": at},
        }
    }


def about(person):
    return {"internal-user-id": person.internal, "external-user-id": person.id}


def ready_form(meeting, secret):
    """The body of a recording-ready callback."""
    claims = {"meeting_id": meeting.id, "record_id": meeting.internal}
    return urlencode({"signed_parameters": jwt.encode(claims, secret, "HS256")})


def slides_in(body):
    if not body:
        return []
    return [dict(one.attrib) for one in fromstring(body).iterfind("module/document")]


def answer(fields, code="SUCCESS"):
    root = Element("response")
    for key, value in {"returncode": code, **fields}.items():
        _add(root, key, value)
    return web.Response(body=tostring(root), content_type="text/xml")


def _add(parent, key, value):
    child = SubElement(parent, key)
    if isinstance(value, dict):
        for name, inner in value.items():
            _add(child, name, inner)
    elif isinstance(value, list):
        for name, inner in value:
            _add(child, name, inner)
    else:
        child.text = str(value).lower() if isinstance(value, bool) else str(value)
