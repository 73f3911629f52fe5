"""What a room sees of the stage: who is on, what follows, questions, messages."""

from dataclasses import replace

from orchestrator.pages.room_stage_view import Asked
from orchestrator.stage.messages.model import Card
from orchestrator.stage.questions.model import QuestionState
from tests.orchestrator.pages.made_up import at, event, talk, timed
from tests.orchestrator.pages.on_stage import (
    ASKED,
    TYPED,
    message,
    question,
    room,
    run,
)
from tests.orchestrator.pages.shown import soup, text


def test_talk_that_its_chair_started_is_on_until_he_ends_it():
    page = soup(room(now=at(10, 50)))

    assert text(page.select_one(".clock-line")) == "Now about to end"
    assert text(page.select_one("#on")).endswith(
        "Talk 3 of 6, since 10:33 . Slides : Certified radii for classifiers built"
        " from optimal assignment (new tab) Abstract : Certified radii for classifiers"
        " built from optimal assignment (new tab)"
    )
    assert page.select_one("#on .row a")["href"] == "/slides/3"
    assert page.select_one("#on")["data-say"] == "Now: Chiara Lodi"


def test_between_two_talks_the_next_one_is_not_promised_a_past_minute():
    late = run(on=4, since=None)
    slots = [
        replace(one, actual_starts=None) if one.talk.id == "talk4" else one
        for one in late.timetable.sessions[0].slots
    ]
    first = replace(late.timetable.sessions[0], slots=tuple(slots))
    page = soup(
        room(
            replace(late, timetable=replace(late.timetable, sessions=(first,))),
            now=at(10, 50),
        )
    )

    assert text(page.select_one("#on")) == "Now Next in a moment Driss Amrani"


def test_order_follows_what_was_skipped_and_moved():
    asked = replace(ASKED, was={"talk6": at(11, 10)})
    page = soup(room(run(skipped=(5,)), asked=asked, zone="Africa/Dakar"))

    assert [text(one) for one in page.select("#order li")][:3] == [
        "10:45 08:45 in Dakar Next Driss Amrani Counting regions of piecewise linear maps",
        "planned 11:10 now 11:15 09:15 in Dakar Fabien Roche Compressing layers with few"
        " parameters and no retraining",
        "11:30 09:30 in Dakar Discussion",
    ]


def test_questions_about_the_talk_stand_before_those_left_of_others():
    page = soup(room())

    assert [text(one) for one in page.select("#questions li")] == [
        "Which dual? Paul Vasseur, L2S Now",
        "Does the certificate keep its constant? Paul Vasseur, L2S"
        " 12 votes : support the question of Paul Vasseur",
        "What does it cost? Inès Ravel 1 vote : support the question of Inès Ravel",
        "On which data? Paul Vasseur, L2S Answered",
        "And in two dimensions? Paul Vasseur, L2S. To Bruno Delcourt Later",
    ]


def test_own_votes_are_pressed_and_the_own_question_stays_so():
    buttons = soup(room()).select("#questions button")

    assert [
        (one["value"], one["aria-pressed"], one.get("aria-disabled")) for one in buttons
    ] == [("no", "true", None), ("yes", "true", "true")]


def test_of_many_questions_the_first_are_shown_and_the_others_counted():
    many = tuple(question(f"q{n}", f"Question {n}?") for n in range(30))
    page = soup(room(asked=Asked(questions=many)))

    assert len(page.select("#questions li")) == 25
    assert text(page.select_one("#questions > p")) == "And 5 more questions."


def test_who_is_asked_is_whoever_is_on_and_nobody_who_is_missing():
    options = soup(room(run(skipped=(5,)))).select("#to option")

    assert [text(one) for one in options] == [
        "Ana Petrović",
        "Bruno Delcourt",
        "Chiara Lodi",
        "Driss Amrani",
        "Fabien Roche",
    ]
    assert [text(one) for one in options if one.has_attr("selected")] == ["Chiara Lodi"]


def test_in_a_discussion_the_last_talk_is_asked():
    page = soup(room(run(on=7), now=at(11, 40)))

    assert page.select_one("#on")["data-talk"] == "talk6"


def test_question_that_was_not_taken_comes_back_as_it_was_typed():
    page = soup(room(typed=TYPED))

    assert text(page.select_one("#to option[selected]")) == "Bruno Delcourt"
    assert text(page.select_one("#question")) == "A long one"
    assert page.select_one("#question")["aria-describedby"].split() == [
        "question-hint",
        "question-error",
    ]
    assert text(page.select_one("#question-error")) == "Too long."


def test_only_what_is_said_to_all_of_the_session_is_announced():
    said = (
        message("Welcome", now=at(10, 1)),
        message("To you", talk="talk3", now=at(10, 40)),
        message("Elsewhere", session="session2", now=at(10, 41)),
    )
    page = soup(room(asked=Asked(messages=said)))

    assert text(page.select_one("#announcement")) == (
        "Message from the chair. Welcome 10:01"
    )


def test_time_card_to_all_is_announced_in_words():
    page = soup(room(asked=Asked(messages=(message(card=Card.FIVE),))))

    assert text(page.select_one("#announcement")) == (
        "Message from the chair. 5 min left 10:29"
    )


def test_each_of_two_rooms_has_parts_of_its_own():
    both = event(
        timetable=(
            timed(1, at(10), at(11), [(60, talk(1))], room="A"),
            timed(2, at(10), at(11), [(60, talk(2))], room="B"),
        )
    )
    pages = [soup(room(both, room=one)) for one in ("A", "B")]

    parts = [page.select_one('[id^="questions-"]')["id"] for page in pages]
    assert parts[0] != parts[1]
    assert [page.select_one("form.ask")["action"] for page in pages] == [
        "/e/reseaux-profonds/room/ask?room=A",
        "/e/reseaux-profonds/room/ask?room=B",
    ]


def test_nothing_is_asked_where_nobody_speaks():
    page = soup(room(event(timetable=()), now=at(10)))

    assert (page.select("form.ask"), page.select("#questions")) == ([], [])


def test_answered_and_later_questions_take_no_votes():
    states = [state for state in QuestionState if state is not QuestionState.OPEN]
    asked = Asked(
        questions=tuple(question(f"q{one}", "?", state=one) for one in states)
    )

    assert soup(room(asked=asked)).select("form[data-vote]") == []
