"""Dates, times and durations as the pages write them.

24 hours with a colon in both languages: ``09:45`` in a column or on a clock,
``9:45`` in a sentence. A no-break space stands inside every ``15 min``.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date

from orchestrator.pages import zones
from orchestrator.pages.words import words

_LOCALES = {"fr": "fr", "en": "en_GB"}
_DAY = timedelta(days=1)
NBSP = "\u00a0"


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """One instant, ready to be written.

    ``iso`` goes into ``<time datetime>``, ``column`` and ``said`` are the two
    ways to write it. ``own`` is the reader's own time, empty when it is the
    same, and ``own_day`` its day when that differs ("la veille").
    """

    iso: str
    column: str
    said: str
    own: str = ""
    own_said: str = ""
    own_day: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Writes instants for one reader of one event.

    ``own`` is None when the reader's clock shows what the event's shows.
    """

    language: str
    zone: ZoneInfo
    own: ZoneInfo | None = None

    def when(self, moment: datetime) -> When:
        """``moment`` in the event's zone, and in the reader's if it differs."""
        here = moment.astimezone(self.zone)
        plain = When(
            iso=here.isoformat(timespec="minutes"),
            column=f"{here:%H:%M}",
            said=_said(here),
        )
        if self.own is None:
            return plain
        there = moment.astimezone(self.own)
        return When(
            iso=plain.iso,
            column=plain.column,
            said=plain.said,
            own=f"{there:%H:%M}",
            own_said=_said(there),
            own_day=self._day_word((there.date() - here.date()).days),
        )

    def day(self, moment: datetime | date, *, year: bool = True) -> str:
        """A day with its weekday: "lundi 28 juin 2021", "Monday 28 June 2021"."""
        return written(self._date(moment), self.language, weekday=True, year=year)

    def days(self, first: datetime | date, last: datetime | date) -> str:
        """One day, or from first to last, with month and year."""
        return period(self._date(first), self._date(last), self.language)

    def moment(self, moment: datetime) -> str:
        """A day and time: "28 juin 2021 à 10:05", "28 June 2021, 10:05"."""
        say = words(self.language).gettext
        day = written(self._date(moment), self.language)
        return say("%(day)s at %(time)s") % {
            "day": day,
            "time": self.when(moment).said,
        }

    def _date(self, moment: datetime | date) -> date:
        if isinstance(moment, datetime):
            return moment.astimezone(self.zone).date()
        return moment

    @property
    def day_words(self) -> tuple[str, str]:
        """What a reader elsewhere calls a day that is not that of the event."""
        say = words(self.language).gettext
        return say("the day before"), say("the day after")

    def _day_word(self, days: int) -> str:
        before, after = self.day_words
        return {-1: before, 1: after}.get(days, "")


def times_for(
    language: str, zone: str, reader: str | None, moments: tuple[datetime, ...] = ()
) -> Times:
    """How to write the times of an event in ``zone`` for a reader in ``reader``.

    The two are compared at ``moments``: Brussels and Paris are the same clock.
    """
    home, own = ZoneInfo(zone), zones.zone_of(reader)
    if own and all(_same(moment, home, own) for moment in moments):
        own = None
    return Times(language=language, zone=home, own=own)


def capital(text: str) -> str:
    """``text`` as it begins a line: "Lundi 28 juin 2021", "À Paris"."""
    return text[:1].upper() + text[1:]


def _same(moment: datetime, one: ZoneInfo, other: ZoneInfo) -> bool:
    here, there = moment.astimezone(one), moment.astimezone(other)
    return here.utcoffset() == there.utcoffset()


def _said(moment: datetime) -> str:
    return f"{moment.hour}:{moment:%M}"


def written(
    day: date, language: str, *, weekday: bool = False, year: bool = True
) -> str:
    """A date in words; the first of a month is "1er" in French."""
    pattern = ("EEEE " if weekday else "") + "d MMMM" + (" y" if year else "")
    text = format_date(day, pattern, locale=_LOCALES[language])
    if language == "fr" and day.day == 1:
        text = text.replace("1 ", "1er ", 1)
    return text


def period(first: date, last: date, language: str) -> str:
    """From ``first`` to ``last``, as short as it can be said."""
    say = words(language).gettext
    if first == last:
        return written(first, language, weekday=True)
    near = (first.year, first.month) == (last.year, last.month)
    start = (
        ("1er" if language == "fr" and first.day == 1 else str(first.day))
        if near
        else written(first, language, year=first.year != last.year)
    )
    form = (
        say("%(first)s and %(last)s")
        if near and last - first == _DAY
        else say("%(first)s to %(last)s")
    )
    return form % {"first": start, "last": written(last, language)}


def length(duration: timedelta) -> str:
    """A duration in minutes, rounded up: "15 min", "1 h 59", "2 h"."""
    minutes = max(0, -(-int(duration.total_seconds()) // 60))
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}{NBSP}min"
    return f"{hours}{NBSP}h{NBSP}{rest:02}" if rest else f"{hours}{NBSP}h"


def digits(duration: timedelta) -> str:
    """A countdown: "13:20" under one hour, "1:02:05" above."""
    seconds = max(0, int(duration.total_seconds()))
    minutes, rest = divmod(seconds, 60)
    hours, part = divmod(minutes, 60)
    return f"{hours}:{part:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def remaining(duration: timedelta, language: str) -> str:
    """How long until something: "10 min", from 24 h on "2 jours"."""
    if duration < _DAY:
        return length(duration)
    count = duration // _DAY
    text = words(language).ngettext("%(count)s day", "%(count)s days", count)
    return text % {"count": count}


def offset_from(times: Times, moment: datetime) -> str:
    """How the reader's clock differs: "2 h plus tôt", "5 h 30 later"; or "".

    ``moment`` matters: summer time begins on different days.
    """
    if times.own is None:
        return ""
    here = moment.astimezone(times.zone).utcoffset() or timedelta()
    there = moment.astimezone(times.own).utcoffset() or timedelta()
    say = words(times.language).gettext
    text = say("%(length)s earlier") if there < here else say("%(length)s later")
    return text % {"length": length(abs(there - here))}
