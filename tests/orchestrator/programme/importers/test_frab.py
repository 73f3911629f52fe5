from datetime import datetime
from pathlib import Path
from xml.sax.expatreader import ExpatParser
from zoneinfo import ZoneInfo

import defusedxml.sax
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.programme.importers.errors import UnreadableProgramme
from orchestrator.programme.importers.frab import read_frab
from orchestrator.programme.model import Kind, Link, LinkKind, Person, Remark, Talk

SCHEDULES = Path(__file__).parents[3] / "data" / "schedules"
FRAB = (SCHEDULES / "frab.xml").read_text("utf-8")
PARIS = ZoneInfo("Europe/Paris")
BOMB = (
    '<!DOCTYPE s [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    "<schedule><conference><title>&b;</title></conference></schedule>"
)


def test_the_conference_is_read():
    programme = read_frab(FRAB).programme

    assert (programme.title, programme.slug, programme.place, programme.language) == (
        "Optimal transport days – From Monge to machines",
        "ot-days",
        "Institut Fourier, Grenoble",
        "en",
    )


def test_an_event_is_read_with_its_links_and_without_its_identity():
    talk = read_frab(FRAB).programme.sessions[0].talks[0]

    assert talk == Talk(
        title="Couplings & costs",
        kind=Kind.INVITED,
        speakers=(Person(name="Samira Haddad"),),
        abstract="Why the cost decides.\n\nFirst the discrete case.\n\nThen measures.",
        links=(
            Link(
                kind=LinkKind.PREPRINT,
                url="https://hal.science/hal-00000001",
                label="HAL",
            ),
            Link(
                kind=LinkKind.SLIDES,
                url="https://ot.example.org/files/couplings.pdf",
                label="Slides",
            ),
            Link(kind=LinkKind.VIDEO, url="https://video.example.org/couplings.webm"),
        ),
        language="en",
        track="Theory",
        starts=datetime(2023, 6, 12, 9, tzinfo=PARIS),
        ends=datetime(2023, 6, 12, 9, 45, tzinfo=PARIS),
    )


def test_sessions_are_by_room_and_parted_at_gaps():
    sessions = read_frab(FRAB).programme.sessions

    assert [
        (one.title, one.room, [talk.title for talk in one.talks]) for one in sessions
    ] == [
        ("Theory", "Salle 1", ["Couplings & costs", "Coffee break"]),
        ("Session 2", "Salle 2", ["Open desk"]),
        ("Practice", "Salle 1", ["Barycentres in practice"]),
    ]


def test_a_language_is_written_as_browsers_write_it():
    assert read_frab(FRAB).programme.all_talks[-1].language == "fr-FR"


def test_an_element_that_is_not_understood_is_listed_with_its_line():
    assert read_frab(FRAB).leftovers == (
        Remark(line=47, text="<mood> of events is not read: curious"),
    )


def test_without_dates_an_event_is_of_its_day_until_the_day_changes():
    text = (SCHEDULES / "pentabarf.xml").read_text("utf-8")

    (session,) = read_frab(text).programme.sessions

    assert [talk.starts for talk in session.talks] == [
        datetime(2018, 2, 3, 23, 30, tzinfo=PARIS),
        datetime(2018, 2, 4, 0, 30, tzinfo=PARIS),
    ]


def test_a_declared_encoding_means_nothing_once_decoded():
    text = FRAB.replace("utf-8", "iso-8859-1", 1)

    assert read_frab(text) == read_frab(FRAB)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "Line 1 is no XML"),
        ("<schedule>\n<conference>\n</schedule>", 3, "Line 3 is no XML"),
        ("<html/>", 1, "no schedule"),
        ("<schedule>\n<conference/></schedule>", 2, "Line 2, title"),
        ("\ud800", 1, "save it as UTF-8"),
        (BOMB, 1, "entities of its own"),
        (FRAB.replace("2023-06-12T09:45", "2023-06-31T09:45"), 49, "Line 49, date of"),
        (FRAB.replace("<duration>00:15", "<duration>bref"), 49, "Line 49, duration"),
    ],
)
def test_what_is_no_schedule_is_refused_with_its_line(text, line, said):
    with pytest.raises(UnreadableProgramme) as refused:
        read_frab(text)

    assert (said in refused.value.detail, refused.value.facts["line"]) == (True, line)


def test_without_the_refusal_entities_would_be_expanded(monkeypatch):
    monkeypatch.setattr(defusedxml.sax, "make_parser", ExpatParser)

    assert read_frab(BOMB).programme.title == "aaaaaaaa"


def is_read_or_refused(text):
    try:
        read_frab(text)
    except UnreadableProgramme as error:
        return bool(error.detail)
    return True


@given(st.text())
def test_any_text_is_read_or_refused(text):
    assert is_read_or_refused(text)


@given(st.data())
def test_a_damaged_schedule_is_read_or_refused(data):
    start = data.draw(st.integers(0, len(FRAB)))
    end = data.draw(st.integers(start, min(len(FRAB), start + 40)))
    instead = data.draw(st.text(max_size=4))

    assert is_read_or_refused(FRAB[:start] + instead + FRAB[end:])


@given(
    st.sampled_from(["date", "start", "duration", "language", "persons", "title"]),
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="<&")),
)
def test_any_text_in_an_element_is_read_or_refused(name, said):
    before, _, after = FRAB.partition(f"<{name}>")

    assert is_read_or_refused(f"{before}<{name}>{said}</{name}><{name}>{after}")
