"""Programmes from files: a meeting page, the project's YAML, pretalx, frab.

Pure functions from text to a ``Reading``; every complaint names its line.
"""

import json
import re
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from orchestrator.programme.importers.decoding import decode
from orchestrator.programme.importers.errors import UnreadableProgramme
from orchestrator.programme.importers.frab import read_frab
from orchestrator.programme.importers.page import read_page
from orchestrator.programme.importers.pretalx import read_pretalx
from orchestrator.programme.importers.yaml import read_yaml
from orchestrator.programme.model import Reading

__all__ = ["FORMATS", "UnreadableProgramme", "decode", "format_of", "read"]

_READERS = {
    "page": read_page,
    "yaml": read_yaml,
    "pretalx": read_pretalx,
    "frab": read_frab,
}
FORMATS = ("auto", *_READERS)
"""What ``--format`` accepts."""

_ENDINGS = {
    ".md": "page",
    ".markdown": "page",
    ".html": "page",
    ".htm": "page",
    ".xhtml": "page",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".json": "pretalx",
}
_FRAB = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<schedule\b", re.DOTALL)
_YAML_KEY = re.compile(
    r"^(?:title|slug|zone|language|date|place|sessions|talks|themes|organisers|invited)"
    r"\s*:",
    re.MULTILINE,
)
_FEWEST_KEYS = 2
# "# …" alone begins a heading on a page and a comment in YAML; "---" twice
# encloses the head of a Markdown page.
_PAGE_MARK = re.compile(r"^#{2,6}[ \t]+\S|^\*\*|^\||</\w+>|\n---\n", re.MULTILINE)
_HEAD = 20_000
"""Characters looked at to tell the formats apart."""


def read(
    text: bytes | str,
    *,
    format: str = "auto",  # noqa: A002 -- the name of the command's option
    name: str = "",
    zone: str = "Europe/Paris",
) -> Reading:
    """The programme in ``text``; ``name`` (of a file or URL) helps to tell the format.

    ``zone`` (IANA) is that of a source which names none. Raises
    ``UnreadableProgramme``, with the line where there is one.
    """
    source = decode(text) if isinstance(text, bytes) else text
    chosen = format_of(source, name=name) if format == "auto" else format
    if (reader := _READERS.get(chosen)) is None:
        raise UnreadableProgramme(
            f"“{chosen}” is no format; choose one of {', '.join(FORMATS)}."
        )
    return reader(source, zone=zone)


def format_of(text: str, *, name: str = "") -> str:
    """Which format ``text`` is in: by its content, else by the ending of ``name``."""
    head = text.removeprefix("\ufeff")[:_HEAD]
    if _FRAB.match(head):
        return "frab"
    if head.lstrip().startswith("{") and _is_json(text):
        return "pretalx"
    ending = PurePosixPath(urlsplit(name).path).suffix.lower() if name else ""
    if ending in _ENDINGS:
        return _ENDINGS[ending]
    keys = len(_YAML_KEY.findall(head))
    return "yaml" if keys >= _FEWEST_KEYS and not _PAGE_MARK.search(head) else "page"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
