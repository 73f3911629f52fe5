"""First pages of speakers and organisers."""

from orchestrator.pages.desk_view import organise_page, speaker_page
from orchestrator.programme.model import Counts
from tests.orchestrator.pages.made_up import at, event
from tests.orchestrator.pages.shown import inside, soup, text


def test_speaker_sees_when_he_is_on_here_and_where_he_is():
    page = soup(speaker_page(event(), ("talk9",), now=at(16, 12), language="fr"))

    assert text(page.select_one(".digits")) == "18:00"
    assert [text(line) for line in page.select(".facts dt, .facts dd")] == [
        "À Paris",
        "16:30 – 17:00 , lundi 28 juin 2021",
        "À Los Angeles",
        "7:30 – 8:00",
        "Session",
        "Session 2",
        "Avant vous",
        "Hugo Brandt, à 16:15",
    ]


def test_the_browser_knows_better_than_the_programme_where_the_speaker_is():
    page = soup(
        speaker_page(
            event(), ("talk9",), now=at(16, 12), language="fr", zone="Asia/Tokyo"
        )
    )

    assert "À Tokyo" in text(page.select_one(".facts"))


def test_the_talk_to_come_stands_before_the_one_that_is_done():
    page = speaker_page(event(), ("talk1", "talk7"), now=at(13), language="en")

    assert [turn.slot.who for turn in page.turns] == ["Gaëlle Ndiaye", "Ana Petrović"]


def test_the_first_of_a_session_has_nobody_before_him():
    page = soup(speaker_page(event(), ("talk7",), now=at(13), language="en"))

    assert "Nobody: you begin the session" in text(page.select_one(".facts"))


def test_a_speaker_without_a_talk_is_told_whom_to_ask():
    page = soup(speaker_page(event(), (), now=at(13), language="en"))

    assert text(page.h1) == "No talk is under your name"


def test_organiser_sees_people_remarks_and_what_is_missing():
    page = soup(
        organise_page(
            event(),
            now=at(10, 5),
            language="fr",
            counts=Counts(members=3, non_members=2),
            capacity=10,
            inside=inside(4),
            videos=frozenset({"talk1"}),
            unset=("",),
        )
    )

    assert text(page.select_one("#registered .n")) == "5 / 10 places"
    assert text(page.select_one("[data-gauge] .n")) == "4 / 600"
    assert [text(line) for line in page.select(".check strong")] == [
        "Pas encore de salle vidéo",
        "Exposé sans titre : Rémi Aubert",
        "Rémi Aubert is invited and has no talk: one to be announced was added.",
        "Elif Şahin and Elif Sahin may be one person.",
    ]
    assert "4 points" in text(page.select_one("#check").parent)
    rows = [[text(cell) for cell in row.select("td, th")] for row in page.select("tr")]
    assert [a["href"] for a in page.select('a[href*="attendance"]')] == [
        "/api/v1/events/reseaux-profonds/attendance?format=csv",
        "/e/reseaux-profonds/attendance",
        "/api/v1/events/reseaux-profonds/attendance?format=json",
    ]
    assert rows[1] == ["10:00", "Ana Petrović", "non", "oui", "talk1"]
    assert rows[2] == ["10:15", "Bruno Delcourt", "oui", "non", "talk2"]
    assert "1 supports, 1 vidéos, 11 exposés" in text(page)
