"""Decks and recordings as values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from orchestrator.ids import EventId, TalkId

AttachmentId = NewType("AttachmentId", str)


class AttachmentKind(StrEnum):
    """What is attached; a talk has at most one of each."""

    SLIDES = "slides"
    VIDEO = "video"


class Source(StrEnum):
    """Where it is: a file that we keep, or an address elsewhere."""

    FILE = "file"
    URL = "url"


class Format(StrEnum):
    """A kind of file that is taken. The value is its media type."""

    PDF = "application/pdf"
    MP4 = "video/mp4"
    WEBM = "video/webm"
    OGG = "video/ogg"
    QUICKTIME = "video/quicktime"
    MATROSKA = "video/x-matroska"

    @property
    def kind(self) -> AttachmentKind:
        return AttachmentKind.SLIDES if self is Format.PDF else AttachmentKind.VIDEO

    @property
    def suffix(self) -> str:
        """The ending of a file name, with its dot."""
        return _SUFFIXES[self]

    @property
    def plays(self) -> bool:
        """Whether every current browser may play it; others are downloaded."""
        return self in (Format.MP4, Format.WEBM, Format.OGG)


_SUFFIXES = {
    Format.PDF: ".pdf",
    Format.MP4: ".mp4",
    Format.WEBM: ".webm",
    Format.OGG: ".ogv",
    Format.QUICKTIME: ".mov",
    Format.MATROSKA: ".mkv",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """The deck or the recording of one talk, as it is now.

    A file has ``digest`` (SHA-256, hex), ``format``, ``size`` in bytes and
    ``name``, fit to be shown and sent. An address has ``url`` only.
    ``revision`` is 1 for the first of its kind on the talk and rises when it
    is replaced. ``attached`` is the database's time.
    """

    id: AttachmentId
    event: EventId
    talk: TalkId
    kind: AttachmentKind
    source: Source
    attached: datetime
    revision: int = 1
    digest: str = ""
    format: Format | None = None
    size: int = 0
    name: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """A deck or a recording as a page shows it.

    ``href`` is a path of ours for a file that we keep, else an address
    elsewhere (``external``). ``plays``: it may be played in the page, from
    ``origin`` (for the page's ``media-src``; empty for our own). ``size`` is
    in bytes, 0 when unknown; ``name`` is empty for an address.
    """

    kind: AttachmentKind
    href: str
    external: bool
    plays: bool = False
    origin: str = ""
    media_type: str = ""
    size: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How large a file may be, in bytes."""

    slides: int = 100 * 1024**2
    video: int = 8 * 1024**3

    def of(self, kind: AttachmentKind) -> int:
        return self.slides if kind is AttachmentKind.SLIDES else self.video
