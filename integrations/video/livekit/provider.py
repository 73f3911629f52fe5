"""A LiveKit server: who is let in is in the token, what happens comes by webhook."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from integrations.errors import Rejected
from integrations.storage.blobs import BadStorageAddress
from integrations.video.events import News, Recording
from integrations.video.livekit import told, webhooks
from integrations.video.livekit.egress import Recorder, Store, store
from integrations.video.livekit.examine import examine
from integrations.video.livekit.tokens import (
    EMPTY_FOR,
    LEFT_FOR,
    ApiKey,
    entry_token,
    most,
    permission,
)
from integrations.video.livekit.twirp import NOT_FOUND, Api, unless
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

_SHORTEST_SECRET = 32

# Less than LEFT_FOR: a room that was there when it was looked for is there as long
# as this, also where the server opens none by itself (`room.auto_create: false`).
_FRESH = 60.0


@dataclass(eq=False)
class LiveKitProvider:
    """``url`` is where browsers connect, wss://host."""

    url: str
    api: Api
    recorder: Recorder | None = None
    _opened: dict[str, float] = field(default_factory=dict, repr=False)
    _opening: dict[str, asyncio.Task[None]] = field(default_factory=dict, repr=False)

    @cached_property
    def capabilities(self) -> Capabilities:
        """Everything, and recording where there is a store for it.

        Told once: it is asked for at every way in.
        """
        return Capabilities(
            presence=True,
            listing=True,
            beside=True,
            stage=True,
            removal=True,
            recording=self.recorder is not None,
            embedded=True,
            how=How.LIVEKIT,
            origin=origin_of(self.url),
        )

    @property
    def published(self) -> Mapping[str, bytes]:
        """Nothing."""
        return {}

    def leads(self, place: Place) -> bool:
        """Always: rooms need no address of their own."""
        return True

    async def ensure(self, place: Place) -> str:
        """Open the room with its limit, which an open one keeps as it was."""
        await self.api.rooms(
            "CreateRoom",
            {"roomCreate": True},
            name=place.name,
            max_participants=most(place),
            empty_timeout=int(EMPTY_FOR.total_seconds()),
            departure_timeout=int(LEFT_FOR.total_seconds()),
            metadata=place.title,
        )
        self._opened[place.name] = time.monotonic() + _FRESH
        return ""

    async def entry(self, place: Place, guest: Guest) -> Entry:
        """A token for our page. The server is asked once a minute for each room."""
        await self._have(place)
        return Entry(
            url=self.url,
            how=How.LIVEKIT,
            token=entry_token(self.api.key, place, guest),
            room=place.name,
        )

    async def _have(self, place: Place) -> None:
        """Have the room, asking once for all who come meanwhile."""
        if time.monotonic() < self._opened.get(place.name, 0):
            return
        if (task := self._opening.get(place.name)) is None:
            task = asyncio.create_task(self._open(place))
            self._opening[place.name] = task
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
        await asyncio.shield(task)

    async def _open(self, place: Place) -> None:
        try:
            await self.ensure(place)
        finally:
            del self._opening[place.name]

    async def let_speak(self, place: Place, guest: str, *, speaks: bool) -> None:
        """Give or take the right to publish; what he shows ends when it is taken."""
        with unless(NOT_FOUND):
            await self.api.rooms(
                "UpdateParticipant",
                _over(place),
                room=place.name,
                identity=guest,
                permission=permission(speaks=speaks),
            )

    async def remove(self, place: Place, guest: Guest) -> None:
        """Put him out. His token stays good until it expires: see what comes in."""
        with unless(NOT_FOUND):
            await self.api.rooms(
                "RemoveParticipant", _over(place), room=place.name, identity=guest.id
            )

    async def end(self, place: Place) -> None:
        """Put all out; who has a token that has not expired may open it again."""
        self._opened.pop(place.name, None)
        with unless(NOT_FOUND):
            await self.api.rooms("DeleteRoom", {"roomCreate": True}, room=place.name)

    async def participants(self, place: Place) -> tuple[Participant, ...]:
        """The people; nobody where there is no such room."""
        with unless(NOT_FOUND):
            return told.present(
                await self.api.rooms("ListParticipants", _over(place), room=place.name)
            )
        return ()

    async def start_recording(self, place: Place) -> str:
        """Record the whole room into the store."""
        recorder = self._recorder()
        await self._have(place)
        return await recorder.start(place)

    async def stop_recording(self, place: Place, recording: str) -> None:
        """Nothing happens to one that has ended."""
        await self._recorder().stop(recording)

    async def recordings(self, place: Place) -> tuple[Recording, ...]:
        """Those of the last day or so; none where nothing can be recorded."""
        return await self.recorder.recordings(place) if self.recorder else ()

    async def open_recording(self, recording: Recording) -> AsyncIterator[bytes]:
        """The file, read from the store."""
        async for piece in self._recorder().open(recording):
            yield piece

    def accept(self, delivery: Delivery) -> Accepted:
        """By the server's signature over the hash of the body."""
        return webhooks.accept(self.api.key, delivery)

    def understand(self, body: bytes) -> tuple[News, ...]:
        """Who came and left, the end of the room, the state of a recording."""
        return webhooks.understand(body)

    async def examine(self) -> tuple[Finding, ...]:
        """Whether it answers, its clock, the key, and Egress where it is wanted."""
        return await examine(self.api, records=self.recorder is not None)

    def _recorder(self) -> Recorder:
        if self.recorder is None:
            raise Rejected("Name a store in the setting recordings to record.")
        return self.recorder


def _over(place: Place) -> dict[str, object]:
    return {"roomAdmin": True, "room": place.name}


def make(settings: Settings, around: Around) -> LiveKitProvider:
    """``url``, ``key``, ``secret``; ``api``, ``recordings``, ``recordings_path``."""
    url = server(settings, "url", schemes=("wss",))
    key = ApiKey(
        needed(settings, "key", "Write the name of an API key of the server."),
        _secret(settings),
        around.clock,
    )
    api = Api(around.wire, _api_address(settings, url), key)
    kept = _store(settings)
    return LiveKitProvider(url, api, Recorder(api, kept) if kept else None)


def _secret(settings: Settings) -> str:
    what = "Write the secret of the API key, at least 32 characters."
    secret = needed(settings, "secret", what)
    if len(secret) < _SHORTEST_SECRET:
        raise UnusableSetting("secret", f"It is too short to be kept. {what}")
    return secret


def _api_address(settings: Settings, url: str) -> str:
    """``api`` is for a server that we reach by another way than browsers do."""
    if not settings.get("api"):
        return "http" + url.removeprefix("ws")
    # Plain http is good inside the operator's own network.
    return server(settings, "api", schemes=("https", "http"))


def _store(settings: Settings) -> Store | None:
    address = settings.get("recordings", "")
    path = settings.get("recordings_path", "")
    if path and not address.startswith("file:"):
        text = "It is what Egress calls the folder of recordings=file:///…"
        raise UnusableSetting("recordings_path", text)
    if not address:
        return None
    try:
        return store(address, path)
    except BadStorageAddress as error:
        raise UnusableSetting("recordings", str(error)) from None
