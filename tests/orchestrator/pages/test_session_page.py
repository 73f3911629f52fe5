"""A session's page: when, who chairs, what is said, and what lies around it."""

from dataclasses import replace

import pytest

from orchestrator.pages.session_view import (
    NoSuchSession,
    SessionWithdrawn,
    session_page,
)
from orchestrator.programme.model import Person
from tests.orchestrator.pages.made_up import BASE_URL, at, event, sessions, talk, timed
from tests.orchestrator.pages.shown import programme, soup, text
from tests.orchestrator.pages.shown import session as shown


def of(made, name="session1", now=None, language="fr"):
    return session_page(
        made, name, now=now or at(10, 5), language=language, base_url=BASE_URL
    )


def test_session_tells_when_where_and_who_chairs():
    chair = Person(name="Odile Vautrin", affiliation="I2X")
    made = event(
        timetable=(
            timed(1, at(10), at(12), [(15, talk(1))], room="Amphi A", chairs=(chair,)),
        )
    )

    page = soup(of(made, language="en"))

    assert text(page.select_one("main .lead")) == "Chair: Odile Vautrin, I2X"
    assert text(page.select_one("#state")) == (
        "Now Amphi A Monday 28 June 2021, 10:00 – 12:00 . Paris time."
    )


def test_own_time_stands_beside():
    page = soup(shown("session1", at(10, 5), zone="Africa/Dakar"))

    assert "8:00 – 10:00 à Dakar" in text(page.select_one("#state"))
    assert text(page.select_one("#t-talk1 .own")) == "08:00 à Dakar"


def test_slots_are_those_of_the_programme_page():
    here = soup(shown("session2", at(16, 5))).select(".slot")
    there = soup(programme(at(16, 5))).select("[aria-labelledby=s2] .slot")

    assert [slot["id"] for slot in here] == [slot["id"] for slot in there]
    assert [text(slot) for slot in here] == [text(slot) for slot in there]


@pytest.mark.parametrize(
    ("now", "state", "enter"),
    [
        (at(9, 50), "Prévu", ""),
        (at(11, 59), "En ce moment", "Entrer dans la salle"),
        (at(12), "Terminé", ""),
    ],
)
def test_session_that_is_on_offers_the_room(now, state, enter):
    page = soup(shown("session1", now))

    assert text(page.select_one("#state .state")) == state
    assert text(page.select_one("#enter")) == enter


def test_room_offered_is_that_of_the_session():
    made = event(timetable=(timed(1, at(10), at(12), [(15, talk(1))], room="Amphi A"),))

    assert of(made).room == "/e/reseaux-profonds/room?session=session1"
    assert shown("session1", at(10, 5)).room == "/e/reseaux-profonds/room"


def test_page_changes_with_the_talks_and_with_its_own_window():
    assert shown("session1", at(10, 5)).frame.changes == at(10, 15)
    alone = timed(1, at(10), at(12), [(15, talk(1))])
    assert of(event(timetable=(alone,)), now=at(10, 30)).frame.changes == at(12)
    assert of(event(timetable=(alone,)), now=at(13)).frame.changes is None


def test_neighbours_are_the_sessions_before_and_after():
    first, second = (soup(shown(f"session{n}", at(10, 5))) for n in (1, 2))

    found = [
        [text(line) for line in page.select("aside section:last-child .near li")]
        for page in (first, second)
    ]
    assert found == [["Session 2 après"], ["Session 1 avant"]]
    assert first.select_one(".crumb a")["href"] == "/e/reseaux-profonds#s1"


def test_only_session_has_no_neighbour():
    page = of(event(timetable=sessions()[:1]))

    assert (page.before, page.after) == (None, None)


def test_calendar_is_the_session_with_its_talks():
    page = shown("session2", at(10, 5))

    assert page.calendar.https == (
        f"{BASE_URL}/e/reseaux-profonds/s/session2.ics?talks=1"
    )


def test_unknown_session_has_no_page():
    with pytest.raises(NoSuchSession):
        shown("session9", at(10))


def test_withdrawn_session_has_a_page_that_says_so():
    first, second = sessions()
    made = replace(event(timetable=(first,)), withdrawn=(second,))

    with pytest.raises(SessionWithdrawn):
        of(made, "session2")


def test_session_that_only_lost_a_talk_is_not_withdrawn():
    first, second = sessions()
    lost = replace(first, slots=first.slots[:1])
    made = replace(event(timetable=(first, second)), withdrawn=(lost,))

    assert of(made).session.title == "Session 1"
