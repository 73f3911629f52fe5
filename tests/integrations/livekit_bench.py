"""A bench for the provider ``livekit``: the real server, real clients, real webhooks."""

import asyncio
import base64
import hashlib
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import jwt
from aiohttp import ClientSession, web

from integrations.http import Wire
from integrations.video.choose import choose
from integrations.video.provider import Delivery, Place
from integrations.video.setup import Around
from orchestrator.clock import utc_now
from tests.livekit_server import KEY, SECRET, listening

CALLBACK = "https://us.example/webhooks/main"
PLACE = Place(name="hall2bcdfghjkmnp", title="Hall", capacity=3)


class Bench:
    """What contracts ask for; ``inside`` are those who came, by the guest's id."""

    secrets = (SECRET,)
    asks = True

    def __init__(self, server, ear, door, wire, people):
        self.server, self.wire = server, wire
        self._ear, self._door = ear, door
        settings = server.settings | {"api": door.address}
        self.provider = choose(settings, Around(wire, CALLBACK, utc_now))
        self.place = PLACE
        self.people, self.inside = people, {}

    @property
    def deliveries(self):
        return self._ear.deliveries

    async def come(self, guest, entry):
        self.inside[guest.id] = await self.people.come(entry)

    async def go(self, guest):
        await self.inside.pop(guest.id).leave()

    def asked(self, method):
        """How often the service asked the server for this."""
        return [path.rpartition("/")[2] for path in self._door.paths].count(method)

    def sign(self, body):
        return signed(body)

    def forgeries(self, delivery):
        return forgeries(delivery)

    @asynccontextmanager
    async def silent(self):
        over = asyncio.Event()

        async def nothing(_request):
            await over.wait()
            return web.Response()

        with self._door.mood(nothing):
            try:
                yield
            finally:
                over.set()

    @asynccontextmanager
    async def saying(self, body, status):
        async def nonsense(_request):
            return web.Response(body=body, status=status)

        with self._door.mood(nonsense):
            yield


class Door:
    """Between service and server: passes requests on, unless it is in a mood."""

    def __init__(self, server, session):
        self._api, self._session = server.api, session
        self._answer = self._pass_on
        self.app = web.Application()
        self.app.router.add_route("*", "/{path:.*}", self._serve)
        self.address, self.paths = "", []

    async def _serve(self, request):
        self.paths.append(request.path)
        return await self._answer(request)

    async def _pass_on(self, request):
        kept = ("Authorization", "Content-Type")
        headers = {
            name: request.headers[name] for name in kept & request.headers.keys()
        }
        async with self._session.request(
            request.method,
            self._api + request.path,
            data=await request.read(),
            headers=headers,
        ) as answer:
            told = {name: answer.headers[name] for name in ("Date", "Content-Type")}
            return web.Response(
                status=answer.status, headers=told, body=await answer.read()
            )

    @contextmanager
    def mood(self, answer):
        self._answer = answer
        try:
            yield
        finally:
            self._answer = self._pass_on


@asynccontextmanager
async def livekit_bench(start_livekit, aiohttp_server, people):
    """A ``Bench`` with nobody in its room."""
    wire = Wire()
    async with listening() as ear, ClientSession() as session:
        server = start_livekit(ear.url)
        door = Door(server, session)
        door.address = str((await aiohttp_server(door.app)).make_url("")).rstrip("/")
        try:
            yield Bench(server, ear, door, wire, people)
        finally:
            await wire.close()


def signed(body, *, secret=SECRET, received=None, **claims):
    """A delivery as the server signs it; a claim that is None is left out."""
    received = received or datetime.now(UTC)
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    said = {
        "iss": KEY,
        "nbf": int(received.timestamp()),
        "exp": int((received + timedelta(minutes=5)).timestamp()),
        "sha256": digest,
        **claims,
    }
    said = {name: value for name, value in said.items() if value is not None}
    token = jwt.encode(said, secret, "HS256")
    headers = {"authorization": token, "content-type": "application/webhook+json"}
    return Delivery(body=body, headers=headers, url=CALLBACK, received=received)


def forgeries(delivery):
    """What somebody without the secret, or too late, might make of a delivery."""
    body, token = delivery.body, delivery.headers["authorization"]

    def claiming(token):
        return replace(delivery, headers=delivery.headers | {"authorization": token})

    head, said, _ = token.split(".")
    unsigned = jwt.encode(jwt.decode(token, SECRET, ["HS256"]), "", "none")
    return [
        replace(delivery, body=body.replace(b"hall", b"Hall")),
        replace(delivery, body=body + b" "),
        replace(delivery, body=b""),
        replace(delivery, headers={}),
        claiming(""),
        claiming("Bearer " + token),
        claiming(f"{head}.{said}."),
        claiming(unsigned),
        claiming("[" * 6000),
        claiming(base64.urlsafe_b64encode(b"[" * 6000).decode() + ".e30.e30"),
        claiming(
            signed(body, secret="another-secret-of-32-characters-").headers[
                "authorization"
            ]
        ),
        *(
            signed(body, **claims)
            for claims in (
                {"iss": "another"},
                {"iss": None},
                {"sha256": None},
                {"sha256": ["x"]},
                {"sha256": "\ud800"},
                {"exp": None},
                {"exp": "soon"},
                {"exp": float("nan")},
                {"video": {"roomJoin": True}},
            )
        ),
        replace(delivery, received=delivery.received + timedelta(minutes=7)),
    ]
