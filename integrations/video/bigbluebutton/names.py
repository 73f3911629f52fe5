"""Titles and names as the server takes them, and text as a database does."""

import re

from integrations.video.provider import Place

_LONGEST_TITLE, _LONGEST_NAME = 64, 120
# Neither PostgreSQL nor XML takes all of them.
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def plain(text: str, longest: int = 1000) -> str:
    """``text`` in one line without control characters, in at most ``longest``
    UTF-16 units, as Java counts characters.
    """
    words = " ".join(_UNFIT.sub(" ", text).split())
    units = words.encode("utf-16-le")[: 2 * longest]
    return units.decode("utf-16-le", errors="ignore").strip()


def meeting_name(place: Place) -> str:
    """The title as the server takes it: 2 to 64 characters, none of them a comma."""
    name = plain(place.title.replace(",", " –"), _LONGEST_TITLE)
    return name if len(name) > 1 else plain(f"{name} {place.name}", _LONGEST_TITLE)


def full_name(name: str, *, otherwise: str) -> str:
    """The name that others see. The straight apostrophe becomes the typographic
    one: a browser would encode it, and the checksum no longer hold.
    """
    return plain(name.replace("'", "’"), _LONGEST_NAME) or otherwise


def file_name(name: str) -> str:
    """The name of a file of slides; its ending is how the server knows what it is."""
    stem, dot, ending = plain(name).rpartition(".")
    return f"{plain(stem, _LONGEST_NAME)}{dot}{ending}"
