"""From the settings of a named connection to a provider."""

from collections.abc import Callable, Mapping

from integrations.errors import Rejected
from integrations.video.bigbluebutton.provider import make as _bigbluebutton
from integrations.video.jitsi.provider import make as _jitsi
from integrations.video.link import LinkProvider, checked
from integrations.video.livekit.provider import make as _livekit
from integrations.video.provider import VideoProvider
from integrations.video.setup import Around, Settings, UnusableSetting
from integrations.video.zoom.connect import make as _zoom


def choose(settings: Settings, around: Around) -> VideoProvider:
    """The provider of a connection; ``link`` where none is named. Asks nobody.

    Raises ``UnusableSetting``, which says what is missing or wrong.
    """
    name = settings.get("provider", "link").lower()
    if (make := _PROVIDERS.get(name)) is None:
        known = ", ".join(sorted(_PROVIDERS))
        text = f"There is no video provider {name!r}. Known: {known}."
        raise UnusableSetting("provider", text)
    return make(settings, around)


def _link(settings: Settings, around: Around) -> VideoProvider:
    """``presence=page``: people keep our page open beside the room."""
    presence = settings.get("presence", "none").lower()
    if presence not in ("none", "page"):
        raise UnusableSetting(
            "presence",
            f"presence={presence} means nothing for provider=link: write page when "
            "people keep our page open beside the room, else leave it out.",
        )
    address = settings.get("url", "")
    if address:
        try:
            checked(address, own=around.callback)
        except Rejected as error:
            raise UnusableSetting("url", str(error)) from error
    return LinkProvider(address, beside=presence == "page")


_PROVIDERS: Mapping[str, Callable[[Settings, Around], VideoProvider]] = {
    "bigbluebutton": _bigbluebutton,
    "jitsi": _jitsi,
    "link": _link,
    "livekit": _livekit,
    "zoom": _zoom,
}
