"""Dates as French and English pages write them: names of days and months.

Every function is given the line it reads from, and raises
``UnreadableProgramme`` with that line for a day that does not exist.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from orchestrator.programme.importers.errors import UnreadableProgramme
from orchestrator.programme.importers.inline import fold

# Indexed by month - 1: French, English, then what people shorten them to.
_MONTH_NAMES = (
    "janvier january janv jan",
    "fevrier february fevr fev feb",
    "mars march mar",
    "avril april avr apr",
    "mai may",
    "juin june jun",
    "juillet july juil jul",
    "aout august aug",
    "septembre september sept sep",
    "octobre october oct",
    "novembre november nov",
    "decembre december dec",
)
_WEEKDAY_NAMES = (
    "lundi monday mon lun",
    "mardi tuesday tues tue",
    "mercredi wednesday wed mer",
    "jeudi thursday thurs thu jeu",
    "vendredi friday fri ven",
    "samedi saturday sat sam",
    "dimanche sunday sun dim",
)
MONTHS_FR = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août"),
    *("septembre", "octobre", "novembre", "décembre"),
)
MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
WEEKDAYS_FR = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
WEEKDAYS_EN = (
    *("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
)

_MONTHS = {name: n for n, row in enumerate(_MONTH_NAMES, 1) for name in row.split()}
_WEEKDAYS = {name: n for n, row in enumerate(_WEEKDAY_NAMES) for name in row.split()}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_WEEKDAY = "|".join(sorted(_WEEKDAYS, key=len, reverse=True))
_TH = r"(?:er|st|nd|rd|th)?"
_DATE = re.compile(
    rf"""(?<![\w/])
    (?:(?P<weekday>{_WEEKDAY})\b\.?,?\s+(?:le\s+|the\s+)?)?
    (?: (?P<iso>\d{{4}}-\d{{1,2}}-\d{{1,2}})(?!\d)
      | (?P<n1>\d{{1,2}})(?P<by>[-/.])(?P<n2>\d{{1,2}})
        (?:(?P=by)(?P<ny>\d{{4}}|\d{{2}})(?![\d/]|[-.:h]\d)|(?(weekday)(?<=[\d]/\d\d)(?![\d/])|(?!)))
      | (?P<d>\d{{1,2}}){_TH}[\s-]+(?:of\s+)?(?P<m>{_MONTH})\b
        (?:\.?,?[\s-]+(?P<y>(?:19|20)\d{{2}})\b)?
      | (?P<em>{_MONTH})\b\.?\s+(?P<ed>\d{{1,2}}){_TH}(?!\s?h\b|\s?h\d|[:\d])
        (?:\s*(?:-|–|—|to|and|&)\s*(?P<el>\d{{1,2}}){_TH}(?![:\dh]))?
        (?:,?\s+(?P<ey>(?:19|20)\d{{2}})\b)?
    )""",
    re.VERBOSE,
)
_JOIN = r"(?:-|–|—|→|/|au|to|et|and|&|through|until|jusqu'au)"
_BETWEEN = re.compile(rf"\s*,?\s*{_JOIN}\s*(?:le\s+|the\s+)?")
_BEFORE = re.compile(
    rf"(?<![\w:/.-])(?:(?:{_WEEKDAY})\b\.?\s+)?(?P<d>\d{{1,2}}){_TH}"
    rf"(?:\s*,\s*(?:(?:{_WEEKDAY})\b\s+)?\d{{1,2}}){{0,6}}"
    rf"\s*{_JOIN}\s*(?:(?:le|the)\s+)?$"
)
_LOOK_BACK = 60
_CENTURY = 2000
_LEAP_YEAR = 2020
_LAST_MONTH = 12
_WEEKDAY_ALONE = re.compile(
    rf"(?P<weekday>{'|'.join(n for r in _WEEKDAY_NAMES for n in r.split()[:2])})\b"
)
_YEAR = re.compile(r"(?<![\d/.:-])(?:19|20)\d\d(?!\d|[/.]\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day as it is written: perhaps without its year, perhaps with a weekday (0-6)."""

    day: int
    month: int
    year: int | None = None
    weekday: int | None = None

    def within(self, year: int) -> date | None:
        """The day in ``year``, or None (29 February)."""
        try:
            return date(year, self.month, self.day)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """One day or several in a row, and where the text says so."""

    first: Day
    last: Day
    start: int
    end: int


def dates_in(text: str, *, line: int) -> tuple[Days, ...]:
    """Every day and range of days in ``text``, in order.

    ``28-06-2021``, ``28 juin 2021``, ``lundi 28 juin``, ``1er mars 2022``, ISO,
    ``June 28, 2021``, ``28-29 juin 2021``, ``du 28 au 29 juin 2021``; day before
    month in numbers, unless only the other order can be a date.
    """
    folded = fold(text)
    singles = [_single(found, text, line) for found in _DATE.finditer(folded)]
    joined: list[Days] = []
    for days in singles:
        before = joined[-1] if joined else None
        if before and _BETWEEN.fullmatch(folded, before.end, days.start):
            joined[-1] = _range(before, days)
        else:
            after = before.end if before else 0
            joined.append(_with_start(days, folded, after, line))
    return tuple(joined)


def weekday_in(text: str) -> int | None:
    """The weekday (0 is Monday) that ``text`` names in full, if any."""
    found = _WEEKDAY_ALONE.search(fold(text))
    return _WEEKDAYS[found["weekday"]] if found else None


def years_in(text: str) -> tuple[int, ...]:
    """Years of four digits in ``text``, in order."""
    return tuple(int(found[0]) for found in _YEAR.finditer(text))


def say_day(day: date, language: str) -> str:
    """``lundi 14 mars`` or ``Monday 14 March``."""
    if language == "en":
        return f"{WEEKDAYS_EN[day.weekday()]} {day.day} {MONTHS_EN[day.month - 1]}"
    number = "1er" if day.day == 1 else str(day.day)
    return f"{WEEKDAYS_FR[day.weekday()]} {number} {MONTHS_FR[day.month - 1]}"


def _single(found: re.Match[str], text: str, line: int) -> Days:
    weekday = _WEEKDAYS[found["weekday"]] if found["weekday"] else None
    number, month, year, last = _numbers(found)
    said = text[found.start() : found.end()]
    first = _checked(number, month, year, weekday, text=said, line=line)
    end = first
    if last is not None:
        end = _checked(last, month, year, None, text=said, line=line)
    return Days(first=first, last=end, start=found.start(), end=found.end())


def _numbers(found: re.Match[str]) -> tuple[int, int, int | None, int | None]:
    """Day, month, year and last day of a match, whichever way it is written."""
    if found["iso"]:
        year, month, number = map(int, found["iso"].split("-"))
        return number, month, year, None
    if found["n1"]:
        return _numeric(found)
    if found["d"]:
        year_written = int(found["y"]) if found["y"] else None
        return int(found["d"]), _MONTHS[found["m"]], year_written, None
    year_written = int(found["ey"]) if found["ey"] else None
    last = int(found["el"]) if found["el"] else None
    return int(found["ed"]), _MONTHS[found["em"]], year_written, last


def _numeric(found: re.Match[str]) -> tuple[int, int, int | None, int | None]:
    """``28/06/2021``; without a year only ``lundi 28/06`` (``10-12`` are hours)."""
    number, month = int(found["n1"]), int(found["n2"])
    if month > _LAST_MONTH >= number:
        number, month = month, number
    year = int(found["ny"]) if found["ny"] else None
    if year is not None and len(found["ny"]) == len("21"):
        year += _CENTURY
    return number, month, year, None


def _range(before: Days, after: Days) -> Days:
    """From the first day of ``before`` to ``after``, whose year it takes."""
    first = before.first
    if first.year is None:
        first = Day(
            day=first.day,
            month=first.month,
            year=after.last.year,
            weekday=first.weekday,
        )
    return Days(first=first, last=after.last, start=before.start, end=after.end)


def _with_start(days: Days, folded: str, after: int, line: int) -> Days:
    """``days`` begun earlier when a bare number and a dash stand before it."""
    begin = max(after, days.start - _LOOK_BACK)
    if (found := _BEFORE.search(folded[begin : days.start])) is None:
        return days
    last, number = days.last, int(found["d"])
    if number >= last.day:
        return days
    first = _checked(number, last.month, last.year, None, text=found[0], line=line)
    return Days(first=first, last=last, start=begin + found.start(), end=days.end)


def _checked(
    number: int,
    month: int,
    year: int | None,
    weekday: int | None,
    *,
    text: str,
    line: int,
) -> Day:
    """The day, when the calendar has it."""
    if (
        not 1 <= month <= _LAST_MONTH
        or year == 0
        or not 1 <= number <= monthrange(year or _LEAP_YEAR, month)[1]
    ):
        raise UnreadableProgramme(
            f"Line {line}: “{text.strip()}” is no day of the calendar;"
            " correct it, or write it as 28 juin 2021.",
            line=line,
        )
    return Day(day=number, month=month, year=year, weekday=weekday)
