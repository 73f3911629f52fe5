import json
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.programme.importers.errors import UnreadableProgramme
from orchestrator.programme.importers.pretalx import read_pretalx
from orchestrator.programme.model import Kind, Link, LinkKind, Person, Remark

SCHEDULES = Path(__file__).parents[3] / "data" / "schedules"
PRETALX = (SCHEDULES / "pretalx.json").read_text("utf-8")
PARIS = ZoneInfo("Europe/Paris")


def schedule(*events, **conference):
    """The text of a schedule with ``events`` in one room, on one day."""
    days = [{"index": 1, "date": "2022-05-09", "rooms": {"A": list(events)}}]
    held = {"title": "T", "time_zone_name": "Europe/Paris", "days": days} | conference
    return json.dumps({"schedule": {"conference": held}})


def event(**parts):
    return {"title": "Un", "date": "2022-05-09T10:00:00+02:00"} | parts


def only_talk(**parts):
    (talk,) = read_pretalx(schedule(event(**parts))).programme.all_talks
    return talk


def test_the_conference_is_read():
    programme = read_pretalx(PRETALX).programme

    assert (
        programme.title,
        programme.slug,
        programme.zone,
        programme.language,
        programme.first_day,
        programme.last_day,
        programme.capacity,
    ) == (
        "Journées imagerie et parcimonie",
        "jip-2022",
        "Europe/Paris",
        "en",
        date(2022, 5, 9),
        date(2022, 5, 10),
        250,
    )


def test_an_event_is_read_with_its_links_and_without_its_identity():
    talk = read_pretalx(PRETALX).programme.sessions[0].talks[0]

    media = "https://talks.example.org/media/jip/submissions/ABCDEF"
    assert talk == type(talk)(
        title="Sparse recovery without tears",
        kind=Kind.INVITED,
        speakers=(Person(name="Grace Amari"),),
        abstract="A tour of *convex* relaxations.\n\n"
        "We start from **compressed** sensing.\n\n- Guarantees\n- Limits",
        links=(
            Link(
                kind=LinkKind.PREPRINT,
                url="https://arxiv.org/abs/2201.00001",
                label="Preprint",
            ),
            Link(kind=LinkKind.SLIDES, url=f"{media}/slides.pdf", label="Slides"),
            Link(kind=LinkKind.REFERENCE, url=f"{media}/data.zip", label="Data"),
        ),
        language="en",
        track="Inverse problems",
        starts=datetime(2022, 5, 9, 9, 30, tzinfo=PARIS),
        ends=datetime(2022, 5, 9, 10, 30, tzinfo=PARIS),
    )


def test_a_day_is_parted_where_nothing_happens_for_over_an_hour():
    sessions = read_pretalx(PRETALX).programme.sessions

    assert [
        (one.title, one.room, f"{one.starts:%H:%M}", f"{one.ends:%H:%M}")
        for one in sessions
    ] == [
        ("Inverse problems", "Amphi Poincaré", "09:30", "11:15"),
        ("Session 2", "Amphi Poincaré", "14:00", "14:30"),
    ]
    assert [(talk.title, talk.kind) for one in sessions for talk in one.talks] == [
        ("Sparse recovery without tears", Kind.INVITED),
        ("Pause café", Kind.BREAK),
        ("Dictionary learning on a sphere – a geometric view", Kind.CONTRIBUTED),
        ("Table ronde", Kind.DISCUSSION),
    ]


def test_what_is_not_understood_is_listed_with_its_line():
    assert read_pretalx(PRETALX).leftovers == (
        Remark(line=30, text='`weather` of events is not read: "sunny"'),
        Remark(
            line=30,
            text="“Sparse recovery without tears”: mailto:someone@example.org is no"
            " address.",
        ),
        Remark(line=125, text="“Not placed yet” has no time yet."),
    )


def test_a_flat_list_of_events_is_read():
    reading = read_pretalx((SCHEDULES / "schedule2.json").read_text("utf-8"))

    sessions = reading.programme.sessions
    assert [(one.title, one.room, f"{one.ends:%H:%M}") for one in sessions] == [
        ("Kernels", "Room 1", "09:40"),
        ("Graphs", "Room 2", "09:30"),
    ]
    assert [(link.kind, link.url) for link in sessions[0].talks[0].links] == [
        (LinkKind.PREPRINT, "https://example.org/paper.pdf"),
        (LinkKind.SLIDES, "https://example.org/slides.odp"),
    ]
    assert reading.leftovers == (Remark(line=1, text='events: "nothing" is no event.'),)


def test_times_of_another_zone_are_shown_in_that_of_the_conference():
    text = schedule(event(), event(), time_zone_name="Asia/Tokyo")

    reading = read_pretalx(text)

    assert reading.programme.all_talks[0].starts.hour == 17
    assert reading.remarks == (
        Remark(
            line=1,
            text="The source counts its times in another zone; they are shown in"
            " Asia/Tokyo.",
        ),
    )


@pytest.mark.parametrize("named", ["", "Europe/Pariss"])
def test_without_a_zone_that_of_the_caller_holds(named):
    text = schedule(event(), time_zone_name=named)

    assert read_pretalx(text, zone="Asia/Tokyo").programme.zone == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("parts", "ends"),
    [
        ({"duration": "01:15"}, "11:15"),
        ({"duration": "00:20:00"}, "10:20"),
        ({"end": "2022-05-09T10:45:00+02:00"}, "10:45"),
        ({"end": "10:30"}, "10:30"),
    ],
)
def test_lengths_are_read_in_every_shape(parts, ends):
    assert f"{only_talk(**parts).ends:%H:%M}" == ends


@pytest.mark.parametrize("parts", [{}, {"duration": "00:00"}])
def test_without_a_length_the_timetable_chooses_it(parts):
    assert only_talk(**parts).ends is None


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        ({"type": "Invited talk"}, Kind.INVITED),
        ({"title": "Lunch"}, Kind.BREAK),
        ({"title": "Coffee break"}, Kind.BREAK),
        ({"title": "Break the ice", "persons": [{"name": "Ada"}]}, Kind.CONTRIBUTED),
        ({"title": "Questions"}, Kind.DISCUSSION),
    ],
)
def test_kinds_are_told_by_type_and_title(parts, kind):
    assert only_talk(**parts).kind is kind


@pytest.mark.parametrize("url", ["", "http://[", "mailto:ada@example.org", "a b"])
def test_what_is_no_address_is_left_over(url):
    reading = read_pretalx(schedule(event(links=[{"url": url}])))

    assert reading.leftovers == (Remark(line=1, text=f"“Un”: {url} is no address."),)


def test_markup_that_nobody_can_read_stays_as_it_is():
    assert only_talk(abstract="<p>a <![b</p>").abstract != ""


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "Line 1, column 1 is no JSON"),
        ('{\n"schedule": ', 2, "Line 2, column 13 is no JSON"),
        ("[" * 100_000, 1, "have no end"),
        ("1" * 5000, 1, "have no end"),
        ("[]", 1, "no schedule export"),
        ('{"schedule": {"conference": {"days": []}}}', 1, "Line 1, title"),
        (schedule(event(date="2022-02-30T10:00:00")), 1, "date of “Un”"),
        (schedule(event(date="2022-03-27T02:30")), 1, "skip 02:30"),
        (schedule(event(duration="long")), 1, "duration of “Un”"),
        (schedule(event(end="2022-05-09T09:00:00+02:00")), 1, "before it has started"),
        (schedule(event(date="9999-12-31T23:30", duration="01:00")), 1, "duration of"),
    ],
)
def test_what_is_no_schedule_is_refused_with_its_line(text, line, said):
    with pytest.raises(UnreadableProgramme) as refused:
        read_pretalx(text)

    assert (said in refused.value.detail, refused.value.facts["line"]) == (True, line)


def is_read_or_refused(text):
    try:
        read_pretalx(text)
    except UnreadableProgramme as error:
        return bool(error.detail)
    return True


@given(st.text())
def test_any_text_is_read_or_refused(text):
    assert is_read_or_refused(text)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=9)
    | st.sampled_from(["10:30", "2022-05-09", "2022-05-09T10:00:00+02:00"]),
    lambda inner: st.lists(inner, max_size=2)
    | st.dictionaries(st.sampled_from(["fr", "name", "url"]), inner, max_size=2),
    max_leaves=4,
)  # fmt: skip
KEYS = (
    *("title", "date", "start", "end", "duration", "room", "type", "language"),
    *("abstract", "persons", "links", "attachments", "video_download_url", "x"),
)


@given(
    st.lists(st.dictionaries(st.sampled_from(KEYS), ANYTHING, max_size=6), max_size=2),
    st.dictionaries(
        st.sampled_from(
            ["title", "start", "end", "rooms", "time_zone_name", "days", "acronym"]
        ),
        ANYTHING,
        max_size=3,
    ),
)
def test_a_schedule_of_any_values_is_read_or_refused(events, conference):
    assert is_read_or_refused(schedule(*events, **conference))


@given(st.data())
def test_a_damaged_schedule_is_read_or_refused(data):
    start = data.draw(st.integers(0, len(PRETALX)))
    end = data.draw(st.integers(start, min(len(PRETALX), start + 40)))
    instead = data.draw(st.text(max_size=4))

    assert is_read_or_refused(PRETALX[:start] + instead + PRETALX[end:])
