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

from calendars.entry import Conference, Status
from calendars.publish import Feed, Image, assemble, publish, write
from calendars.text import clean, one_line
from tests.calendars.samples import (
    FEED,
    PARIS,
    REVISED,
    entry,
    events,
    lines,
    varied,
)

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.promise("same-bytes")
def test_stream_is_the_same_in_every_process():
    program = (
        "import sys; from calendars.publish import publish;"
        "from tests.calendars.samples import FEED, varied;"
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


@pytest.mark.promise("head")
@pytest.mark.promise("frame")
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


@pytest.mark.promise("properties")
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


@pytest.mark.promise("times")
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


@pytest.mark.promise("order")
def test_zones_come_once_each_by_name_before_the_entries():
    written = publish(varied(), feed=FEED)

    starts = [line for line in lines(written) if line.startswith(("TZID", "BEGIN:VE"))]

    assert starts == [
        "TZID:America/New_York",
        "TZID:Asia/Tokyo",
        "TZID:Europe/Paris",
        *["BEGIN:VEVENT"] * len(varied()),
    ]


@pytest.mark.promise("frame")
@pytest.mark.parametrize("name", ["UID", "METHOD", "X-WR-TIMEZONE"])
def test_calendar_has_no(name):
    assert name not in Calendar.from_ical(publish(varied(), feed=FEED))


@pytest.mark.promise("lines")
@given(text=ANY_TEXT)
def test_any_text_in_any_field_is_written_safely(text):
    conference = Conference(url="https://conf.example/room", label=text)
    written = publish(
        [
            entry(
                summary=text,
                description=text,
                location=text,
                categories=(text, "x"),
                conference=conference,
                alarm=timedelta(minutes=10),
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


@pytest.mark.promise("lines")
@given(text=ANY_TEXT)
def test_another_reader_sees_the_same_texts(text):
    written = publish([entry(summary=f"<{text}>", description=f"<{text}>")])

    event = vobject.readOne(written.decode()).vevent

    assert event.summary.value == one_line(f"<{text}>")
    assert event.description.value == clean(f"<{text}>")


def test_title_of_4000_characters_is_cut():
    (read,) = events(publish([entry(summary="Titre " * 700)]))

    assert len(read["SUMMARY"]) == 255


def test_written_entries_can_be_kept_and_put_together_again():
    first, second, third = map(write, (entry(uid="a"), entry(uid="b"), entry(uid="c")))
    b"".join(assemble([first, second]))

    written = b"".join(assemble([third, second], feed=FEED))

    assert written == publish([entry(uid="c"), entry(uid="b")], feed=FEED)


def test_zone_whose_rule_changes_within_the_file_is_left_for_utc():
    mexico = ZoneInfo("America/Mexico_City")
    before = entry(uid="a", starts=datetime(2019, 6, 28, 10, tzinfo=mexico))
    after = entry(uid="b", starts=datetime(2026, 6, 28, 10, tzinfo=mexico))

    alone = [lines(publish([one])) for one in (before, after)]
    together = lines(publish([before, after]))

    zone = "TZID:America/Mexico_City"
    assert [zone in one for one in (*alone, together)] == [True, True, False]
    assert [one for one in together if one.startswith("DTSTART")] == [
        "DTSTART:20190628T150000Z",
        "DTSTART:20260628T160000Z",
    ]


@pytest.mark.promise("personal")
def test_personal_entry_leads_to_its_room_and_reminds():
    door = "https://conf.example/e/jour/room?session=s1"
    joined = entry(
        conference=Conference(url=door, label='Salle "A", la grande', moderator=True),
        alarm=timedelta(minutes=10),
        summary="Exposé,\nen deux lignes",
    )

    written = lines(publish([joined]))

    assert (
        "CONFERENCE;FEATURE=AUDIO,VIDEO,MODERATOR;"
        f"LABEL=\"Salle ^'A^', la grande\";VALUE=URI:{door}"
    ) in written
    alarm = written[written.index("BEGIN:VALARM") : written.index("END:VALARM")]
    assert alarm == [
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:Exposé\\, en deux lignes",
        "TRIGGER:-PT10M",
    ]


def test_participant_leads_nothing():
    conference = Conference(url="https://conf.example/e/jour/room")

    written = lines(publish([entry(conference=conference)]))

    assert (
        "CONFERENCE;FEATURE=AUDIO,VIDEO;VALUE=URI:https://conf.example/e/jour/room"
    ) in written


@pytest.mark.promise("personal")
@pytest.mark.promise("cancelled")
def test_nobody_is_reminded_of_what_is_cancelled():
    gone = entry(status=Status.CANCELLED, alarm=timedelta(minutes=10))

    assert "BEGIN:VALARM" not in lines(publish([gone]))


@pytest.mark.promise("head")
def test_feed_may_have_an_image():
    logo = Image(url="https://conf.example/logo.png", media_type="image/png")

    written = publish([entry()], feed=Feed(name="Jour", revised=REVISED, image=logo))

    image = "IMAGE;FMTTYPE=image/png;VALUE=URI:https://conf.example/logo.png"
    assert image in lines(written)


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
