"""Values of ``/e/{slug}``: the programme, equal for all readers of a language.

Nothing here depends on who reads, so the rendered page can be kept for
everybody by (event, revision, language, zone, minute).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import ClassVar

from markupsafe import Markup

from orchestrator.ids import TalkId
from orchestrator.pages.frame import Frame
from orchestrator.pages.gauge import Gauge, gauge
from orchestrator.pages.markdown import as_html
from orchestrator.pages.meeting import Meeting, event_frame, meeting
from orchestrator.pages.moment import Moment, Phase, moment_of
from orchestrator.pages.slot_view import (
    NOTHING_MOVED,
    Kept,
    SessionView,
    session_view,
)
from orchestrator.pages.strip import Strip, strip
from orchestrator.pages.subscribe import Subscription, event_subscription
from orchestrator.pages.times import (
    Times,
    capital,
    offset_from,
    times_for,
    written,
)
from orchestrator.programme.model import (
    Counts,
    Event,
    Person,
    Programme,
    Theme,
)

# Above this many talks the abstracts are left to the talks' own pages: a page
# of 1,000 talks would otherwise weigh several MB.
ABSTRACTS_SHOWN = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class DayView:
    """The sessions of one day; ``title`` is empty when there is only one day."""

    title: str
    sessions: tuple[SessionView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallView:
    """The call for contributions; ``deadline`` in words, ``closed`` once past."""

    text: Markup
    deadline: str
    closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    title: str
    text: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammePage:
    """Everything that the programme page shows.

    ``difference`` tells how the reader's clock differs from the event's, empty
    when it does not. No e-mail address of an organiser is in here.
    """

    template: ClassVar[str] = "programme.html"

    frame: Frame
    meeting: Meeting
    strip: Strip | None
    difference: str
    days: tuple[DayView, ...]
    calendar: Subscription
    gauge: Gauge | None
    announcement: Markup
    topics: tuple[str, ...]
    call: CallView | None
    themes: tuple[Theme, ...]
    organisers: tuple[Person, ...]
    invited: tuple[Person, ...]
    sections: tuple[SectionView, ...]
    version: int
    printed: str
    over: bool


def programme_page(  # noqa: PLR0913 -- each is one independent fact of the meeting
    event: Event,
    *,
    now: datetime,
    language: str,
    zone: str | None = None,
    counts: Counts | None = None,
    slides: frozenset[TalkId] = frozenset(),
    videos: frozenset[TalkId] = frozenset(),
    was: Mapping[TalkId, datetime] = NOTHING_MOVED,
    base_url: str,
) -> ProgrammePage:
    """The programme of ``event`` at ``now`` (the event's own present).

    ``zone`` is the reader's IANA zone when it is known, ``counts`` the people
    registered (by default what the programme says), ``slides`` and ``videos``
    the talks with a kept file, ``was`` the starts promised at first of talks that
    were moved, ``base_url`` the address of the site without a
    slash at its end.
    """
    programme = event.programme
    times = _times(event, language, zone)
    moment = moment_of(event, now)
    about = meeting(event, times)
    return ProgrammePage(
        frame=event_frame(
            event, moment, times, title=about.title, here="programme", live=True
        ),
        meeting=about,
        strip=strip(event, moment, times),
        difference=offset_from(times, now),
        days=_days(event, moment, times, Kept(slides=slides, videos=videos, was=was)),
        calendar=event_subscription(event, base_url, language),
        gauge=gauge(counts or programme.registered, programme.capacity, language),
        announcement=as_html(programme.announcement),
        topics=programme.topics,
        call=_call(event, times, now),
        themes=programme.themes,
        organisers=programme.organisers,
        invited=programme.invited,
        sections=_sections_kept(programme),
        version=event.revision,
        printed=times.moment(now),
        over=moment.phase is Phase.OVER,
    )


def _sections_kept(programme: Programme) -> tuple[SectionView, ...]:
    """Parts of the page as they stand; one under its own title needs no other."""
    return tuple(
        SectionView(
            title="" if section.title == programme.title else section.title,
            text=as_html(section.text),
        )
        for section in programme.sections
    )


def _times(event: Event, language: str, zone: str | None) -> Times:
    starts = tuple(slot.starts for slot in event.timetable.slots)
    return times_for(language, event.programme.zone, zone, starts)


def _call(event: Event, times: Times, now: datetime) -> CallView | None:
    call = event.programme.call
    if call is None:
        return None
    today = now.astimezone(times.zone).date()
    return CallView(
        text=as_html(call.text),
        deadline=written(call.deadline, times.language) if call.deadline else "",
        closed=call.deadline is not None and call.deadline < today,
    )


def _days(
    event: Event, moment: Moment, times: Times, kept: Kept
) -> tuple[DayView, ...]:
    def day_of(number: int) -> date:
        starts = event.timetable.sessions[number - 1].starts
        return starts.astimezone(times.zone).date()

    numbers = range(1, len(event.timetable.sessions) + 1)
    days = [(day, list(found)) for day, found in groupby(numbers, key=day_of)]
    abstracts = len(event.timetable.slots) <= ABSTRACTS_SHOWN
    return tuple(
        DayView(
            title=capital(times.day(day)) if len(days) > 1 else "",
            sessions=tuple(
                session_view(event, one, moment, times, kept, abstracts=abstracts)
                for one in found
            ),
        )
        for day, found in days
    )
