"""Somebody's own page: his parts in the meeting, his calendar and its choices."""

import pytest

from orchestrator.access.feed_keys.model import Per
from orchestrator.access.model import Grant, Role
from orchestrator.pages.me_view import me_page, renew_page
from tests.orchestrator.pages.made_up import BASE_URL, at, event, talk, timed
from tests.orchestrator.pages.shown import calendar, me, somebody, soup, text


def lines(page, part):
    """Title and address of each line under the heading of that id."""
    return [
        (text(line.a), line.a["href"])
        for line in page.select(f"[aria-labelledby={part}] .agenda li")
    ]


def test_registrant_finds_his_sessions_and_no_part():
    page = soup(me(at(9)))

    assert (text(page.select_one(".lead")), text(page.h1)) == (
        "Camille Dupré",
        "Mon espace",
    )
    assert lines(page, "registered") == [
        ("Session 1", "/e/reseaux-profonds/s/session1"),
        ("Session 2", "/e/reseaux-profonds/s/session2"),
    ]
    assert [lines(page, part) for part in ("chairing", "speaking")] == [[], []]
    assert text(page.select_one("aside .seat")) == "Votre place est gardée"


def test_person_on_the_waiting_list_is_told_so():
    page = soup(me(at(9), "en", who=somebody(standby=True)))

    assert "You are on the waiting list" in text(page.aside)
    assert page.select("aside .seat") == []


def test_chair_and_speaker_find_their_parts_and_their_pages():
    who = somebody(
        Grant(Role.CHAIR, session="session2"), Grant(Role.SPEAKER, talk="talk9")
    )

    page = soup(me(at(9), "en", who=who, zone="America/Los_Angeles"))

    assert lines(page, "chairing") == [("Session 2", "/e/reseaux-profonds/s/session2")]
    assert lines(page, "speaking") == [
        ("Two descents, one curve", "/e/reseaux-profonds/t/talk9")
    ]
    assert text(page.select_one("[aria-labelledby=speaking] li span")) == (
        "16:30 – 17:00 07:30 – 08:00 in Los Angeles"
    )
    assert [link["href"] for link in page.select("aside .block:last-child a")] == [
        "/e/reseaux-profonds/chair",
        "/e/reseaux-profonds/speaker",
    ]


@pytest.mark.parametrize(
    ("grant", "chaired"),
    [(Grant(Role.CHAIR), 2), (Grant(Role.ORGANISER), 0), (Grant(Role.SPEAKER), 0)],
)
def test_organiser_does_not_chair_what_he_only_may(grant, chaired):
    assert len(me(at(9), who=somebody(grant)).chairs) == chaired


def test_several_days_are_named():
    made = (
        timed(1, at(9), at(10), [(30, talk(1))]),
        timed(2, at(9, day=29), at(10, day=29), [(30, talk(2))]),
    )
    who = somebody(Grant(Role.SPEAKER, talk="talk2"))

    page = me_page(event(timetable=made), who, now=at(8), language="en")

    assert [line.day for line in page.talks] == ["Tuesday 29 June"]


def test_without_a_calendar_one_button_makes_it():
    page = soup(me(at(9)))

    assert [form["action"] for form in page.select("form")] == [
        "/e/reseaux-profonds/me/calendar"
    ]
    assert [(text(one), one["value"]) for one in page.select("button")] == [
        ("Créer mon calendrier", "make")
    ]


def test_calendar_shows_its_address_and_what_was_chosen():
    own = calendar(per=Per.TALK, alarm=60, with_link=True)

    page = soup(me(at(9), calendar=own))

    address = f"{BASE_URL}/c/{'k' * 32}.ics"
    assert page.select_one("#calendar-address")["value"] == address
    assert page.select_one(".btn.main")["href"] == address.replace("https", "webcal")
    assert [(one["name"], one["value"]) for one in page.select("[checked]")] == [
        ("per", "talk"),
        ("alarm", "60"),
        ("link", "1"),
    ]
    assert "abonnez-vous à l’un des deux, pas aux deux" in text(page.main)


def test_reminders_are_those_that_calendars_have():
    page = soup(me(at(9), "en", calendar=calendar()))

    choices = page.select(".choice:has([name=alarm])")
    assert [text(one) for one in choices] == ["none", "10 min before", "1 h before"]


def test_personal_link_in_the_calendar_comes_with_a_warning():
    page = soup(me(at(9), calendar=calendar()))

    assert text(page.select_one(".choice.tall .hint")) == (
        "Utile sur un appareil où vous n’avez jamais ouvert votre lien. "
        "Attention : qui lit votre agenda pourra entrer à votre place."
    )


def test_address_that_nobody_knows_any_more_can_only_be_changed():
    page = soup(me(at(9), "en", calendar=calendar(key="")))

    assert "is no longer known here" in text(page.main)
    assert page.select("#calendar-address, .btn.main") == []
    assert page.select_one('a[href$="/me/renew"]') is not None
    assert page.select_one("form [name=alarm]") is not None


@pytest.mark.parametrize(
    ("done", "said"),
    [("make", "Your calendar is ready."), ("choose", "Saved."), ("drop", None)],
)
def test_page_confirms_what_was_done_and_nothing_else(done, said):
    page = soup(me(at(9), "en", calendar=calendar(), done=done))

    banner = text(page.select_one(".banner"))
    assert banner is None if said is None else banner.startswith(said)


def test_changing_the_address_says_what_will_happen_first():
    page = soup(renew_page(event(), now=at(9), language="en"))

    assert "stops working at once" in text(page.main)
    button = page.select_one("form button")
    assert (button["value"], button["class"]) == ("renew", ["btn", "danger"])
    assert page.form["action"] == "/e/reseaux-profonds/me/calendar"


def test_key_is_not_in_what_is_logged():
    assert "k" * 32 not in repr(calendar())


@pytest.mark.promise("once")
def test_page_says_to_follow_one_of_the_two_calendars():
    """Their entries are the same, so a client that has both shows each twice."""
    page = soup(me(at(9), "en", calendar=calendar()))

    assert "subscribe to one of the two, not to both" in text(page.main)
