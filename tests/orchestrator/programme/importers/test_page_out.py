from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.programme.importers.page import read_page
from orchestrator.programme.importers.page_out import write_page
from orchestrator.programme.importers.pretalx import read_pretalx
from orchestrator.programme.importers.yaml import read_yaml
from orchestrator.programme.model import (
    Call,
    Counts,
    Kind,
    Link,
    LinkKind,
    Person,
    Programme,
    Section,
    Session,
    Talk,
    Theme,
)
from orchestrator.programme.timetable import lay_out
from tests.real_page import REAL_PAGE, needs_real_page

ROOT = Path(__file__).parents[4]
EXAMPLE = (ROOT / "examples/theorie-du-deep-learning.yaml").read_text("utf-8")
PRETALX = (ROOT / "tests/data/schedules/pretalx.json").read_text("utf-8")
PARIS = ZoneInfo("Europe/Paris")


def written(programme):
    return write_page(programme, lay_out(programme))


def again(programme):
    return read_page(written(programme)).programme


def at(hour, minute=0, day=14):
    return datetime(2022, 3, day, hour, minute, tzinfo=PARIS)


def meeting(*talks, **parts):
    """A meeting of one day with a morning and an afternoon."""
    held = {
        "title": "Journée parcimonie",
        "first_day": date(2022, 3, 14),
        "last_day": date(2022, 3, 14),
        "sessions": (
            Session(title="Session 1", starts=at(10), ends=at(12)),
            Session(title="Session 2", starts=at(14), ends=at(16, 30)),
        ),
    }
    return Programme(talks=talks, **(held | parts))


def facts(talk):
    """What a page says of a talk."""
    return (
        talk.title,
        talk.kind,
        [(one.name, one.affiliation) for one in talk.speakers],
        talk.coauthors,
        " ".join(talk.abstract.split()),
        talk.links,
    )


@needs_real_page
def test_the_real_page_is_written_back_as_the_same_programme():
    programme = read_page(REAL_PAGE.read_text("utf-8")).programme

    assert again(programme) == programme


@needs_real_page
def test_a_recording_is_filled_in_below_its_talk():
    programme = read_page(REAL_PAGE.read_text("utf-8")).programme
    first, *others = programme.talks
    video = Link(kind=LinkKind.VIDEO, url="https://example.org/v.mp4")
    filmed = replace(first, links=(*first.links, video))

    page = written(replace(programme, talks=(filmed, *others)))

    assert "\n- Slides:\n- Video: https://example.org/v.mp4\n" in page
    assert again(replace(programme, talks=(filmed, *others))).talks[0] == filmed


def test_the_example_keeps_its_facts():
    programme = read_yaml(EXAMPLE).programme

    read = again(programme)

    assert [facts(talk) for talk in read.talks] == [
        facts(talk) for talk in programme.talks
    ]
    assert [
        getattr(read, name)
        for name in (
            *("title", "first_day", "last_day", "place", "network", "themes"),
            *("capacity", "registered", "organisers", "invited", "sessions", "topics"),
        )
    ] == [
        getattr(programme, name)
        for name in (
            *("title", "first_day", "last_day", "place", "network", "themes"),
            *("capacity", "registered", "organisers", "invited", "sessions", "topics"),
        )
    ]


def test_a_page_has_the_sections_of_a_meeting_page():
    page = written(read_yaml(EXAMPLE).programme)

    assert [
        line for line in page.split("\n") if line.startswith(("# ", "## ", "### "))
    ] == [
        "# Réunion",
        "## Théorie du deep learning",
        "### Inscriptions",
        "### Annonce",
        "### Orateurs invités",
        "### Appel à contributions",
        "### Organisateurs",
        "### Programme",
        "### Résumé des contributions",
    ]


def test_an_english_meeting_has_an_english_page():
    programme = meeting(
        Talk(title="Atoms", kind=Kind.INVITED, speakers=(Person(name="Ada Lovelace"),)),
        language="en",
        capacity=80,
    )

    assert written(programme) == (
        """\
# Meeting

## Journée parcimonie

**Date:** 14-03-2022

### Registration

Room capacity: 80 people.

### Programme

- Session 1: 10:00-12:00
- Session 2: 14:00-16:30

### Abstracts

#### Atoms (invited talk) by Ada Lovelace

- Slides:
- Video:
"""
    )


def test_a_stored_meeting_has_the_same_page():
    programme = read_yaml(EXAMPLE).programme
    timetable = lay_out(programme)
    stored = tuple(
        replace(timed.session, talks=tuple(slot.talk for slot in timed.slots))
        for timed in timetable.sessions
    )

    page = write_page(replace(programme, sessions=stored, talks=()), timetable)

    assert page == write_page(programme, timetable)


def test_times_that_were_given_make_a_timed_list():
    programme = read_pretalx(PRETALX).programme

    read = again(programme)

    assert [
        (talk.title, talk.kind, talk.starts, talk.ends) for talk in read.all_talks
    ] == [
        (talk.title, talk.kind, talk.starts, talk.ends) for talk in programme.all_talks
    ]
    assert [(one.starts, one.ends, one.room) for one in read.sessions] == [
        (one.starts, one.ends, one.room) for one in programme.sessions
    ]


def test_talks_that_somebody_placed_stay_where_they_are():
    first, second = Talk(title="Un"), Talk(title="Deux")
    morning, afternoon = meeting().sessions
    programme = meeting(sessions=(replace(morning, talks=(first, second)), afternoon))

    read = again(programme)

    assert [[talk.title for talk in one.talks] for one in read.sessions] == [
        ["Un", "Deux"],
        [],
    ]


def test_every_fact_of_a_meeting_survives():
    programme = meeting(
        Talk(
            title="Un théorème de Barron",
            speakers=(Person(name="Ada Lovelace"),),
            duration=timedelta(minutes=40),
            links=(
                Link(kind=LinkKind.PREPRINT, url="https://arxiv.org/abs/2012.02818"),
                Link(
                    kind=LinkKind.REFERENCE,
                    url="https://example.org/book",
                    label="Le livre",
                ),
            ),
        ),
        last_day=date(2022, 3, 15),
        sessions=(
            Session(title="Session 1", starts=at(10), ends=at(12)),
            Session(title="Session 2", starts=at(9, day=15), ends=at(11, day=15)),
        ),
        network="GdR ISIS",
        place="Salle 3",
        capacity=90,
        registered=Counts(members=12, non_members=7),
        themes=(Theme(code="A", name="Méthodes"), Theme(code="T", name="Images")),
        announcement="Venez nombreux.\n\n- Parcimonie\n- Transport",
        topics=("Parcimonie", "Transport"),
        call=Call(text="Écrivez avant le 1er mars 2022.", deadline=date(2022, 3, 1)),
        organisers=(
            Person(name="Emmy Noether", affiliation="LIS", email="e.n@example.org"),
        ),
        sections=(Section(title="Documents", text="Le code est en ligne."),),
    )

    read = again(programme)

    assert replace(read, talks=(), announcement="") == replace(
        programme, talks=(), announcement=""
    )
    assert [(facts(talk), talk.duration) for talk in read.talks] == [
        (facts(talk), talk.duration) for talk in programme.talks
    ]


def test_days_and_rooms_are_told_apart():
    def session(title, room, day, *names):
        starts = at(9, day=day)
        talks = tuple(
            Talk(
                title=f"Exposé de {name}",
                speakers=(Person(name=name, affiliation="LIS"),),
                starts=starts + number * timedelta(minutes=30),
                ends=starts + (number + 1) * timedelta(minutes=30),
            )
            for number, name in enumerate(names)
        )
        return Session(
            title=title, room=room, starts=starts, ends=at(12, day=day), talks=talks
        )

    programme = meeting(
        last_day=date(2022, 3, 15),
        sessions=(
            session("Session 1", "Salle A", 14, "Ada Lovelace", "Alan Turing"),
            session("Session 2", "Salle B", 14, "Sofia Kovalevskaïa"),
            session("Session 3", "Salle A", 15, "Henri Cartan"),
        ),
    )

    read = again(programme)

    assert [
        (one.room, [(facts(talk), talk.starts) for talk in one.talks])
        for one in read.sessions
    ] == [
        (one.room, [(facts(talk), talk.starts) for talk in one.talks])
        for one in programme.sessions
    ]


def test_a_talk_past_midnight_is_of_the_next_day():
    night = (
        Talk(title="Avant minuit", starts=at(23), ends=at(23, 30)),
        Talk(title="Après minuit", starts=at(0, 30, day=15), ends=at(1, day=15)),
    )
    programme = meeting(
        sessions=(
            Session(title="Nuit", starts=at(23), ends=at(2, day=15), talks=night),
        )
    )

    read = again(programme)

    assert [(talk.title, talk.starts) for talk in read.all_talks] == [
        (talk.title, talk.starts) for talk in night
    ]


def test_a_heading_inside_an_abstract_begins_no_talk():
    talk = Talk(
        title="Un",
        speakers=(Person(name="Ada Lovelace"),),
        abstract="Avant.\n\n## Plan\n\nAprès.",
    )

    assert [facts(one)[4] for one in again(meeting(talk)).talks] == [
        "Avant. **Plan** Après."
    ]


@pytest.mark.parametrize(
    "title",
    [
        "A *-algebra and a *-module",
        "Learning by doing, par cœur",
        "Bornes (fines) : un tour",
        "R&D : 1 < 2",
    ],
)
def test_a_title_keeps_its_signs(title):
    talk = Talk(title=title, speakers=(Person(name="Ada Lovelace", affiliation="LIS"),))

    assert [facts(one) for one in again(meeting(talk)).talks] == [facts(talk)]


TITLES = st.sampled_from(
    [
        "Noyaux tangents et régime paresseux",
        "Learning by doing, a stochastic view",
        "Sur un théorème de Barron (et sa réciproque)",
        "Optimal transport: from Monge to GANs",
        "2D spectra of random graphs",
        "Pourquoi les réseaux généralisent-ils ?",
        "Identifiability of sparse factors, part II",
        "Descente de gradient par blocs",
        "« Double descente » : mythe ou théorème",
        "Robustness to label noise - a survey",
    ]
)
NAMES = st.sampled_from(
    ["Ada Lovelace", "Sofia Kovalevskaïa", "Jean-Yves Le Gall", "Alan Turing"]
)
LINKS = st.builds(
    Link,
    kind=st.sampled_from([LinkKind.SLIDES, LinkKind.VIDEO]),
    url=st.sampled_from(["https://example.org/a.pdf", "https://example.org/b.mp4"]),
)


@st.composite
def talks(draw):
    links = draw(st.lists(LINKS, max_size=2, unique_by=lambda link: link.kind))
    return Talk(
        title=draw(TITLES),
        kind=draw(st.sampled_from([Kind.INVITED, Kind.CONTRIBUTED])),
        speakers=(
            Person(name=draw(NAMES), affiliation=draw(st.sampled_from(["", "LIS"]))),
        ),
        coauthors=tuple(draw(st.sampled_from([(), ("Emmy Noether", "Paul Lévy")]))),
        abstract=draw(st.sampled_from(["", "Une borne.\n\nEt sa preuve."])),
        links=tuple(sorted(links, key=lambda link: link.kind)),
        language=draw(st.sampled_from(["", "fr", "en"])),
    )


@given(st.lists(talks(), min_size=1, max_size=6, unique_by=lambda talk: talk.title))
def test_whatever_is_written_is_read_with_the_same_facts(given_talks):
    programme = meeting(*given_talks)

    read = again(programme)

    assert [facts(talk) for talk in read.talks] == [facts(talk) for talk in given_talks]
    assert read.sessions == programme.sessions
