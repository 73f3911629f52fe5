"""Calendars to subscribe to, and single entries to download.

A feed carries no METHOD, no calendar-level UID (vdirsyncer keeps one event of
such a feed) and no X-WR-TIMEZONE (recurring-ical-events loses the end of the
repeated hour). Calendar properties come first, then each zone once by name,
then the entries by start.

DTSTAMP is the entry's own ``revised`` instant, not the time of the call: the
same entries give the same bytes in every process, so ETags work.
"""

from collections.abc import Iterable, Iterator, MutableMapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vDDDTypes, vDuration, vText

from calendars.entry import CalendarEntry, instant
from calendars.text import clean, one_line
from calendars.zones import repeated, write_zone

PRODID = "-//session-orchestrator//calendars 1//EN"
CONTENT_TYPE = "text/calendar; charset=utf-8"

_END = b"END:VCALENDAR\r\n"

# Two moments of different zones are equal when they are one instant, and two of
# one zone are also when only one of them is in the repeated hour: so an entry
# alone does not tell its bytes.
Form = tuple[CalendarEntry, str, datetime, datetime]
"""An entry, the zone it names (or nothing), its start and end in UTC."""

Kept = MutableMapping[Form, bytes]
"""Entries that are written already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What a calendar to subscribe to says of itself (RFC 7986).

    ``source`` is where it is fetched from, ``url`` the page that people read,
    ``revised`` the instant of its last change, ``refresh`` how often clients
    are asked to come, ``color`` a CSS3 colour name.
    """

    name: str
    revised: datetime
    description: str = ""
    source: str = ""
    url: str = ""
    refresh: timedelta = timedelta(hours=1)
    color: str = ""


def publish(entries: Iterable[CalendarEntry], *, feed: Feed | None = None) -> bytes:
    """``entries`` as one iCalendar stream (RFC 5545): UTF-8, CRLF, lines of at
    most 75 octets.

    With ``feed`` the stream is one to subscribe to, without it a single file.
    """
    return b"".join(stream(entries, feed=feed))


def stream(
    entries: Iterable[CalendarEntry],
    *,
    feed: Feed | None = None,
    kept: Kept | None = None,
) -> Iterator[bytes]:
    """The parts of ``publish(entries, feed=feed)`` one by one.

    Each takes well under a millisecond, so that a caller who must not be held
    up can pause between two. Entries found in ``kept`` are not written again;
    at the end it holds the entries of this stream and no others.
    """
    in_order = sorted(entries, key=lambda entry: entry.order)
    yield _head(feed)
    named: dict[str, ZoneInfo] = {}
    for zone, first, last in _spans(in_order):
        if (lines := write_zone(zone, first, last)) is not None:
            named[zone.key] = zone
            yield lines
    before = {} if kept is None else kept
    after: dict[Form, bytes] = {}
    for entry in in_order:
        zone_named = named.get(_zone_name(entry))
        form = _form(entry, zone_named)
        lines = after[form] = before.get(form) or _vevent(entry, zone_named)
        yield lines
    yield _END
    if kept is not None:
        kept.clear()
        kept.update(after)


def _form(entry: CalendarEntry, zone: ZoneInfo | None) -> Form:
    name = zone.key if zone else ""
    return entry, name, instant(entry.starts), instant(entry.ends)


def _zone(entry: CalendarEntry) -> ZoneInfo | None:
    """The zone that ``entry`` may name; None if it has to be in UTC.

    Readers take an abbreviation such as GMT for different zones, so only names
    of a place (or of Etc) are written.
    """
    if not isinstance(entry.starts, datetime) or not isinstance(entry.ends, datetime):
        return None
    zone = entry.starts.tzinfo
    if not isinstance(zone, ZoneInfo) or "/" not in (zone.key or ""):
        return None
    if repeated(entry.starts) or repeated(entry.ends.astimezone(zone)):
        return None
    return zone


def _zone_name(entry: CalendarEntry) -> str:
    return zone.key if (zone := _zone(entry)) else ""


def _spans(
    entries: Iterable[CalendarEntry],
) -> list[tuple[ZoneInfo, datetime, datetime]]:
    """Each zone that entries may name, by name, with the first and the last
    moment at which they do, in UTC.
    """
    moments: dict[str, tuple[ZoneInfo, datetime, datetime]] = {}
    for entry in entries:
        if (zone := _zone(entry)) is None:
            continue
        starts, ends = instant(entry.starts), instant(entry.ends)
        _, first, last = moments.get(zone.key, (zone, starts, ends))
        moments[zone.key] = (zone, min(first, starts), max(last, ends))
    return [moments[name] for name in sorted(moments)]


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


def _vevent(entry: CalendarEntry, zone: ZoneInfo | None) -> bytes:
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
    if description := clean(entry.description):
        event.add("description", description)
    if location := one_line(entry.location):
        event.add("location", location)
    if entry.url:
        event.add("url", entry.url)
    if categories := [name for text in entry.categories if (name := one_line(text))]:
        event.add("categories", categories)
    lines: bytes = event.to_ical()
    return lines


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
