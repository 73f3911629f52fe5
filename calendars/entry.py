"""What a calendar shows of one thing: one VEVENT, as a plain value."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from calendars.errors import EntryRefused

_UID = re.compile(r"[!-~]{1,255}")
_ADDRESS = re.compile(r"https?://[!-~]+")
# Several readers cut the address of a conference at a comma or a semicolon.
_JOINING = re.compile(r"https?://[!-+\--:<-~]+")
# What ``zoneinfo`` knows exactly; a VTIMEZONE looks a few years further.
_FIRST_YEAR, _LAST_YEAR = 1970, 9900


class Status(StrEnum):
    """Whether it takes place (RFC 5545, section 3.8.1.11)."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conference:
    """Where one joins it (RFC 7986, section 5.11): an http or https ``url``.

    ``label`` says what the address is, in the language of the entry;
    ``moderator`` that it lets its reader lead. Hardly any client shows a
    CONFERENCE: put the address into location and description too.
    """

    url: str
    label: str = ""
    moderator: bool = False

    def __post_init__(self) -> None:
        if not _JOINING.fullmatch(self.url):
            raise EntryRefused(
                "conference",
                "give an http or https address; blanks, accents, commas and "
                "semicolons %-encoded.",
            )

    @property
    def features(self) -> tuple[str, ...]:
        """What one can do there, in the words of RFC 7986."""
        return ("AUDIO", "VIDEO", "MODERATOR") if self.moderator else ("AUDIO", "VIDEO")


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """One VEVENT.

    ``uid`` stays for ever, whatever else changes. ``sequence`` rises by one
    with every visible change; ``revised`` is the instant of the last one,
    written as DTSTAMP and LAST-MODIFIED. ``starts`` and ``ends`` are aware
    moments, in the ``ZoneInfo`` in which the entry is to be shown, or, for an
    entry of whole days, both dates, ``ends`` being the day after the last.
    ``summary``, ``location`` and ``categories`` are written as one line,
    ``description`` as plain text with its line breaks (``calendars.text``).
    ``transparent`` entries do not make their reader busy. ``alarm`` is how long
    before the start their reader is reminded, of an entry that takes place.

    Raises ``EntryRefused``, naming the field, for what no calendar can carry: a
    naive moment, one in the hour that a change to summer time skips, an end
    that is not after the start, an address with blanks, an alarm after the start.
    """

    uid: str
    summary: str
    starts: datetime | date
    ends: datetime | date
    created: datetime
    revised: datetime
    sequence: int = 0
    description: str = ""
    location: str = ""
    url: str = ""
    categories: tuple[str, ...] = ()
    status: Status = Status.CONFIRMED
    transparent: bool = False
    conference: Conference | None = None
    alarm: timedelta | None = None

    def __post_init__(self) -> None:
        _check_identity(self)
        for name in ("created", "revised", "starts", "ends"):
            _check_moment(name, getattr(self, name))
        _check_order(self)

    @property
    def whole_days(self) -> bool:
        """Whether the entry is of days and not of hours."""
        return not isinstance(self.starts, datetime)

    @property
    def order(self) -> tuple[datetime, str]:
        """Sort key: by start, whole days at midnight UTC; then by uid."""
        return instant(self.starts), self.uid


def instant(moment: datetime | date) -> datetime:
    """``moment`` in UTC; a date counts from its midnight in UTC."""
    if isinstance(moment, datetime):
        return moment.astimezone(UTC)
    return datetime(moment.year, moment.month, moment.day, tzinfo=UTC)


def _check_identity(entry: CalendarEntry) -> None:
    if not _UID.fullmatch(entry.uid):
        raise EntryRefused("uid", "give 1 to 255 visible ASCII characters.")
    if entry.sequence < 0:
        raise EntryRefused("sequence", f"{entry.sequence} is below 0.")
    if entry.alarm is not None and entry.alarm <= timedelta():
        raise EntryRefused("alarm", "give the time before the start, more than 0.")
    if entry.url and not _ADDRESS.fullmatch(entry.url):
        raise EntryRefused(
            "url", "give an http or https address, blanks and accents %-encoded."
        )


def _check_moment(name: str, moment: datetime | date) -> None:
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise EntryRefused(name, f"the year {moment.year} is out of range.")
    if not isinstance(moment, datetime):
        return
    if moment.utcoffset() is None:
        raise EntryRefused(name, f"{moment.isoformat()} has no time zone.")
    returned = moment.astimezone(UTC).astimezone(moment.tzinfo)
    if returned.replace(tzinfo=None) != moment.replace(tzinfo=None):
        raise EntryRefused(
            name,
            f"{moment.isoformat()} does not exist: clocks are put forward over it.",
        )


def _check_order(entry: CalendarEntry) -> None:
    if entry.whole_days == isinstance(entry.ends, datetime):
        raise EntryRefused("ends", "give two moments or two dates, not one of each.")
    # Seconds are the finest a calendar can say; instants, since two moments of
    # one zone are compared by their wall clocks, which go back in autumn.
    if instant(entry.ends).replace(microsecond=0) <= instant(entry.starts).replace(
        microsecond=0
    ):
        raise EntryRefused("ends", "the end has to be later than the start.")
