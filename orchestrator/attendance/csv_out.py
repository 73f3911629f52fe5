"""Attendance as lists for a spreadsheet; no cell is taken for a formula."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from orchestrator.attendance.model import (
    EventFigures,
    HalfDay,
    HalfDayStay,
    PersonFigures,
)
from orchestrator.programme.model import Event
from orchestrator.registration.csv_out import MEMBER, table
from orchestrator.registration.model import Registrant
from orchestrator.registration.places import Places

_PERSON = ("name", "email", "affiliation", "member", "role")
_SUMS = ("minutes", "talks", "overflow", "estimated")
_SHEET = ("day", "half", "arrives", "leaves", "minutes", "estimated")
_YES = {True: "yes", False: "no"}
_MINUTE = timedelta(minutes=1)


def write_csv(event: Event, people: Sequence[Registrant], figures: EventFigures) -> str:
    """A line for each person: minutes in all, by half-day and by talk.

    ``talks`` are those he attended, ``overflow`` the minutes that he followed
    from outside, which no other column holds. Minutes are whole ones, rounded
    down.
    """
    places = Places(event)
    talks = [s.talk.id for s in event.timetable.slots if s.talk.kind.is_talk]
    titles = (
        *(f"{day} {half}" for day, half in figures.half_days),
        *map(places.name_talk, talks),
    )
    lines = []
    for one in people:
        his = figures.people[one.id]
        by_half = {stay.half_day: stay.stay for stay in his.half_days}
        parts = (
            *(by_half.get(half, timedelta()) for half in figures.half_days),
            *(his.slots.get(talk, timedelta()) for talk in talks),
        )
        lines.append((*_person(one), *_sums(his), *map(minutes, parts)))
    return table((*_PERSON, *_SUMS, *titles), lines)


def write_sheet(
    event: Event, people: Sequence[Registrant], figures: EventFigures
) -> str:
    """The list to sign: by half-day, everybody by name, with his times.

    Who was not there has a line without times. Times are local ones.
    """
    zone = ZoneInfo(event.programme.zone)
    by_name = sorted(people, key=lambda one: (one.name.casefold(), one.id))
    lines = (
        line
        for half_day in figures.half_days
        for line in _half_day(half_day, by_name, figures, zone)
    )
    return table((*_SHEET[:2], *_PERSON, *_SHEET[2:]), lines)


def _half_day(
    half_day: HalfDay,
    people: Sequence[Registrant],
    figures: EventFigures,
    zone: ZoneInfo,
) -> Iterator[tuple[str, ...]]:
    for one in people:
        his = figures.people[one.id]
        stay = next((s for s in his.half_days if s.half_day == half_day), None)
        yield (
            half_day.day.isoformat(),
            half_day.half.value,
            *_person(one),
            *_times(stay, zone),
            _YES[his.estimated],
        )


def _times(stay: HalfDayStay | None, zone: ZoneInfo) -> tuple[str, str, str]:
    if stay is None:
        return ("", "", "0")
    return (
        _clock(stay.arrives, zone),
        _clock(stay.leaves, zone),
        minutes(stay.stay),
    )


def _clock(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%H:%M")


def _person(one: Registrant) -> tuple[str, ...]:
    return (one.name, one.email, one.affiliation, MEMBER[one.member], one.role.value)


def _sums(his: PersonFigures) -> tuple[str, ...]:
    return (
        minutes(his.stay),
        str(len(his.attended)),
        minutes(his.overflow),
        _YES[his.estimated],
    )


def minutes(stay: timedelta) -> str:
    """Whole minutes, rounded down: no list claims more than there was."""
    return str(stay // _MINUTE)
