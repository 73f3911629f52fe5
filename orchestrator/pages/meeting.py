"""What every page of one event says of it: title, day, place, addresses."""

from dataclasses import dataclass
from datetime import date, datetime

from orchestrator.pages.frame import Frame, foreign
from orchestrator.pages.moment import Moment, event_bounds
from orchestrator.pages.times import Times, capital, period
from orchestrator.programme.model import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """An event in words, with the addresses of its pages from the site's root.

    ``days`` begins a sentence, ``days_within`` stands inside one.
    """

    title: str
    lang: str
    network: str
    days: str
    days_within: str
    first_day: str
    place: str
    summary: str
    programme: str
    room: str
    me: str
    ics: str


def meeting(event: Event, times: Times) -> Meeting:
    """How pages in the language of ``times`` speak of ``event``."""
    programme = event.programme
    first, last = event_days(event, times)
    days = period(first, last, times.language) if first and last else ""
    page = f"/e/{event.slug}"
    return Meeting(
        title=programme.title,
        lang=foreign(programme.language, times.language),
        network=programme.network,
        days=capital(days),
        days_within=days,
        first_day=first.isoformat() if first else "",
        place=programme.place,
        summary=programme.summary,
        programme=page,
        room=f"{page}/room",
        me=f"{page}/me",
        ics=f"{page}.ics",
    )


def event_days(event: Event, times: Times) -> tuple[date | None, date | None]:
    """First and last day: of the timetable, else of the programme."""
    bounds = event_bounds(event)
    programme = event.programme
    if bounds is None:
        return programme.first_day, programme.last_day or programme.first_day
    first, last = (bound.astimezone(times.zone).date() for bound in bounds)
    return first, last


def event_frame(  # noqa: PLR0913 -- each is one independent property of a page
    event: Event,
    moment: Moment,
    times: Times,
    *,
    title: str,
    here: str = "",
    live: bool = False,
    state: str = "",
    changes: datetime | None = None,
    fixed: bool = False,
    stage: bool = False,
) -> Frame:
    """The frame of a page of ``event``; ``title`` comes before the event's own.

    ``state`` and ``changes`` are those of the moment unless given; ``fixed``
    pages offer no change of zone (their address is a secret). ``stage`` pages take
    fragments as the stage changes.
    """
    name = event.programme.title
    return Frame(
        language=times.language,
        title=title if title == name else f"{title} – {name}",
        now=moment.now,
        zone=event.programme.zone,
        own_zone=times.own.key if times.own else "",
        here=here,
        live=live,
        state=state or moment.phase.value,
        changes=changes or moment.changes,
        slug=event.slug,
        event_title=name,
        event_language=event.programme.language,
        network=event.programme.network,
        fixed=fixed,
        stage=stage,
        revision=event.revision,
    )
