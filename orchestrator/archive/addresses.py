"""Addresses of decks and recordings that are kept elsewhere.

They are shown as links and never fetched: what is behind one today may be
something else tomorrow, and a server that fetches what it is told can be made
to fetch from its own network.
"""

import ipaddress
import re
from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

from orchestrator.archive.errors import UnusableLink

_LONGEST = 2000
_UNFIT = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\"<>\\^`{|}]")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(?!\d+(?:[/?#]|$))", re.I)
_PLAYABLE = (".mp4", ".webm")


def linked(text: str) -> str:
    """``text`` as an address that readers can open; https when it names no scheme.

    Raises ``UnusableLink`` for another scheme than http and https, a user
    name, a blank, or a server that only this machine or its network knows.
    """
    address = text.strip()
    if len(address) > _LONGEST:
        raise UnusableLink(f"An address has at most {_LONGEST} characters.")
    if (unfit := _UNFIT.search(address)) is not None:
        raise UnusableLink(
            f"An address cannot hold {unfit[0]!a}. Copy it from the browser's "
            "address bar."
        )
    parts = _split(_with_scheme(address))
    if parts.scheme not in ("http", "https"):
        raise UnusableLink("Give an address that begins with https://, or a file.")
    if "@" in parts.netloc:
        raise UnusableLink(
            "Take the user name and the password out of the address: every reader "
            "would see them."
        )
    if not _is_public(parts.hostname or ""):
        raise UnusableLink(
            f"Readers cannot open {parts.hostname or 'an address without a server'}. "
            "Give the public address, or attach the file itself."
        )
    return parts.geturl()


def playable_origin(address: str, hosts: Collection[str]) -> str:
    """The origin from which a page may play ``address``; empty for a plain link.

    It must be a video file by its name, over https, at one of ``hosts``.
    """
    parts = urlsplit(address)
    known = parts.scheme == "https" and parts.hostname in hosts
    if known and parts.path.lower().endswith(_PLAYABLE):
        return f"https://{parts.netloc}"
    return ""


def _with_scheme(address: str) -> str:
    if address.startswith("//"):
        return f"https:{address}"
    return address if _SCHEME.match(address) else f"https://{address}"


def _split(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        _ = parts.port  # raises where the port is no number
    except ValueError as error:
        raise UnusableLink(
            "The server in the address cannot be understood. Copy the address from "
            "the browser's address bar."
        ) from error
    return parts


def _is_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        # A name without a dot is this machine, its network, or a number in
        # disguise; the last part of a public name is never a number.
        last = host.rstrip(".").rpartition(".")
        inside = last[2].lower() in ("localhost", "local", "internal", "lan")
        return bool(last[0]) and not last[2][:1].isdigit() and not inside
