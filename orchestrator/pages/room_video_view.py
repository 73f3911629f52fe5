"""The way from the room page into the video room."""

from dataclasses import dataclass, field
from enum import StrEnum

from integrations.video.hosts import product
from integrations.video.provider import Capabilities, How
from orchestrator.pages.room_stage_view import room_query
from orchestrator.rooms.model import Room


class Show(StrEnum):
    """How the page leads there."""

    NOTHING = ""
    """The organisers have not connected the video room yet."""
    LINK = "link"
    """A link to an address that is the same for everybody."""
    PRESS = "press"
    """A button; each press makes an address for this person."""
    LIVEKIT = "livekit"
    """The page is in the room itself, by livekit-client."""
    JITSI = "jitsi"
    """The page shows the room in a frame."""


_BY_HOW = {How.ADDRESS: Show.PRESS, How.LIVEKIT: Show.LIVEKIT, How.JITSI: Show.JITSI}


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoView:
    """What the holder of a seat is shown of the video room.

    ``href`` is where the link leads, the form goes, or the script asks for the way
    in. ``mark`` is another one when the room has moved. ``fallback`` is where people
    go while the provider does not answer, ``origin`` what the page reaches.
    ``chairs``: he may always speak. ``product`` is what people look for among their
    windows, empty where it is not known.
    """

    show: Show = Show.NOTHING
    href: str = field(default="", repr=False)
    mark: str = ""
    fallback: str = field(default="", repr=False)
    origin: str = ""
    chairs: bool = False
    product: str = ""

    @property
    def embedded(self) -> bool:
        """Whether the room is in the page itself."""
        return self.show in (Show.LIVEKIT, Show.JITSI)


NO_VIDEO = VideoView()


def video_view(
    slug: str,
    room: Room,
    can: Capabilities,
    *,
    asked: str | None = None,
    chairs: bool = False,
) -> VideoView:
    """The way into ``room``, called ``asked`` in addresses (None: the only one)."""
    show, query = _BY_HOW[can.how], room_query(asked)
    page, api = (
        f"/e/{slug}/room/video{query}",
        f"/api/v1/events/{slug}/seat/video{query}",
    )
    return VideoView(
        show=show,
        href=page if show is Show.PRESS else api,
        mark=room.mark,
        fallback=room.fallback,
        origin=can.origin,
        chairs=chairs,
    )


def link_view(room: Room, address: str) -> VideoView:
    """A plain link to ``address``."""
    name = product(address)
    return VideoView(show=Show.LINK, href=address, mark=room.mark, product=name)
