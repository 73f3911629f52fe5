"""A room of which only the address is known: any product, no account."""

import re
import secrets
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from integrations.errors import Rejected
from integrations.video.provider import Capabilities, Guest, Participant

# 160 random bits where 128 would do: an open Jitsi server lets in whoever can
# name the room.
_ROOM_BYTES = 20
_LONGEST = 2000

# Commas, semicolons and blanks end an address in calendars and in mails; the
# others are no part of an address (RFC 3986). Letters beyond ASCII must come
# percent-encoded, as the browser's address bar gives them.
_UNFIT = re.compile(r"[^\x21-\x7e]|[,;\"<>\\^`{|}]")


@dataclass(frozen=True, slots=True)
class LinkProvider:
    """The same address for every guest; build it with ``link``.

    ``beside``: the operator says that people keep our page open beside the room,
    or that the room is shown in it.
    """

    address: str = field(repr=False)
    beside: bool = False

    @property
    def capabilities(self) -> Capabilities:
        """The service sees nobody come or go and can put nobody out."""
        return Capabilities(beside=self.beside)

    async def entry(self, guest: Guest) -> str:
        """The address as it was given; ``guest`` is told to nobody."""
        return self.address

    async def remove(self, guest: str) -> None:
        """Nothing: only its own server could."""

    async def participants(self) -> tuple[Participant, ...]:
        """Nobody: there is no server to ask."""
        return ()


def link(address: str, *, beside: bool = False) -> LinkProvider:
    """A room at ``address``. Raises ``Rejected`` as ``checked`` does."""
    return LinkProvider(checked(address), beside)


def checked(address: str, *, of: str = "room") -> str:
    """``address``, byte for byte, if a room (or whatever it is the address ``of``)
    can be given by it.

    Raises ``Rejected``, which says what to write instead, for anything but an
    https address with a host, without a user name, that calendars can carry.
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
    return address


def unguessable_room(*, host: str = "meet.jit.si") -> str:
    """Address of a new room on an open Jitsi server, with 160 random bits."""
    return f"https://{host}/{secrets.token_hex(_ROOM_BYTES)}"


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
