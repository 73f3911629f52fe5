"""Everybody registered, where each is, and who may send whom out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.access.model import Grant, Role
from orchestrator.pages.people_view import PER_PAGE, may_send_out
from tests.orchestrator.pages.made_up import at
from tests.orchestrator.pages.shown import (
    PEOPLE,
    out,
    people,
    registrant,
    somebody,
    soup,
    text,
)

TEN = at(10, 5)
CHAIR = somebody(Grant(Role.CHAIR, session="session2"))
BASE = "/e/reseaux-profonds/people"


def rows(page):
    return [
        [text(cell) for cell in row.select("th, td")[:5]]
        for row in soup(page).select("tbody tr")
    ]


def test_everybody_stands_by_name_with_category_place_and_whereabouts():
    assert rows(people(TEN)) == [
        [
            "Ana Petrović",
            "Laboratoire Lanterne",
            "membre",
            "intervenant",
            "lien non ouvert",
        ],
        [
            "Camille Dupré",
            "Laboratoire Lanterne",
            "membre",
            "confirmée",
            "dans la salle depuis 9:58",
        ],
        [
            "Chloé Ramin",
            "Laboratoire Lanterne",
            "membre",
            "présidence",
            "lien non ouvert",
        ],
        ["Inès Ravel", "LTCI", "non-membre", "confirmée", "pas là"],
        [
            "Julien Morel",
            "Laboratoire Lanterne",
            "–",
            "liste d’attente",
            "dans la file, 1 re",
        ],
        [
            "Nadia Ferrand",
            "Laboratoire Lanterne",
            "membre",
            "confirmée",
            "lien non ouvert",
        ],
        [
            "Odile Vautrin",
            "Laboratoire Lanterne",
            "membre",
            "organisation",
            "lien non ouvert",
        ],
        ["Paul Vasseur", "–", "membre", "confirmée", "accès retiré"],
    ]


def test_room_is_named_where_there_are_several():
    page = people(TEN, rooms={"hall": "Amphi A"}, looked_for="camille")

    assert rows(page)[0][4] == "Amphi A, dans la salle depuis 9:58"


@pytest.mark.parametrize(
    ("looked_for", "found"),
    [
        ("ravel", ["Inès Ravel"]),
        ("INES rav", ["Inès Ravel"]),
        ("ltci", ["Inès Ravel"]),
        ("lanterne petro", ["Ana Petrović"]),
        ("avel", []),
        ("  ", [one.name for one in sorted(PEOPLE, key=lambda one: one.name)]),
    ],
)
def test_words_of_a_name_or_an_affiliation_are_looked_for(looked_for, found):
    assert [line.name for line in people(TEN, looked_for=looked_for).lines] == found


@given(st.integers(0, 170), st.integers(1, 9))
def test_pages_of_the_list_hold_everybody_once(size, asked):
    among = [registrant(f"r{n}", f"Nom {n:03}") for n in range(size)]
    pages = [people(TEN, among=among, page=n) for n in range(1, size // PER_PAGE + 2)]
    one = people(TEN, among=among, page=asked)

    shown = {line.name for page in pages for line in page.lines}
    assert shown == {one.name for one in among}
    assert len(one.lines) == (one.last - one.first + 1 if size else 0) <= PER_PAGE
    assert (one.further == "") is (one.last == size)
    assert (one.former == "") is (one.first <= 1)


def test_pages_beside_keep_what_is_looked_for():
    among = [registrant(f"r{n}", f"Éva {n}") for n in range(120)]

    page = soup(people(TEN, among=among, looked_for="eva", page=2))

    assert [link["href"] for link in page.select("nav.row a")] == [
        f"{BASE}?q=eva&page=1",
        f"{BASE}?q=eva&page=3",
    ]


def test_who_is_here_can_be_sent_out_and_who_was_can_be_let_back():
    page = soup(people(TEN))

    out = {link["href"]: link["class"] for link in page.select(".act a")}
    assert out == {
        f"{BASE}/ines/out": ["btn", "plain"],
        f"{BASE}/julien/out": ["btn", "danger"],
    }
    assert [form["action"] for form in page.select(".act form")] == [
        f"{BASE}/paul/back"
    ]
    assert text(page.select_one(".act a")) == "Faire sortir : Inès Ravel"


@pytest.mark.parametrize(
    ("by", "other", "may"),
    [
        ([Role.ORGANISER], [], True),
        ([Role.ORGANISER], [Role.ORGANISER], True),
        ([Role.CHAIR], [], True),
        ([Role.CHAIR], [Role.CHAIR, Role.SPEAKER], True),
        ([Role.CHAIR], [Role.ORGANISER, Role.CHAIR], False),
    ],
)
def test_chair_cannot_send_an_organiser_out(by, other, may):
    who = somebody(*map(Grant, by))

    one = registrant("other", "Somebody", grants=tuple(map(Grant, other)))

    assert may_send_out(who, one) is may


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.CHAIR])
def test_nobody_sends_himself_out(role):
    grants = (Grant(role),)

    himself = registrant("registrant1", "Camille Dupré", grants=grants)

    assert may_send_out(somebody(*grants), himself) is False


def test_chair_is_not_led_to_the_organisers_page():
    page = soup(people(TEN, by=CHAIR))

    assert [a["href"] for a in page.select("main > p a")] == [
        "/e/reseaux-profonds/chair"
    ]


def test_what_will_happen_is_said_before_the_press():
    page = soup(out(TEN))

    assert text(page.h1) == "Faire sortir Camille Dupré ?"
    assert (page.form["method"], page.form["action"]) == (
        "post",
        f"{BASE}/registrant1/out",
    )
    assert page.select_one(".act a")["href"] == BASE
