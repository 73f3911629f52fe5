"""What a file is, judged by its content alone: its name may say anything.

Only PDF and video are known. The look is shallow on purpose: a few reads at
the ends and at the headers in between, so that no file, however made, costs
more than a moment. Nothing is unpacked or rendered.
"""

import re
from typing import BinaryIO

from orchestrator.archive.containers import ebml_format, iso_format, ogg_format
from orchestrator.archive.errors import WrongContent
from orchestrator.archive.lookalikes import what_it_looks_like
from orchestrator.archive.model import AttachmentKind, Format

# The names inside a presentation's ZIP stand behind its first entries.
_HEAD = 64 * 1024
# Readers look for the header and the end of a PDF within 1,024 bytes; so do
# those who hide something there.
_PDF_ENDS = 1024
_PDF_HEADER = re.compile(rb"%PDF-\d\.\d")
_MARKUP = re.compile(rb"<(?:!doctype|html|head|body|script|svg|iframe|img)\b", re.I)
_ZIP_END = b"PK\x05\x06"

_NAMES = {
    Format.PDF: "a PDF",
    Format.MP4: "an MP4 video",
    Format.WEBM: "a WebM video",
    Format.OGG: "an Ogg video",
    Format.QUICKTIME: "a QuickTime video",
    Format.MATROSKA: "a Matroska video",
}


def sniff(content: BinaryIO, kind: AttachmentKind) -> Format:
    """The format of ``content``, which is to be the ``kind`` of a talk.

    Raises ``WrongContent``, which says what the file looks like and what to
    do, for anything else than a whole PDF (slides) or video.
    """
    size = content.seek(0, 2)
    head = _read(content, 0, _HEAD)
    found = _format(content, head, size)
    if found is None:
        raise WrongContent(what_it_looks_like(head, kind))
    if found.kind is not kind:
        raise WrongContent(_MISPLACED[kind].format(what=_NAMES[found]))
    return found


_MISPLACED = {
    AttachmentKind.SLIDES: "This is {what}, not slides. Attach it as the video of "
    "the talk; slides are a PDF.",
    AttachmentKind.VIDEO: "This is {what}, not a video. Attach it as the slides of "
    "the talk; a video is MP4, WebM or Ogg.",
}


def _format(content: BinaryIO, head: bytes, size: int) -> Format | None:
    if b"%PDF-" in head[:_PDF_ENDS]:
        return _pdf(head, _read(content, max(0, size - _PDF_ENDS), _PDF_ENDS))
    return (
        iso_format(content, head, size) or ebml_format(head, size) or ogg_format(head)
    )


def _pdf(head: bytes, tail: bytes) -> Format:
    """PDF, when it begins as one and is nothing else besides."""
    if _PDF_HEADER.match(head) is None:
        raise WrongContent(
            "This is a PDF with something else in front of it, which some programs "
            "would take for a page or a program. Export it again as PDF."
        )
    if _MARKUP.search(head[:_PDF_ENDS]):
        raise WrongContent(
            "This looks like a PDF and like a web page at once. Export it again as "
            "PDF from the program it was made with."
        )
    if b"%%EOF" not in tail:
        raise WrongContent(
            "This looks like a PDF that was cut short: its end is missing. Copy or "
            "export it again."
        )
    if _ZIP_END in tail:
        raise WrongContent(
            "This looks like a PDF with a ZIP archive behind it. Export it again as "
            "PDF from the program it was made with."
        )
    return Format.PDF


def _read(content: BinaryIO, start: int, length: int) -> bytes:
    content.seek(start)
    return content.read(length)
