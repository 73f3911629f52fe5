"""From the settings of a named connection to a provider."""

from collections.abc import Callable, Mapping

from integrations.errors import Rejected
from integrations.video.link import checked, link
from integrations.video.provider import VideoProvider

_Make = Callable[[Mapping[str, str], str], VideoProvider]

_ANY = "https://room.invalid/"


class UnusableSetting(Rejected):
    """A setting of a connection, named by ``key``, with which no room can be had."""

    def __init__(self, key: str, text: str) -> None:
        super().__init__(text)
        self.key = key


def check(connection: Mapping[str, str]) -> None:
    """Raise ``UnusableSetting`` if no room can be had on ``connection``, whatever
    its address.
    """
    choose(connection, address="" if connection.get("url") else _ANY)


def choose(connection: Mapping[str, str], *, address: str = "") -> VideoProvider:
    """The room at ``address`` on ``connection``.

    ``connection`` holds the provider's name under ``provider`` (``link`` when
    missing: a connection may also be empty) and the provider's own settings,
    keys in lower case. Raises ``Rejected``, which says what is missing;
    ``UnusableSetting`` where one of the settings is wrong.
    """
    name = connection.get("provider", "link").lower()
    if (make := _PROVIDERS.get(name)) is None:
        known = ", ".join(sorted(_PROVIDERS))
        text = f"There is no video provider {name!r}. Known: {known}."
        raise UnusableSetting("provider", text)
    return make(connection, address)


def _link(connection: Mapping[str, str], address: str) -> VideoProvider:
    """The room's own address, else the one that the connection names.

    ``presence=page``: people keep our page open beside the room.
    """
    wanted = address or connection.get("url", "")
    if not wanted:
        raise Rejected(
            "A connection with provider=link needs the address of the room: set "
            "its url, or give the room one."
        )
    presence = connection.get("presence", "none").lower()
    if presence not in ("none", "page"):
        raise UnusableSetting(
            "presence",
            f"presence={presence} means nothing for provider=link: write page when "
            "people keep our page open beside the room, else leave it out.",
        )
    if not address:
        _check_own(wanted)
    return link(wanted, beside=presence == "page")


def _check_own(url: str) -> None:
    """Have an address that the connection names refused by the name of its key."""
    try:
        checked(url)
    except Rejected as error:
        raise UnusableSetting("url", str(error)) from error


_PROVIDERS: Mapping[str, _Make] = {"link": _link}
