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
STANZAS = "urn:ietf:params:xml:ns:xmpp-stanzas"
MUC = "http://jabber.org/protocol/muc"


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
        self.guests = ""
        """The domain for people without a token, where there is one."""
        self.rooms = f"conference.{prosody.domain}"
        self.token_verification = self.token_affiliation = True
        self.presence_identity = self.focus = True
        self.auto_owner = False
        self.sessions, self.opened = {}, set()
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
        """As Prosody 0.12 answers somebody who opens, logs in, enters rooms and goes."""
        if self.bind_says is not None:
            body, status = self.bind_says
            return web.Response(body=body, status=status)
        said = ElementTree.fromstring(await request.read())  # noqa: S314 -- our own
        if not (sid := said.get("sid")):
            if said.get("to") not in (self.prosody.domain, self.guests):
                return _bosh("condition='improper-addressing' type='terminate'")
            sid = str(uuid.uuid4())
            self.sessions[sid] = Session(
                request.query.get("token", ""), said.get("to") == self.guests
            )
            return _bosh(f"sid='{sid}'", f"<mechanisms xmlns='{SASL}'/>")
        session = self.sessions[sid]
        if int(said.get("rid")) != session.requests + 1:
            raise web.HTTPNotFound
        session.requests += 1
        if said.get("type") == "terminate":
            assert not session.rooms, "he is still in"
            del self.sessions[sid]
            return _bosh("type='terminate'")
        return _bosh("", "".join(self._stanzas(session, said)))

    def _stanzas(self, session, said):
        """What a session is answered to what it says."""
        waiting, session.waiting = session.waiting, []
        yield from waiting
        for one in said:
            match one.tag.rpartition("}")[2]:
                case "auth":
                    session.logged_in = self._lets_in(session)
                    word = "success" if session.logged_in else "failure"
                    yield f"<{word} xmlns='{SASL}'/>"
                case "iq":
                    assert session.logged_in
                    yield self._asked(session, one)
                case "presence" if one.get("type") == "unavailable":
                    session.rooms.discard(one.get("to"))
                case "presence":
                    yield from self._enters(session, one.get("to"))

    def _asked(self, session, iq):
        def answer(inside, kind="result"):
            head = f"id='{iq.get('id')}' type='{kind}' xmlns='jabber:client'"
            return f"<iq {head}>{inside}</iq>"

        (what,) = iq
        match iq.get("to", ""), what.tag:
            case "", "{urn:ietf:params:xml:ns:xmpp-bind}bind":
                jid = f"<jid>{session.name}-1@{self.prosody.domain}/x</jid>"
                return answer(
                    f"<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>{jid}</bind>"
                )
            case self.rooms, "{http://jabber.org/protocol/disco#info}query":
                return answer("<query xmlns='http://jabber.org/protocol/disco#info'/>")
            case to, "{http://jitsi.org/protocol/focus}conference" if (
                to == f"focus.{self.prosody.domain}" and self.focus
            ):
                self.opened.add(what.get("room"))
                return answer(
                    "<conference xmlns='http://jitsi.org/protocol/focus' ready='true'/>"
                )
        return answer(_refusal("service-unavailable"), "error")

    def _enters(self, session, here):
        def presence(item, kind=""):
            return f"<presence xmlns='jabber:client' from='{here}' {kind}>{item}</presence>"

        def made(affiliation, role):
            item = f"<item affiliation='{affiliation}' role='{role}'/>"
            item = f"<x xmlns='{MUC}#user'>{item}<status code='110'/></x>"
            return presence(identity + item)

        room, _, name = here.partition("/")
        claims, identity = self.prosody.log_in(session.token), ""
        user = claims["context"]["user"]
        try:
            assert (room in self.opened, name) == (True, session.name)
            if self.token_verification:
                self.prosody.join(claims, room.partition("@")[0])
        except Refused:
            yield presence(_refusal("not-allowed"), "type='error'")
            return
        if self.presence_identity:
            identity = f"<identity><user><id>{user['id']}</id></user></identity>"
        first = not any(
            room in here for one in self.sessions.values() for here in one.rooms
        )
        session.rooms.add(here)
        owner = self.token_affiliation and self.prosody.affiliation(claims) == "owner"
        yield made("owner", "moderator") if owner else made("member", "participant")
        if first and self.auto_owner:  # Jicofo does it a moment later
            session.waiting.append(made("owner", "moderator"))

    def _lets_in(self, session):
        if session.guest:
            return True
        if not session.token:
            return self.allow_empty_token
        try:
            self.prosody.log_in(session.token)
        except Refused:
            return False
        return True


class Session:
    """One connection; ``rooms`` are his addresses in those where he is."""

    def __init__(self, token, guest):
        self.token, self.guest = token, guest
        self.name = uuid.uuid4().hex[:8]
        self.requests, self.logged_in = 1, False
        self.rooms, self.waiting = set(), []


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


def _refusal(word):
    return f"<error type='cancel'><{word} xmlns='{STANZAS}'/></error>"


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
