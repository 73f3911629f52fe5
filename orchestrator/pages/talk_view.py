"""Values of ``/e/{slug}/t/{talk}``: one talk, before, during and afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from urllib.parse import urlsplit

from babel.numbers import format_decimal

from orchestrator.archive.model import AttachmentKind, Material
from orchestrator.errors import NotFound
from orchestrator.ids import TalkId
from orchestrator.pages.frame import Frame
from orchestrator.pages.meeting import Meeting, event_frame, meeting
from orchestrator.pages.moment import Moment, SlotState, moment_of, starts_of
from orchestrator.pages.slot_view import Naming, SlotView, session_href, slot_view
from orchestrator.pages.subscribe import Subscription, subscription
from orchestrator.pages.times import Times, capital, times_for
from orchestrator.programme.model import Event, LinkKind, Slot, Talk, TimedSession

_NAMES = {
    "application/pdf": "PDF",
    "video/mp4": "MP4",
    "video/webm": "WebM",
    "video/ogg": "Ogg",
}
_KILO = 1000


class NoSuchTalk(NotFound):
    """The event has no talk of this id, or it is a break."""

    slug = "no-such-talk"
    title = "There is no such talk"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileView:
    """Slides or a recording to fetch; ``note`` is "PDF, 2.4 MB" or a host.

    ``playable`` films play in the page, from ``origin`` (empty for our own);
    ``own`` files are kept by the service and can be downloaded.
    """

    url: str
    note: str
    playable: bool
    own: bool
    media_type: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    url: str
    label: str
    preprint: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkPage:
    """Everything that a talk's page shows; equal for all readers of a language.

    ``before`` and ``after`` are its neighbours in the session; ``enter`` offers
    the room while the talk is on.
    """

    template: ClassVar[str] = "talk.html"

    frame: Frame
    meeting: Meeting
    slot: SlotView
    session: str
    session_href: str
    day: str
    coauthors: str
    slides: FileView | None
    video: FileView | None
    links: tuple[LinkView, ...]
    before: SlotView | None
    after: SlotView | None
    calendar: Subscription
    enter: bool


def talk_page(
    event: Event,
    talk: TalkId,
    *,
    now: datetime,
    language: str,
    zone: str | None = None,
    base_url: str,
    materials: Sequence[Material] = (),
    was: datetime | None = None,
) -> TalkPage:
    """The page of ``talk`` at ``now``; raises NoSuchTalk.

    ``materials`` are the deck and the recording to show of it, if any; ``was`` is the
    start promised at first, if it was moved.
    """
    number, timed, slot = _find(event, talk)
    times = times_for(language, event.programme.zone, zone, (slot.starts,))
    moment = moment_of(event, now)
    naming = Naming(language=language)
    about = meeting(event, times)
    view = slot_view(event, slot, moment, times, abstract=True, was=was)
    before, after = _neighbours(event, timed, slot, moment, times)
    return TalkPage(
        frame=event_frame(event, moment, times, title=naming.who(slot.talk), live=True),
        meeting=about,
        slot=view,
        session=naming.session(timed.session, number),
        session_href=session_href(event, timed.session),
        day=capital(times.day(starts_of(slot))),
        coauthors=", ".join(slot.talk.coauthors),
        slides=_file(materials, AttachmentKind.SLIDES, language),
        video=_file(materials, AttachmentKind.VIDEO, language),
        links=_links(slot.talk),
        before=before,
        after=after,
        calendar=subscription(f"{base_url}/e/{event.slug}/t/{talk}.ics", view.title),
        enter=moment.state(slot) is SlotState.NOW,
    )


def _find(event: Event, talk: TalkId) -> tuple[int, TimedSession, Slot]:
    for number, timed in enumerate(event.timetable.sessions, start=1):
        for slot in timed.slots:
            if slot.talk.id == talk and slot.talk.kind.is_talk:
                return number, timed, slot
    raise NoSuchTalk(f"The programme of {event.slug} has no talk {talk}.")


def _neighbours(
    event: Event, timed: TimedSession, slot: Slot, moment: Moment, times: Times
) -> tuple[SlotView | None, SlotView | None]:
    talks = [other for other in timed.slots if other.talk.kind.is_talk]
    here = talks.index(slot)
    views = [
        slot_view(event, talks[there], moment, times)
        if 0 <= there < len(talks)
        else None
        for there in (here - 1, here + 1)
    ]
    return views[0], views[1]


def _file(
    materials: Sequence[Material], kind: AttachmentKind, language: str
) -> FileView | None:
    shown = next((one for one in materials if one.kind is kind), None)
    if shown is None or (shown.external and not is_web(shown.href)):
        return None
    size = size_words(shown.size, language) if shown.size else ""
    about = (_NAMES.get(shown.media_type, ""), size)
    return FileView(
        url=shown.href,
        note=", ".join(filter(None, about)) or urlsplit(shown.href).netloc,
        playable=shown.plays,
        own=not shown.external,
        media_type=shown.media_type,
        origin=shown.origin,
    )


def _links(talk: Talk) -> tuple[LinkView, ...]:
    return tuple(
        LinkView(
            url=link.url,
            label=link.label or _short(link.url),
            preprint=link.kind is LinkKind.PREPRINT,
        )
        for link in talk.links
        if link.kind in (LinkKind.PREPRINT, LinkKind.REFERENCE) and is_web(link.url)
    )


def is_web(url: str) -> bool:
    """Whether ``url`` may stand in a link: no ``javascript:`` and the like."""
    return urlsplit(url).scheme in ("http", "https")


def _short(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}".rstrip("/")


def size_words(size: int, language: str) -> str:
    """A file's size, decimal units: "2,4 Mo", "2.4 MB", "730 kB"."""
    unit, amount = "kB", size / _KILO
    for bigger in ("MB", "GB"):
        if amount < _KILO:
            break
        unit, amount = bigger, amount / _KILO
    if language == "fr":
        unit = unit.replace("B", "o")
    pattern = "0.0" if unit[0] != "k" and amount < 100 else "0"  # noqa: PLR2004 -- three figures at most
    return f"{format_decimal(amount, pattern, locale=language)}\u00a0{unit}"
