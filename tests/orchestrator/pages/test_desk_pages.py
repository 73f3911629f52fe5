"""The first page of organisers."""

from orchestrator.inbox.model import Aside
from orchestrator.pages.desk_view import organise_page
from orchestrator.programme.model import Counts
from tests.orchestrator.pages.made_up import at, event
from tests.orchestrator.pages.shown import inside, soup, text


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
    (screen,) = page.select('a[href$="/screen"]')
    assert text(screen) == "Grand écran"
    assert rows[1] == ["10:00", "Ana Petrović", "non", "oui", "talk1"]
    assert rows[2] == ["10:15", "Bruno Delcourt", "oui", "non", "talk2"]
    assert "1 supports, 1 vidéos, 11 exposés" in text(page)


def test_organiser_sees_what_the_video_room_told_in_vain():
    aside = Aside(connection="main", error="No time.", number=3, last=at(9, 55))

    page = soup(organise_page(event(), now=at(10, 5), language="fr", aside=[aside]))
    without = soup(organise_page(event(), now=at(10, 5), language="fr"))

    section = page.select_one("#unhandled").find_parent("section")
    assert text(section.select_one("strong")) == (
        "main : 3 messages, le dernier le 28 juin 2021 à 9:55"
    )
    assert text(section.select_one("[lang=en]")) == "No time."
    assert section.form["action"] == "/e/reseaux-profonds/organise/again"
    assert without.select_one("#unhandled") is None
