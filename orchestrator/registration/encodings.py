"""Bytes of a spreadsheet's CSV to text, whatever machine wrote it."""

import codecs
import re

from orchestrator.registration.errors import UnreadableCsv

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHERS = (
    (b"PK\x03\x04", "a workbook (xlsx, ods) or a ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (xls)"),
    (b"%PDF", "a PDF"),
    (b"{\\rtf", "a text document (RTF)"),
)
_SAVE_AS = "Save the sheet as CSV (in Excel: File, Save as, CSV UTF-8) and try again."
_FRENCH = frozenset("àâäçéèêëîïôöùûüÿœæÀÂÇÉÈÊËÎÏÔÙÛÜŒ’–")
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1f]")
# A file that is text in UTF-16 without a mark has a NUL in every second byte.
_HEAD = 200


def decode(raw: bytes) -> str:
    """The text of ``raw``.

    A byte order mark decides; then UTF-8, since other encodings are hardly ever
    valid UTF-8; else the one of Windows-1252 and Mac Roman that gives more
    French letters and fewer odd signs.

    Raises ``UnreadableCsv`` when it is no text, saying what it is.
    """
    for start, what in _OTHERS:
        if raw.startswith(start):
            raise UnreadableCsv(f"This is {what}, not CSV. {_SAVE_AS}")
    encoding = next((name for mark, name in _MARKS if raw.startswith(mark)), None)
    if encoding is not None:
        text = raw.decode(encoding, "replace")
    elif b"\0" in raw[:_HEAD]:
        text = raw.decode("utf-16-le" if raw[1:2] == b"\0" else "utf-16-be", "replace")
    else:
        text = _unmarked(raw)
    if _BINARY.search(text):
        raise UnreadableCsv(f"The file holds bytes that are no text. {_SAVE_AS}")
    return text


def _unmarked(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        # Equal scores: the first, Windows.
        return max(
            raw.decode("cp1252", "replace"), raw.decode("mac_roman"), key=_french
        )


def _french(text: str) -> int:
    """French letters less other signs beyond ASCII."""
    return sum(
        1 if character in _FRENCH else -1 for character in text if character > "\x7f"
    )
