"""A Jitsi Meet server as far as this service can tell: an independent reader.

``Prosody`` reads tokens as the server does, after what was seen of it: by hand, with
nothing of our code, refusing what it refuses and letting pass what it lets pass.
``JitsiServer`` answers HTTP like it (its script, XMPP over HTTP) and plays the module
event_sync, which posts to us who comes and who goes.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import uuid
from contextlib import asynccontextmanager
from email.utils import format_datetime
from xml.etree import ElementTree

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from integrations.video.provider import Delivery

DOMAIN = "meet.example.org"
APP = "orchestrator"
BEARER = "b3a1c9d2e4f60718293a4b5c6d7e8f90"
SASL = "urn:ietf:params:xml:ns:xmpp-sasl"


class Refused(Exception):
    """The browser is told that it may not."""


class Unanswered(Exception):
    """The server's own error path fails, and the browser waits for ever."""


class Prosody:
    """Reads tokens. ``secret``: HS256; ``keys``: RS256, the files of a key server."""

    def __init__(self, clock, *, secret=None, keys=None, domain=DOMAIN):
        self.clock = clock
        self.secret = secret
        self.keys = keys
        self.domain = domain
        self.asked = []

    def log_in(self, token):
        """The claims, if they open the connection."""
        parts = token.split(".")
        if not token or len(parts) != 3 or not all(parts):
            raise Refused("token")
        header, claims = (_json(part) for part in parts[:2])
        self._check_signature(header, parts)
        self._check_times(claims)
        if claims.get("iss") != APP:
            raise Refused("iss")
        if claims.get("aud") != "jitsi":  # so a list is refused too
            raise Refused("aud")
        if "room" not in claims:
            raise Unanswered("room")
        return claims

    def join(self, claims, room):
        """Whether who logged in with ``claims`` may enter ``room``."""
        if claims["room"].lower() != room and claims["room"] != "*":
            raise Refused("room")
        if claims.get("sub") not in (self.domain, "*"):
            raise Refused("sub")

    def affiliation(self, claims):
        """What the module token_affiliation makes of somebody."""
        user = claims.get("context", {}).get("user", {})
        owner = user.get("affiliation") in ("owner", "moderator", "teacher")
        return "owner" if owner or user.get("moderator") in (True, "true") else "member"

    def _check_signature(self, header, parts):
        algorithm = "RS256" if self.keys is not None else "HS256"
        pem = self._fetch(header.get("kid")) if self.keys is not None else None
        if header.get("typ") != "JWT":
            raise Refused("typ")
        if header.get("alg") != algorithm:
            raise Refused("alg")
        signed, seal = ".".join(parts[:2]).encode(), _raw(parts[2])
        if pem is None:
            expected = hmac.new(self.secret.encode(), signed, hashlib.sha256).digest()
            good = hmac.compare_digest(seal, expected)
        else:
            good = _verified(pem, seal, signed)
        if not good:
            raise Refused("signature")

    def _fetch(self, kid):
        if kid is None:
            raise Refused("no kid")
        name = hashlib.sha256(kid.encode()).hexdigest() + ".pem"
        self.asked.append(name)
        if name not in self.keys:
            raise Refused("unknown kid")
        return self.keys[name]

    def _check_times(self, claims):
        """To the second, without leeway; what is absent is not looked at."""
        now = int(self.clock().timestamp())
        for name, good in (("exp", lambda at: now < at), ("nbf", lambda at: now >= at)):
            at = claims.get(name)
            if at is not None and (not isinstance(at, int | float) or not good(at)):
                raise Refused(name)


class JitsiServer:
    """On a port of this machine. Posts to ``prefix``, once it is set."""

    def __init__(self, prosody):
        self.prosody = prosody
        self.prefix = None
        self.allow_empty_token = False
        self.date = None
        self.bind_says = None
        self.visits = {}
        self.past = []
        self._answer = None
        self._waiting = asyncio.Event()
        self._server = None

    @asynccontextmanager
    async def running(self):
        app = web.Application(middlewares=[self._instead])
        app.router.add_get("/external_api.js", self._script)
        app.router.add_post("/http-bind", self._bind)
        self._server = TestServer(app, host="127.0.0.1")
        await self._server.start_server()
        try:
            yield self
        finally:
            self._waiting.set()
            await self._server.close()

    @property
    def url(self):
        return str(self._server.make_url("")).rstrip("/")

    @asynccontextmanager
    async def saying(self, body, status=200):
        dated = {"Date": self._date()}
        self._answer = lambda: web.Response(body=body, status=status, headers=dated)
        try:
            yield
        finally:
            self._answer = None

    @asynccontextmanager
    async def silent(self):
        self._answer, self._waiting = self._never, asyncio.Event()
        try:
            yield
        finally:
            self._answer = None
            self._waiting.set()

    async def come(self, entry, *, breakout=""):
        """A browser enters with ``entry``; the address of its connection."""
        claims = self.prosody.log_in(entry.token)
        self.prosody.join(claims, entry.room)
        user = claims["context"]["user"]
        told = {"id": user.get("id"), "name": user.get("name")}
        return await self.enter(entry.room, told, breakout=breakout)

    async def enter(self, room, user, *, address="", breakout=""):
        """Somebody is in; ``address`` is that of a connection that moves."""
        address = address or f"{uuid.uuid4()}@{DOMAIN}/{uuid.uuid4().hex[:12]}"
        visit = {**user, "occupant_jid": address, "joined_at": self._now()}
        self.visits[room, breakout, address] = visit
        message = {"event_name": "muc-occupant-joined", "occupant": visit}
        await self._post("occupant/joined", room, breakout, message)
        return address

    async def leave(self, room, address, *, breakout="", lost=False):
        visit = self.visits.pop((room, breakout, address))
        visit = {**visit, "left_at": self._now()}
        self.past.append((room, breakout, visit))
        message = {"event_name": "muc-occupant-left", "occupant": visit}
        if not lost:
            await self._post("occupant/left", room, breakout, message)

    async def destroy(self, room, *, breakout=""):
        """The last one has gone, whoever is thought to be in."""
        gone = [
            visit for where, at, visit in self.past if (where, at) == (room, breakout)
        ]
        message = {
            "event_name": "muc-room-destroyed",
            "created_at": self._now(),
            "destroyed_at": self._now(),
            "all_occupants": gone or {},  # as Lua writes an empty table
        }
        await self._post("room/destroyed", room, breakout, message)

    async def _post(self, tail, room, breakout, message):
        told = {
            "room_name": room,
            "room_jid": f"{room}@conference.{DOMAIN}",
            "is_breakout": bool(breakout),
            **({"breakout_room_id": breakout} if breakout else {}),
            "active_occupants_count": len(self.visits),
            **message,
        }
        headers = {"Authorization": f"Bearer {BEARER}"}
        async with aiohttp.ClientSession() as client:
            await client.post(
                f"{self.prefix}/events/{tail}", json=told, headers=headers
            )

    def _date(self):
        return self.date or format_datetime(self.prosody.clock(), usegmt=True)

    def _now(self):
        return int(self.prosody.clock().timestamp())

    @web.middleware
    async def _instead(self, request, handler):
        if self._answer is None:
            return await handler(request)
        answer = self._answer()
        return await answer if asyncio.iscoroutine(answer) else answer

    async def _never(self):
        await self._waiting.wait()
        raise web.HTTPServiceUnavailable

    async def _script(self, request):
        text = "window.JitsiMeetExternalAPI=class{};"
        return web.Response(text=text, headers={"Date": self._date()})

    async def _bind(self, request):
        """As Prosody 0.12 answers somebody who opens, logs in and goes."""
        if self.bind_says is not None:
            body, status = self.bind_says
            return web.Response(body=body, status=status)
        said = ElementTree.fromstring(await request.read())  # noqa: S314 -- our own
        if not (sid := said.get("sid")):
            if said.get("to") != self.prosody.domain:
                return _bosh("condition='improper-addressing' type='terminate'")
            return _bosh(f"sid='{uuid.uuid4()}'", f"<mechanisms xmlns='{SASL}'/>")
        if said.get("type") == "terminate":
            return _bosh("type='terminate'")
        good = self._lets_in(request.query.get("token", ""))
        word = "<success xmlns='{}'/>" if good else "<failure xmlns='{}'/>"
        return _bosh(f"sid='{sid}'", word.format(SASL))

    def _lets_in(self, token):
        if not token:
            return self.allow_empty_token
        try:
            self.prosody.log_in(token)
        except Refused:
            return False
        return True


class Ear:
    """Where event_sync posts to: keeps what comes, as the service would be given it."""

    def __init__(self, callback, clock):
        self.callback = callback
        self.clock = clock
        self.deliveries = []

    @asynccontextmanager
    async def listening(self):
        app = web.Application()
        app.router.add_post("/{tail:.*}", self._hear)
        server = TestServer(app, host="127.0.0.1")
        await server.start_server()
        try:
            yield str(server.make_url("")).rstrip("/")
        finally:
            await server.close()

    async def _hear(self, request):
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.deliveries.append(
            Delivery(
                body=await request.read(),
                headers=headers,
                url=f"{self.callback}{request.path}",
                received=self.clock(),
            )
        )
        return web.Response(status=204)


def _bosh(said, inside=""):
    kind = "text/xml"
    body = f"<body xmlns='http://jabber.org/protocol/httpbind' {said}>{inside}</body>"
    return web.Response(text=body, content_type=kind)


def _verified(pem, seal, signed):
    try:
        load_pem_public_key(pem).verify(seal, signed, PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


def _json(part):
    try:
        read = json.loads(_raw(part))
    except ValueError as error:
        raise Refused("form") from error
    if not isinstance(read, dict):
        raise Refused("form")
    return read


def _raw(part):
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError as error:
        raise Refused("form") from error
