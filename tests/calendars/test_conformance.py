"""Good streams have no fault; a stream with one thing wrong has that fault."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from icalendar import Timezone

from calendars.conformance import Fault, Kind, faults
from calendars.entry import Conference, Status
from calendars.publish import Feed, Image, publish
from tests.calendars.samples import FEED, PARIS, REVISED, entry, varied
from tests.calendars.streams import (
    DOOR,
    END,
    END_EVENT,
    GOOD,
    HEAD,
    LATER,
    LYON,
    PAGE,
    PEOPLE,
    SOURCE,
    TALK,
    TOKYO,
    octets,
)


def told(stream, kind):
    return [fault.text for fault in faults(stream, kind=kind)]


def changed(kind, old, new):
    """The good stream of ``kind`` with ``old``, which it has once, made ``new``."""
    assert GOOD[kind].count(old) == 1
    return octets(GOOD[kind].replace(old, new))


@pytest.mark.parametrize("kind", Kind)
def test_good_stream_has_no_fault(kind):
    assert faults(octets(GOOD[kind]), kind=kind) == ()


@pytest.mark.promise("lines")
@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (b"2.0\r\n", b"2.0\n", "the line does not end in CRLF"),
        (b"2.0\r\n", b"2.0\r", "the line does not end in CRLF"),
        (b"END:VCALENDAR\r\n", b"END:VCALENDAR", "the line does not end in CRLF"),
        (b"Un autre", b"x" * 68, "the line has 76 octets, over 75"),
        ("exposé".encode(), b"expos\xc3\r\n \xa9", "the fold cuts a character in two"),
        (b"BEGIN:VCAL", b"\xef\xbb\xbfBEGIN:VCAL", "the stream begins with a byte order mark"),
        ("exposé".encode(), b"expos\xe9", "the line is not UTF-8"),
        (b"autre", b"\x00", "the line has the control U+0000"),
        (b"autre", b"\x0b", "the line has the control U+000B"),
        (b"autre", b"\x7f", "the line has the control U+007F"),
        (b"autre", b"\xc2\x85", "the line has the control U+0085"),
        (b"autre", b"\xe2\x80\xa8", "the line has the control U+2028"),
        (b"autre", b"\xe2\x80\xa9", "the line has the control U+2029"),
        (b"COLOR:", b"\r\nCOLOR:", "this is no content line"),
        (b"COLOR:", b"COLOR;", "this is no content line"),
        (b"COLOR:", b"END:VEVENT\r\nCOLOR:", "this END closes nothing"),
        (b"END:VCALENDAR\r\n", b"", "VCALENDAR has no END"),
        (b"BEGIN:VCALENDAR\r\n", b"X:1\r\nBEGIN:VCALENDAR\r\n", "X is outside of VCALENDAR"),
    ],
)  # fmt: skip
def test_octets(old, new, fault):
    good = octets(GOOD[Kind.FEED])
    assert good.count(old) == 1

    assert told(good.replace(old, new), Kind.FEED) == [fault]


FRAME = [
    ("VERSION:2.0\n", "", "VERSION has to be 2.0, once"),
    ("VERSION:2.0\n", "VERSION:1.0\n", "VERSION has to be 2.0, once"),
    ("PRODID:-//conf.example//EN\n", "", "VCALENDAR needs one PRODID"),
    ("CALSCALE:GREGORIAN\n", "", "CALSCALE has to be GREGORIAN, once"),
    ("COLOR", "UID:1\nCOLOR", "UID: readers take the calendar's for that of each event"),
    ("COLOR", "X-WR-TIMEZONE:Europe/Paris\nCOLOR", "X-WR-TIMEZONE: each event names its own zone"),
    ("COLOR", "METHOD:PUBLISH\nCOLOR", "METHOD: a feed has none"),
    ("\nNAME:Journée\\, d’été\nX-WR-CALNAME:Journée\\, d’été", "", "VCALENDAR needs one NAME"),
    ("X-WR-CALNAME:Journée", "X-WR-CALNAME:Année", "NAME and X-WR-CALNAME have to be the same, once each"),
    ("X-WR-CALDESC:Deux\\nlignes\n", "", "DESCRIPTION and X-WR-CALDESC have to be the same, once each"),
    ("REFRESH-INTERVAL;VALUE=DURATION", "REFRESH-INTERVAL", "REFRESH-INTERVAL has to be a duration with VALUE=DURATION, once"),
    ("VALUE=DURATION:PT1H", "VALUE=DURATION:1 h", "REFRESH-INTERVAL has to be a duration with VALUE=DURATION, once"),
    ("X-PUBLISHED-TTL:PT1H", "X-PUBLISHED-TTL:PT2H", "X-PUBLISHED-TTL has to be the same as REFRESH-INTERVAL"),
    (SOURCE, "", "VCALENDAR needs one SOURCE"),
    ("SOURCE;VALUE=URI", "SOURCE", "SOURCE has to be an http address with VALUE=URI"),
    ("URL:https://conf.example/e/day\n", "", "VCALENDAR needs one URL"),
    ("URL:https://conf.example/e/day\n", "URL:/e/day\n", "URL has to be an http address"),
    ("COLOR:steelblue\nLAST-MODIFIED:20260206T093000Z\n", "", "VCALENDAR needs one LAST-MODIFIED"),
    ("steelblue\nLAST-MODIFIED:20260206T093000Z", "steelblue\nLAST-MODIFIED:20260206T093000", "LAST-MODIFIED has to be a moment in UTC"),
    ("COLOR:steelblue", "COLOR:#4682b4", "COLOR has to be a colour name of CSS3"),
    ("COLOR:", "COLOR:red\nCOLOR:", "VCALENDAR has a second COLOR"),
    ("IMAGE;VALUE=URI", "IMAGE", "IMAGE has to be an address, with VALUE and FMTTYPE"),
    (";FMTTYPE=image/png", "", "IMAGE has to be an address, with VALUE and FMTTYPE"),
    (TALK + PAGE + END_EVENT + LATER, "", "VCALENDAR has no VEVENT"),
    (LATER, LATER + "BEGIN:VTODO\nEND:VTODO\n", "VTODO has no place in VCALENDAR"),
    (LATER, LATER + "X-NOTE:1\n", "X-NOTE of the calendar comes after a component"),
    (TOKYO + LYON, TOKYO, "the zone Europe/Paris is not defined"),
    (LYON + TALK + PAGE + END_EVENT, TALK + PAGE + END_EVENT + LYON, "VTIMEZONE comes after a VEVENT"),
    ("Asia/Tokyo:20270628T180000", "Asia/Tokyo:20270628T160000", "VEVENT starts before the one that precedes it"),
    ("talk-2@", "talk-1@", "another VEVENT has this UID"),
    (END, END + HEAD + END, "there is a second VCALENDAR"),
    (END, END + LATER, "VEVENT is outside of VCALENDAR"),
    (TOKYO + LYON, LYON + TOKYO, "Asia/Tokyo is not in order of the names"),
    (TOKYO, TOKYO + TOKYO, "Asia/Tokyo is defined twice"),
    ("TZID:Asia/Tokyo", "X-TZID:Asia/Tokyo", ["VTIMEZONE needs one TZID", "the zone Asia/Tokyo is not defined"]),
    (LYON, LYON.replace("Europe/Paris", "CET") + LYON, "CET is no full IANA name"),
    (TOKYO, TOKYO + TOKYO.replace("Asia/Tokyo", "Europe/Lyon"), "Europe/Lyon is no full IANA name"),
    ("RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\n", "", "VTIMEZONE needs one STANDARD, or STANDARD and DAYLIGHT with RRULE"),
    ("RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\n", "RDATE:20271031T030000\n", ["VTIMEZONE needs one STANDARD, or STANDARD and DAYLIGHT with RRULE", "RDATE has no place in VTIMEZONE"]),
    ("DTSTART:20261025T030000\n", "DTSTART:20261025T010000Z\n", "STANDARD needs one DTSTART, by the clock"),
    ("TZOFFSETFROM:+0100\n", "", "DAYLIGHT needs one TZOFFSETFROM, by the clock"),
    ("BYDAY=-1SU;BYMONTH=10", "BYDAY=-1SU;BYMONTH=10;UNTIL=20300101T000000Z", "VTIMEZONE needs one STANDARD, or STANDARD and DAYLIGHT with RRULE"),
    ("DTSTART:20260329T020000", "DTSTART:20260329T030000", "DAYLIGHT is no change of clocks in Europe/Paris"),
    ("TZOFFSETFROM:+0900\nTZOFFSETTO:+0900", "TZOFFSETFROM:+0800\nTZOFFSETTO:+0800", "STANDARD is no change of clocks in Asia/Tokyo"),
]  # fmt: skip
EVENT = [
    ("UID:talk-1@conf.example\n", "", "VEVENT needs one UID"),
    ("UID:talk-1@conf.example\n", "UID:talk-1@conf.example\nUID:x\n", "VEVENT needs one UID"),
    ("UID:talk-1@", "UID:talk 1@", "UID has to be up to 255 visible ASCII characters"),
    ("DTSTAMP:20260206T093000Z\n", "", "VEVENT needs one DTSTAMP"),
    ("DTSTAMP:20260206T093000Z\n", "DTSTAMP:20260206T093001Z\n", "DTSTAMP is not LAST-MODIFIED"),
    ("CREATED:20260105T080000Z", "CREATED:20260206T093001Z", "CREATED is after LAST-MODIFIED"),
    ("CREATED:20260105T080000Z", "CREATED:20260105T080000", "CREATED has to be a moment in UTC"),
    ("CREATED:20260105T080000Z", "CREATED:20261305T080000Z", "CREATED has to be a moment in UTC"),
    ("CREATED:20260105T080000Z\n", "", "VEVENT needs one CREATED"),
    ("SEQUENCE:0\n", "", "VEVENT needs one SEQUENCE"),
    ("SEQUENCE:0\n", "SEQUENCE:-1\n", "SEQUENCE has to be a number from 0"),
    ("STATUS:CONFIRMED\n", "", "STATUS has to be CONFIRMED or TENTATIVE or CANCELLED, once"),
    ("STATUS:CONFIRMED\n", "STATUS:DRAFT\n", "STATUS has to be CONFIRMED or TENTATIVE or CANCELLED, once"),
    ("TRANSP:OPAQUE\n", "", "TRANSP has to be OPAQUE or TRANSPARENT, once"),
    ("DTSTART;TZID=Europe/Paris:20270628T100000\n", "", "VEVENT needs one DTSTART"),
    ("DTEND;TZID=Europe/Paris:20270628T110000\n", "", "VEVENT needs one DTEND"),
    ("DTEND;TZID=Europe/Paris:20270628T110000\n", "DURATION:PT1H\n", ["VEVENT needs one DTEND", "DURATION: several readers need DTEND"]),
    ("DTEND;TZID=Europe/Paris:20270628T110000", "DTEND;VALUE=DATE:20270629", "DTEND has not the type of DTSTART"),
    ("DTEND;TZID=Europe/Paris:20270628T110000", "DTEND;TZID=Europe/Paris:20270628T100000", "DTEND is not later than DTSTART"),
    ("DTEND;TZID=Europe/Paris:20270628T110000", "DTEND:20270628T073000Z", "DTEND is not later than DTSTART"),
    ("DTEND;TZID=Europe/Paris:20270628T110000", "DTEND:20270628T110000", "DTEND has to be a date, or a time in a known zone or in UTC"),
    ("DTEND;TZID=Europe/Paris:20270628T110000", "DTEND;TZID=Europe/Paris:20270628T090000Z", "DTEND has to be a date, or a time in a known zone or in UTC"),
    ("DTEND;TZID=Europe/Paris:20270628T110000", "DTEND:00010101T000000Z", "DTEND has to be a date, or a time in a known zone or in UTC"),
    ("DTSTART;TZID=Europe/Paris:20270628T100000", "DTSTART;TZID=Europe/Paris:20270328T023000", "DTSTART is in an hour that is skipped or repeated"),
    ("DTEND;TZID=Europe/Paris:20270628T110000", "DTEND;TZID=Europe/Paris:20271031T023000", "DTEND is in an hour that is skipped or repeated"),
    ("SUMMARY:Un exposé\n", "", "VEVENT needs one SUMMARY"),
    ("SUMMARY:Un exposé\n", "SUMMARY:Un\\nexposé\n", "SUMMARY has a line break"),
    ("SUMMARY:Un exposé\n", f"SUMMARY:{'x' * 256}\n", "SUMMARY has 256 characters, over 255"),
    ("SUMMARY:Un exposé\n", "SUMMARY:a, b\n", "SUMMARY has a comma, semicolon or backslash that is not escaped"),
    ("Amphi A\\, 2e", "Amphi\\A", "LOCATION has a comma, semicolon or backslash that is not escaped"),
    ("URL:https://conf.example/e/day/t/1", "URL:/e/day/t/1", "URL has to be an http address"),
    (PAGE, PAGE + "DESCRIPTION:2\n", "VEVENT has a second DESCRIPTION"),
    (PAGE, PAGE + "IMAGE:https://conf.example/a.png\n", "IMAGE has to be an address, with VALUE and FMTTYPE"),
    (PAGE, PAGE + "BEGIN:PARTICIPANT\nEND:PARTICIPANT\n", "PARTICIPANT has no place in VEVENT"),
    (PAGE, PAGE + "CONFERENCE;VALUE=URI:https://conf.example/room\n", "CONFERENCE: a public event has none"),
    (PAGE, PAGE + "ATTENDEE:urn:uuid:1\n", "ATTENDEE: a public event has none"),
    (PAGE, PAGE + "ORGANIZER:urn:uuid:1\n", "ORGANIZER: a public event has none"),
    (PAGE, PAGE + "CONTACT:MAILTO:ada@u.example\n", "CONTACT has a mail address"),
    (PAGE, PAGE + 'CONTACT;ALTREP="mailto:ada@u.example":Ada\n', "CONTACT has a mail address"),
    (PAGE, PAGE + "BEGIN:VALARM\nEND:VALARM\n", "VALARM: a public event has none"),
]  # fmt: skip


@pytest.mark.promise("order")
@pytest.mark.promise("frame")
@pytest.mark.promise("head")
@pytest.mark.promise("times")
@pytest.mark.promise("properties")
@pytest.mark.promise("public")
@pytest.mark.parametrize(("old", "new", "fault"), [*FRAME, *EVENT])
def test_public_feed(old, new, fault):
    expected = fault if isinstance(fault, list) else [fault]

    assert told(changed(Kind.FEED, old, new), Kind.FEED) == expected


def test_single_file_can_only_be_published():
    stream = changed(Kind.FILE, "METHOD:PUBLISH", "METHOD:REQUEST")

    assert told(stream, Kind.FILE) == ["METHOD can only be PUBLISH"]


def test_single_file_has_no_door():
    stream = octets(HEAD + LYON + TALK + DOOR + END_EVENT + END)

    assert told(stream, Kind.FILE) == [
        "CONFERENCE: a public event has none",
        "VALARM: a public event has none",
    ]


@pytest.mark.promise("personal")
@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("COLOR", SOURCE + "COLOR", "SOURCE: the address is a secret"),
        ("COLOR", "METHOD:PUBLISH\nCOLOR", "METHOD: a feed has none"),
        ("CONFERENCE;VALUE=URI", "CONFERENCE", "CONFERENCE has no VALUE=URI"),
        ("AUDIO,VIDEO", '"AUDIO,VIDEO"', "CONFERENCE has no FEATURE=AUDIO,VIDEO"),
        ("AUDIO,VIDEO", "AUDIO", "CONFERENCE has no FEATURE=AUDIO,VIDEO"),
        (";LABEL=Join", "", "CONFERENCE has no LABEL"),
        ("LOCATION:https://conf.example/e/room", "LOCATION:Amphi", "LOCATION does not begin with the CONFERENCE"),
        ("room\\nAda", "room Ada", "DESCRIPTION does not begin with the CONFERENCE"),
        ("LOCATION:https://conf.example/e/room\n", "", "LOCATION does not begin with the CONFERENCE"),
        ("ACTION:DISPLAY", "ACTION:AUDIO", "ACTION has to be DISPLAY, once"),
        ("TRIGGER:-PT10M", "TRIGGER:PT10M", "TRIGGER has to be before the start"),
        ("TRIGGER:-PT10M", "TRIGGER;RELATED=END:-PT10M", "TRIGGER has to be before the start"),
        ("TRIGGER:-PT10M", "TRIGGER:-PT0S", "TRIGGER has to be before the start"),
        ("TRIGGER:-PT10M\n", "", "VALARM needs one TRIGGER"),
        ("DESCRIPTION:Un exposé\n", "", "VALARM needs one DESCRIPTION"),
        ("STATUS:CONFIRMED", "STATUS:CANCELLED", "VALARM: a cancelled event has none"),
    ],
)  # fmt: skip
def test_personal_feed(old, new, fault):
    assert told(changed(Kind.PERSONAL, old, new), Kind.PERSONAL) == [fault]


@pytest.mark.parametrize("cut", [",", ";", " "])
def test_door_has_nothing_at_which_readers_cut(cut):
    stream = octets(
        GOOD[Kind.PERSONAL]
        .replace(":https://conf.example/e/room", f":https://conf.example/e{cut}room")
        .replace(
            f"LOCATION:https://conf.example/e{cut}",
            "LOCATION:https://conf.example/e\\,",
        )
    )

    assert (
        "CONFERENCE has to be an http address without comma, semicolon or blank"
        in told(stream, Kind.PERSONAL)
    )


@pytest.mark.promise("parties")
@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("METHOD:REQUEST\n", "", "METHOD has to be REQUEST or CANCEL, once"),
        ("METHOD:REQUEST\n", "METHOD:request\n", "METHOD has to be REQUEST or CANCEL, once"),
        ("METHOD:REQUEST\n", "METHOD:CANCEL\n", "STATUS contradicts METHOD:CANCEL"),
        ("ORGANIZER;CN=Day:mailto:day@conf.example\n", "", "VEVENT needs one ORGANIZER"),
        ("mailto:day@conf.example", "day@conf.example", "ORGANIZER has to be a mail address alone, after mailto:"),
        ("day@conf.example", "Day <day@conf.example>", "ORGANIZER has to be a mail address alone, after mailto:"),
        ("day@conf.example", "day@conf.example?subject=x", "ORGANIZER has to be a mail address alone, after mailto:"),
        ("mailto:day@conf.example", "MAILTO:ADA@u.example", "ATTENDEE is the ORGANIZER"),
        (PEOPLE, PEOPLE.splitlines(keepends=True)[0], "VEVENT needs one ATTENDEE"),
        (PEOPLE, PEOPLE + PEOPLE.splitlines(keepends=True)[1], "VEVENT needs one ATTENDEE"),
        (";CUTYPE=INDIVIDUAL", "", "ATTENDEE has no CUTYPE"),
        (";ROLE=CHAIR", "", "ATTENDEE has no ROLE"),
        (";PARTSTAT=ACCEPTED", "", "ATTENDEE has no PARTSTAT"),
        (";RSVP=FALSE", "", "ATTENDEE has no RSVP"),
        ("mailto:ada@u.example", "urn:uuid:1", "ATTENDEE has to be a mail address alone, after mailto:"),
    ],
)  # fmt: skip
def test_message(old, new, fault):
    assert told(changed(Kind.MESSAGE, old, new), Kind.MESSAGE) == [fault]


def test_message_is_of_one_event():
    second = TALK.replace("talk-1@", "talk-2@") + PEOPLE + END_EVENT
    stream = octets(GOOD[Kind.MESSAGE].replace(END, second + END))

    assert told(stream, Kind.MESSAGE) == ["a message is of one VEVENT"]


def test_cancellation_is_of_a_cancelled_event():
    text = HEAD + "METHOD:CANCEL\n" + LYON + TALK + PEOPLE + END_EVENT + END
    good = octets(text.replace("CONFIRMED", "CANCELLED"))
    bad = octets(text)

    assert told(good, Kind.MESSAGE) == []
    assert told(bad, Kind.MESSAGE) == ["STATUS contradicts METHOD:CANCEL"]


def test_fault_has_the_physical_line_on_which_its_content_line_begins():
    folded = octets(GOOD[Kind.FEED]).replace(b"VERSION:2.0", b"VERSION:2\r\n .0\r\n ")
    good, late = folded, folded.replace(b"PRODID:", b"PRODID:\x00")

    assert faults(good) == ()
    assert faults(late) == (Fault(5, "the line has the control U+0000"),)


def test_missing_property_is_missed_where_its_component_begins():
    stream = changed(Kind.FEED, "UID:talk-1@conf.example\n", "")

    (fault,) = faults(stream)

    assert stream.split(b"\r\n")[fault.line - 1] == b"BEGIN:VEVENT"


def test_every_kind_of_published_entry_is_without_fault():
    entries = [*varied(), entry(uid="cut", summary="été, " * 200)]
    logo = Image(url="https://conf.example/logo.png", media_type="image/png")

    assert faults(publish(entries, feed=replace(FEED, image=logo))) == ()
    assert faults(publish(entries), kind=Kind.FILE) == ()


def test_published_door_and_alarm_are_without_fault():
    door = "https://conf.example/e/day/room"
    private = {
        "conference": Conference(url=door, label="Rejoindre", moderator=True),
        "location": door,
        "description": f"{door}\n\nAda",
        "alarm": timedelta(minutes=10),
    }
    entries = [
        entry(**private),
        entry(uid="gone", status=Status.CANCELLED, **private),
    ]
    feed = Feed(name="Ada", revised=REVISED, url="https://conf.example/e/day")

    assert faults(publish(entries, feed=feed), kind=Kind.PERSONAL) == ()


def test_zone_as_icalendar_would_write_it_is_at_fault():
    """The twin of the tests of ``calendars.zones``: the check sees it."""
    theirs = Timezone.from_tzinfo(
        PARIS,
        first_date=date(2026, 1, 1),
        last_date=date(2029, 1, 1),
    )
    stream = octets(GOOD[Kind.FILE]).replace(octets(LYON), theirs.to_ical())

    seen = set(told(stream, Kind.FILE))
    assert seen >= {
        "RDATE has no place in VTIMEZONE",
        "DAYLIGHT is no change of clocks in Europe/Paris",
    }
