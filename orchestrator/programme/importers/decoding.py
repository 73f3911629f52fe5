"""Bytes of a page to text, whatever a French site or spreadsheet wrote."""

import codecs
import re

_MARKED = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w-]{2,20})""", re.I)
_HEAD = 2048
"""Bytes in which a page declares its encoding (HTML asks for the first 1024)."""


def decode(raw: bytes) -> str:
    """The text of ``raw``; never fails.

    A byte order mark decides; then UTF-8, since text in another encoding is
    hardly ever valid UTF-8 (a page that is served as UTF-8 may still declare
    the encoding it once had); then what the page declares; then Windows-1252;
    then Latin-1, which accepts every byte.
    """
    for mark, encoding in _MARKED:
        if raw.startswith(mark):
            return raw.decode(encoding, "replace")
    for encoding in ("utf-8", *_declared(raw), "cp1252"):
        try:
            return raw.decode(encoding)
        except (UnicodeError, LookupError):
            continue
    return raw.decode("latin-1")


def _declared(raw: bytes) -> list[str]:
    """The encoding named near the top, when Python knows it as a text encoding."""
    if (found := _DECLARED.search(raw[:_HEAD])) is None:
        return []
    try:
        codec = codecs.lookup(found[1].decode("ascii", "replace"))
    except LookupError:
        return []
    # "latin-1" on a page means Windows-1252 (WHATWG encoding standard).
    return [] if codec.name == "iso8859-1" else [codec.name]
