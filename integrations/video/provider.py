"""What the service needs from a video-conference system, and no more.

A provider is one connection: an account, or a server with its key. Each method is
told the room (``Place``) and, where it is about one, the person (``Guest``). It
remembers nothing that must last: what it has to find again it hands over to be kept.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from integrations.video.events import News, Recording


class Role(StrEnum):
    """Role in the room; the words of the iCalendar ROLE parameter."""

    CHAIR = "chair"
    PARTICIPANT = "participant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Slides to show in the room, fetched by the provider from ``url`` (https)."""

    url: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A room, as the service knows it.

    ``name`` is lower-case letters and digits, unguessable, the same for ever; what
    providers tell names the room by it, or by ``reference``: the provider's own
    name, which ``ensure`` gave, empty before that. ``address`` is that of the room
    where an organiser named one. ``capacity`` is how many people it holds.
    ``slides`` are those of its talks, in their order. ``home`` is
    our page, where people go when they leave.
    """

    name: str
    title: str
    capacity: int
    reference: str = ""
    address: str = field(default="", repr=False)
    slides: tuple[Document, ...] = ()
    home: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """The person to be let in.

    ``id`` is opaque (never a mail address); ``name`` is what others will see.
    ``speaks``: he has the floor now, which a chair always has. ``kept`` is what the
    provider gave the last time to be kept of him, empty before that.
    """

    id: str
    name: str
    role: Role = Role.PARTICIPANT
    speaks: bool = False
    language: str = ""
    kept: str = field(default="", repr=False)


class How(StrEnum):
    """How a browser gets into a room."""

    ADDRESS = "address"
    """It goes to the address, in a page of its own."""
    LIVEKIT = "livekit"
    """Our page connects to the address with the token, by livekit-client."""
    JITSI = "jitsi"
    """Our page shows the address's frame, which takes the token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The way in for one guest: a bearer secret, to be shown to nobody else.

    ``room`` is the provider's name of the room where ``url`` is only a server.
    ``kept`` is to be kept of the guest, and given back with him.
    """

    url: str = field(repr=False)
    how: How = How.ADDRESS
    token: str = field(default="", repr=False)
    room: str = ""
    kept: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Somebody who is in the room.

    ``id`` is that of the guest who was let in, or the provider's own for people
    who came another way. Where it does not tell which, ``mark`` is a piece of what was
    kept of the guest (``keeps``), and of nobody else in the room.
    ``name`` is empty where the provider tells none.
    ``speaks`` is whether the provider lets him speak, None where it does not tell.
    """

    id: str
    name: str = ""
    mark: str = field(default="", repr=False)
    speaks: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a provider can do beyond letting people in.

    ``presence``: it tells who is in the room, so seats and attendance are
    measured; without it a seat is held until its holder leaves or the doors
    close, and attendance is estimated. ``beside``: people keep our page open
    beside the room, or the room is shown in it, so that the page's own signs of
    life tell. ``stage``: it takes the right to speak from the service.
    ``removal``: it puts a person out. ``recording``: it records when told to.
    ``embedded``: the room is shown in our page. ``listing``: it can be asked who is
    in the room; ``polled``: it tells by nothing else. ``keeps``: it gives something to
    be kept of each guest. ``slides``: it fetches those of ``Place`` when it opens the
    room.
    ``how`` is how its entries lead in; ``origin`` where our page then reaches the
    room (``wss://host`` or ``https://host``), for the page's policy, empty where a
    page of its own is opened.
    """

    presence: bool = False
    listing: bool = False
    polled: bool = False
    beside: bool = False
    stage: bool = False
    removal: bool = False
    recording: bool = False
    embedded: bool = False
    keeps: bool = False
    slides: bool = False
    how: How = How.ADDRESS
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A request that claims to come from the provider.

    ``body`` are the raw bytes. The names of ``headers`` are lower-case. ``url`` is the
    address as the provider was told it, with the query that came. ``received`` is
    the service's time: a moment by which a signature's age is judged.
    """

    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    url: str = field(repr=False)
    received: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A delivery that is the provider's.

    ``key`` is its own of what it tells: what is told again has the same. ``body`` is
    what ``understand`` reads; ``reply`` a JSON text that the provider waits for,
    empty where it wants none. ``momentary``: only the reply matters.
    """

    key: str
    body: bytes = field(repr=False)
    reply: bytes = b""
    momentary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that the set-up of a connection needs: whether it is there, and what
    to do where it is not (English).
    """

    what: str
    good: bool
    advice: str = ""


class VideoProvider(Protocol):
    """One connection. Every method that asks a server raises ``Unreachable`` when it
    does not answer in time or is overloaded, and ``Rejected`` when it refuses.
    """

    @property
    def capabilities(self) -> Capabilities:
        """What pages may offer and what figures are worth."""
        ...

    @property
    def published(self) -> Mapping[str, bytes]:
        """Files that the provider's server fetches from us, by their names; public."""
        ...

    def leads(self, place: Place) -> bool:
        """Whether people can be led into ``place``: it lacks no address."""
        ...

    async def ensure(self, place: Place) -> str:
        """Have the room at the provider; its own name of it, empty where it uses ours.

        Called again it changes nothing.
        """
        ...

    async def entry(self, place: Place, guest: Guest) -> Entry:
        """What lets ``guest`` in without typing anything; has the room as ``ensure``.

        Ask for it when the holder of a seat presses, show it to nobody else, put it
        in no mail and no calendar. Raises ``Gone`` where the room of ``reference`` is
        there no more: ``ensure`` without a reference makes another.
        """
        ...

    async def let_speak(self, place: Place, guest: str, *, speaks: bool) -> None:
        """Put the guest of that id on stage, or take him off it (``stage``).

        Nothing happens where he is not in the room.
        """
        ...

    async def remove(self, place: Place, guest: Guest) -> None:
        """Put ``guest`` out, if he is in (``removal``); he may come again unless
        ``entry`` is refused him.
        """
        ...

    async def end(self, place: Place) -> None:
        """Put everybody out and close the room, if it is there."""
        ...

    async def participants(self, place: Place) -> tuple[Participant, ...]:
        """Who is in the room now; one person may be there more than once.

        It means something only with the capability ``listing``: nobody is listed
        without it.
        """
        ...

    async def start_recording(self, place: Place) -> str:
        """Begin to record (``recording``); the provider's id of the recording, another
        for each, or empty where it has none before the file is there.
        """
        ...

    async def stop_recording(self, place: Place, recording: str) -> None:
        """Stop; the file is told of by ``Recorded``, or listed, when it is there."""
        ...

    async def recordings(self, place: Place) -> tuple[Recording, ...]:
        """What was recorded in the room, also by people's own press, oldest first."""
        ...

    def open_recording(self, recording: Recording) -> AsyncIterator[bytes]:
        """The content of a recording that is ready, in pieces."""
        ...

    def accept(self, delivery: Delivery) -> Accepted:
        """Whether ``delivery`` is the provider's; works on the raw bytes.

        Raises ``BadSignature`` if it is not, or too old to be believed, and
        ``Rejected`` when it is but nothing can be read in it.
        """
        ...

    def understand(self, body: bytes) -> tuple[News, ...]:
        """What an accepted ``body`` tells, in its order; nothing for kinds that mean
        nothing here. Raises ``Rejected`` for what should mean something and does not.
        """
        ...

    async def examine(self) -> tuple[Finding, ...]:
        """What the set-up has and lacks, asked of the server; raises nothing."""
        ...
