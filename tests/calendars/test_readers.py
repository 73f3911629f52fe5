"""Independent readers see in a feed what its entries say."""

import re

import pytest
from icalendar import Calendar

from calendars.publish import publish
from tests.calendars.readers import (
    READERS,
    as_ical,
    as_ical_js,
    as_icalendar,
    as_node_ical,
    as_vobject,
    meant,
)
from tests.calendars.samples import FEED, varied

# What is the reader's own fault. In a backslash before an n node-ical sees a line
# break too; for ical a zone that never changes has no offset at all, which shows
# only where its name is unknown.
MISREAD_TEXTS = {as_node_ical: {"paths"}}
MISREAD_ZONES = {as_ical: {"east"}}


def without(uids, seen):
    return {uid: one for uid, one in seen.items() if uid not in uids}


@pytest.mark.promise("readers")
@pytest.mark.parametrize("read", READERS)
def test_readers_see_what_was_meant(read):
    misread = MISREAD_TEXTS.get(read, ())
    entries = varied()

    seen = read(publish(entries, feed=FEED))

    assert seen.keys() == {one.uid for one in entries}
    assert without(misread, seen) == without(misread, meant(entries))


@pytest.mark.parametrize("read", [as_icalendar, as_ical, as_vobject, as_ical_js])
def test_zones_of_the_feed_are_enough_for_a_reader_that_knows_no_others(read):
    misread = MISREAD_ZONES.get(read, ())
    entries = varied()
    unknown = re.sub(
        rb"TZID([:=])(America|Asia|Europe)/", rb"TZID\1Nowhere/", publish(entries)
    )

    seen = read(unknown)

    assert without(misread, seen) == without(misread, meant(entries))


@pytest.mark.parametrize("read", [as_vobject, as_ical_js])
def test_zones_of_icalendar_put_the_same_reader_an_hour_off(read):
    """The twin of the tests above: why ``calendars.zones`` exists."""
    calendar = Calendar.from_ical(publish(varied()))
    for zone in calendar.timezones:
        calendar.subcomponents.remove(zone)
    calendar.add_missing_timezones()

    seen = read(calendar.to_ical())

    expected = meant(varied())
    assert {uid for uid, one in seen.items() if one.starts != expected[uid].starts} >= {
        "accents",
        "spring-after",
        "next-spring",
        "west",
    }
