"""From the settings of a named connection to a provider."""

from collections.abc import Callable, Mapping

from integrations.errors import Rejected
from integrations.video.link import link
from integrations.video.provider import VideoProvider

_Make = Callable[[Mapping[str, str], str], VideoProvider]


def choose(connection: Mapping[str, str], *, address: str = "") -> VideoProvider:
    """The room at ``address`` on ``connection``.

    ``connection`` holds the provider's name under ``provider`` (``link`` when
    missing: a connection may also be empty) and the provider's own settings,
    keys in lower case. Raises ``Rejected``, which says what is missing.
    """
    name = connection.get("provider", "link").lower()
    if (make := _PROVIDERS.get(name)) is None:
        known = ", ".join(sorted(_PROVIDERS))
        raise Rejected(f"There is no video provider {name!r}. Known: {known}.")
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
        raise Rejected(
            f"presence={presence} means nothing for provider=link: write page when "
            "people keep our page open beside the room, else leave it out."
        )
    return link(wanted, beside=presence == "page")


_PROVIDERS: Mapping[str, _Make] = {"link": _link}
