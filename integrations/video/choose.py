"""From the settings of a named connection to a provider."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from integrations.errors import Rejected
from integrations.http import Wire
from integrations.video.link import LinkProvider, checked
from integrations.video.provider import VideoProvider

Settings = Mapping[str, str]
"""A connection: ``provider`` and the provider's own settings, keys in lower case."""


@dataclass(frozen=True, slots=True)
class Around:
    """What providers are given besides their settings: how to reach their servers,
    the address at which theirs reach us (no slash at the end), and what tells the
    present moment, aware.
    """

    wire: Wire
    callback: str
    clock: Callable[[], datetime]


class UnusableSetting(Rejected):
    """A setting of a connection, named by ``key``, with which no room can be had."""

    def __init__(self, key: str, text: str) -> None:
        super().__init__(text)
        self.key = key


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


def needed(settings: Settings, key: str, what: str) -> str:
    """The setting ``key``. Raises ``UnusableSetting`` where it is missing, telling
    ``what`` to write.
    """
    if not (value := settings.get(key, "").strip()):
        raise UnusableSetting(key, f"It is missing. {what}")
    return value


def server(
    settings: Settings, key: str, *, schemes: tuple[str, ...] = ("https",)
) -> str:
    """The address of a server, without the slash at its end.

    Plain schemes (``http``, ``ws``) are for this machine only. Raises
    ``UnusableSetting``.
    """
    example = f"Write the address of the server: {schemes[0]}://video.example.org."
    value = needed(settings, key, example).rstrip("/")
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or "@" in parts.netloc or parts.query or parts.fragment:
        raise UnusableSetting(key, f"It is no address. {example}")
    local = host in ("localhost", "127.0.0.1", "::1")
    plain = tuple(scheme.removesuffix("s") for scheme in schemes) if local else ()
    if parts.scheme not in (*schemes, *plain):
        raise UnusableSetting(key, example)
    return value


def _link(settings: Settings, _around: Around) -> VideoProvider:
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
            checked(address)
        except Rejected as error:
            raise UnusableSetting("url", str(error)) from error
    return LinkProvider(address, beside=presence == "page")


def _jitsi(settings: Settings, around: Around) -> VideoProvider:
    from integrations.video.jitsi.provider import (  # noqa: PLC0415 -- slow import
        make,
    )

    return make(settings, around)


_PROVIDERS: Mapping[str, Callable[[Settings, Around], VideoProvider]] = {
    "jitsi": _jitsi,
    "link": _link,
}
