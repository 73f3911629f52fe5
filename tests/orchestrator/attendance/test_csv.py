"""Attendance as lists: who, when, how long, and no cell that is a formula."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.access.model import Grant, Role
from orchestrator.attendance.csv_out import write_csv, write_sheet
from orchestrator.attendance.figures import measure, of_event, of_person
from orchestrator.attendance.model import Interval, Presence
from orchestrator.registration import csv_out as guarding
from orchestrator.registration.csv_in import read_csv
from orchestrator.registration.model import Registrant
from tests.orchestrator.attendance.made import ADA, EMMY, GRACE, HALL, minute, room
from tests.orchestrator.registration.meeting import EVENT, NINE, meeting

HALF = timedelta(seconds=30)
ADA_L = Registrant(
    id=ADA,
    event=EVENT,
    name="Zoé Ada",
    registered=NINE,
    email="ada@lac.example",
    affiliation="Lab A",
    member=True,
    grants=(Grant(Role.CHAIR), Grant(Role.SPEAKER)),
)
GRACE_H = Registrant(id=GRACE, event=EVENT, name="Grace", registered=NINE, member=False)
EMMY_N = Registrant(id=EMMY, event=EVENT, name="Emmy", registered=NINE)
THERE = {
    ADA: Presence(rooms={HALL: (Interval(minute(0), minute(20) + HALF),)}, overflow={}),
    GRACE: Presence(
        rooms={HALL: (Interval(minute(350), minute(430)),)},
        overflow={HALL: (Interval(minute(0), minute(10)),)},
    ),
}


def lines(write, *people, event=None, language="en"):
    """The cells that ``write`` makes of ``people``, the titles first."""
    event = event or meeting()
    by = measure(event, [room()])
    figures = of_event((of_person(one.id, THERE.get(one.id), by) for one in people), by)
    return list(csv.reader(io.StringIO(write(event, people, figures, language))))


def table(text):
    """The cells of ``text``: a line each, apart by bars."""
    return [
        [cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()
    ]


def test_a_line_for_each_person_with_whole_minutes():
    title, *rows = lines(write_csv, ADA_L, GRACE_H, EMMY_N)

    assert title == (
        [
            "name",
            "email",
            "affiliation",
            "member",
            "role",
            "minutes",
            "talks",
            "overflow",
            "estimated",
            "2026-03-02 morning",
            "2026-03-02 afternoon",
            "On tides",
            "On dunes",
        ]
    )
    assert rows == table(
        """
        Zoé Ada|ada@lac.example|Lab A|yes|chair|20|1|0|no|20|0|20|0
        Grace|||no|registrant|70|0|10|no|0|70|0|0
        Emmy||||registrant|0|0|0|no|0|0|0|0
        """
    )


def test_the_sheet_has_everybody_in_each_half_day_with_local_times():
    event = meeting()
    paris = replace(event, programme=replace(event.programme, zone="Europe/Paris"))

    title, *rows = lines(write_sheet, ADA_L, GRACE_H, event=paris)

    assert title == [
        "day",
        "half",
        "name",
        "email",
        "affiliation",
        "member",
        "role",
        "arrives",
        "leaves",
        "minutes",
        "estimated",
    ]
    assert [[*row[:3], *row[7:]] for row in rows] == table(
        """
        2026-03-02|morning|Grace|||0|no
        2026-03-02|morning|Zoé Ada|10:00|10:20|20|no
        2026-03-02|afternoon|Grace|15:50|17:00|70|no
        2026-03-02|afternoon|Zoé Ada|||0|no
        """
    )


def test_the_sheet_in_french():
    title, *rows = lines(write_sheet, ADA_L, GRACE_H, language="fr")

    assert title == [
        "jour",
        "demi-journée",
        "nom",
        "courriel",
        "affiliation",
        "membre",
        "rôle",
        "arrivée",
        "départ",
        "minutes",
        "estimé",
    ]
    assert rows == table(
        """
        2026-03-02|matin|Grace|||non|inscrit|||0|non
        2026-03-02|matin|Zoé Ada|ada@lac.example|Lab A|oui|président|09:00|09:20|20|non
        2026-03-02|après-midi|Grace|||non|inscrit|14:50|16:00|70|non
        2026-03-02|après-midi|Zoé Ada|ada@lac.example|Lab A|oui|président|||0|non
        """
    )


def test_the_list_in_french_names_the_half_days_and_keeps_the_talks():
    title, row = lines(write_csv, ADA_L, language="fr-FR")

    halves = ["2026-03-02 matin", "2026-03-02 après-midi"]
    assert title[-4:] == [*halves, "On tides", "On dunes"]
    assert (row[4], row[8]) == ("président", "non")


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("write", [write_csv, write_sheet])
def test_lists_can_be_read_as_one_of_registrants(write, language):
    event = meeting()
    by = measure(event, [room()])
    people = (ADA_L, GRACE_H, EMMY_N)
    figures = of_event((of_person(one.id, None, by) for one in people), by)

    sheet = read_csv(write(event, people, figures, language).encode())

    told = {(one.name, one.email, one.affiliation, one.member) for one in sheet.lines}
    assert sheet.bad == ()
    assert told == {(p.name, p.email, p.affiliation, p.member) for p in people}
    assert {one.name: one.roles for one in sheet.lines}["Zoé Ada"] == (Role.CHAIR,)


LEADERS = st.text("\ufeff\u00a0\t\r\n \u200b\u2060\u202e\u3000\u00ad", max_size=4)
FORMULAS = st.sampled_from(["=1+1", "+1", "-1", "@SUM(A1)", "\uff1d1", "|cmd", "%0A=1"])


@pytest.mark.parametrize("write", [write_csv, write_sheet])
@given(leader=LEADERS, formula=FORMULAS)
def test_no_cell_is_a_formula_whatever_stands_before_it(write, leader, formula):
    nasty = leader + formula

    cells = cells_of(write, nasty)

    assert nasty not in cells
    assert cells.count(f"'{nasty}") >= 2


def cells_of(write, text):
    """All cells of a list in which a name and an affiliation are ``text``."""
    one = replace(ADA_L, name=text, affiliation=text)
    return [cell for line in lines(write, one) for cell in line]


def test_without_the_guard_a_formula_would_go_out(monkeypatch):
    monkeypatch.setattr(guarding, "guarded", lambda cell: cell)

    assert "\ufeff=1+1" in cells_of(write_csv, "\ufeff=1+1")


def test_titles_of_talks_are_guarded_too():
    event = meeting()
    timed = event.timetable.sessions
    slot = timed[0].slots[0]
    evil = replace(slot, talk=replace(slot.talk, title="=HYPERLINK(1)"))
    first = replace(timed[0], slots=(evil, *timed[0].slots[1:]))
    event = replace(
        event, timetable=replace(event.timetable, sessions=(first, *timed[1:]))
    )

    assert "'=HYPERLINK(1)" in lines(write_csv, ADA_L, event=event)[0]
