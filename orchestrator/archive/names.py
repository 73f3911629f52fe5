"""Names of files: what a person sees and saves, never where a file is kept."""

import re
import unicodedata
from urllib.parse import quote

from orchestrator.archive.model import Format

_LONGEST = 120
"""Bytes of UTF-8; file systems take 255, and a path stands before it."""

# What some file system or shell reads as more than a letter of a name.
_RESERVED = re.compile(r'[<>:"|?*\\/%;`$&\']')
_BLANKS = re.compile(r"\s+")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.I)
# RFC 8187: attr-char, beyond letters and digits.
_UNQUOTED = "!#$&+-.^_`|~"


def display_name(given: str, of: Format) -> str:
    """``given`` made fit to be shown and saved, with the ending of its format.

    Its folders, control and invisible characters (right-to-left marks among
    them) and leading dots go; it is never longer than 120 bytes and never
    empty. The same name comes out when it is put in again.
    """
    name = re.split(r"[/\\]", _visible(given))[-1]
    name = _BLANKS.sub(" ", _RESERVED.sub("_", name))
    stem = _without_suffix(name, of.suffix)
    stem = _shortened(stem, _LONGEST - len(of.suffix)).strip(" .")
    if not stem:
        stem = of.kind.value
    if _DEVICES.match(stem):  # Windows opens a device whatever the ending
        stem = f"_{stem}"
    return stem + of.suffix


def content_disposition(name: str, *, inline: bool) -> str:
    """The header's value (RFC 6266): plain ASCII, and UTF-8 where they differ."""
    kind = "inline" if inline else "attachment"
    plain = _ascii(name)
    value = f'{kind}; filename="{plain}"'
    if plain == name:
        return value
    return f"{value}; filename*=UTF-8''{quote(name, safe=_UNQUOTED)}"


def _visible(text: str) -> str:
    """Composed (NFC), without control, format, unassigned and lone characters."""
    blank = (" " if char.isspace() else char for char in text)
    kept = (c for c in blank if not unicodedata.category(c).startswith("C"))
    return unicodedata.normalize("NFC", "".join(kept))


def _without_suffix(name: str, suffix: str) -> str:
    return name[: -len(suffix)] if name.lower().endswith(suffix) else name


def _shortened(text: str, most: int) -> str:
    return text.encode()[:most].decode(errors="ignore")


def _ascii(name: str) -> str:
    """Letters without their accents; ``_`` for what has no ASCII letter."""
    spread = unicodedata.normalize("NFKD", name)
    bare = "".join(c for c in spread if not unicodedata.combining(c))
    return re.sub(r'[^\x20-\x7e]|["\\%]', "_", bare)
