"""Made-up entries and two ways to read a stream back."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar

from calendars.entry import CalendarEntry

PARIS = ZoneInfo("Europe/Paris")
CREATED = datetime(2026, 1, 5, 8, tzinfo=UTC)
REVISED = datetime(2026, 2, 6, 9, 30, tzinfo=UTC)


def entry(**changes):
    """An entry of one hour; its end follows ``starts`` unless given."""
    starts = changes.get("starts", datetime(2027, 6, 28, 10, tzinfo=PARIS))
    values = {
        "uid": "talk-1@install.example",
        "summary": "Un exposé",
        "starts": starts,
        "ends": starts + timedelta(hours=1),
        "created": CREATED,
        "revised": REVISED,
        **changes,
    }
    return CalendarEntry(**values)


def events(written):
    """The VEVENTs of ``written`` as icalendar reads them, in order."""
    return Calendar.from_ical(written).events


def lines(written):
    """The content lines of ``written``, unfolded."""
    return written.decode().replace("\r\n ", "").split("\r\n")
