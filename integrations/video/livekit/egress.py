"""Recording: LiveKit's Egress puts a file into a store, and we read it there.

LiveKit serves no downloads. It forgets a recording within a day or so, the store
does not.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from integrations.errors import Rejected
from integrations.storage.choose import folder
from integrations.storage.files import Files, files
from integrations.video.events import Recording
from integrations.video.livekit import told
from integrations.video.livekit.twirp import NOT_FOUND, NOT_NOW, Api, unless
from integrations.video.provider import Place

_LAYOUT = "speaker"


@dataclass(frozen=True, slots=True)
class Store:
    """Where Egress puts files, and where we find them.

    ``prefix`` stands before the name of a file in what Egress is told, and ends
    with a slash unless it is empty. ``upload`` is the field of the output that
    names a bucket and its keys; empty for a folder.
    """

    files: Files
    prefix: str
    upload: Mapping[str, Any] = field(default_factory=dict, repr=False)


def store(address: str, path: str = "") -> Store:
    """The store at an address as ``storage.choose`` reads it.

    ``path`` is what a folder is called on the machine of Egress, if it is not
    called the same there. Raises ``BadStorageAddress``.
    """
    found = files(address)
    parts = urlsplit(address)
    if parts.scheme == "file":
        here = path or folder(address).as_posix()
        return Store(found, here.rstrip("/") + "/")
    below = parts.path.strip("/")
    prefix = f"{below}/" if below else ""
    return Store(found, prefix, {"s3": _s3(parts.netloc, dict(parse_qsl(parts.query)))})


def _s3(bucket: str, settings: Mapping[str, str]) -> dict[str, Any]:
    """Without keys in the address Egress uses those of its own configuration."""
    ours = {
        "access_key": "access_key_id",
        "secret": "secret_access_key",
        "session_token": "session_token",
        "region": "region",
        "endpoint": "endpoint",
    }
    told = {name: settings[key] for name, key in ours.items() if settings.get(key)}
    # Named hosts for buckets are rare among those who run a store themselves.
    return {"bucket": bucket, "force_path_style": "endpoint" in told, **told}


@dataclass(frozen=True, slots=True)
class Recorder:
    """Records the whole room, as a person would see it."""

    api: Api
    store: Store

    async def start(self, place: Place) -> str:
        """The id of the egress. Sent once: twice would be two recordings."""
        begun = self.api.key.clock()
        name = f"{place.name}-{begun:%Y%m%dT%H%M%S}{begun.microsecond // 1000:03}.mp4"
        output = {
            "file_type": "MP4",
            "filepath": self.store.prefix + name,
            "disable_manifest": True,
            **self.store.upload,
        }
        answer = await self.api.egress(
            "StartRoomCompositeEgress",
            again=False,
            room_name=place.name,
            layout=_LAYOUT,
            file_outputs=[output],
        )
        return told.named(answer, "egress_id")

    async def stop(self, recording: str) -> None:
        """One that has ended, or is forgotten, needs none."""
        with unless(NOT_FOUND, NOT_NOW):
            await self.api.egress("StopEgress", egress_id=recording)

    async def recordings(self, place: Place) -> tuple[Recording, ...]:
        """Those that LiveKit still knows, oldest first."""
        answer = await self.api.egress("ListEgress", room_name=place.name)
        found = (told.recording(one) for one in told.each(answer, "items"))
        ours = [one for one in found if one is not None]
        return tuple(sorted(ours, key=_begun))

    async def open(self, recording: Recording) -> AsyncIterator[bytes]:
        """The file, from the store. Raises ``Rejected`` for one put elsewhere."""
        prefix = self.store.prefix
        if not recording.location.startswith(prefix) or recording.location == prefix:
            raise Rejected("The recording is not in the store that the setting names.")
        async for piece in self.store.files.open(
            recording.location.removeprefix(prefix)
        ):
            yield piece


def _begun(recording: Recording) -> float:
    """What has not begun yet is the newest."""
    return recording.started.timestamp() if recording.started else float("inf")
