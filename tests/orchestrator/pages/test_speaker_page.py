"""The page of a speaker: when, what he is told, what he has left, what he tells."""

from dataclasses import replace

import pytest

from orchestrator.pages.speaker_view import as_text, speaker_page
from orchestrator.stage.messages.model import Card
from tests.orchestrator.pages.made_up import at, event
from tests.orchestrator.pages.on_stage import (
    QUESTIONS,
    REFUSED,
    known,
    later,
    run,
    rundown,
    speaker,
)
from tests.orchestrator.pages.shown import soup, text


def facts(page):
    return [text(line) for line in page.select(".facts dt, .facts dd")]


def test_speaker_sees_when_he_is_on_here_and_where_he_is():
    page = soup(speaker_page(event(), ("talk9",), now=at(16, 12), language="fr"))

    assert text(page.select_one(".digits")) == "18:00"
    assert facts(page) == [
        "À Paris",
        "16:30 – 17:00 , lundi 28 juin 2021, heure fixe",
        "À Los Angeles",
        "7:30 – 8:00",
        "Session",
        "Session 2",
        "Avant vous",
        "Gaëlle Ndiaye, en cours; Hugo Brandt, à 16:15",
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


def test_page_is_another_one_once_a_talk_is_over():
    states = [
        speaker_page(event(), ("talk1", "talk7"), now=now, language="en").frame.state
        for now in (at(10, 5), at(10, 14), at(10, 16))
    ]

    assert states[0] == states[1] != states[2]


def test_a_speaker_without_a_talk_is_told_whom_to_ask():
    page = soup(speaker_page(event(), (), now=at(13), language="en"))

    assert text(page.h1) == "No talk is under your name"


def test_countdown_goes_to_the_start_that_is_foreseen():
    day = run()
    page = soup(
        speaker("talk4", day, told=known(day, "talk4", proposal=later(day, "talk4", 8)))
    )

    assert text(page.select_one(".digits")) == "15:00"
    assert facts(page)[:4] == [
        "In Paris",
        "10:45 – 11:00 , Monday 28 June 2021",
        "As it stands",
        "about 10:53",
    ]


def test_who_is_next_and_late_is_on_at_any_moment():
    page = soup(speaker("talk4", run(on=3), now=at(10, 50)))
    first = soup(speaker("talk1", event(), now=at(10, 5), told=None))

    assert text(page.select_one(".label")) == "You are on soon"
    assert page.select(".digits") == []
    assert text(first.select_one(".label")) == "You are on; left for the talk"


def test_first_of_a_session_has_nobody_before_him():
    page = soup(speaker_page(event(), ("talk7",), now=at(13), language="en"))

    assert facts(page)[-2:] == ["Before you", "Nobody"]


@pytest.mark.parametrize(
    ("now", "label", "digits", "phase", "asked"),
    [
        (at(10, 36), "You are on; left for the talk", "9:00", "on-time", True),
        (at(10, 40), "You are on; left for the talk", "5:00", "soon", True),
        (at(10, 46), "You are on; left for questions", "2:00", "on-time", False),
        (at(10, 49), "You are on; left for questions", "+1:00", "over", False),
    ],
)
def test_who_is_on_sees_what_is_left_of_talk_and_questions(
    now, label, digits, phase, asked
):
    page = soup(speaker("talk3", now=now))

    assert text(page.select_one(".label")) == label
    assert text(page.select_one(".digits")) == digits
    assert page.select_one(".hero")["data-phase"] == phase
    assert ("3 min of questions" in facts(page)) is asked


def test_talk_without_questions_is_over_at_its_end():
    day = run()
    told = known(day, "talk3")
    course = replace(told.courses["session1"], rundown=rundown(day, questions=0))
    page = soup(
        speaker(
            "talk3",
            day,
            now=at(10, 49),
            told=replace(told, courses={"session1": course}),
        )
    )

    assert text(page.select_one(".label")) == "You are on; left for the talk"
    assert text(page.select_one(".digits")) == "+1:00"


def test_card_to_him_stands_before_what_is_said_to_all():
    day = run()
    page = soup(speaker("talk3", day, told=known(day, "talk3", cards=(Card.END,))))

    assert [text(one) for one in page.select(".told .banner")] == [
        "Please conclude 10:36",
        "Message from the chair. Questions are taken at the end of each talk. 10:29",
    ]


@pytest.mark.parametrize("card", Card)
def test_each_card_has_words_of_its_own(card):
    day = run()
    french, english = (
        text(
            soup(
                speaker(
                    "talk3",
                    day,
                    language=language,
                    told=known(day, "talk3", cards=(card,)),
                )
            ).select_one(".told .warn")
        )
        for language in ("fr", "en")
    )

    assert french != english


def test_readiness_says_what_is_there_and_what_is_missing():
    day = run()
    ready = soup(speaker("talk4", day, told=known(day, "talk4", tested=at(9, 50))))
    other = soup(speaker("talk4", day, who="somebody else"))

    assert [text(one) for one in ready.select(".check strong")] == [
        "Slides received",
        "Microphone and camera tested",
        "Emergency number given",
    ]
    assert ready.select_one("[name=phone]")["value"] == "06 39 98 00 12"
    assert ready.select_one("[name=wish][checked]")["value"] == "do-not-record"
    assert other.select_one("[name=phone]")["value"] == ""
    assert other.select_one("[name=wish][checked]")["value"] == "show-me-first"


def test_number_that_was_not_taken_comes_back_as_it_was_typed():
    page = soup(speaker("talk4", refused=REFUSED))

    field = page.select_one("[name=phone]")
    assert (field["value"], field["aria-describedby"]) == ("none", "phone-error")


def test_afterwards_he_has_the_questions_that_nobody_answered():
    page = soup(speaker("talk2"))

    assert [text(one) for one in page.select(".questions li")] == [
        "And in two dimensions? Paul Vasseur, L2S"
    ]
    assert page.select_one("a[download]")["href"] == (
        "/e/reseaux-profonds/speaker/questions?talk=talk2"
    )
    assert page.select(".check") == []


def test_questions_as_text_name_who_asked():
    told = as_text(event(), "A title", QUESTIONS[:2])

    assert told == (
        "Réseaux profonds, preuves courtes\nA title\n\n"
        "1. Does the certificate keep its constant?\n   Paul Vasseur, L2S\n\n"
        "2. What does it cost?\n   Inès Ravel\n"
    )


def test_days_before_the_time_is_counted_in_days():
    page = soup(speaker_page(event(), ("talk9",), now=at(16, day=25), language="en"))

    assert text(page.select_one(".digits")) == "3 days"
