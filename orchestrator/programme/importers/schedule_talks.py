"""One event of a pretalx or frab schedule, as a talk.

The two exports hold the same facts in different clothes; ``pretalx.py`` and
``frab.py`` undress them into these values.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin

from orchestrator.programme.importers.addresses import address
from orchestrator.programme.importers.blocks import render
from orchestrator.programme.importers.errors import UnreadableProgramme
from orchestrator.programme.importers.html import html_blocks
from orchestrator.programme.importers.inline import tidy
from orchestrator.programme.importers.kinds import pause_of
from orchestrator.programme.importers.links import guessed_kind
from orchestrator.programme.model import Kind, Link, LinkKind, Person, Talk

_INVITED = re.compile(r"keynote|invited|invitée?\b|plenary|plénière", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_TAG = re.compile(r"</?[a-z][a-z0-9]*(\s[^<>]*)?/?>", re.IGNORECASE)
_PDF = re.compile(r"\.pdf(?:[?#]|$)", re.IGNORECASE)
_BY_TYPE = {
    "slides": LinkKind.SLIDES,
    "paper": LinkKind.PREPRINT,
    "media": LinkKind.VIDEO,
    "video": LinkKind.VIDEO,
}
# What an export calls the parts of an event: those that are read, and those that
# are about the software that made it.
READ = frozenset(
    {
        *("title", "subtitle", "type", "track", "language", "abstract", "description"),
        *("date", "start", "end", "duration", "room", "persons", "participants"),
        *("links", "attachments", "resources", "video_download_url"),
    }
)
NOT_SHOWN = frozenset(
    {
        *("id", "guid", "code", "slug", "url", "origin_url", "feedback_url", "logo"),
        *("colors", "answers", "recording", "recording_license", "license"),
        *("do_not_record", "do_not_stream"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenLink:
    """An address as the export has it; perhaps relative, perhaps none."""

    url: str
    label: str = ""
    type: str = ""
    attached: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenEvent:
    """One event as the export has it; ``line`` is where it stands, from 1.

    ``day`` is the export's own, which may last into the night of the next.
    """

    line: int
    title: str
    day: str = ""
    date: str = ""
    start: str = ""
    end: str = ""
    duration: str = ""
    room: str = ""
    subtitle: str = ""
    type: str = ""
    track: str = ""
    language: str = ""
    abstract: str = ""
    description: str = ""
    persons: tuple[str, ...] = ()
    links: tuple[GivenLink, ...] = ()


def talk_of(
    event: GivenEvent, *, starts: datetime, ends: datetime | None, base: str
) -> tuple[Talk, tuple[str, ...]]:
    """The talk, and the addresses that are none; ``base`` completes short ones."""
    links = [(given, _link(given, base)) for given in event.links]
    talk = Talk(
        title=_title(event),
        kind=kind_of(event),
        speakers=tuple(Person(name=tidy(name)) for name in event.persons),
        abstract=_abstract(event),
        links=tuple(dict.fromkeys(link for _, link in links if link)),
        language=_language(event.language),
        track=tidy(event.track),
        starts=starts,
        ends=ends,
    )
    return talk, tuple(given.url for given, link in links if link is None)


def kind_of(event: GivenEvent) -> Kind:
    """By the event's type; by its title when nobody speaks."""
    if _INVITED.search(event.type):
        return Kind.INVITED
    pause = pause_of(event.title) or pause_of(event.type)
    return pause if pause and not event.persons else Kind.CONTRIBUTED


def readable(text: str) -> str:
    """Markdown of ``text``, which may be HTML."""
    if not _TAG.search(text):
        return text.strip()
    try:
        return render(html_blocks(text))
    except UnreadableProgramme:
        # Better a text that shows its tags than no text.
        return text.strip()


def _title(event: GivenEvent) -> str:
    title, subtitle = tidy(event.title), tidy(event.subtitle)
    whole = f"{title} – {subtitle}" if subtitle else title
    return whole.replace("\n", " ")


def _abstract(event: GivenEvent) -> str:
    short, long = readable(event.abstract), readable(event.description)
    return "\n\n".join(filter(None, (short if short not in long else "", long)))


def _language(tag: str) -> str:
    tag = tag.strip().replace("_", "-")
    return tag if _LANGUAGE.fullmatch(tag) else ""


def _link(given: GivenLink, base: str) -> Link | None:
    """By its type, its words and its file; an attached PDF is the slides."""
    try:
        url = address(urljoin(base, given.url.strip()))
    except ValueError:
        return None
    label = tidy(given.label)
    kind = _BY_TYPE.get(given.type) or guessed_kind(label, url)
    if given.attached and _PDF.search(url) and kind is LinkKind.REFERENCE:
        kind = LinkKind.SLIDES
    return Link(kind=kind, url=url, label=label)
