"""The room page: the way in, or why the door is closed."""

from datetime import timedelta

import pytest

from orchestrator.pages.room_view import Places, RoomState
from tests.orchestrator.pages.made_up import at, event
from tests.orchestrator.pages.shown import full, linked, queue, room, soup, text

VIDEO = "https://video.example/r"


def test_a_seat_leads_into_the_video_room_in_a_tab_of_its_own():
    page = soup(room(RoomState.HELD, at(10, 38), video=linked(VIDEO)))

    way = page.select_one(".btn.main")
    assert (way["href"], way["target"], way["rel"]) == (
        VIDEO,
        "_blank",
        ["noopener", "noreferrer"],
    )
    assert page.form["action"] == "/e/reseaux-profonds/room/leave"


def test_the_talk_that_is_on_shows_what_is_left():
    page = soup(room(RoomState.HELD, at(10, 38), video=linked(VIDEO)))

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
    page = soup(room(RoomState.HELD, at(9, 50), "en", video=linked(VIDEO)))

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
    page = soup(room(state, at(10, 38), video=linked(VIDEO), place=queue(at(10, 38))))

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


@pytest.mark.parametrize(
    ("given_back", "told"),
    [
        (timedelta(seconds=20), "votre place est rendue 20 s après sa fermeture."),
        (None, "Quitter libère votre place pour une autre personne."),
    ],
)
def test_who_is_in_is_told_what_his_seat_depends_on(given_back, told):
    held = {"video": linked(), "given_back": given_back}
    page = soup(room(RoomState.HELD, at(10, 5), **held))

    assert text(page.select_one(".way + p")).endswith(told)


@pytest.mark.parametrize(
    ("talk", "words"),
    [
        ("talk1", "Résumé :"),
        ("talk2", "Supports :"),
        ("talk11", "Page de l’exposé :"),
    ],
)
def test_an_abstract_is_promised_where_there_is_one(talk, words):
    slots = event().timetable.slots
    page = soup(
        room(RoomState.HELD, next(one.starts for one in slots if one.talk.id == talk))
    )

    assert text(page.select_one(".now-talk .row")).startswith(words)


@pytest.mark.parametrize(
    ("places", "language", "told"),
    [
        (Places(capacity=9, taken=8), "fr", ""),
        (
            Places(capacity=9, taken=6, kept=3, waiting=2),
            "fr",
            "La salle est complète : 2 personnes sont dans la file. "
            "3 places sont réservées aux intervenants.",
        ),
        (
            Places(capacity=9, taken=9, waiting=1),
            "en",
            "The room is full: 1 person is in the queue.",
        ),
    ],
)
def test_open_door_says_when_the_room_is_full(places, language, told):
    page = soup(room(RoomState.FREE, at(10, 5), language, places=places))

    assert text(page.select_one("#crowd")) == told


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (RoomState.FREE, "You have left the room; your seat is given back."),
        (RoomState.BETWEEN, "You have left the room; your seat is given back."),
        (RoomState.HELD, None),
    ],
)
def test_who_left_is_told_so_until_he_is_in_again(state, told):
    page = soup(room(state, at(10, 5), "en", done="left"))

    assert text(page.select_one("main .banner.good")) == told


def test_who_left_is_not_taken_back_by_the_page():
    page = soup(room(RoomState.FREE, at(10, 38)))

    assert "data-enter-at" not in page.form.attrs
    assert text(page.select_one(".btn.main")) == "Entrer dans la salle"


def test_who_waits_sees_his_place_and_what_the_estimate_rests_on():
    page = soup(full(at(16, 12)))

    assert text(page.h1) == "La salle est complète"
    assert text(page.select_one("#rank")) == "12 e"
    assert text(page.select_one("#estimate")) == (
        "Entrée dans 9 min environ Estimation à 16:12 : une place se libère à peu "
        "près toutes les 45 secondes."
    )
    assert [text(one) for one in page.select(".facts dt, .facts dd")] == [
        "Dans la salle",
        "600 sur 600",
        "Devant vous",
        "11 personnes",
        "Derrière vous",
        "4 personnes",
    ]
    assert "Vous êtes dans la file depuis 16:01" in text(page)
    assert "Chacun entre par ordre d’arrivée." in text(page)


def test_nothing_is_estimated_without_a_ground():
    page = soup(full(at(10, 5), "en", place=queue(at(10, 5), every=None)))

    assert "Nobody can say yet how long it takes" in text(page.select_one("#estimate"))
    assert page.select("[data-wait]") == []


@pytest.mark.parametrize(
    ("seconds", "language", "words"),
    [
        (2, "fr", "toutes les 5 secondes"),
        (44, "en", "every 45 seconds"),
        (89, "en", "every 90 seconds"),
        (100, "fr", "toutes les 2 minutes"),
    ],
)
def test_rate_is_told_as_exactly_as_it_is_known(seconds, language, words):
    page = soup(full(at(10), language, place=queue(at(10), every=seconds)))

    assert words in text(page.select_one("#estimate"))


@pytest.mark.parametrize(
    ("language", "places"),
    [
        ("fr", ["1re", "2e", "3e", "11e", "21e"]),
        ("en", ["1st", "2nd", "3rd", "11th", "21st"]),
    ],
)
def test_places_are_counted_as_the_language_does(language, places):
    told = [
        text(
            soup(full(at(10), language, place=queue(at(10), number=n))).select_one(
                "#rank"
            )
        )
        for n in (1, 2, 3, 11, 21)
    ]

    assert [one.replace(" ", "") for one in told] == places


def test_who_has_no_place_is_told_until_when_seats_are_kept():
    place = queue(at(16, 2), kept_until=at(16, 10))

    page = soup(full(at(16, 2), place=place))

    assert "Les places des inscrits leur sont gardées jusqu’à 16:10" in text(page)


def test_stream_opens_beside_the_queue_and_tells_nobody_where_from():
    page = soup(full(at(16, 12), overflow="https://tv.example/1", room="Amphi A"))

    way = page.select_one(".btn.main")
    assert (way["href"], way["target"], way["rel"]) == (
        "https://tv.example/1",
        "_blank",
        ["noopener", "noreferrer"],
    )
    assert way["data-watch"] == (
        "/api/v1/events/reseaux-profonds/seat/watch?room=Amphi+A"
    )


def test_queue_is_left_by_a_press_and_kept_without_scripts():
    page = soup(full(at(16, 12)))

    forms = {form["action"]: text(form.button) for form in page.select("main form")}
    assert forms == {
        "/e/reseaux-profonds/room": "Réessayer",
        "/e/reseaux-profonds/room/leave": "Quitter la file",
    }
    assert page.select_one("noscript form")["method"] == "post"
    assert "appuyez une fois par minute" in text(page.noscript)


@pytest.mark.parametrize(
    ("language", "line", "label"),
    [
        ("fr", "Sans script, appuyez une fois par minute :", "Je suis toujours là"),
        ("en", "Without scripts, press once a minute:", "I am still here"),
    ],
)
def test_seat_that_lapses_is_kept_without_scripts_by_a_press(language, line, label):
    kept = timedelta(seconds=20)
    page = soup(
        room(RoomState.HELD, at(10, 5), language, given_back=kept, room="Amphi A")
    )

    form = page.select_one("noscript form")
    assert (form["method"], form["action"]) == (
        "post",
        "/e/reseaux-profonds/room?room=Amphi+A",
    )
    assert text(form.button) == label
    assert text(form.p).startswith(line)


@pytest.mark.parametrize(
    ("state", "kept"),
    [(RoomState.HELD, None), (RoomState.FREE, timedelta(seconds=20))],
)
def test_no_press_is_asked_for_where_nothing_lapses(state, kept):
    page = soup(room(state, at(10, 5), given_back=kept))

    assert page.select("noscript form") == []


def test_seat_on_another_device_comes_here_by_a_press():
    page = soup(room(RoomState.ELSEWHERE, at(10, 5), "en"))

    assert text(page.h1) == "You are also in on another device"
    assert text(page.select_one(".btn.main")) == "Continue here"
    assert (page.button["name"], page.button["value"]) == ("to", "here")
    assert page.form["action"] == "/e/reseaux-profonds/room"


@pytest.mark.parametrize(
    ("state", "standing"),
    [
        (RoomState.HELD, "inside"),
        (RoomState.ELSEWHERE, "elsewhere"),
        (RoomState.FULL, "waiting"),
        (RoomState.FREE, "outside"),
        (RoomState.WITHDRAWN, "withdrawn"),
        (RoomState.BEFORE, None),
        (RoomState.OVER, None),
        (RoomState.NOBODY, None),
    ],
)
def test_page_knows_what_it_shows_and_lives_where_there_is_something_to_keep(
    state, standing
):
    page = soup(room(state, at(10, 5), here="0a1b2c3d", place=queue(at(10, 5))))

    assert page.main.get("data-standing") == standing
    assert page.main.get("data-here") == (standing and "0a1b2c3d")
    beats = "/api/v1/events/reseaux-profonds/seat/renew"
    alive = state in (RoomState.HELD, RoomState.FULL)
    assert page.main.get("data-beat") == (beats if alive else None)


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
