"""What a file that is not taken looks like, and what its owner can do."""

import re

from orchestrator.archive.model import AttachmentKind

_TO_PDF = "Export it as PDF and attach that."
_TO_MP4 = "Convert it to MP4 (H.264) and attach that."
_SLIDES_ARE_PDF = "Slides are a PDF."
_UNPACK = "Unpack it and attach the PDF or the video inside."

_ZIP = b"PK\x03\x04"
_IN_ZIP = (
    (b"ppt/", "a PowerPoint presentation (PPTX)", _TO_PDF),
    (b"word/", "a Word document (DOCX)", _TO_PDF),
    (b"xl/", "an Excel workbook (XLSX)", _TO_PDF),
    (b"vnd.oasis.opendocument.presentation", "a presentation (ODP)", _TO_PDF),
    (b"vnd.oasis.opendocument", "a LibreOffice document", _TO_PDF),
    (b"Index/", "a Keynote presentation", _TO_PDF),
)
_OFFICE = b"[Content_Types].xml"

_MAGIC = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office document (PPT, DOC)", _TO_PDF),
    (b"{\\rtf", "a text document (RTF)", _TO_PDF),
    (b"%!PS", "a PostScript document", _TO_PDF),
    (b"\x89PNG", "a picture (PNG)", _TO_PDF),
    (b"\xff\xd8\xff", "a picture (JPEG)", _TO_PDF),
    (b"GIF8", "a picture (GIF)", _TO_PDF),
    (b"\x00\x00\x01\xba", "an MPEG video", _TO_MP4),
    (b"\x00\x00\x01\xb3", "an MPEG video", _TO_MP4),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "a Windows Media video", _TO_MP4),
    (b"FLV\x01", "a Flash video", _TO_MP4),
    (b"ID3", "sound without picture (MP3)", "Attach a video."),
    (b"fLaC", "sound without picture (FLAC)", "Attach a video."),
    (b"\x1f\x8b", "a gzip archive", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _UNPACK),
    (b"Rar!", "a RAR archive", _UNPACK),
    (b"BZh", "a bzip2 archive", _UNPACK),
    (b"MZ", "a program for Windows", "It cannot be attached."),
    (b"\x7fELF", "a program for Linux", "It cannot be attached."),
    (b"#!", "a script", "It cannot be attached."),
)
_TRANSPORT_PACKET = 188
_RIFF = {
    b"AVI ": ("an AVI video", _TO_MP4),
    b"WEBP": ("a picture (WebP)", _TO_PDF),
    b"WAVE": ("sound without picture (WAV)", "Attach a video."),
}

_TEXT_WITHIN = 4096
_SVG = re.compile(r"<svg\b", re.I)
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|script|iframe)\b", re.I)
_XML = re.compile(r"\s*<\?xml\b", re.I)


def what_it_looks_like(head: bytes, kind: AttachmentKind) -> str:
    """Two sentences: what the file that begins with ``head`` is, what to do."""
    if not head:
        return "This file is empty. Check that it was copied completely."
    what, advice = _container(head) or _text(head) or _unknown(kind)
    return f"This is {what}. {advice}"


def _container(head: bytes) -> tuple[str, str] | None:
    if head.startswith(_ZIP):
        return _zip(head)
    if head.startswith(b"RIFF") and head[8:12] in _RIFF:
        return _RIFF[head[8:12]]
    if head[:1] == head[_TRANSPORT_PACKET : _TRANSPORT_PACKET + 1] == b"G":
        return "an MPEG transport stream", _TO_MP4
    for magic, what, advice in _MAGIC:
        if head.startswith(magic):
            return what, advice
    return None


def _zip(head: bytes) -> tuple[str, str]:
    for mark, what, advice in _IN_ZIP:
        if mark in head:
            return what, advice
    if _OFFICE in head:
        return "an Office document", _TO_PDF
    return "a ZIP archive", _UNPACK


def _text(head: bytes) -> tuple[str, str] | None:
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = head[:_TEXT_WITHIN].decode("utf-16" if wide else "utf-8", errors="replace")
    if _SVG.search(text):
        return "a drawing (SVG), which can run scripts", _TO_PDF
    if _HTML.search(text):
        return "a web page (HTML)", "Print it to PDF, or attach its address instead."
    if _XML.match(text):
        return "an XML document", _TO_PDF
    if "\x00" not in text and text.count("�") * 10 < len(text):
        return "plain text", _TO_PDF
    return None


def _unknown(kind: AttachmentKind) -> tuple[str, str]:
    if kind is AttachmentKind.SLIDES:
        return "no PDF", f"{_SLIDES_ARE_PDF} {_TO_PDF}"
    return "no video that is known here", _TO_MP4
