"""The big screen: what everybody may know, and nothing around it."""

import pytest

from orchestrator.ids import SessionId
from orchestrator.pages.session_view import NoSuchSession
from tests.orchestrator.pages.made_up import at
from tests.orchestrator.pages.on_stage import run, screen
from tests.orchestrator.pages.shown import soup, text


def test_screen_shows_who_is_on_what_is_left_and_who_is_next():
    page = soup(screen())

    assert text(page.main) == (
        "Session 1 10:38 Now Certified radii for classifiers built from optimal"
        " assignment Chiara Lodi, Institut du Fleuve 7:00 until 10:45 Next 10:45 Driss"
        " Amrani Counting regions of piecewise linear maps Message from the chair."
        " Questions are taken at the end of each talk."
    )
    assert page.select("header, footer, nav, .skip") == []


def test_screen_does_not_tell_that_a_talk_is_over_its_time():
    page = soup(screen(now=at(10, 52)))

    assert text(page.select_one(".left")) == "about to end"
    assert text(page.select_one(".afar-next .who")) == "in a moment Driss Amrani"


def test_screen_of_a_session_stays_with_it():
    before, after = (
        soup(screen(session=SessionId("session2"), now=now))
        for now in (at(10, 38), at(20))
    )

    assert (text(before.h1), text(after.h1)) == ("Session 2", "The session is over")
    assert text(before.select_one(".afar-next .who")) == "16:00 Gaëlle Ndiaye"


def test_screen_without_a_session_takes_the_one_under_way_or_next():
    shown = [screen(run(on=9), now=now).stage.session for now in (at(12, 30), at(20))]

    assert shown == ["Session 2", "Session 2"]


def test_screen_of_no_session_is_not_found():
    with pytest.raises(NoSuchSession):
        screen(session=SessionId("nowhere"))
