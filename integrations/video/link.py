"""A room of which only the address is known: any product, no account."""

import re
import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from integrations.errors import BadSignature, Rejected
from integrations.video.events import News, Recording
from integrations.video.provider import (
    Accepted,
    Capabilities,
    Delivery,
    Entry,
    Finding,
    Guest,
    Participant,
    Place,
)

# 160 random bits where 128 would do: an open Jitsi server lets in whoever can
# name the room.
_ROOM_BYTES = 20
_LONGEST = 2000
_HTTPS = 443

# Commas, semicolons and blanks end an address in calendars and in mails; the
# others are no part of an address (RFC 3986). Letters beyond ASCII must come
# percent-encoded, as the browser's address bar gives them.
_UNFIT = re.compile(r"[^\x21-\x7e]|[,;\"<>\\^`{|}]")


@dataclass(frozen=True, slots=True)
class LinkProvider:
    """Rooms at addresses that were named: the same for every guest.

    ``address`` is that of every room that has none of its own. ``beside``: the
    operator says that people keep our page open beside the room.
    """

    address: str = field(default="", repr=False)
    beside: bool = False

    @property
    def capabilities(self) -> Capabilities:
        """The service sees nobody come or go and can put nobody out."""
        return Capabilities(beside=self.beside)

    @property
    def published(self) -> Mapping[str, bytes]:
        """Nothing."""
        return {}

    def leads(self, place: Place) -> bool:
        """Whether the room, or the connection, has an address."""
        return bool(place.address or self.address)

    async def ensure(self, place: Place) -> str:
        """The room is somebody else's: it is there, or it is not."""
        return ""

    async def entry(self, place: Place, guest: Guest) -> Entry:
        """The address as it was given; ``guest`` is told to nobody."""
        if not self.leads(place):
            raise Rejected("The room needs an address: give it one.")
        return Entry(url=place.address or self.address)

    async def let_speak(self, place: Place, guest: str, *, speaks: bool) -> None:
        """Nothing: only its own server could."""

    async def remove(self, place: Place, guest: Guest) -> None:
        """Nothing: only its own server could."""

    async def end(self, place: Place) -> None:
        """Nothing: only its own server could."""

    async def participants(self, place: Place) -> tuple[Participant, ...]:
        """Nobody: there is no server to ask."""
        return ()

    async def start_recording(self, place: Place) -> str:
        """Raises ``Rejected``: there is no server to ask."""
        raise Rejected("A room of which only the address is known cannot be recorded.")

    async def stop_recording(self, place: Place, recording: str) -> None:
        """Nothing was started."""

    async def recordings(self, place: Place) -> tuple[Recording, ...]:
        """None: there is no server to ask."""
        return ()

    async def open_recording(self, recording: Recording) -> AsyncIterator[bytes]:
        """Raises ``Rejected``: there are none."""
        raise Rejected("A room of which only the address is known has no recordings.")
        yield b""

    def accept(self, delivery: Delivery) -> Accepted:
        """Raises ``BadSignature``: an address tells nothing."""
        raise BadSignature("A connection with provider=link is told nothing.")

    def understand(self, body: bytes) -> tuple[News, ...]:
        """Nothing."""
        return ()

    async def examine(self) -> tuple[Finding, ...]:
        """Nothing can lack: the address is an organiser's."""
        return ()


def checked(address: str, *, of: str = "room", own: str = "") -> str:
    """``address``, byte for byte, if a room (or whatever it is the address ``of``)
    can be given by it.

    Raises ``Rejected``, which says what to write instead, for anything but an
    https address with a host, without a user name, that calendars can carry, and
    for one of the service at ``own``: a personal link would be everybody's.
    """
    if len(address) > _LONGEST:
        raise Rejected(f"The address of a {of} has at most {_LONGEST} characters.")
    if (unfit := _UNFIT.search(address)) is not None:
        raise Rejected(
            f"The address of a {of} cannot hold {unfit[0]!a} (character "
            f"{unfit.start() + 1}). Copy it from the browser's address bar; a "
            "comma is written %2C, a semicolon %3B, a blank %20."
        )
    parts = _split(address, of)
    if parts.scheme != "https":
        raise Rejected(f"Write the whole address of the {of}, with https:// first.")
    if not parts.hostname:
        raise Rejected(f"The address of a {of} names a server: https://server/{of}.")
    if "@" in parts.netloc:
        raise Rejected(
            f"The address of a {of} holds no user name or password: everybody who "
            f"follows it would read them. Use the public link of the {of}."
        )
    if own and _server(parts) == _server(urlsplit(own)):
        raise Rejected(
            f"This address leads to this service itself, not to a {of}. Do not pass "
            "personal links on: whoever has one counts as its owner."
        )
    return address


def unguessable_room(*, host: str = "meet.jit.si") -> str:
    """Address of a new room on an open Jitsi server, with 160 random bits."""
    return f"https://{host}/{secrets.token_hex(_ROOM_BYTES)}"


def _server(parts: SplitResult) -> tuple[str, int]:
    """Host and port; a service told as http is reached by https as well."""
    return (parts.hostname or "").rstrip("."), parts.port or _HTTPS


def _split(address: str, of: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        _ = parts.port  # raises where the port is no number
    except ValueError as error:
        raise Rejected(
            f"The server in the address of the {of} cannot be understood. Copy the "
            "address from the browser's address bar."
        ) from error
    return parts
