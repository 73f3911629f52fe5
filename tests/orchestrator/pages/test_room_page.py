"""The room page: the way in, or why the door is closed."""

import pytest

from orchestrator.pages.room_view import Places, RoomState
from tests.orchestrator.pages.made_up import at
from tests.orchestrator.pages.shown import room, soup, text

VIDEO = "https://video.example/r"


def test_a_seat_leads_into_the_video_room_in_a_tab_of_its_own():
    page = soup(room(RoomState.HELD, at(10, 38), video=VIDEO))

    way = page.select_one(".btn.main")
    assert (way["href"], way["target"], way["rel"]) == (
        VIDEO,
        "_blank",
        ["noopener", "noreferrer"],
    )
    assert page.form["action"] == "/e/reseaux-profonds/room/leave"


def test_the_talk_that_is_on_shows_what_is_left():
    page = soup(room(RoomState.HELD, at(10, 38), video=VIDEO))

    assert text(page.select_one(".clock-line")) == "En ce moment Encore 7 min"
    assert page.select_one(".bar rect")["width"] == str(8 * 60)
    assert text(page.h1).startswith("Certified radii")
    assert "Exposé 3 sur 6" in text(page.select_one("#on"))
    assert [text(name) for name in page.select(".order b")] == [
        "Driss Amrani",
        "Elif Şahin",
        "Fabien Roche",
        "Discussion",
        "Gaëlle Ndiaye",
    ]


def test_before_the_first_talk_the_room_says_who_begins():
    page = soup(room(RoomState.HELD, at(9, 50), "en", video=VIDEO))

    assert text(page.h1) == "At 10:00 , Ana Petrović"


def test_a_room_without_a_provider_keeps_the_seat():
    page = soup(room(RoomState.HELD, at(10, 38)))

    assert page.select_one(".btn.main") is None
    assert "La salle vidéo n’est pas encore reliée. Votre place est gardée." in text(
        page
    )


@pytest.mark.parametrize(
    "state", [state for state in RoomState if state is not RoomState.HELD]
)
def test_the_video_room_is_shown_to_the_holder_of_a_seat_only(state):
    page = soup(room(state, at(10, 38), video=VIDEO))

    assert VIDEO not in str(page)


@pytest.mark.parametrize(
    ("state", "now", "opens"),
    [
        (RoomState.BEFORE, at(9, 31), "2021-06-28T07:45:00Z"),
        (RoomState.BETWEEN, at(13), "2021-06-28T13:45:00Z"),
    ],
)
def test_who_waits_at_a_closed_door_is_let_in_when_it_opens(state, now, opens):
    page = soup(room(state, now))

    assert page.form["data-enter-at"] == opens
    assert page.form["action"] == "/e/reseaux-profonds/room"
    assert page.html["data-state"] == state.value


def test_who_left_is_not_taken_back_by_the_page():
    page = soup(room(RoomState.FREE, at(10, 38)))

    assert "data-enter-at" not in page.form.attrs
    assert text(page.select_one(".btn.main")) == "Entrer dans la salle"


def test_a_full_room_says_so_and_lets_one_try_again():
    places = Places(capacity=600, taken=600)

    page = soup(room(RoomState.FULL, at(10, 5), places=places))

    assert text(page.h1) == "La salle est complète"
    assert text(page.select_one(".figure")) == "Places prises, sur 600 600"
    assert text(page.select_one(".btn.main")) == "Réessayer"


def test_an_unknown_browser_is_asked_for_the_personal_link():
    page = soup(room(RoomState.NOBODY, at(10, 5), name=""))

    assert text(page.h1) == "Ouvrez votre lien personnel"
    assert page.form is None


def test_several_rooms_lead_to_each_other():
    page = soup(
        room(RoomState.FREE, at(10, 5), room="Amphi A", other_rooms=("Amphi B",))
    )

    assert page.form["action"] == "/e/reseaux-profonds/room?room=Amphi+A"
    other = page.select_one('a[href="/e/reseaux-profonds/room?room=Amphi+B"]')
    assert text(other) == "Amphi B"


def test_staff_find_their_pages_in_the_room():
    page = soup(room(RoomState.HELD, at(10, 5), desks=("chair", "organiser")))

    links = [link["href"] for link in page.select('section[aria-labelledby="desks"] a')]
    assert links == [
        "/e/reseaux-profonds/me",
        "/e/reseaux-profonds/chair",
        "/e/reseaux-profonds/organise",
    ]
