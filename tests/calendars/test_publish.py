"""Streams are valid, the same in every process, and read back as written."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from calendars.entry import Status
from calendars.publish import Feed, publish, stream
from calendars.text import clean, one_line
from tests.calendars.samples import PARIS, REVISED, entry, events, lines

FEED = Feed(
    name="Journée d’été, de calcul; et 😀",
    revised=REVISED,
    description="Deux lignes,\nsur une journée; accents",
    source="https://conf.example/e/jour.ics",
    url="https://conf.example/e/jour",
    color="steelblue",
)
ANY_TEXT = st.text(st.characters(exclude_categories=()))


def varied():
    """One entry for each thing that can go wrong in a reader."""
    new_york, tokyo = ZoneInfo("America/New_York"), ZoneInfo("Asia/Tokyo")
    return [
        entry(uid="accents", summary="Œuvre d’été – 😀", location="Amphi A, 2e; B"),
        entry(uid="commas", summary='a, b; c\\n d: "e" ^f', categories=("x, y", "z;")),
        entry(
            uid="long", description="Un paragraphe, long; accentué. " * 200 + "\n\nfin"
        ),
        entry(uid="spring", starts=datetime(2027, 3, 28, 3, 30, tzinfo=PARIS)),
        entry(uid="autumn", starts=datetime(2027, 10, 31, 3, 30, tzinfo=PARIS)),
        entry(uid="first", starts=datetime(2027, 10, 31, 2, 30, tzinfo=PARIS)),
        entry(uid="again", starts=datetime(2027, 10, 31, 2, 30, tzinfo=PARIS, fold=1)),
        entry(uid="west", starts=datetime(2027, 3, 14, 3, 0, tzinfo=new_york)),
        entry(uid="east", starts=datetime(2027, 6, 28, 22, tzinfo=tokyo)),
        entry(
            uid="moon",
            starts=datetime(2027, 2, 8, 2, tzinfo=ZoneInfo("Africa/Casablanca")),
        ),
        entry(uid="gone", status=Status.CANCELLED, sequence=7),
        entry(uid="link", url="https://conf.example/e/jour/t/a,b;c"),
    ]


def as_icalendar_reads(written):
    return {
        str(event["UID"]): (
            event.start.astimezone(UTC),
            event.end.astimezone(UTC),
            str(event["SUMMARY"]),
            str(event.get("DESCRIPTION", "")),
            int(event["SEQUENCE"]),
            str(event["STATUS"]),
            str(event.get("URL", "")),
        )
        for event in events(written)
    }


def as_vobject_reads(written):
    def text(event, name):
        return getattr(event, name).value if hasattr(event, name) else ""

    return {
        event.uid.value: (
            event.dtstart.value.astimezone(UTC),
            event.dtend.value.astimezone(UTC),
            event.summary.value,
            text(event, "description"),
            int(event.sequence.value),
            event.status.value,
            text(event, "url"),
        )
        for event in vobject.readOne(written.decode()).vevent_list
    }


@pytest.mark.parametrize("read", [as_icalendar_reads, as_vobject_reads])
def test_readers_see_what_was_meant(read):
    entries = varied()

    seen = read(publish(entries, feed=FEED))

    assert seen == {
        one.uid: (
            one.starts.astimezone(UTC),
            one.ends.astimezone(UTC),
            one.summary,
            one.description,
            one.sequence,
            one.status,
            one.url,
        )
        for one in entries
    }


def test_stream_is_the_same_in_every_process():
    program = (
        "import sys; from calendars.publish import publish;"
        "from tests.calendars.test_publish import FEED, varied;"
        "sys.stdout.buffer.write(publish(set(varied()), feed=FEED))"
    )
    written = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    ]

    assert written[0] == written[1] == publish(varied(), feed=FEED)


def test_feed_describes_itself():
    written = publish([entry()], feed=FEED)

    assert lines(written)[:14] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//session-orchestrator//calendars 1//EN",
        "CALSCALE:GREGORIAN",
        "DESCRIPTION:Deux lignes\\,\\nsur une journée\\; accents",
        "X-WR-CALDESC:Deux lignes\\,\\nsur une journée\\; accents",
        "NAME:Journée d’été\\, de calcul\\; et 😀",
        "X-WR-CALNAME:Journée d’été\\, de calcul\\; et 😀",
        "COLOR:steelblue",
        "LAST-MODIFIED:20260206T093000Z",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "SOURCE;VALUE=URI:https://conf.example/e/jour.ics",
        "URL:https://conf.example/e/jour",
        "X-PUBLISHED-TTL:PT1H",
    ]


def test_bare_feed_says_only_what_it_knows():
    feed = Feed(name="Jour", revised=REVISED, refresh=timedelta(minutes=15))

    written = publish([entry(starts=datetime(2027, 6, 28, 10, tzinfo=UTC))], feed=feed)

    assert lines(written)[4:10] == [
        "NAME:Jour",
        "X-WR-CALNAME:Jour",
        "LAST-MODIFIED:20260206T093000Z",
        "REFRESH-INTERVAL;VALUE=DURATION:PT15M",
        "X-PUBLISHED-TTL:PT15M",
        "BEGIN:VEVENT",
    ]


def test_single_file_is_one_event_without_a_feed_around_it():
    written = publish(
        [
            entry(
                sequence=3,
                url="https://conf.example/e/jour/t/1",
                description="Ada\n\nhttps://conf.example",
                location="Amphi A",
                categories=("Exposé", "\x00"),
                transparent=True,
                starts=datetime(2027, 6, 28, 10, tzinfo=UTC),
            )
        ]
    )

    assert lines(written) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//session-orchestrator//calendars 1//EN",
        "CALSCALE:GREGORIAN",
        "BEGIN:VEVENT",
        "SUMMARY:Un exposé",
        "DTSTART:20270628T100000Z",
        "DTEND:20270628T110000Z",
        "DTSTAMP:20260206T093000Z",
        "UID:talk-1@install.example",
        "SEQUENCE:3",
        "CATEGORIES:Exposé",
        "CREATED:20260105T080000Z",
        "DESCRIPTION:Ada\\n\\nhttps://conf.example",
        "LAST-MODIFIED:20260206T093000Z",
        "LOCATION:Amphi A",
        "STATUS:CONFIRMED",
        "TRANSP:TRANSPARENT",
        "URL:https://conf.example/e/jour/t/1",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_whole_days_are_dates():
    written = publish([entry(starts=date(2027, 6, 28), ends=date(2027, 6, 30))])

    assert [
        line for line in lines(written) if line.startswith(("DTSTART", "DTEND"))
    ] == [
        "DTSTART;VALUE=DATE:20270628",
        "DTEND;VALUE=DATE:20270630",
    ]


@pytest.mark.parametrize(
    ("starts", "written_as"),
    [
        (
            datetime(2027, 3, 28, 3, 30, tzinfo=PARIS),
            ";TZID=Europe/Paris:20270328T033000",
        ),
        (datetime(2027, 10, 31, 1, 30, tzinfo=PARIS), ":20271030T233000Z"),
        (datetime(2027, 10, 31, 2, 30, tzinfo=PARIS), ":20271031T003000Z"),
        (datetime(2027, 10, 31, 2, 30, tzinfo=PARIS, fold=1), ":20271031T013000Z"),
        (datetime(2027, 10, 31, 3, tzinfo=PARIS), ";TZID=Europe/Paris:20271031T030000"),
        (datetime(2027, 6, 28, 10, tzinfo=ZoneInfo("Asia/Gaza")), ":20270628T070000Z"),
        (datetime(2027, 6, 28, 10, tzinfo=ZoneInfo("CET")), ":20270628T080000Z"),
        (
            datetime(2027, 6, 28, 10, tzinfo=timezone(timedelta(hours=2))),
            ":20270628T080000Z",
        ),
    ],
)
def test_moment_is_in_its_zone_or_in_utc(starts, written_as):
    written = publish([entry(starts=starts)])

    assert f"DTSTART{written_as}" in lines(written)
    assert Calendar.from_ical(written).get_missing_tzids() == set()


def test_zones_come_once_each_by_name_before_the_entries():
    written = publish(varied(), feed=FEED)

    starts = [line for line in lines(written) if line.startswith(("TZID", "BEGIN:VE"))]

    assert starts == [
        "TZID:America/New_York",
        "TZID:Asia/Tokyo",
        "TZID:Europe/Paris",
        *["BEGIN:VEVENT"] * len(varied()),
    ]


@pytest.mark.parametrize("name", ["UID", "METHOD", "X-WR-TIMEZONE"])
def test_calendar_has_no(name):
    assert name not in Calendar.from_ical(publish(varied(), feed=FEED))


@given(text=ANY_TEXT)
def test_any_text_in_any_field_is_written_safely(text):
    written = publish(
        [
            entry(
                summary=text, description=text, location=text, categories=(text, "x")
            ),
            entry(uid="after", summary="still here"),
        ],
        feed=Feed(name=text, description=text, revised=REVISED),
    )

    assert max(len(line) for line in written.split(b"\r\n")) <= 75
    assert not set(written.replace(b"\r\n", b"").decode()) & {
        "\r",
        "\n",
        "\x00",
        "\x85",
    }
    read, after = sorted(events(written), key=lambda one: str(one["UID"]), reverse=True)
    assert str(after["SUMMARY"]) == "still here"
    assert str(read["SUMMARY"]) == one_line(text)
    assert str(read.get("DESCRIPTION", "")) == clean(text)
    assert str(read.get("LOCATION", "")) == one_line(text)
    assert str(Calendar.from_ical(written).get("DESCRIPTION", "")) == clean(text)


@given(text=ANY_TEXT)
def test_another_reader_sees_the_same_texts(text):
    written = publish([entry(summary=f"<{text}>", description=f"<{text}>")])

    event = vobject.readOne(written.decode()).vevent

    assert event.summary.value == one_line(f"<{text}>")
    assert event.description.value == clean(f"<{text}>")


def test_title_of_4000_characters_is_cut():
    (read,) = events(publish([entry(summary="Titre " * 700)]))

    assert len(read["SUMMARY"]) == 255


def test_kept_entries_are_those_of_the_last_stream():
    kept = {}
    before = [entry(uid="a"), entry(uid="b")]
    after = [entry(uid="b"), entry(uid="c")]
    b"".join(stream(before, kept=kept))
    marked = {form: lines.replace(b"Un ", b"1 ") for form, lines in kept.items()}

    written = b"".join(stream(after, kept=marked))

    assert [(str(one["UID"]), str(one["SUMMARY"])) for one in events(written)] == [
        ("b", "1 exposé"),
        ("c", "Un exposé"),
    ]
    assert sorted(form[0].uid for form in marked) == ["b", "c"]


def test_equal_entries_of_different_clocks_are_kept_apart():
    # Python holds each pair for equal: one instant in two zones; two instants of
    # one wall clock.
    pairs = [
        entry(starts=datetime(2027, 6, 28, 8, tzinfo=UTC)),
        entry(starts=datetime(2027, 6, 28, 10, tzinfo=PARIS)),
        entry(starts=datetime(2027, 10, 31, 2, 30, tzinfo=PARIS)),
        entry(starts=datetime(2027, 10, 31, 2, 30, tzinfo=PARIS, fold=1)),
    ]
    kept = {}

    for one in pairs:
        assert b"".join(stream([one], kept=kept)) == publish([one])

    assert pairs[0] == pairs[1]
    assert pairs[2] == pairs[3]


def test_a_change_of_one_entry_changes_its_lines_only():
    before = publish([entry(uid="a"), entry(uid="b")], feed=FEED)

    after = publish(
        [
            entry(uid="a"),
            entry(uid="b", summary="Autre", sequence=1, revised=REVISED + timedelta(1)),
        ],
        feed=FEED,
    )

    assert set(lines(after)) - set(lines(before)) == {
        "SUMMARY:Autre",
        "SEQUENCE:1",
        "DTSTAMP:20260207T093000Z",
        "LAST-MODIFIED:20260207T093000Z",
    }
