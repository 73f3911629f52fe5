"""Calendars to subscribe to, and single entries to download.

A feed carries no METHOD, no calendar-level UID (vdirsyncer keeps one event of
such a feed) and no X-WR-TIMEZONE (recurring-ical-events loses the end of the
repeated hour). Calendar properties come first, then each zone once by name,
then the entries by start.

DTSTAMP is the entry's own ``revised`` instant, not the time of the call: the
same entries give the same bytes in every process, so ETags work.

``publish`` does all at once. Who publishes many entries again and again keeps
what ``write`` makes of each, and puts it together with ``assemble``: after the
change of one, only that one is written again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, vDDDTypes, vDuration, vText, vUri

from calendars.entry import CalendarEntry, Conference, Status, instant
from calendars.text import LONGEST_PLACE, clean, one_line
from calendars.zones import repeated, write_zone

PRODID = "-//session-orchestrator//calendars 1//EN"
CONTENT_TYPE = "text/calendar; charset=utf-8"

_END = b"END:VCALENDAR\r\n"
_by_order = attrgetter("order")


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture for a calendar (RFC 7986, section 5.10): where it is, and its
    media type, such as ``image/png``.
    """

    url: str
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What a calendar to subscribe to says of itself (RFC 7986).

    ``source`` is where it is fetched from, empty where that is a secret; ``url``
    the page that people read, ``revised`` the instant of its last change,
    ``refresh`` how often clients are asked to come, ``color`` a CSS3 colour name.
    """

    name: str
    revised: datetime
    description: str = ""
    source: str = ""
    url: str = ""
    refresh: timedelta = timedelta(hours=1)
    color: str = ""
    image: Image | None = None


@dataclass(slots=True, eq=False)
class Written:
    """An entry and its lines. ``zone`` is the one that they name, None for UTC;
    ``starts`` and ``ends`` are in UTC, ``order`` is where it stands in a file.
    """

    entry: CalendarEntry
    zone: ZoneInfo | None
    starts: datetime
    ends: datetime
    order: tuple[datetime, str]
    lines: bytes
    _utc: bytes = b""

    @property
    def lines_in_utc(self) -> bytes:
        """As ``lines``, with times in UTC; written when first asked for."""
        if self.zone is None:
            return self.lines
        if not self._utc:
            self._utc = component(self.entry, None).to_ical()
        return self._utc


def publish(entries: Iterable[CalendarEntry], *, feed: Feed | None = None) -> bytes:
    """``entries`` as one iCalendar stream (RFC 5545): UTF-8, CRLF, lines of at
    most 75 octets.

    With ``feed`` the stream is one to subscribe to, without it a single file.
    """
    return b"".join(assemble(map(write, entries), feed=feed))


def write(entry: CalendarEntry) -> Written:
    """``entry`` as it stands in any file; takes a fraction of a millisecond."""
    zone, starts, ends = zone_of(entry), instant(entry.starts), instant(entry.ends)
    if zone is not None and write_zone(zone, starts, ends) is None:
        zone = None
    lines: bytes = component(entry, zone).to_ical()
    return Written(entry, zone, starts, ends, entry.order, lines)


def assemble(
    written: Iterable[Written], *, feed: Feed | None = None
) -> Iterator[bytes]:
    """The parts of one stream of ``written`` entries, to be joined: its head,
    each zone, each entry, its end.

    A caller who must not be held up can rest between two. Where the rule of a
    zone changes within the years of the file, though not within those of an
    entry, its entries are in UTC.
    """
    in_order = sorted(written, key=_by_order)
    zones: dict[str, bytes] = {}
    for zone, first, last in _spans(in_order):
        if (lines := write_zone(zone, first, last)) is not None:
            zones[zone.key] = lines
    yield _head(feed)
    yield from zones.values()
    for one in in_order:
        named = one.zone is not None and one.zone.key in zones
        yield one.lines if named else one.lines_in_utc
    yield _END


def component(entry: CalendarEntry, zone: ZoneInfo | None) -> Event:
    """The VEVENT of ``entry``, with its times in ``zone``, or in UTC."""
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.revised.astimezone(UTC))
    event.add("last-modified", entry.revised.astimezone(UTC))
    event.add("created", entry.created.astimezone(UTC))
    event["DTSTART"] = _moment(entry.starts, zone)
    event["DTEND"] = _moment(entry.ends, zone)
    event.add("summary", one_line(entry.summary))
    event.add("status", entry.status.value)
    event.add("transp", "TRANSPARENT" if entry.transparent else "OPAQUE")
    _add_texts(event, entry)
    if entry.conference is not None:
        event.add("conference", _joining(entry.conference))
    if entry.alarm is not None and entry.status is not Status.CANCELLED:
        event.add_component(_alarm(entry.alarm, one_line(entry.summary)))
    return event


def zone_of(entry: CalendarEntry) -> ZoneInfo | None:
    """The zone that ``entry`` may name; None if it has to be in UTC.

    Readers take an abbreviation such as GMT for different zones, so only names
    of a place (or of Etc) are written; and none for a time in the hour that
    autumn repeats, of which readers choose one or the other.
    """
    if not isinstance(entry.starts, datetime) or not isinstance(entry.ends, datetime):
        return None
    zone = entry.starts.tzinfo
    if not isinstance(zone, ZoneInfo) or "/" not in (zone.key or ""):
        return None
    if repeated(entry.starts) or repeated(entry.ends.astimezone(zone)):
        return None
    return zone


def _spans(
    written: Iterable[Written],
) -> Iterator[tuple[ZoneInfo, datetime, datetime]]:
    """Each zone that is named, by name, with the first and the last moment at
    which it is, in UTC.
    """
    spans: dict[str, tuple[ZoneInfo, datetime, datetime]] = {}
    for one in written:
        if one.zone is None:
            continue
        former = spans.get(one.zone.key)
        if former is None:
            spans[one.zone.key] = one.zone, one.starts, one.ends
        elif one.starts < former[1] or one.ends > former[2]:
            first, last = min(one.starts, former[1]), max(one.ends, former[2])
            spans[one.zone.key] = one.zone, first, last
    for name in sorted(spans):
        yield spans[name]


def _head(feed: Feed | None) -> bytes:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODID)
    calendar.add("calscale", "GREGORIAN")
    if feed is not None:
        _describe(calendar, feed)
    lines: bytes = calendar.to_ical()
    return lines.removesuffix(_END)


def _describe(calendar: Calendar, feed: Feed) -> None:
    name, description = one_line(feed.name), clean(feed.description)
    # The X- names are older; Apple and Google read them. icalendar escapes only
    # the values of properties that it knows, hence vText.
    calendar.add("name", vText(name))
    calendar.add("x-wr-calname", vText(name))
    if description:
        calendar.add("description", vText(description))
        calendar.add("x-wr-caldesc", vText(description))
    calendar.add("last-modified", feed.revised.astimezone(UTC))
    # RFC 7986 gives neither property a default type: VALUE has to be there.
    calendar.add("refresh-interval", feed.refresh, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(feed.refresh))
    if feed.source:
        calendar.add("source", feed.source, parameters={"VALUE": "URI"})
    if feed.url:
        calendar.add("url", feed.url)
    if feed.color:
        calendar.add("color", feed.color)
    if feed.image:
        described = {"VALUE": "URI", "FMTTYPE": feed.image.media_type}
        calendar.add("image", vUri(feed.image.url, params=described))


def _add_texts(event: Event, entry: CalendarEntry) -> None:
    if description := clean(entry.description):
        event.add("description", description)
    if location := one_line(entry.location, LONGEST_PLACE):
        event.add("location", location)
    if entry.url:
        event.add("url", entry.url)
    if categories := [name for text in entry.categories if (name := one_line(text))]:
        event.add("categories", categories)


def _joining(conference: Conference) -> vUri:
    # RFC 7986 gives the property no default type: VALUE has to be there.
    params: dict[str, str | list[str]] = {
        "VALUE": "URI",
        "FEATURE": list(conference.features),
    }
    if label := one_line(conference.label):
        params["LABEL"] = label
    return vUri(conference.url, params=params)


def _alarm(before: timedelta, text: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -before)
    alarm.add("description", text)
    return alarm


def _moment(moment: datetime | date, zone: ZoneInfo | None) -> vDDDTypes:
    if not isinstance(moment, datetime):
        return vDDDTypes(moment)
    if zone is None:
        return vDDDTypes(moment.astimezone(UTC))
    # Wall clock and name apart: icalendar's own idea of a zone's name is not
    # asked.
    written = vDDDTypes(moment.astimezone(zone).replace(tzinfo=None))
    written.params["TZID"] = zone.key
    return written
