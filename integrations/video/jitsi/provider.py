"""A Jitsi Meet server of one's own."""

import hmac
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from integrations.errors import BadSignature, Rejected
from integrations.video.events import News, Recording
from integrations.video.jitsi import events
from integrations.video.jitsi.examine import examine
from integrations.video.jitsi.tokens import (
    Signing,
    UnusableKey,
    by_key_file,
    by_secret,
    claims,
)
from integrations.video.provider import (
    Accepted,
    Capabilities,
    Delivery,
    Entry,
    Finding,
    Guest,
    How,
    Participant,
    Place,
)
from integrations.video.setup import (
    Around,
    Settings,
    UnusableSetting,
    needed,
    origin_of,
    server,
)

_SHORTEST_TOKEN = 32
_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:]+")


@dataclass(frozen=True, slots=True)
class JitsiProvider:
    """Rooms come to be when the first person enters, and go with the last.

    ``url`` is the server's address, ``app`` and ``domain`` what its tokens are to
    say of who made them and for whom. ``events_token`` is what event_sync proves
    itself by; empty: nothing is told.
    """

    url: str
    app: str
    domain: str
    signing: Signing
    around: Around = field(repr=False)
    events_token: str = field(default="", repr=False)

    @property
    def capabilities(self) -> Capabilities:
        """Who is in is told by event_sync, and cannot be asked. Whoever moderates can
        do all the rest, and this service none of it.
        """
        return Capabilities(
            presence=bool(self.events_token),
            beside=True,
            embedded=True,
            how=How.JITSI,
            origin=origin_of(self.url),
        )

    @property
    def published(self) -> Mapping[str, bytes]:
        """The public key, where tokens are signed with a private one."""
        return self.signing.published

    def leads(self, place: Place) -> bool:
        """Always: the name is enough."""
        return True

    async def ensure(self, place: Place) -> str:
        """Nothing: the room is there as soon as somebody enters."""
        return ""

    async def entry(self, place: Place, guest: Guest) -> Entry:
        """A token for ``guest`` and this room alone; asks nobody."""
        room = place.name.lower()
        token = self.signing.sign(
            claims(
                app=self.app,
                domain=self.domain,
                room=room,
                guest=guest,
                now=self.around.clock(),
            )
        )
        return Entry(url=self.url, how=How.JITSI, token=token, room=room)

    async def let_speak(self, place: Place, guest: str, *, speaks: bool) -> None:
        """Nothing: in the room it is for those who moderate."""

    async def remove(self, place: Place, guest: Guest) -> None:
        """Nothing: in the room it is for those who moderate."""

    async def end(self, place: Place) -> None:
        """Nothing: in the room it is for those who moderate."""

    async def participants(self, place: Place) -> tuple[Participant, ...]:
        """Raises ``Rejected``: a list of nobody would say that everybody has gone."""
        raise Rejected("A Jitsi server cannot be asked who is in a room; it tells.")

    async def start_recording(self, place: Place) -> str:
        """Raises ``Rejected``: in the room it is for those who moderate."""
        raise Rejected("Recording is started in the Jitsi room, by who moderates it.")

    async def stop_recording(self, place: Place, recording: str) -> None:
        """Nothing was started."""

    async def recordings(self, place: Place) -> tuple[Recording, ...]:
        """None: they stay on the machine that records."""
        return ()

    async def open_recording(self, recording: Recording) -> AsyncIterator[bytes]:
        """Raises ``Rejected``: they stay on the machine that records."""
        raise Rejected("A Jitsi server gives out no recordings.")
        yield b""

    def accept(self, delivery: Delivery) -> Accepted:
        """Whether the one who posted knows the token of event_sync.

        Nothing is signed and nothing tells when it was sent: a delivery that was
        told before is known by its key.
        """
        if not self.events_token:
            raise BadSignature(
                "This connection has no events_token: it is told nothing."
            )
        scheme, _, token = delivery.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not _same(token.strip(), self.events_token):
            raise BadSignature("The bearer is not the events_token of this connection.")
        return Accepted(
            key=events.key(events.message(delivery.body)), body=delivery.body
        )

    def understand(self, body: bytes) -> tuple[News, ...]:
        """Who came and who went; the end of a room tells of all who were in it."""
        return events.news(events.message(body))

    async def examine(self) -> tuple[Finding, ...]:
        """Whether the server shows rooms, lets people in by our tokens and by nothing
        else, has the right time, and what it has to be told.
        """
        return await examine(self)


def make(settings: Settings, around: Around) -> JitsiProvider:
    """The provider of a connection. Raises ``UnusableSetting``."""
    url = server(settings, "url")
    parts = urlsplit(url)
    if parts.path:
        text = "Write the address of the server alone: https://meet.example.org."
        raise UnusableSetting("url", text)
    app = needed(settings, "app_id", "Write the app_id of Prosody.")
    return JitsiProvider(
        url=url,
        app=app,
        domain=_domain(settings.get("domain", "") or parts.hostname or ""),
        signing=_signing(settings),
        around=around,
        events_token=_events_token(settings),
    )


def _domain(name: str) -> str:
    domain = name.strip().lower()
    if not _HOST.fullmatch(domain):
        text = "Write the domain of Prosody's VirtualHost, or leave it out when that is the host of url."
        raise UnusableSetting("domain", text)
    return domain


def _signing(settings: Settings) -> Signing:
    secret, file = (
        settings.get(key, "").strip() for key in ("secret", "private_key_file")
    )
    if bool(secret) == bool(file):
        raise UnusableSetting(
            "secret",
            "Write either secret (the app_secret of Prosody) or private_key_file (a "
            "key whose public half Prosody fetches here).",
        )
    key = "secret" if secret else "private_key_file"
    try:
        return by_secret(secret) if secret else by_key_file(Path(file))
    except UnusableKey as error:
        raise UnusableSetting(key, str(error)) from error


def _events_token(settings: Settings) -> str:
    token = settings.get("events_token", "").strip()
    fits = token.isascii() and token.isprintable() and " " not in token
    if token and not (fits and len(token) >= _SHORTEST_TOKEN):
        raise UnusableSetting(
            "events_token",
            f"It has to have {_SHORTEST_TOKEN} characters at least, without blanks: "
            "openssl rand -hex 32 prints one.",
        )
    return token


def _same(given: str, expected: str) -> bool:
    """In a time that says nothing of where they differ."""
    raw = given.encode("utf-8", "surrogatepass")
    return hmac.compare_digest(raw, expected.encode())
