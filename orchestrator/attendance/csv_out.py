"""Attendance as lists for a spreadsheet; no cell is taken for a formula."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from orchestrator.attendance.model import (
    EventFigures,
    HalfDay,
    HalfDayStay,
    PersonFigures,
)
from orchestrator.attendance.words import Words, words
from orchestrator.programme.model import Event
from orchestrator.registration.csv_out import table
from orchestrator.registration.likeness import name_key
from orchestrator.registration.model import Registrant
from orchestrator.registration.places import Places

_MINUTE = timedelta(minutes=1)


def write_csv(
    event: Event, people: Sequence[Registrant], figures: EventFigures, language: str
) -> str:
    """A line for each person: minutes in all, by half-day and by talk.

    ``talks`` are those he attended, ``overflow`` the minutes that he followed
    from outside, which no other column holds. Minutes are whole ones, rounded
    down.
    """
    places, said = Places(event), words(language)
    talks = [s.talk.id for s in event.timetable.slots if s.talk.kind.is_talk]
    titles = (
        *(f"{day} {said.halves[half]}" for day, half in figures.half_days),
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
        lines.append((*_person(one, said), *_sums(his, said), *map(minutes, parts)))
    return table((*said.person, *said.sums, *titles), lines)


def write_sheet(
    event: Event, people: Sequence[Registrant], figures: EventFigures, language: str
) -> str:
    """The list to sign: by half-day, everybody by name, with his times.

    Who was not there has a line without times. Times are local ones.
    """
    said = words(language)
    sheet = _Sheet(ZoneInfo(event.programme.zone), said, figures, by_name(people))
    lines = (line for half_day in figures.half_days for line in sheet.lines(half_day))
    return table((*said.sheet[:2], *said.person, *said.sheet[2:]), lines)


def by_name(people: Sequence[Registrant]) -> list[Registrant]:
    """``people`` in the order of a list to sign."""
    return sorted(people, key=lambda one: (name_key(one.name), one.id))


@dataclass(frozen=True, slots=True)
class _Sheet:
    zone: ZoneInfo
    said: Words
    figures: EventFigures
    people: Sequence[Registrant]

    def lines(self, half_day: HalfDay) -> Iterator[tuple[str, ...]]:
        for one in self.people:
            his = self.figures.people[one.id]
            yield (
                half_day.day.isoformat(),
                self.said.halves[half_day.half],
                *_person(one, self.said),
                *_times(his.during(half_day), self.zone),
                self.said.yes[his.estimated],
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


def _person(one: Registrant, said: Words) -> tuple[str, ...]:
    return (
        one.name,
        one.email,
        one.affiliation,
        said.yes[one.member],
        said.roles[one.role],
    )


def _sums(his: PersonFigures, said: Words) -> tuple[str, ...]:
    return (
        minutes(his.stay),
        str(len(his.attended)),
        minutes(his.overflow),
        said.yes[his.estimated],
    )


def minutes(stay: timedelta) -> str:
    """Whole minutes, rounded down: no list claims more than there was."""
    return str(stay // _MINUTE)
