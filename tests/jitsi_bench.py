"""A bench for the provider of Jitsi rooms: its server, and an ear for what it tells."""

from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from integrations.http import Wire
from integrations.video.choose import choose
from integrations.video.provider import Delivery, Guest, Place, Role
from integrations.video.setup import Around
from tests.jitsi_server import APP, BEARER, DOMAIN, Ear, JitsiServer, Prosody

CALLBACK = "https://us.example/webhooks/main"
SECRET = "8d1f6a3c5b7e90214d6f8a3b5c7e9012"
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
PLACE = Place(name="hall7k2m9q4x", title="Hall", capacity=600)
ADA = Guest(id="2bcdfghjkmnp", name="Ada Lovelace")
GRACE = Guest(id="3bcdfghjkmnp", name="Grace Hopper", role=Role.CHAIR, speaks=True)


class Clock:
    """Stands until it is moved."""

    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


class Bench:
    """A server of Jitsi and an ear for what its event_sync posts."""

    asks = False

    def __init__(self, server, ear, around, settings):
        self.server = server
        self.ear = ear
        self.wire = around.wire
        self.provider = choose(
            {
                "provider": "jitsi",
                "url": server.url,
                "app_id": APP,
                "domain": DOMAIN,
                "events_token": BEARER,
                **settings,
            },
            around,
        )
        self.place = PLACE
        self.secrets = (BEARER, *settings.values())
        self.silent = server.silent
        self.saying = server.saying
        self._addresses = {}

    @property
    def clock(self):
        return self.server.prosody.clock

    @property
    def deliveries(self):
        return self.ear.deliveries

    async def come(self, guest, entry):
        self._addresses[guest.id] = entry.room, await self.server.come(entry)

    async def go(self, guest):
        await self.server.leave(*self._addresses.pop(guest.id))

    async def enter(self, guest):
        """``guest`` is in; his room and the address of his connection."""
        await self.come(guest, await self.provider.entry(PLACE, guest))
        return self._addresses[guest.id]

    def sign(self, body):
        headers = {"authorization": f"Bearer {BEARER}"}
        return Delivery(body=body, headers=headers, url=CALLBACK, received=NOW)

    def forgeries(self, delivery):
        for header in WRONG_BEARERS:
            yield replace(delivery, headers={"authorization": header})
        yield replace(delivery, headers={})
        yield replace(delivery, headers={"x-authorization": f"Bearer {BEARER}"})

    def heard(self):
        """All that was told so far."""
        bodies = [self.provider.accept(one).body for one in self.deliveries]
        return [news for body in bodies for news in self.provider.understand(body)]


WRONG_BEARERS = [
    "",
    "Bearer",
    "Bearer ",
    BEARER,
    f"Basic {BEARER}",
    f"Bearer {BEARER[:-1]}",
    f"Bearer {BEARER}0",
    f"Bearer {BEARER.upper()}",
    f"Bearer {BEARER} {BEARER}",
    "Bearer é\udcff",
]


@asynccontextmanager
async def bench_of(settings, *, keys_of=None, secret=None):
    """A bench; its server takes HS256 by ``secret``, or RS256."""
    clock, wire = Clock(), Wire()
    prosody = Prosody(clock, secret=secret, keys=keys_of)
    ear = Ear(CALLBACK, clock)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(wire.close)
        server = await stack.enter_async_context(JitsiServer(prosody).running())
        server.prefix = await stack.enter_async_context(ear.listening())
        bench = Bench(server, ear, Around(wire, CALLBACK, clock), settings)
        if secret is None:
            prosody.keys = bench.provider.published
        yield bench


def around():
    """What a provider is given where nobody is asked."""
    return Around(Wire(), CALLBACK, Clock())


def pem(key, encryption=None):
    form = PrivateFormat.PKCS8
    return key.private_bytes(Encoding.PEM, form, encryption or NoEncryption())
