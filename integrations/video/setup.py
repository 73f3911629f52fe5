"""Settings of a connection, and what every provider is given beside them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from integrations.errors import Rejected
from integrations.http import Wire

Settings = Mapping[str, str]
"""A connection: ``provider`` and the provider's own settings, keys in lower case."""


@dataclass(frozen=True, slots=True)
class Around:
    """What providers are given besides their settings.

    ``wire`` reaches their servers; ``callback`` is the address at which theirs reach
    us (no slash at the end); ``clock`` tells the present, aware and in UTC.
    """

    wire: Wire
    callback: str
    clock: Callable[[], datetime]


class UnusableSetting(Rejected):
    """A setting of a connection, named by ``key``, with which no room can be had."""

    def __init__(self, key: str, text: str) -> None:
        super().__init__(text)
        self.key = key


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


def origin_of(url: str) -> str:
    """Scheme, host and port of an address that ``server`` gave."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
