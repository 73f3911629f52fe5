"""On which days the meeting is, from everything on the page that may say so."""

from collections.abc import Iterable, Sequence
from datetime import date

from orchestrator.programme.importers.blocks import Block, Form
from orchestrator.programme.importers.clock_times import Calendar
from orchestrator.programme.importers.drafts import Draft, SessionDraft
from orchestrator.programme.importers.errors import UnreadableProgramme
from orchestrator.programme.importers.french import Days, dates_in, years_in
from orchestrator.programme.importers.gathering import Gathered
from orchestrator.programme.importers.inline import plain

_LONGEST_MEETING = 31
"""Days between two dates that may both be the meeting's."""


def calendar_of(
    gathered: Gathered,
    drafts: Iterable[Draft],
    sessions: Iterable[SessionDraft],
    blocks: Sequence[Block],
    *,
    today: date | None = None,
) -> Calendar:
    """The days of the meeting; raises ``UnreadableProgramme`` when none is named.

    A date of the page's own (a label, the lines below the title) comes first,
    then the days of the programme, then the first full date in the prose.
    """
    calendar = Calendar(years=_years(gathered, blocks, today))
    programme = _in_programme([*sessions, *drafts])
    found = _stated(gathered) or programme or _in_prose(gathered)
    if not found:
        raise UnreadableProgramme(
            "The page names no date; add a line such as “Date : 28 juin 2021”."
        )
    _extend(calendar, _distinct([*found, *programme]))
    calendar.remarks = list(dict.fromkeys(calendar.remarks))
    return calendar


def _extend(calendar: Calendar, found: Iterable[tuple[Days, int]]) -> None:
    """Let the meeting begin with the first of ``found``; near ones extend it."""
    for days, line in found:
        start, end = calendar.resolve(days, line=line)
        if calendar.first is None or calendar.last is None:
            calendar.first, calendar.last = start, end
        elif abs((start - calendar.first).days) <= _LONGEST_MEETING:
            calendar.first = min(calendar.first, start)
            calendar.last = max(calendar.last, end)


def _in_programme(
    entries: Iterable[Draft | SessionDraft],
) -> list[tuple[Days, int]]:
    found = [(entry.when.days, entry.line) for entry in entries]
    return [(days, line) for days, line in found if days is not None]


def _stated(gathered: Gathered) -> list[tuple[Days, int]]:
    if gathered.facts.dates:
        return gathered.facts.dates
    titled = dates_in(gathered.title, line=1)
    return [(days, 1) for days in titled if days.last.year is not None]


def _in_prose(gathered: Gathered) -> list[tuple[Days, int]]:
    """The first full date in the announcement or an unknown section."""
    texts = [*gathered.facts.announcement, *(block for _, block in gathered.facts.rest)]
    texts += [block for _, blocks in gathered.unknown for block in blocks]
    for block in texts:
        for days in dates_in(plain(block.text), line=block.line):
            if days.last.year is not None:
                return [(days, block.line)]
    return []


def _years(
    gathered: Gathered, blocks: Sequence[Block], today: date | None
) -> list[int]:
    """Years on the page, the likeliest first: of dates, of the title, of the rest."""
    facts = gathered.facts
    dated = [days for days, _ in facts.dates]
    if facts.deadline is not None:
        dated.append(facts.deadline[0])
    years = [days.last.year for days in dated if days.last.year is not None]
    years += years_in(gathered.title)
    for block in blocks:
        if block.form in (Form.HEADING, Form.NAME):
            years += years_in(block.text)
    for block in (*facts.announcement, *facts.call):
        years += years_in(block.text)
    rest = {year for block in blocks for year in years_in(block.text)}
    years += sorted(rest, reverse=True)
    if today is not None:
        years.append(today.year)
    return list(dict.fromkeys(years))


def _distinct(found: Iterable[tuple[Days, int]]) -> list[tuple[Days, int]]:
    seen: dict[tuple[object, object], tuple[Days, int]] = {}
    for days, line in found:
        seen.setdefault((days.first, days.last), (days, line))
    return list(seen.values())
