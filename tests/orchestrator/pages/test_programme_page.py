"""The programme says what is on, when, and who; and gives no address away."""

from dataclasses import replace

import pytest

from orchestrator.pages import programme_view
from orchestrator.pages.programme_view import programme_page
from orchestrator.pages.render import render
from orchestrator.programme.model import Counts, Person
from tests.orchestrator.pages.made_up import (
    BASE_URL,
    at,
    event,
    programme,
    talk,
    timed,
)
from tests.orchestrator.pages.shown import programme as shown
from tests.orchestrator.pages.shown import soup, text


def test_strip_tells_the_time_what_is_on_and_what_is_next():
    strip = soup(shown(at(10, 5))).select_one(".strip")

    assert text(strip.select_one(".digits")) == "10:05"
    assert text(strip.select_one("#strip-first")) == (
        "En ce moment Ana Petrović jusqu’à 10:15"
    )
    assert text(strip.select_one("#strip-second")) == (
        "Ensuite Bruno Delcourt à 10:15 , dans 10 min"
    )
    assert text(strip.select_one(".btn.main")) == "Entrer dans la salle"


def test_slots_are_marked_done_now_and_next():
    page = soup(shown(at(10, 20), "en"))

    states = [text(state) for state in page.select(".slot .state")]
    assert states == ["Done", "Now", "Next"]
    assert page.select_one("#t-talk2")["class"] == ["slot", "is-now"]


def test_before_the_day_the_strip_counts_down_and_nothing_is_marked():
    page = soup(shown(at(9, day=20)))

    assert text(page.select_one(".strip .digits")) == "8 jours"
    assert page.select(".slot .state") == []


def test_afterwards_the_strip_is_gone_and_every_talk_is_done():
    page = soup(shown(at(9, day=30)))

    assert page.select_one(".strip") is None
    assert {text(state) for state in page.select(".slot .state")} == {"Terminé"}


def test_times_of_the_reader_stand_under_those_of_the_event():
    page = soup(shown(at(10, 5), zone="America/Los_Angeles"))

    first = page.select_one("#t-talk1 .when")
    assert text(first) == "10:00 01:00 à Los Angeles"
    assert first.time["datetime"] == "2021-06-28T10:00+02:00"
    assert text(page.select_one("p.small.quiet.no-print")).startswith(
        "Heures de Paris. Sous chaque heure, la vôtre : Los Angeles, 9 h plus tôt."
    )


def test_a_reader_on_the_same_clock_sees_one_time():
    page = soup(shown(at(10, 5), zone="Europe/Madrid"))

    assert page.select(".own") == []


def test_registrations_are_counted_by_category():
    page = soup(shown(at(10, 5), counts=Counts(members=300, non_members=12)))

    assert text(page.select_one(".gauge .n")) == "312 / 600 places"
    assert [text(line) for line in page.select(".gauge .key li")] == [
        "300 membres",
        "12 non-membres",
        "288 places libres",
    ]


def test_without_counts_of_its_own_the_page_says_what_the_programme_says():
    page = soup(shown(at(10, 5)))

    assert text(page.select_one(".gauge .n")) == "544 / 600 places"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_address_of_a_person_is_published(language):
    html = render(shown(at(10, 5), language))

    assert "@" not in html.partition("<main")[2]


def test_an_address_would_be_found_if_it_were_written():
    named = programme(organisers=(Person(name="odile@i2x.example"),))

    page = programme_page(
        replace(event(), programme=named),
        now=at(10, 5),
        language="fr",
        base_url=BASE_URL,
    )

    assert "@" in render(page).partition("<main")[2]


def test_everything_the_source_told_is_kept():
    page = soup(shown(at(10, 5)))

    headings = [text(heading) for heading in page.select("main h2")]
    assert headings == [
        "Session 1",
        "Session 2",
        "Annonce",
        "Appel à contributions",
        "Accès",
        "Inscriptions",
        "Calendrier",
        "Orateurs invités",
        "Organisateurs",
        "Thèmes",
    ]
    assert "clos depuis le 31 mai 2021" in text(page)


def test_a_call_still_open_says_until_when():
    page = soup(shown(at(10, day=1)))  # the made-up deadline is the day before

    assert "clos depuis" in text(page)
    earlier = at(10, day=1).replace(month=5)
    assert "jusqu’au 31 mai 2021" in text(soup(shown(earlier)))


def test_a_talk_without_a_title_is_announced():
    page = soup(shown(at(10, 5)))

    slot = page.select_one("#t-talk11")
    assert text(slot.select_one(".title")) == "Titre à venir"
    assert text(slot.select_one(".kind")) == "Exposé invité"


def test_titles_and_texts_in_another_language_say_so():
    french, english = soup(shown(at(10, 5))), soup(shown(at(10, 5), "en"))

    assert french.select_one("#t-talk1 .title a")["lang"] == "en"
    assert "lang" not in english.select_one("#t-talk1 .title a").attrs
    assert english.select_one("h1")["lang"] == "fr"
    assert "lang" not in french.select_one("h1").attrs


def test_calendar_can_be_subscribed_to_and_copied():
    page = soup(shown(at(10, 5)))

    links = [link["href"] for link in page.select("aside .row a")]
    assert links == [
        "webcal://reunion.example/e/reseaux-profonds.ics",
        "/e/reseaux-profonds.ics",
    ]
    address = page.select_one("#calendar-address")
    assert address["value"] == f"{BASE_URL}/e/reseaux-profonds.ics"
    assert "readonly" in address.attrs


def test_each_session_leads_to_its_page():
    page = soup(shown(at(10, 5)))

    assert [link["href"] for link in page.select(".session .name a")] == [
        "/e/reseaux-profonds/s/session1",
        "/e/reseaux-profonds/s/session2",
    ]


def test_parts_of_the_programme_can_be_followed_alone():
    page = soup(shown(at(10, 5), "en"))

    parts = page.select(".excerpts + ul a")
    assert [(text(part), part["href"].partition("?")[2]) for part in parts] == [
        ("Sessions only", "kind=sessions"),
        ("Talks only", "kind=talks"),
    ]


def test_print_carries_version_and_moment():
    page = soup(shown(at(10, 5)))

    assert text(page.select_one(".print-foot")).startswith(
        "Programme, version 3, imprimé le 28 juin 2021 à 10:05. Heures de Paris."
    )


def test_several_days_have_a_heading_each_and_rooms_are_named():
    days = (
        timed(1, at(9), at(10), [(30, talk(1))], room="Amphi A"),
        timed(2, at(9), at(10), [(30, talk(2))], room="Amphi B"),
        timed(3, at(9, day=29), at(10, day=29), [(30, talk(3))], room="Amphi A"),
    )

    page = programme_page(
        event(timetable=days), now=at(9, 5), language="fr", base_url=BASE_URL
    )

    found = soup(page)
    assert [text(day) for day in found.select("h2.day")] == [
        "Lundi 28 juin 2021",
        "Mardi 29 juin 2021",
    ]
    assert text(found.select_one(".session header")) == (
        "Session 1 Amphi A, 09:00 – 10:00"
    )
    assert text(found.select_one(".lead")).startswith("28 et 29 juin 2021")


def test_slides_and_videos_are_announced_on_the_programme():
    page = soup(shown(at(9, day=30), videos=frozenset({"talk1"})))

    assert [link["href"] for link in page.select(".files a")] == [
        "/e/reseaux-profonds/t/talk1#video",
        "/e/reseaux-profonds/t/talk2#slides",
    ]


def test_a_very_long_programme_leaves_abstracts_to_the_talks(monkeypatch):
    assert len(soup(shown(at(10, 5))).select(".slot details")) == 10

    monkeypatch.setattr(programme_view, "ABSTRACTS_SHOWN", 5)

    assert soup(shown(at(10, 5))).select(".slot details") == []


def test_an_event_without_sessions_has_a_page():
    page = programme_page(
        event(timetable=()), now=at(10), language="fr", base_url=BASE_URL
    )

    assert text(soup(page).select_one("h1")) == "Réseaux profonds, preuves courtes"
    assert text(soup(page).select_one(".lead time")) == "Lundi 28 juin 2021"
