from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.revision import Stamp
from orchestrator.programme.importers import yaml_nodes
from orchestrator.programme.importers.errors import UnreadableProgramme
from orchestrator.programme.importers.yaml import read_yaml, write_yaml
from orchestrator.programme.model import (
    Call,
    Counts,
    Kind,
    Link,
    LinkKind,
    Person,
    Programme,
    Remark,
    Session,
    Talk,
    Theme,
)
from tests.orchestrator.programme.strategies import PATIENT, programmes

PARIS = ZoneInfo("Europe/Paris")
DAY = "title: Journée\ndate: 2022-03-14\n"


def read(text):
    return read_yaml(text).programme


def complaints(text):
    """The lines of the error, and the line that it stands for."""
    with pytest.raises(UnreadableProgramme) as refused:
        read_yaml(text)
    return refused.value.detail.split("\n"), refused.value.facts["line"]


@PATIENT
@given(programmes())
def test_what_is_written_is_read_back(programme):
    assert read_yaml(write_yaml(programme)).programme == programme


def test_calendar_stamps_are_not_written():
    at = datetime(2022, 1, 1, tzinfo=UTC)
    stamp = Stamp(uid="u", sequence=1, created=at, revised=at)
    talk = Talk(title="Un exposé", id="t1")
    programme = Programme(title="Journée", talks=(replace(talk, stamp=stamp),))

    again = read(write_yaml(programme))

    assert again == replace(programme, talks=(talk,))


def test_a_meeting_is_written_as_people_write_it():
    programme = Programme(
        title="Journée d’été : optimisation",
        slug="journee",
        first_day=date(2022, 3, 14),
        last_day=date(2022, 3, 14),
        themes=(Theme(code="A", name="Méthodes"), Theme(code="no", name="Réseaux")),
        announcement="Deux alinéas.  \nLe second.\n\n* une liste",
        sessions=(
            Session(
                title="Matin",
                starts=datetime(2022, 3, 14, 9, tzinfo=PARIS),
                ends=datetime(2022, 3, 14, 12, 30, tzinfo=PARIS),
                chairs=(Person(name="Zoé Ribot", affiliation="LIS"),),
                talks=(
                    Talk(
                        id="bcd",
                        title="",
                        kind=Kind.INVITED,
                        duration=timedelta(minutes=40),
                        starts=datetime(2022, 3, 14, 9, 30, tzinfo=PARIS),
                    ),
                    Talk(title="L'autre"),
                ),
            ),
        ),
    )

    assert write_yaml(programme) == (
        """\
# yaml-language-server: $schema=programme.schema.json
title: "Journée d’été : optimisation"
slug: journee
zone: Europe/Paris
language: fr
date: 2022-03-14

themes:
  A: Méthodes
  "no": Réseaux

announcement: |
  Deux alinéas.  \n\
  Le second.

  * une liste

sessions:
  - title: Matin
    window: 09:00-12:30
    chair: Zoé Ribot (LIS)
    talks:
      - id: bcd
        title: ""
        kind: invited
        minutes: 40
        starts: 09:30
      - title: L'autre
"""
    )


def test_every_key_has_its_place():
    programme = read(
        """
        title: Journée
        slug: journee
        zone: Europe/London
        language: en
        dates: [2022-03-14, 15/03/2022]
        place: Salle 3
        network: GdR
        summary: Court.
        capacity: 80
        changeover: 5
        registered: {members: 3, non_members: 4, unknown: 5}
        announcement: Venez.
        topics: [un, deux]
        call: {text: Écrivez., deadline: 2022-02-01}
        themes: [Sans code, {code: B, name: Avec}]
        organisers: [{name: Ada, affiliation: LIS, email: ada@example.org}]
        invited: Alan (MPI)
        sections: [{title: Repas, text: À midi.}]
        """
    )

    assert programme == Programme(
        title="Journée",
        slug="journee",
        zone="Europe/London",
        language="en",
        first_day=date(2022, 3, 14),
        last_day=date(2022, 3, 15),
        place="Salle 3",
        network="GdR",
        summary="Court.",
        capacity=80,
        changeover=timedelta(minutes=5),
        registered=Counts(members=3, non_members=4, unknown=5),
        announcement="Venez.",
        topics=("un", "deux"),
        call=Call(text="Écrivez.", deadline=date(2022, 2, 1)),
        themes=(Theme(code="", name="Sans code"), Theme(code="B", name="Avec")),
        organisers=(Person(name="Ada", affiliation="LIS", email="ada@example.org"),),
        invited=(Person(name="Alan", affiliation="MPI"),),
        sections=programme.sections,
    )
    assert [(one.title, one.text) for one in programme.sections] == [
        ("Repas", "À midi.")
    ]


def test_a_talk_holds_what_is_written():
    (talk,) = read(
        DAY
        + """
talks:
  - id: t1
    title: Sur un opérateur
    kind: invited
    speaker: {name: Ada, zone: America/Los_Angeles, hours: 07:00-20:00}
    coauthors: B. Alan, C. Zoé et D. Léo
    abstract: |
      Un.

      Deux.
    slides: example.org/a.pdf
    video:
    preprint: {url: https://example.org/p, label: HAL}
    references: [https://example.org/r]
    links: [{kind: video, url: https://example.org/v}]
    language: en
    track: Optimisation
    minutes: 1h30
    starts: 10h30
    ends: 2022-03-14 12:00
    not_before: 10:00
"""
    ).talks

    assert talk == Talk(
        id="t1",
        title="Sur un opérateur",
        kind=Kind.INVITED,
        speakers=(
            Person(name="Ada", zone="America/Los_Angeles", hours=(time(7), time(20))),
        ),
        coauthors=("B. Alan", "C. Zoé", "D. Léo"),
        abstract="Un.\n\nDeux.",
        links=(
            Link(kind=LinkKind.SLIDES, url="https://example.org/a.pdf"),
            Link(kind=LinkKind.PREPRINT, url="https://example.org/p", label="HAL"),
            Link(kind=LinkKind.REFERENCE, url="https://example.org/r"),
            Link(kind=LinkKind.VIDEO, url="https://example.org/v"),
        ),
        language="en",
        track="Optimisation",
        duration=timedelta(minutes=90),
        starts=datetime(2022, 3, 14, 10, 30, tzinfo=PARIS),
        ends=datetime(2022, 3, 14, 12, tzinfo=PARIS),
        not_before=time(10),
    )


def test_a_talk_and_a_call_may_be_one_text():
    programme = read(f"{DAY}call: Écrivez-nous.\ntalks: [Un exposé]\n")

    assert (programme.call, programme.talks) == (
        Call(text="Écrivez-nous."),
        (Talk(title="Un exposé"),),
    )


@pytest.mark.parametrize(
    "written",
    ["10:00-12:30", "10h-12h30", "10h00 – 12h30", "10 à 12h30", "10:00 to 12:30"],
)
def test_windows_are_read_as_people_write_them(written):
    (session,) = read(f"{DAY}sessions:\n  - window: {written}\n").sessions

    assert (session.title, session.starts, session.ends) == (
        "Session 1",
        datetime(2022, 3, 14, 10, tzinfo=PARIS),
        datetime(2022, 3, 14, 12, 30, tzinfo=PARIS),
    )


@pytest.mark.parametrize("written", ["no", "on", "1e3", "0o17", "2022-03-14", "12:30"])
def test_texts_stay_the_texts_that_were_written(written):
    assert read(f"title: {written}\n").title == written


@pytest.mark.parametrize("nothing", ["", "~", "null"])
def test_a_key_left_empty_is_not_written(nothing):
    (talk,) = read(f"{DAY}talks:\n  - title: {nothing}\n    minutes: {nothing}\n").talks

    assert talk == Talk(title="")


def test_the_zone_of_the_caller_holds_when_the_file_names_none():
    assert read_yaml("title: Journée", zone="Asia/Tokyo").programme.zone == "Asia/Tokyo"


def doors(text):
    """Before and after, of every session of a programme."""
    return [(one.opens_before, one.closes_after) for one in read(text).sessions]


def minutes(number):
    return timedelta(minutes=number)


def test_doors_of_a_session_go_before_those_of_the_meeting():
    text = f"""{DAY}doors: {{before: 20, after: 1h30}}
sessions:
  - title: A
  - title: B
    doors: {{before: 0}}
  - title: C
    doors: {{after: 45 min}}
"""

    assert doors(text) == [
        (minutes(20), minutes(90)),
        (minutes(0), minutes(90)),
        (minutes(20), minutes(45)),
    ]


def test_doors_that_are_not_written_are_the_usual_ones():
    assert doors(f"{DAY}sessions: [{{title: A}}, {{title: B, doors: }}]") == [
        (None, None),
        (None, None),
    ]


def test_doors_that_all_sessions_share_are_written_once():
    twice = f"{DAY}sessions: [{{title: A}}, {{title: B}}]"
    shared = read(f"doors: {{before: 0}}\n{twice}")

    assert write_yaml(shared).count("before: 0") == 1
    assert "\ndoors:\n  before: 0\n" in write_yaml(shared)
    assert "doors" not in write_yaml(read(twice))


def test_times_of_a_session_are_of_its_own_day():
    text = (
        "title: T\ndates: [2022-03-14, 2022-03-15]\nsessions:\n  - date: 2022-03-15\n"
    )
    text += "    window: 9h-10h\n    talks: [{title: Un, starts: 09:20}]\n"

    (talk,) = read(text).all_talks

    assert talk.starts == datetime(2022, 3, 15, 9, 20, tzinfo=PARIS)


def test_a_day_outside_the_meeting_is_remarked():
    reading = read_yaml(f"{DAY}sessions:\n  - date: 2023-03-14\n    window: 9h-10h\n")

    assert reading.remarks == (
        Remark(line=4, text="2023-03-14 is not a day of the meeting."),
    )


def test_a_time_shown_twice_is_the_first_and_remarked():
    text = "title: T\ndate: 2021-10-31\ntalks:\n  - title: Nuit\n    starts: 02:30\n"

    reading = read_yaml(text)

    assert reading.programme.talks[0].starts.astimezone(UTC) == datetime(
        2021, 10, 31, 0, 30, tzinfo=UTC
    )
    assert reading.remarks == (
        Remark(line=5, text="The clocks show 02:30 twice; the first is meant."),
    )


def test_the_second_of_a_time_shown_twice_survives_editing():
    late = datetime(2021, 10, 31, 2, 30, tzinfo=PARIS, fold=1)
    programme = Programme(title="T", talks=(Talk(title="Nuit", starts=late),))

    (talk,) = read(write_yaml(programme)).talks

    assert talk.starts.astimezone(UTC) == datetime(2021, 10, 31, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "field", "said"),
    [
        ("titre: x", "titre", "did you mean `title`?"),
        ("organizers: x", "organizers", "did you mean `organisers`?"),
        ("qwxyz: x", "qwxyz", "possible are title, slug"),
        ("zone: Europe/Pari", "zone", "did you mean Europe/Paris?"),
        ("zone: ''", "zone", "one such as Europe/Paris"),
        ("date: 2022-02-30", "date", "no such day as “2022-02-30”"),
        ("date: demain", "date", "write it as 2021-06-28"),
        ("dates: [2022-03-15, 2022-03-14]", "dates", "turn them round"),
        ("dates: [1/1/2022, 2/1/2022, 3/1/2022]", "dates", "two days at most"),
        ("capacity: beaucoup", "capacity", "Write a whole number."),
        ("capacity: 0", "capacity", "greater than 0"),
        ("slug: À l’été", "slug", "small letters"),
        ("language: français", "language", "write fr or en"),
        ("invited: {name: A, email: a@}", "email", "no mail address"),
        ("invited: {affiliation: LIS}", "invited", "`name` is missing"),
        ("invited: {name: A, hours: 20h-7h}", "hours", "ends before it starts"),
        ("announcement: [a, b]", "announcement", "A text belongs here"),
        ("call: []", "call", "A block of `key: value` lines"),
        ("sessions: demain", "sessions", "starts with `- `"),
        ("topics: [~]", "topics", "fill it in or take the line out"),
        ("talks: [{kind: invité}]", "kind", "one of invited, contributed, break"),
        ("talks: [{minutes: 0}]", "minutes", "0 minutes is no talk"),
        ("talks: [{minutes: 2000}]", "minutes", "more than a day"),
        ("talks: [{minutes: [1]}]", "minutes", "One value belongs here"),
        ("talks: [{minutes: long}]", "minutes", "write minutes, as 20"),
        ("talks: [{starts: 25:00}]", "starts", "no such time as “25:00”"),
        ("talks: [{starts: tôt}]", "starts", "write it as 10:30"),
        ("talks: [{starts: 10:30}]", "starts", "Of which day?"),
        ("talks: [{starts: 2022-13-01 10:30}]", "starts", "no such moment"),
        ("talks: [{starts: 2022-03-27 02:30}]", "starts", "skip 02:30"),
        ("talks: [{starts: '0001-01-01T00:00+14:00'}]", "starts", "out of reach"),
        ("talks: [{id: a b}]", "id", "leave the line out"),
        ("talks: [{slides: 'javascript:alert(1)'}]", "slides", "is no address"),
        ("talks: [{slides: 'http://['}]", "slides", "is no address"),
        ("talks: [{slides: 'https://a b'}]", "slides", "is no address"),
        ("doors: 20", "doors", "A block of `key: value` lines"),
        ("doors: {before: 241}", "before", "from 0 to 240"),
        ("doors: {after: 0:20:30}", "after", "from 0 to 240"),
        ("sessions: [{doors: {before: -5}}]", "before", "write minutes, as 20"),
        ("sessions: [{doors: {before: tôt}}]", "before", "write minutes, as 20"),
        ("sessions: [{doors: {avant: 5}}]", "avant", "did you mean `before`?"),
        ("sessions: [{portes: {before: 5}}]", "portes", "did you mean `doors`?"),
        ("sessions: [{window: 12h-10h}]", "window", "ends before it starts"),
        ("sessions: [{window: midi}]", "window", "write it as 10:00-12:00"),
        ("sessions: [{window: 9h-10h}]", "window", "Of which day?"),
        ("sessions: [{starts: 2022-03-14 10:00}]", "sessions", "both `starts`"),
    ],
)
def test_a_mistake_is_named_with_line_and_field(line, field, said):
    text = f"\n{line}\n" if line.startswith("titre") else f"title: T\n{line}\n"

    lines, first = complaints(text)

    (complaint,) = [one for one in lines if one.startswith(f"Line 2, {field}: ")]
    assert said in complaint
    assert first == 2


def test_mistakes_are_listed_together_in_the_order_of_the_lines():
    text = (
        "title: T\ndate: 2022-03-14\ndates: 2022-03-15\nsessions:\n  - window: 9h-10h\n"
    )
    text += "    starts: 11:00\n    ends: 10:00\n  - starts: 11:00\n    ends: 10:00\n"

    lines, first = complaints(text)

    assert (lines, first) == (
        [
            "Line 3, dates: Write either `date` or `dates`, not both.",
            "Line 5, window: Write either `window` or `starts` and `ends`.",
            "Line 9, ends: This ends before it has started.",
        ],
        3,
    )


def test_more_mistakes_than_a_screen_holds_are_counted():
    lines, _ = complaints("title: T\n" + "".join(f"x{n}: y\n" for n in range(25)))

    assert (len(lines), lines[-1]) == (21, "… and 5 more.")


def test_two_equal_ids_are_refused():
    text = f"{DAY}sessions:\n  - id: a\n    talks:\n      - id: a\n"

    assert complaints(text) == (
        [
            "Line 6, id: “a” stands already in line 4; take this line out and the"
            " service gives another id."
        ],
        6,
    )


@pytest.mark.parametrize(
    ("text", "line", "hint"),
    [
        ("title: Un : deux", 1, "quotes"),
        ("title: T\ntitle: U", 2, "`title` stands already in line 1"),
        ("title: T\ntalks:\n\t- U", 3, "indent with spaces"),
        ("title: 'T\nplace: P", 2, "quotation mark"),
        ("title: T\ntalks:\n  - title: U\n   kind: break", 4, "one column"),
        ("title: &a T", 1, "starts with & stands in quotes"),
        ("title: *a", 1, "starts with * stands in quotes"),
        ("title: !a T", 1, "starts with ! stands in quotes"),
        ("title: T\n---\ntitle: U", 2, "another document"),
        ("title: T\n? [a]\n: b", 2, "one word"),
        ("title: T\nplace: a\x00b", 2, "UTF-8"),
        ("title: T\nplace: \ud800", 2, "UTF-8"),
        ("title: T\ntalks: " + "[" * 50, 2, "too deep"),
        ("", 1, "starts with `title: …`"),
        ("Bonjour", 1, "starts with `title: …`"),
        ("- a", 1, "starts with `title: …`"),
    ],
)
def test_a_file_that_is_no_yaml_is_named_with_its_line(text, line, hint):
    (complaint,), first = complaints(text)

    assert (hint in complaint, first) == (True, line)


BOMB = "a: &a [x, x]\n" + "".join(
    f"{name}: &{name} [*{before}, *{before}]\n"
    for before, name in zip("abcd", "bcde", strict=True)
)


def test_a_file_that_refers_to_itself_is_refused():
    (complaint,), _ = complaints(f"title: T\n{BOMB}")

    assert (
        complaint
        == "Line 2 cannot be read: a text that starts with & stands in quotes."
    )


def test_without_the_refusal_a_reference_would_lose_text(monkeypatch):
    monkeypatch.setattr(yaml_nodes, "_refuse_tricks", lambda event: None)

    assert read("title: T\nplace: &ici\n").place == ""


def refusal(text):
    """Why ``text`` is refused, None when it is read."""
    try:
        read_yaml(text)
    except UnreadableProgramme as error:
        return error
    return None


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    error = refusal(text)

    assert error is None or 1 <= error.facts["line"] <= len(text.splitlines()) + 1


@PATIENT
@given(programmes(), st.data())
def test_a_damaged_programme_is_read_or_refused(programme, data):
    text = write_yaml(programme)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 30)))
    instead = data.draw(st.text(max_size=5) | st.sampled_from(["\n", ": ", "- ", "{"]))

    error = refusal(text[:start] + instead + text[end:])

    assert error is None or error.detail.startswith(("Line ", "A programme starts"))
