"""A written VTIMEZONE says what the tz database says, or is not written."""

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

import pytest
from dateutil.rrule import rrulestr
from dateutil.tz import tzical
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Timezone

from calendars import zones
from calendars.zones import repeated, write_zone
from tests.calendars.samples import PARIS

SECOND = timedelta(seconds=1)
ZONES = sorted(available_timezones() - {"localtime", "Factory"})


def year_of(year):
    return datetime(year, 1, 1, tzinfo=UTC), datetime(year, 12, 31, 23, tzinfo=UTC)


# Hundreds of zones share a few dozen rules.
@lru_cache(maxsize=1024)
def onsets(observances, until):
    """Instants and offsets that the lines between TZID and END mean, by RFC 5545."""
    found = []
    for part in Timezone.from_ical(
        b"BEGIN:VTIMEZONE\r\nTZID:x\r\n" + observances
    ).subcomponents:
        starts = part["DTSTART"].dt
        before, after = part["TZOFFSETFROM"].td, part["TZOFFSETTO"].td
        walls = [starts]
        if rule := part.get("RRULE"):
            walls = rrulestr(rule.to_ical().decode(), dtstart=starts).between(
                starts,
                datetime(until, 1, 1),  # noqa: DTZ001 -- wall clock
                inc=True,
            )
        found += [((wall - before).replace(tzinfo=UTC), after) for wall in walls]
    return sorted(found)


def assert_exact(zone, year):
    """Equality for that whole year; False if the zone is not written."""
    written = write_zone(zone, *year_of(year))
    if written is None:
        return False
    head, _, observances = written.partition(b"\r\nTZID:" + zone.key.encode() + b"\r\n")
    assert head == b"BEGIN:VTIMEZONE"
    changes = onsets(observances, year + 2)
    at = datetime(year, 1, 1, tzinfo=UTC)
    moments = [at + timedelta(days=days) for days in range(0, 366, 12)]
    for change, _ in changes:
        if change.year == year:
            moments += [change - SECOND, change]
    for moment in moments:
        offset = changes[bisect_right(changes, moment, key=lambda one: one[0]) - 1][1]
        assert offset == moment.astimezone(zone).utcoffset(), (zone.key, moment)
    return True


@pytest.mark.promise("times")
@pytest.mark.parametrize("half", [0, 1])
def test_every_zone_is_exact_or_not_written(half):
    for name in ZONES[half::2]:
        zone = ZoneInfo(name)
        for year in range(2020, 2031):
            assert_exact(zone, year)


@given(st.sampled_from(ZONES), st.integers(1971, 2100))
def test_any_zone_in_any_year_is_exact_or_not_written(name, year):
    assert_exact(ZoneInfo(name), year)


@pytest.mark.parametrize(
    "name",
    [
        "Africa/Lagos",
        "America/Havana",
        "America/New_York",
        "America/St_Johns",
        "Asia/Beirut",
        "Asia/Kathmandu",
        "Atlantic/Azores",
        "Australia/Lord_Howe",
        "Europe/Dublin",
        "Europe/Paris",
        "Pacific/Auckland",
        "Pacific/Chatham",
    ],
)
def test_zone_with_a_rule_is_written(name):
    assert assert_exact(ZoneInfo(name), 2027)


# The first two follow the moon. Chile changes on "the Sunday on or after the 2nd",
# which is no BYDAY, and which Outlook could not read.
@pytest.mark.parametrize("name", ["Africa/Casablanca", "Asia/Gaza", "America/Santiago"])
def test_zone_without_a_rule_is_not_written(name):
    assert write_zone(ZoneInfo(name), *year_of(2027)) is None


def test_zone_that_gave_up_summer_time_is_not_written_across_the_end():
    mexico = ZoneInfo("America/Mexico_City")

    written = [
        write_zone(mexico, *year_of(year)) is not None for year in (2019, 2022, 2025)
    ]

    assert written == [True, False, True]


def test_paris_is_written_as_one_yearly_rule_each_way():
    written = write_zone(PARIS, *year_of(2027))

    assert written.decode().split("\r\n") == [
        "BEGIN:VTIMEZONE",
        "TZID:Europe/Paris",
        "BEGIN:STANDARD",
        "DTSTART:20261025T030000",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
        "TZNAME:CET",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "END:STANDARD",
        "BEGIN:DAYLIGHT",
        "DTSTART:20260329T020000",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "TZNAME:CEST",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "END:DAYLIGHT",
        "END:VTIMEZONE",
        "",
    ]


@pytest.mark.promise("times")
def test_another_reader_agrees_on_both_changeover_days(tmp_path):
    path = tmp_path / "zone.ics"
    path.write_bytes(
        b"BEGIN:VCALENDAR\r\n"
        + write_zone(PARIS, *year_of(2027))
        + b"END:VCALENDAR\r\n"
    )
    read = tzical(str(path)).get("Europe/Paris")
    hours = [
        datetime(2027, month, day, hour, 30)  # noqa: DTZ001 -- wall clock
        for month, day in ((3, 28), (10, 31))
        for hour in (0, 1, 3, 4, 12)
    ]

    offsets = [hour.replace(tzinfo=read).utcoffset() for hour in hours]

    assert offsets == [hour.replace(tzinfo=PARIS).utcoffset() for hour in hours]


def test_generator_of_icalendar_would_be_an_hour_late():
    """The twin of the tests above: why this module exists."""
    theirs = Timezone.from_tzinfo(
        PARIS,
        first_date=date(2026, 1, 1),
        last_date=date(2029, 1, 1),
    )
    changes = onsets(theirs.to_ical().split(b"Paris\r\n")[1], 2029)

    spring = [change.hour for change, _ in changes if change.month == 3]

    assert spring != [1] * len(spring)


def test_offset_that_comes_back_within_a_week_is_seen():
    # Recife tried summer time for one week in 2000.
    recife = ZoneInfo("America/Recife")

    changes = list(zones._changes(recife, 2000, 2000))

    assert [change.at.date().isoformat() for change in changes[-2:]] == [
        "2000-10-08",
        "2000-10-15",
    ]


@pytest.mark.parametrize(
    ("hour", "minute", "twice"),
    [(1, 59, False), (2, 0, True), (2, 59, True), (3, 0, False)],
)
def test_repeated_hour(hour, minute, twice):
    assert repeated(datetime(2027, 10, 31, hour, minute, tzinfo=PARIS)) is twice


def test_a_zone_is_read_back_as_the_same_zone():
    written = write_zone(PARIS, *year_of(2027))

    (read,) = Calendar.from_ical(
        b"BEGIN:VCALENDAR\r\n" + written + b"END:VCALENDAR\r\n"
    ).timezones

    assert read.to_ical() == written
