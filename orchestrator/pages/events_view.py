"""Values of ``/``: the events, those to come first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from orchestrator.pages.frame import Frame, foreign
from orchestrator.pages.meeting import event_days, meeting
from orchestrator.pages.moment import Phase, phase_of
from orchestrator.pages.times import times_for
from orchestrator.pages.words import words
from orchestrator.programme.model import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLine:
    """One event: its page, when and where, how many talks."""

    href: str
    title: str
    lang: str
    network: str
    days: str
    first_day: str
    place: str
    talks: int
    today: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsPage:
    """``ahead`` soonest first, ``past`` latest first."""

    template: ClassVar[str] = "events.html"

    frame: Frame
    ahead: tuple[EventLine, ...]
    past: tuple[EventLine, ...]


def events_page(
    events: Iterable[tuple[Event, datetime]], *, now: datetime, language: str
) -> EventsPage:
    """The list of ``events``, each with its own present (its clock offset)."""
    known = sorted(events, key=lambda pair: _first_day(pair[0]))
    ahead: list[EventLine] = []
    past: list[EventLine] = []
    for event, present in known:
        phase = phase_of(event, present)
        lines = past if phase is Phase.OVER else ahead
        lines.append(_line(event, phase, language))
    return EventsPage(
        frame=Frame(
            language=language, title=words(language).gettext("Meetings"), now=now
        ),
        ahead=tuple(ahead),
        past=tuple(reversed(past)),
    )


def _first_day(event: Event) -> date:
    times = times_for("en", event.programme.zone, None)
    return event_days(event, times)[0] or date.max


def _line(event: Event, phase: Phase, language: str) -> EventLine:
    times = times_for(language, event.programme.zone, None)
    about = meeting(event, times)
    return EventLine(
        href=about.programme,
        title=about.title,
        lang=foreign(event.programme.language, language),
        network=about.network,
        days=about.days,
        first_day=about.first_day,
        place=about.place,
        talks=sum(slot.talk.kind.is_talk for slot in event.timetable.slots),
        today=phase is Phase.DAY,
    )
