"""Values of ``GET /j/{token}``: whose link it is, what for, and one button.

The page is the hot one: on the morning of a meeting 600 people open it within
a minute. It is rendered once for each (event, revision, language, zone,
minute, roles, standby, withdrawn) as ``LandingParts``; a person's page then costs
two replacements. Scanners of mail open it too, so it does nothing by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from markupsafe import escape

from orchestrator.admission.doors import Door, DoorState, door_at
from orchestrator.pages.frame import Frame, utc_iso
from orchestrator.pages.meeting import Meeting, event_frame, meeting
from orchestrator.pages.moment import Moment, moment_of
from orchestrator.pages.render import render
from orchestrator.pages.slot_view import Naming
from orchestrator.pages.strip import StripEntry, entries
from orchestrator.pages.times import Times, When, digits, remaining, times_for
from orchestrator.pages.words import words
from orchestrator.programme.model import Event, TimedSession

# Of the private use area, so that neither escaping nor a title touches them.
_NAME, _ACTION = "\ue000name\ue000", "\ue000action\ue000"
_DAY = timedelta(days=1)

# Design decision 2: from then on confirmed and standby people are equal.

STAFF = ("chair", "speaker", "organiser")
"""Roles that have a page of their own; others are plain registrants."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """A countdown: ``digits`` (or "3 days") now, until the instant ``until``."""

    digits: str
    until: str
    long: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaLine:
    """One session: its times, how many talks, and who begins.

    ``href`` leads to its page where the line is a link; ``lang`` marks the title.
    """

    day: str
    starts: When
    ends: When
    title: str
    talks: int
    first: str
    href: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LandingPage:
    """The landing page of a personal link.

    ``opens`` and ``wait`` tell of the next opening while the doors are closed;
    ``resumes`` is the start of the session to come. For each of ``roles``
    (those of STAFF) the form has one more button (``to`` = role) that leads to
    that role's own page. ``withdrawn``: the organisers have sent him out.
    """

    template: ClassVar[str] = "landing.html"

    frame: Frame
    meeting: Meeting
    name: str
    action: str
    state: DoorState
    opens: When | None
    opens_day: str
    resumes: When | None
    wait: Wait | None
    on: tuple[StripEntry, ...]
    agenda: tuple[AgendaLine, ...]
    roles: tuple[str, ...]
    standby: bool
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class LandingParts:
    """A rendered landing page, with holes where the name and the action belong."""

    template: bytes
    """For the operator %, which fills holes three times as fast as a loop does."""

    def page(self, *, name: str, action: str) -> bytes:
        """The page of one person; both values are escaped here."""
        return self.template % {
            b"name": escape(name).encode(),
            b"action": escape(action).encode(),
        }


def landing_parts(
    event: Event,
    *,
    now: datetime,
    language: str,
    zone: str | None = None,
    roles: Sequence[str] = (),
    standby: bool = False,
    withdrawn: bool = False,
) -> LandingParts:
    """The landing page of anybody who has ``roles``, ready to be filled in."""
    page = landing_page(
        event,
        name=_NAME,
        action=_ACTION,
        now=now,
        language=language,
        zone=zone,
        roles=roles,
        standby=standby,
        withdrawn=withdrawn,
    )
    template = render(page).replace("%", "%%")
    template = template.replace(_NAME, "%(name)b").replace(_ACTION, "%(action)b")
    return LandingParts(template.encode())


def landing_page(  # noqa: PLR0913 -- each is one independent fact about the person
    event: Event,
    *,
    name: str,
    action: str,
    now: datetime,
    language: str,
    zone: str | None = None,
    roles: Sequence[str] = (),
    standby: bool = False,
    withdrawn: bool = False,
) -> LandingPage:
    """What ``name`` sees on opening the link; ``action`` is where the form goes."""
    starts = tuple(timed.starts for timed in event.timetable.sessions)
    times = times_for(language, event.programme.zone, zone, starts)
    moment, door = moment_of(event, now), door_at(event.timetable.sessions, now)
    out = withdrawn and door.state is not DoorState.OVER
    closed = door.state in (DoorState.BEFORE, DoorState.BETWEEN)
    return LandingPage(
        frame=_frame(event, moment, door, times, out=out),
        meeting=meeting(event, times),
        name=name,
        action=action,
        state=door.state,
        opens=times.when(door.opens) if door.opens else None,
        opens_day=other_day(door, now, times),
        resumes=times.when(door.session.starts) if door.session else None,
        wait=wait_until(door, now, language) if closed else None,
        on=entries(moment, times) if door.state is DoorState.OPEN else (),
        agenda=agenda(event, times),
        roles=tuple(role for role in STAFF if role in roles),
        standby=standby,
        withdrawn=out,
    )


def _frame(
    event: Event, moment: Moment, door: Door, times: Times, *, out: bool
) -> Frame:
    return event_frame(
        event,
        moment,
        times,
        title=words(times.language).gettext("Your link"),
        live=True,
        state="withdrawn" if out else door.state.value,
        changes=next_change(moment, door),
        fixed=True,
    )


def next_change(moment: Moment, door: Door) -> datetime | None:
    """When the page will say something else: a slot's edge, or the door's."""
    edges = (moment.changes, door.opens, door.closes)
    return min((edge for edge in edges if edge and edge > moment.now), default=None)


def wait_until(door: Door, now: datetime, language: str) -> Wait | None:
    """The time until the next opening, as large digits; from 24 h on in days."""
    if door.opens is None:
        return None
    left = door.opens - now
    long = left >= _DAY
    return Wait(
        digits=remaining(left, language) if long else digits(left),
        until=utc_iso(door.opens),
        long=long,
    )


def other_day(door: Door, now: datetime, times: Times) -> str:
    """The day of the next opening when it is not today, else empty."""
    if door.opens is None:
        return ""
    opens = door.opens.astimezone(times.zone).date()
    today = now.astimezone(times.zone).date()
    return times.day(opens, year=False) if opens != today else ""


def agenda(event: Event, times: Times) -> tuple[AgendaLine, ...]:
    """The sessions of the event in one line each."""
    sessions = event.timetable.sessions
    days = {timed.starts.astimezone(times.zone).date() for timed in sessions}
    return tuple(
        _line(timed, number, times, several_days=len(days) > 1)
        for number, timed in enumerate(sessions, start=1)
    )


def _line(
    timed: TimedSession, number: int, times: Times, *, several_days: bool
) -> AgendaLine:
    naming = Naming(language=times.language)
    talks = [slot.talk for slot in timed.slots if slot.talk.kind.is_talk]
    return AgendaLine(
        day=times.day(timed.starts, year=False) if several_days else "",
        starts=times.when(timed.starts),
        ends=times.when(timed.ends),
        title=naming.session(timed.session, number),
        talks=len(talks),
        first=naming.who(talks[0]) if talks else "",
    )
