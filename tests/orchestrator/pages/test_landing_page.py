"""The page of a personal link: one thing to know, one thing to do."""

from dataclasses import replace
from datetime import timedelta

import pytest

from orchestrator.pages.join_view import landing_page, landing_parts
from orchestrator.pages.render import render
from tests.orchestrator.pages.made_up import at, event, sessions
from tests.orchestrator.pages.shown import landing, soup, text


def test_before_opening_the_page_counts_down_and_the_button_works():
    page = soup(landing(at(9, 31, second=40)))

    assert text(page.h1) == "Votre place est gardée"
    assert text(page.select_one(".hero .label")) == "La salle ouvre à 9:45 , dans"
    assert text(page.select_one(".hero .digits")) == "13:20"
    assert text(page.select_one(".hero .btn.main")) == "Entrer dès l’ouverture"
    assert (page.form["method"], page.form["action"]) == ("post", "/j/abc")


@pytest.mark.parametrize(
    ("now", "title", "button"),
    [
        (at(10, 5), "Your seat is kept", "Enter the room"),
        (at(13), "Your seat is kept", "Enter as soon as it opens"),
        (at(9, day=29), "The meeting is over", "See the programme"),
    ],
)
def test_state_of_the_doors_decides_the_button(now, title, button):
    page = soup(landing(now, "en"))

    assert text(page.h1) == title
    assert text(page.select_one(".hero .btn.main")) == button


def test_between_sessions_the_link_stays_good():
    page = soup(landing(at(13)))

    assert text(page.select_one(".act .small")) == (
        "La session est finie. La suivante commence à 16:00 . Votre lien reste bon."
    )


def test_session_with_doors_of_its_own_tells_them():
    early = own_doors(opens_before=timedelta(minutes=60))
    page = soup(landing_page(early, name="", action="", now=at(13), language="fr"))

    assert text(page.select_one(".hero .label")) == "La salle ouvre à 15:00 , dans"
    assert text(page.select_one(".hero .digits")) == "2:00:00"
    assert text(page.select_one(".act .small")) == (
        "La session est finie. La suivante commence à 16:00 . Votre lien reste bon."
    )


def own_doors(**doors):
    """The made-up day, its second session with these doors."""
    first, second = sessions()
    second = replace(second, session=replace(second.session, **doors))
    return event(timetable=(first, second))


def test_days_before_the_wait_is_in_days():
    page = soup(landing(at(9, day=25)))

    assert text(page.select_one(".hero .digits")) == "3 jours"
    assert text(page.select_one(".hero .label")) == (
        "La salle ouvre lundi 28 juin à 9:45 , dans"
    )


def test_opening_of_the_next_morning_is_told_with_its_day():
    page = soup(landing(at(23, day=27)))

    assert text(page.select_one(".hero .digits")) == "10:45:00"
    assert text(page.select_one(".hero .label")) == (
        "La salle ouvre lundi 28 juin à 9:45 , dans"
    )


def test_sessions_are_told_in_whole_sentences():
    page = soup(landing(at(9, 31)))

    assert text(page.select_one(".agenda li > span + span")) == (
        "Session 1, 6 exposés. Ana Petrović commence."
    )


@pytest.mark.parametrize(
    ("now", "title"),
    [
        (at(9, 31), "Les organisateurs vous ont retiré l’accès à cette salle"),
        (at(10, 5), "Les organisateurs vous ont retiré l’accès à cette salle"),
        (at(19), "La réunion est finie"),
    ],
)
def test_who_was_sent_out_is_told_so_and_offered_no_seat(now, title):
    page = soup(landing(now, withdrawn=True))

    assert text(page.h1) == title
    assert page.select(".hero form") == []
    assert "place est gardée" not in text(page)


def test_a_reader_elsewhere_sees_his_own_time():
    page = soup(landing(at(9, 31), zone="Africa/Dakar"))

    assert text(page.select_one(".hero .figure .quiet")) == "7:45 à Dakar"
    assert text(page.select_one(".agenda .own")) == "08:00 – 10:00 à Dakar"


@pytest.mark.parametrize("role", ["chair", "speaker", "organiser"])
def test_staff_may_go_to_their_own_page(role):
    page = soup(landing(at(10, 5), roles=(role,)))

    second = page.select_one('button[name="to"]')
    assert (second["value"], second["type"]) == (role, "submit")


def test_registrants_enter_or_go_to_their_calendar():
    page = soup(landing(at(10, 5), roles=("registrant",)))

    assert [(text(one), one.get("value")) for one in page.select("button")] == [
        ("Entrer dans la salle", None),
        ("Ajouter à mon agenda", "me"),
    ]


def test_meeting_that_is_over_is_added_to_no_calendar():
    page = soup(landing(at(9, day=29)))

    assert page.select("button") == []


def test_standby_is_told_that_there_may_be_no_seat():
    page = soup(landing(at(9, 31), "en", standby=True))

    assert text(page.h1) == "You are on the waiting list"
    assert "You can enter if a seat is free." in text(page)


@pytest.mark.parametrize(
    ("now", "role", "standby"),
    [(at(9, 31), "", False), (at(10, 5), "chair", True), (at(9, day=29), "", False)],
)
def test_parts_join_to_the_page_of_a_person(now, role, standby):
    options = {"now": now, "language": "fr", "roles": (role,), "standby": standby}
    parts = landing_parts(event(), **options)

    joined = parts.page(name="Ana <b>Petrović</b>", action='/j/"abc')

    page = landing(now, name="Ana <b>Petrović</b>", action='/j/"abc', roles=(role,), standby=standby)  # fmt: skip
    assert joined.decode() == render(page)
    assert b"<b>" not in joined


def test_nothing_on_the_page_is_sent_without_a_press():
    html = render(landing(at(9, 31)))

    assert "data-enter-at" not in html
