"""One slot as the programme, the room and the desks show it; and one session."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from markupsafe import Markup

from orchestrator.ids import TalkId
from orchestrator.pages.frame import foreign
from orchestrator.pages.markdown import as_html
from orchestrator.pages.moment import (
    TOLD_FROM,
    Moment,
    SlotState,
    ends_of,
    starts_of,
)
from orchestrator.pages.times import Times, When, length
from orchestrator.pages.words import words
from orchestrator.programme.model import (
    Event,
    Kind,
    LinkKind,
    Person,
    Session,
    Slot,
    Talk,
)

NOTHING_MOVED: Mapping[TalkId, datetime] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotView:
    """A slot in words. ``pause`` is a break or a discussion: no page of its own.

    ``starts`` and ``ends`` are the actual ones where they differ enough from what
    was promised; ``planned`` is then the promised start. ``lang`` marks a title in
    another language than the page's; ``awaited`` has no title yet.
    """

    talk: TalkId
    anchor: str
    href: str
    title: str
    lang: str
    awaited: bool
    who: str
    speakers: tuple[Person, ...]
    starts: When
    ends: When
    planned: When | None
    length: str
    state: SlotState
    invited: bool
    pause: bool
    abstract: Markup
    has_abstract: bool
    slides: bool
    video: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionView:
    """A session: its window, who chairs it, and what is said in it."""

    anchor: str
    href: str
    title: str
    starts: When
    ends: When
    room: str
    chairs: tuple[Person, ...]
    slots: tuple[SlotView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The talks of which the service keeps slides, or a film; and ``was``, when they
    were promised at first where a chair has moved them.
    """

    slides: frozenset[TalkId] = frozenset()
    videos: frozenset[TalkId] = frozenset()
    was: Mapping[TalkId, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """What things without a name of their own are called."""

    language: str

    def session(self, session: Session, number: int) -> str:
        """Its title, else "Session 2"."""
        say = words(self.language).gettext
        return session.title or say("Session %(number)s") % {"number": number}

    def talk(self, talk: Talk) -> str:
        """Its title, else what it is: a break, a discussion, yet to come."""
        say = words(self.language).gettext
        if talk.title:
            return talk.title
        if talk.kind is Kind.BREAK:
            return say("Break")
        if talk.kind is Kind.DISCUSSION:
            return say("Discussion")
        return say("Title to come")

    def who(self, talk: Talk) -> str:
        """Those who present; the title of a break or of a talk by nobody."""
        names = ", ".join(person.name for person in talk.speakers)
        return names or self.talk(talk)


def slot_view(
    event: Event,
    slot: Slot,
    moment: Moment,
    times: Times,
    *,
    abstract: bool = False,
    slides: bool = False,
    video: bool = False,
    was: datetime | None = None,
) -> SlotView:
    """``slot`` at ``moment``; its abstract only if ``abstract``.

    ``slides`` and ``video`` tell of kept files; the talk's own links are seen
    without being told. ``was`` is the start that was promised at first, if it has
    been moved since.
    """
    talk, naming = slot.talk, Naming(language=times.language)
    pause = not talk.kind.is_talk
    starts, ends = told(slot.starts, starts_of(slot)), told(slot.ends, ends_of(slot))
    first = was or slot.starts
    return SlotView(
        talk=talk.id,
        anchor=f"t-{talk.id}",
        href="" if pause else f"/e/{event.slug}/t/{talk.id}",
        title=naming.talk(talk),
        lang=foreign(talk.language, times.language) if talk.title else "",
        awaited=not pause and not talk.title,
        who=naming.who(talk),
        speakers=talk.speakers,
        starts=times.when(starts),
        ends=times.when(ends),
        planned=times.when(first) if told(first, starts) != first else None,
        length=length(ends - starts),
        state=moment.state(slot),
        invited=talk.kind is Kind.INVITED,
        pause=pause,
        abstract=as_html(talk.abstract) if abstract and talk.abstract else Markup(),
        has_abstract=bool(talk.abstract),
        slides=slides or talk.link(LinkKind.SLIDES) is not None,
        video=video or talk.link(LinkKind.VIDEO) is not None,
    )


def told(promised: datetime, actual: datetime) -> datetime:
    """Which of the two people are told: what differs little stands as promised."""
    return actual if abs(actual - promised) >= TOLD_FROM else promised


def session_view(
    event: Event,
    number: int,
    moment: Moment,
    times: Times,
    kept: Kept,
    *,
    abstracts: bool = True,
) -> SessionView:
    """The session of that ``number``, counted from 1, at ``moment``."""
    timed = event.timetable.sessions[number - 1]
    return SessionView(
        anchor=f"s{number}",
        href=session_href(event, timed.session),
        title=Naming(language=times.language).session(timed.session, number),
        starts=times.when(timed.starts),
        ends=times.when(timed.ends),
        room=timed.session.room,
        chairs=timed.session.chairs,
        slots=tuple(
            slot_view(
                event,
                slot,
                moment,
                times,
                abstract=abstracts,
                slides=slot.talk.id in kept.slides,
                video=slot.talk.id in kept.videos,
                was=kept.was.get(slot.talk.id),
            )
            for slot in timed.slots
        ),
    )


def session_href(event: Event, session: Session) -> str:
    """The address of a session's page, from the site's root."""
    return f"/e/{event.slug}/s/{session.id}"
