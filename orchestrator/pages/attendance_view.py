"""Values of ``/e/{slug}/attendance``: the list to sign, by half-day, for paper."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from urllib.parse import urlencode

from orchestrator.attendance.csv_out import by_name, minutes
from orchestrator.attendance.model import (
    EventFigures,
    Format,
    Half,
    HalfDay,
    HalfDayStay,
)
from orchestrator.pages.frame import Frame
from orchestrator.pages.meeting import Meeting, event_frame, meeting
from orchestrator.pages.moment import moment_of
from orchestrator.pages.times import Times, When, capital
from orchestrator.pages.words import words
from orchestrator.programme.model import Event
from orchestrator.registration.model import Registrant


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine:
    """One person in one half-day; ``arrives`` and ``leaves`` are None for who was not
    there. ``estimated``: his room told nobody who was in it.
    """

    name: str
    affiliation: str
    arrives: When | None
    leaves: When | None
    minutes: str
    estimated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfDaySheet:
    """Everybody in one half-day, by name; ``came`` of them were there."""

    anchor: str
    title: str
    lines: tuple[SheetLine, ...]
    came: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendancePage:
    """The whole list; ``csv`` is the address of the same as a spreadsheet's list."""

    template: ClassVar[str] = "attendance.html"

    frame: Frame
    meeting: Meeting
    sheets: tuple[HalfDaySheet, ...]
    csv: str


def attendance_page(
    event: Event,
    people: Sequence[Registrant],
    figures: EventFigures,
    *,
    now: datetime,
    times: Times,
) -> AttendancePage:
    """The list of ``people``; paper has one clock, so times are the event's only."""
    title = words(times.language).gettext("Sign-in sheet")
    query = urlencode({"format": Format.SHEET, "lang": times.language})
    return AttendancePage(
        frame=event_frame(
            event, moment_of(event, now), times, title=title, here="attendance"
        ),
        meeting=meeting(event, times),
        sheets=tuple(_sheets(by_name(people), figures, times)),
        csv=f"/api/v1/events/{event.slug}/attendance?{query}",
    )


def _sheets(
    people: Sequence[Registrant], figures: EventFigures, times: Times
) -> Iterator[HalfDaySheet]:
    for number, half_day in enumerate(figures.half_days, start=1):
        lines = tuple(_line(one, half_day, figures, times) for one in people)
        yield HalfDaySheet(
            anchor=f"half{number}",
            title=_title(half_day, times),
            lines=lines,
            came=sum(line.arrives is not None for line in lines),
        )


def _title(half_day: HalfDay, times: Times) -> str:
    say = words(times.language).gettext
    halves = {Half.MORNING: say("morning"), Half.AFTERNOON: say("afternoon")}
    return f"{capital(times.day(half_day.day))}, {halves[half_day.half]}"


def _line(
    one: Registrant, half_day: HalfDay, figures: EventFigures, times: Times
) -> SheetLine:
    his = figures.people[one.id]
    stay: HalfDayStay | None = his.during(half_day)
    return SheetLine(
        name=one.name,
        affiliation=one.affiliation,
        arrives=times.when(stay.arrives) if stay else None,
        leaves=times.when(stay.leaves) if stay else None,
        minutes=minutes(stay.stay) if stay else "",
        estimated=his.estimated and stay is not None,
    )
