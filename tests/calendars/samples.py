"""Made-up entries and two ways to read a stream back."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar

from calendars.entry import CalendarEntry, Status
from calendars.publish import Feed

PARIS = ZoneInfo("Europe/Paris")
CREATED = datetime(2026, 1, 5, 8, tzinfo=UTC)
REVISED = datetime(2026, 2, 6, 9, 30, tzinfo=UTC)
FEED = Feed(
    name="Journée d’été, de calcul; et 😀",
    revised=REVISED,
    description="Deux lignes,\nsur une journée; accents",
    source="https://conf.example/e/jour.ics",
    url="https://conf.example/e/jour",
    color="steelblue",
)


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


def paris(*moment, **options):
    """That time of the clocks in Paris."""
    return datetime(*moment, tzinfo=PARIS, **options)


def varied():
    """One entry for each thing that can go wrong in a reader."""
    return [*_texts(), *_changeovers(), *_elsewhere()]


def _texts():
    return [
        entry(uid="accents", summary="Œuvre d’été – 😀", location="Amphi A, 2e; B"),
        entry(uid="commas", summary='a, b; c\\ d: "e" ^f', categories=("x, y", "z;")),
        entry(
            uid="long", description="Un paragraphe, long; accentué. " * 200 + "\n\nfin"
        ),
        entry(uid="paths", description='C:\\new\\,;\n"«\t»"', location="\\\\, ;"),
        entry(uid="title", summary=("Théorie " * 32)[:250]),
        entry(uid="link", url="https://conf.example/e/jour/t/a,b;c"),
        entry(uid="gone", status=Status.CANCELLED, sequence=7),
    ]


def _changeovers():
    """Around the changes of clocks, in one year and in the next."""
    moments = {
        "spring-before": (paris(2027, 3, 28, 0, 30), paris(2027, 3, 28, 1, 59)),
        "spring-across": (paris(2027, 3, 28, 1, 30), paris(2027, 3, 28, 3, 30)),
        "spring-after": (paris(2027, 3, 28, 3), paris(2027, 3, 28, 4)),
        "autumn-before": (paris(2027, 10, 31, 1), paris(2027, 10, 31, 1, 59)),
        "autumn-first": (paris(2027, 10, 31, 2, 30), paris(2027, 10, 31, 2, 59)),
        "autumn-again": (
            paris(2027, 10, 31, 2, 30, fold=1),
            paris(2027, 10, 31, 2, 59, fold=1),
        ),
        "autumn-after": (paris(2027, 10, 31, 3), paris(2027, 10, 31, 4)),
        "next-spring": (paris(2028, 3, 26, 3), paris(2028, 3, 26, 4)),
        "next-autumn": (paris(2028, 10, 29, 3), paris(2028, 10, 29, 4)),
    }
    return [
        entry(uid=uid, starts=starts, ends=ends)
        for uid, (starts, ends) in moments.items()
    ]


def _elsewhere():
    new_york, tokyo = ZoneInfo("America/New_York"), ZoneInfo("Asia/Tokyo")
    casablanca = ZoneInfo("Africa/Casablanca")
    return [
        entry(uid="west", starts=datetime(2027, 3, 14, 3, tzinfo=new_york)),
        entry(uid="east", starts=datetime(2027, 6, 28, 22, tzinfo=tokyo)),
        # Ramadan of 2027 begins on this day: clocks are put back at 3.
        entry(uid="moon", starts=datetime(2027, 2, 7, 4, tzinfo=casablanca)),
        entry(uid="days", starts=date(2027, 6, 28), ends=date(2027, 6, 30)),
    ]


def events(written):
    """The VEVENTs of ``written`` as icalendar reads them, in order."""
    return Calendar.from_ical(written).events


def lines(written):
    """The content lines of ``written``, unfolded."""
    return written.decode().replace("\r\n ", "").split("\r\n")
