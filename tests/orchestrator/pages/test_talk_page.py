"""A talk's page, before, during and afterwards."""

import pytest

from orchestrator.archive.model import AttachmentKind, Material
from orchestrator.pages.talk_view import NoSuchTalk, is_web, size_words
from tests.orchestrator.pages.made_up import BASE_URL, at
from tests.orchestrator.pages.shown import FILM, SLIDES, soup, text
from tests.orchestrator.pages.shown import talk as shown


def test_talk_tells_who_when_and_what_to_read():
    page = soup(shown("talk3", at(10, 5), zone="Africa/Dakar"))

    assert text(page.select_one("main .lead")) == "Chiara Lodi, Institut du Fleuve"
    assert text(page.select_one("#state")) == (
        "Prévu Lundi 28 juin 2021, 10:30 – 10:45 . Heures de Paris. 8:30 – 8:45 à Dakar"
    )
    assert [(link["href"], text(link)) for link in page.select("main li a")][:2] == [
        ("https://papers.example/abs/2012.1", "papers.example/abs/2012.1"),
        ("https://books.example/b", "A book"),
    ]
    assert "Nour Haddad, Théo Lin" in text(page.select_one("aside"))


def test_neighbours_are_those_of_the_session():
    page = soup(shown("talk3", at(10, 5)))
    last = soup(shown("talk6", at(10, 5)))

    assert neighbours(page) == ["Bruno Delcourt avant", "Driss Amrani après"]
    assert neighbours(last) == ["Elif Şahin avant"]


def neighbours(page):
    return [text(line) for line in page.select("aside section:last-child .near li")]


def test_talk_leads_back_to_its_session_and_has_a_calendar_of_its_own():
    page = soup(shown("talk3", at(10, 5)))

    assert [a["href"] for a in page.select(".crumb a")] == [
        "/e/reseaux-profonds",
        "/e/reseaux-profonds/s/session1",
    ]
    assert page.select_one("#calendar-address")["value"] == (
        f"{BASE_URL}/e/reseaux-profonds/t/talk3.ics"
    )


def test_a_talk_that_is_on_offers_the_room():
    on, done = soup(shown("talk1", at(10, 5))), soup(shown("talk1", at(11)))

    assert text(on.select_one("#enter")) == "Entrer dans la salle"
    assert text(done.select_one("#enter")) == ""


def test_a_film_plays_in_the_page_and_slides_are_a_button():
    page = soup(shown("talk3", at(13), materials=(SLIDES, FILM)))

    video = page.select_one("video")
    assert (video["preload"], "controls" in video.attrs) == ("none", True)
    assert video.source["src"] == FILM.href
    assert text(page.select_one(".film .quiet")) == "MP4, 148 Mo. Sans sous-titres."
    assert text(page.select_one("#slides")) == "Télécharger les supports PDF, 2,4 Mo"


def test_a_film_elsewhere_is_a_link():
    elsewhere = Material(
        kind=AttachmentKind.VIDEO, href="https://films.example/7", external=True
    )

    page = soup(shown("talk3", at(13), materials=(elsewhere,)))

    assert page.select_one("video") is None
    assert text(page.select_one("#video")) == "Voir la vidéo films.example"


def test_an_address_that_is_code_is_not_linked():
    hostile = Material(
        kind=AttachmentKind.SLIDES, href="javascript:alert(1)", external=True
    )

    page = shown("talk3", at(13), materials=(hostile,))

    assert page.slides is None


def test_without_the_guard_code_would_be_linked(monkeypatch):
    monkeypatch.setattr("orchestrator.pages.talk_view.is_web", lambda url: True)
    hostile = Material(
        kind=AttachmentKind.SLIDES, href="javascript:alert(1)", external=True
    )

    page = shown("talk3", at(13), materials=(hostile,))

    assert page.slides.url == "javascript:alert(1)"


@pytest.mark.parametrize(
    ("url", "web"),
    [("https://x.example", True), ("http://x.example", True), ("data:x", False)],
)
def test_only_the_web_is_linked(url, web):
    assert is_web(url) is web


@pytest.mark.parametrize("name", ["nothing", "discussion1"])
def test_what_is_no_talk_has_no_page(name):
    with pytest.raises(NoSuchTalk):
        shown(name, at(10))


@pytest.mark.parametrize(
    ("size", "french", "english"),
    [
        (730_000, "730 ko", "730 kB"),
        (2_412_000, "2,4 Mo", "2.4 MB"),
        (148_000_000, "148 Mo", "148 MB"),
        (3_250_000_000, "3,2 Go", "3.2 GB"),
    ],
)
def test_sizes_are_in_the_words_of_the_language(size, french, english):
    said = [size_words(size, language) for language in ("fr", "en")]

    assert [one.replace("\u00a0", " ") for one in said] == [french, english]
