"""Days and hours to moments: which year, which end, and does the time exist."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from orchestrator.programme.importers.context import When
from orchestrator.programme.importers.drafts import Draft
from orchestrator.programme.importers.errors import UnreadableProgramme
from orchestrator.programme.importers.french import WEEKDAYS_EN, Day, Days
from orchestrator.programme.importers.moments import in_zone
from orchestrator.programme.model import Remark

_WEEK = 7
_SPAN = 30
"""Years around a year of the page in which a weekday is looked for."""


@dataclass(slots=True)
class Calendar:
    """The days of the meeting; ``years`` are those that the page names, best first."""

    years: Sequence[int]
    first: date | None = None
    last: date | None = None
    remarks: list[Remark] = field(default_factory=list)

    def resolve(self, days: Days, *, line: int) -> tuple[date, date]:
        """First and last day of ``days``, with the year that the page means."""
        first = self.date_of(days.first, line=line)
        if days.last == days.first:
            return first, first
        last_day = days.last
        if last_day.year is None:
            last_day = Day(day=last_day.day, month=last_day.month, year=first.year)
        last = self.date_of(last_day, line=line)
        if last < first:
            raise UnreadableProgramme(
                f"Line {line}: the last day ({last}) is before the first ({first});"
                " write the earlier day first.",
                line=line,
            )
        return first, last

    def date_of(self, day: Day, *, line: int) -> date:
        """The date of ``day``; a year that is missing comes from elsewhere on the page."""
        if day.year is None:
            return self._nearest(day, line=line)
        found = day.within(day.year)
        if found is None:
            raise UnreadableProgramme(
                f"Line {line}: {day.day:02}/{day.month:02}/{day.year} is no day of the"
                " calendar; correct it, or write it as 28 juin 2021.",
                line=line,
            )
        return self._kept(found, day, line=line)

    def _kept(self, found: date, day: Day, *, line: int) -> date:
        """``found``, with a remark when it is not the weekday that the page says."""
        if day.weekday is not None and found.weekday() != day.weekday:
            remark = Remark(
                line=line,
                text=f"{found} is a {WEEKDAYS_EN[found.weekday()]}, the page says"
                f" {WEEKDAYS_EN[day.weekday]}; the date is kept. Correct one of them.",
            )
            if remark not in self.remarks:
                self.remarks.append(remark)
        return found

    def day_of(self, when: When, *, line: int) -> date | None:
        """The date of a line of context, within the meeting when it can be."""
        if when.days is not None:
            return self.resolve(when.days, line=line)[0]
        if self.first is None:
            return None
        if when.weekday is not None:
            return self.first + timedelta((when.weekday - self.first.weekday()) % _WEEK)
        if when.nth is not None:
            return self.first + timedelta(days=max(when.nth - 1, 0))
        return self.first

    def _nearest(self, day: Day, *, line: int) -> date:
        candidates = [d for year in self.years if (d := day.within(year)) is not None]
        if self.first is not None:
            candidates.sort(key=lambda found: abs((found - self.first).days))  # type: ignore[operator]  # narrowed above
        if day.weekday is not None:
            fitting = [d for d in candidates if d.weekday() == day.weekday]
            meant = [d for d in candidates if self._is_of_meeting(d)]
            candidates = fitting or meant or self._around(day) or candidates
        if not candidates:
            raise UnreadableProgramme(
                f"Line {line}: the year of {day.day:02}/{day.month:02} is not on the"
                " page; write it, as in 28 juin 2021.",
                line=line,
            )
        return self._kept(candidates[0], day, line=line)

    def _is_of_meeting(self, found: date) -> bool:
        if self.first is None or self.last is None:
            return False
        return self.first <= found <= self.last

    def _around(self, day: Day) -> list[date]:
        """Days of the weekday meant, in the years next to the first one known."""
        if not self.years:
            return []
        near = sorted(range(-_SPAN, _SPAN + 1), key=lambda n: (abs(n), -n))
        years = [self.years[0] + n for n in near if 1 <= self.years[0] + n <= 9998]  # noqa: PLR2004 -- the last year of a date is 9999
        found = (day.within(year) for year in years)
        return [d for d in found if d is not None and d.weekday() == day.weekday][:1]


def moment(day: date, clock: time, zone: ZoneInfo, *, line: int) -> datetime:
    """``clock`` of ``day`` in ``zone``; a time that the clocks skip is refused."""
    try:
        return in_zone(datetime.combine(day, clock), zone)
    except ValueError as error:
        raise UnreadableProgramme(f"Line {line}: {error}", line=line) from None


def time_pauses(drafts: list[Draft]) -> None:
    """Give a pause without hours the time between the talks around it, if there is."""
    for place in range(1, len(drafts) - 1):
        draft, before, after = drafts[place], drafts[place - 1], drafts[place + 1]
        if not draft.is_pause or draft.starts is not None:
            continue
        if before.ends is None or after.starts is None or before.when != after.when:
            continue
        if before.ends < after.starts and before.part == after.part:
            draft.starts, draft.ends = before.ends, after.starts


def with_ends(drafts: Iterable[Draft]) -> list[Remark]:
    """Give each timed draft its end: the length it has, else the next one's start.

    ``drafts`` are those of one day and room, sorted by start. The last one
    takes the length of the talk before, a last pause half an hour. Returns what was assumed.
    """
    remarks: list[Remark] = []
    timed = [draft for draft in drafts if draft.starts is not None]
    later = iter([*timed[1:], None])
    usual = _HALF_HOUR
    for draft in timed:
        following = _after(draft, next(later), timed)
        if draft.ends is None:
            draft.ends = _plus(draft, draft.length) or following
        if draft.ends is None and not draft.ending:
            length = _HALF_HOUR if draft.is_pause else usual
            draft.ends = _plus(draft, length) or time(23, 59)
            remarks.append(_assumed(draft))
        if draft.ends is not None and not draft.is_pause:
            usual = _length(draft)
    return remarks


_HALF_HOUR = timedelta(minutes=30)


def _after(draft: Draft, following: Draft | None, timed: list[Draft]) -> time | None:
    """The start of the next entry that begins later than ``draft``."""
    if following is None or draft.starts is None or following.starts is None:
        return None
    if following.starts > draft.starts:
        return following.starts
    later = [
        d.starts for d in timed if d.starts is not None and d.starts > draft.starts
    ]
    return min(later, default=None)


def _plus(draft: Draft, length: timedelta | None) -> time | None:
    """The start plus ``length``, on the same day."""
    if length is None or draft.starts is None:
        return None
    day = datetime(2000, 1, 1)  # noqa: DTZ001 -- a clock time needs no zone
    ends = datetime.combine(day, draft.starts) + length
    return ends.time() if ends.date() == day.date() else None


def _length(draft: Draft) -> timedelta:
    day = date(2000, 1, 1)
    starts, ends = draft.starts or time(), draft.ends or time()
    return datetime.combine(day, ends) - datetime.combine(day, starts)


def _assumed(draft: Draft) -> Remark:
    what = draft.title or draft.shown or "the talk"
    return Remark(
        line=draft.line,
        text=f"No end is given for “{what}”; {draft.ends:%H:%M} is assumed."
        " Write the window, as in 17h-17h30.",
    )
