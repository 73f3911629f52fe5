"""Video containers: whether a file is one, and whether all of it is there.

ISO base media (ISO/IEC 14496-12: MP4 and QuickTime), EBML (RFC 8794: WebM and
Matroska) and Ogg (RFC 3533). Each answers None for other content and raises
``WrongContent`` for its own that is damaged or holds no picture.
"""

import re
from typing import BinaryIO

from orchestrator.archive.errors import WrongContent
from orchestrator.archive.model import Format

_CUT_SHORT = (
    "This looks like {what} that was cut short: it says it is longer than it is. "
    "Copy or export it again."
)

_BOX_HEADER = 8
_LARGE_BOX_HEADER = 16
# A recording of a day in pieces of 2 s has two boxes each: 86,400.
_MOST_BOXES = 100_000
_SOUND_BRANDS = {b"M4A ", b"M4B ", b"M4P ", b"F4A "}
_PICTURE_BRANDS = {b"heic", b"heix", b"heif", b"mif1", b"msf1", b"avif", b"avis"}


def iso_format(content: BinaryIO, head: bytes, size: int) -> Format | None:
    """MP4 or QuickTime, by the ``ftyp`` box that begins the file."""
    if head[4:8] != b"ftyp":
        return None
    brand = head[8:12]
    if brand in _SOUND_BRANDS:
        raise WrongContent("This is sound without picture. Attach a video (MP4).")
    if brand in _PICTURE_BRANDS:
        raise WrongContent("This is a picture. Slides are a PDF, a video is MP4.")
    found = Format.QUICKTIME if brand == b"qt  " else Format.MP4
    if not _boxes_fit(content, size):
        raise WrongContent(_CUT_SHORT.format(what="an MP4 or QuickTime video"))
    return found


def _boxes_fit(content: BinaryIO, size: int) -> bool:
    """Whether the boxes of the top level follow each other up to the end."""
    place = 0
    for _ in range(_MOST_BOXES):
        if size - place < _BOX_HEADER:  # some recorders leave a few bytes
            return place > 0
        content.seek(place)
        length = _box_length(content.read(_LARGE_BOX_HEADER))
        if length == 0:  # "up to the end of the file"
            return place > 0
        if length < _BOX_HEADER or place + length > size:
            return False
        place += length
    return True


def _box_length(header: bytes) -> int:
    """Length of a box in bytes, header included; 0 means all that follows."""
    length = int.from_bytes(header[:4])
    if length != 1:
        return length
    long = int.from_bytes(header[8:16])
    return long if long >= _LARGE_BOX_HEADER else -1


_EBML = b"\x1a\x45\xdf\xa3"
_SEGMENT = b"\x18\x53\x80\x67"
# Element 0x4282, its length in one byte, its text.
_DOCTYPE = re.compile(rb"\x42\x82[\x84-\x90](webm|matroska)")
_HEADER_AT_MOST = 256
_LONGEST_NUMBER = 8


def ebml_format(head: bytes, size: int) -> Format | None:
    """WebM or Matroska, by the DocType of the EBML header."""
    if not head.startswith(_EBML):
        return None
    length, place = _number(head, len(_EBML))
    if length is None or length > _HEADER_AT_MOST:
        raise WrongContent("This begins like a WebM video, but its header is broken.")
    header, segment = head[place : place + length], place + length
    doctype = _DOCTYPE.search(header)
    if doctype is None or head[segment : segment + len(_SEGMENT)] != _SEGMENT:
        raise WrongContent("This begins like a WebM video, but no video follows.")
    length, place = _number(head, segment + len(_SEGMENT))
    if length is not None and place + length > size:
        raise WrongContent(_CUT_SHORT.format(what="a WebM or Matroska video"))
    return Format.WEBM if doctype[1] == b"webm" else Format.MATROSKA


def _number(head: bytes, place: int) -> tuple[int | None, int]:
    """The variable-size number at ``place`` and the place behind it.

    None for "unknown", which a live recording writes, and for no number.
    """
    first = head[place] if place < len(head) else 0
    width = 9 - first.bit_length()
    if width > _LONGEST_NUMBER:
        return None, place + 1
    bits = 7 * width
    value = int.from_bytes(head[place : place + width]) & ((1 << bits) - 1)
    unknown = value == (1 << bits) - 1
    return None if unknown else value, place + width


_OGG_PAGE = b"OggS\x00"
_OGG_PICTURES = (b"\x80theora", b"BBCD\x00", b"OVP80")
_OGG_STREAMS_WITHIN = 4096


def ogg_format(head: bytes) -> Format | None:
    """Ogg, when one of the streams that it begins with is a picture."""
    if not head.startswith(_OGG_PAGE):
        return None
    if not any(mark in head[:_OGG_STREAMS_WITHIN] for mark in _OGG_PICTURES):
        raise WrongContent("This is sound without picture (Ogg). Attach a video.")
    return Format.OGG
