"""The themes that a line lists: ``T1 – Name, T2 – Name``."""

import re

from orchestrator.programme.importers.inline import plain
from orchestrator.programme.model import Theme

_CODED = re.compile(r"\(?([A-Z]\d{0,2}|\d{1,2})\)?\s*[-–—:.)]\s+(\S.*)")
_BETWEEN = re.compile(
    r";|\n|(?:,|/|\bet\b|\band\b)\s*(?=\(?(?:[A-Z]\d{0,2}|\d{1,2})\)?\s*[-–—:]\s)"
)
"""A comma or "and" divides only before a code: the name of a theme may hold them."""


def themes_in(text: str, *, item: bool) -> list[Theme]:
    """The themes of a line; an item of a list is one unless it begins with a code."""
    coded = _CODED.match(plain(text)) is not None
    texts = [text] if item and not coded else _BETWEEN.split(text)
    return [_theme(plain(piece).strip(" .;")) for piece in texts]


def _theme(text: str) -> Theme:
    if found := _CODED.fullmatch(text):
        return Theme(code=found[1], name=found[2])
    return Theme(code="", name=text)
