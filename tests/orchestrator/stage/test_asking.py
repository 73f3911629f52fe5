"""Questions: asked, voted up, and decided by the chair of that session alone."""

import asyncio
import csv
import io
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from orchestrator.app import wire
from orchestrator.database import Database
from orchestrator.ids import EventId
from orchestrator.programme.errors import NoSuchTalk
from orchestrator.registration.model import Registrant
from orchestrator.registration.tables import RegistrantRow
from orchestrator.stage.errors import ChairsOnly
from orchestrator.stage.parties import NotOfThisMeeting, SpeakersOnly
from orchestrator.stage.questions import service
from orchestrator.stage.questions.errors import (
    BadQuestion,
    NoSuchQuestion,
    OwnVote,
    QuestionClosed,
    TooManyQuestions,
)
from orchestrator.stage.questions.exporting import Format
from orchestrator.stage.questions.model import QuestionState
from tests.orchestrator.app_client import (
    CAMILLE,
    CHAIR,
    DANA,
    INSTALL,
    NOE,
    ORGANISER,
    SPEAKER,
    settings,
)
from tests.orchestrator.pages.made_up import PARIS, at
from tests.orchestrator.stage.people import meeting

MORNING, INVITED = 0, 9
"""A talk of the first session, and the invited one of the second."""

OPEN, TAKEN, ANSWERED, LATER, REMOVED = QuestionState


class Clock:
    """The database's clock, as far as questions ask it."""

    def __init__(self, monkeypatch):
        self.moment = at(8)
        monkeypatch.setattr(service, "now", self)

    async def __call__(self, _session):
        return self.moment

    def passes(self, seconds):
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture
async def day(database, tmp_path, clock):
    return await meeting(database, tmp_path)


@pytest.fixture
def questions(day):
    return day.services.questions


@pytest.fixture
def ask(day, clock):
    """Have somebody ask, later than anybody has before."""

    async def asked(email, text="Why?", *, talk=INVITED):
        clock.passes(10)
        who, of = await day.who(email), day.talk(talk)
        return await day.services.questions.ask(day.event, of, who, text)

    return asked


@pytest.fixture
def decide(day):
    async def decided(question, state, *, by=CHAIR):
        who = await day.who(by)
        return await day.services.questions.decide(day.event, question.id, state, who)

    return decided


async def states(day):
    found = await day.services.questions.of(day.event, removed=True)
    return {one.text: one.state for one in found}


async def test_question_is_kept_with_who_asked_and_when(day, questions, clock, ask):
    asked = await ask(CAMILLE, "  Is it\n\tso? \u202e ")

    who = await day.who(CAMILLE)
    assert asked.text == "Is it so?"
    assert (asked.by, asked.name) == (who.registrant, "Camille Dupré")
    assert asked.affiliation == "Laboratoire Lanterne"
    assert asked.asked == clock.moment + day.event.clock_offset
    assert (asked.state, asked.votes) == (OPEN, 1)
    assert await questions.of(day.event) == (asked,)
    assert await questions.voted(day.event, who.registrant) == {asked.id}
    assert day.told == [day.event.slug]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Write your question first"),
        (" \u200b\n", "Write your question first"),
        ("x" * 501, "501 characters. Say it in 500"),
    ],
)
async def test_nothing_and_too_much_is_refused(day, ask, text, reason):
    with pytest.raises(BadQuestion, match=reason):
        await ask(CAMILLE, text)

    assert day.told == []


async def test_longest_question_is_taken(ask):
    assert len((await ask(CAMILLE, "é" * 500)).text) == 500


async def test_only_talks_of_the_meeting_are_asked(day, questions):
    who = await day.who(CAMILLE)

    with pytest.raises(NoSuchTalk, match="nowhere"):
        await questions.ask(day.event, "nowhere", who, "Why?")


async def test_only_people_of_the_meeting_ask(day, questions):
    who = await day.who(CAMILLE)
    stranger = replace(who, event=EventId("another"))
    revoked = await day.services.registration.revoke(who.registrant)
    assert revoked.version != who.version

    for one in (stranger, who):
        with pytest.raises(NotOfThisMeeting):
            await questions.ask(day.event, day.talk(INVITED), one, "Why?")


async def test_one_every_five_seconds(day, questions, clock, ask):
    who, talk = await day.who(CAMILLE), day.talk(INVITED)
    await ask(CAMILLE)
    clock.passes(3.5)
    with pytest.raises(TooManyQuestions) as refused:
        await questions.ask(day.event, talk, who, "And why?")
    await questions.ask(day.event, talk, await day.who(DANA), "Others may?")
    clock.passes(1.5)

    await questions.ask(day.event, talk, who, "And why?")

    assert refused.value.again == 1.5
    assert len(await questions.of(day.event)) == 3


async def test_clock_that_was_set_back_makes_nobody_wait(day, questions, clock, ask):
    await ask(CAMILLE)
    clock.passes(-3600)

    who = await day.who(CAMILLE)
    await questions.ask(day.event, day.talk(INVITED), who, "Once more?")


async def test_of_one_person_twenty_are_open(questions, ask, decide):
    asked = [await ask(CAMILLE, f"Question {number}?") for number in range(20)]
    with pytest.raises(TooManyQuestions, match="20 of yours are open") as refused:
        await ask(CAMILLE, "One more?")
    await decide(asked[0], ANSWERED)

    await ask(CAMILLE, "One more?")

    assert refused.value.again is None


async def test_one_person_asking_often_at_once_asks_one(day, questions):
    who, talk = await day.who(CAMILLE), day.talk(INVITED)

    answers = await asyncio.gather(
        *(questions.ask(day.event, talk, who, "Why?") for _ in range(8)),
        return_exceptions=True,
    )

    refused = [one for one in answers if isinstance(one, TooManyQuestions)]
    assert (len(refused), len(await questions.of(day.event))) == (7, 1)


async def test_votes_of_many_at_once_are_all_counted_and_each_once(
    day, questions, database, ask
):
    asked = await ask(CAMILLE)
    people = await crowd(day, 8)

    await asyncio.gather(
        *(questions.vote(day.event, asked.id, one, on=True) for one in people * 2)
    )

    (found,) = await questions.of(day.event)
    assert found.votes == 9


async def crowd(day, size):
    """More people of the meeting."""
    first = await day.who(CAMILLE)
    people = [replace(first, registrant=f"crowd{n}", version=1) for n in range(size)]
    async with day.services.database.transaction() as session:
        for one in people:
            row = Registrant(
                id=one.registrant,
                event=day.event.id,
                name=one.registrant,
                registered=at(8),
            )
            session.add(RegistrantRow.of(row))
    return people


async def test_vote_counts_once_and_is_taken_back(day, questions, ask):
    asked, who = await ask(CAMILLE), await day.who(DANA)
    day.told.clear()

    seen = [
        (await questions.vote(day.event, asked.id, who, on=on)).votes
        for on in (True, True, False, False)
    ]

    assert seen == [2, 2, 1, 1]
    # Only what changed something is told.
    assert day.told == [day.event.slug] * 2


async def test_vote_of_who_asks_stays(day, questions, ask):
    asked = await ask(CAMILLE)

    with pytest.raises(OwnVote):
        await questions.vote(day.event, asked.id, await day.who(CAMILLE), on=False)


async def test_most_votes_come_first_then_the_oldest(day, questions, ask):
    asked = {text: await ask(CAMILLE, text) for text in ("one?", "two?", "three?")}
    for email in (DANA, NOE):
        voter = await day.who(email)
        await questions.vote(day.event, asked["three?"].id, voter, on=True)

    found = await questions.of(day.event)

    assert [(one.text, one.votes) for one in found] == [
        ("three?", 3),
        ("one?", 1),
        ("two?", 1),
    ]


@pytest.mark.parametrize("state", [ANSWERED, REMOVED])
async def test_closed_questions_have_no_votes_any_more(
    day, questions, ask, decide, state
):
    asked = await ask(CAMILLE)
    await decide(asked, state)

    with pytest.raises(QuestionClosed) as refused:
        await questions.vote(day.event, asked.id, await day.who(DANA), on=True)

    assert refused.value.facts == {"state": state.value}


async def test_taking_one_answers_the_one_before(day, ask, decide):
    first, second = await ask(CAMILLE, "first?"), await ask(DANA, "second?")
    other = await ask(CAMILLE, "other?", talk=INVITED + 1)
    await decide(first, TAKEN)
    await decide(other, TAKEN)

    await decide(second, TAKEN)

    assert await states(day) == {"first?": ANSWERED, "second?": TAKEN, "other?": TAKEN}


async def test_two_chairs_taking_at_once_leave_one_taken(
    day, database, tmp_path, ask, decide
):
    asked = [await ask(CAMILLE, f"{number}?") for number in range(6)]

    await asyncio.gather(*(decide(one, TAKEN) for one in asked))

    found = list((await states(day)).values())
    assert sorted(found) == sorted([TAKEN, *[ANSWERED] * 5])


async def test_decision_made_already_changes_nothing(day, ask, decide):
    asked = await ask(CAMILLE)
    await decide(asked, TAKEN)
    day.told.clear()

    await decide(asked, TAKEN, by=ORGANISER)

    assert (await states(day), day.told) == ({"Why?": TAKEN}, [])


async def test_answered_one_is_reopened_before_it_is_taken_again(day, ask, decide):
    asked = await ask(CAMILLE)
    await decide(asked, ANSWERED)
    with pytest.raises(QuestionClosed, match="Reopen it first"):
        await decide(asked, TAKEN)
    await decide(asked, OPEN)

    taken = await decide(asked, TAKEN)

    assert taken.state is TAKEN


@pytest.mark.parametrize("by", [CAMILLE, SPEAKER, DANA])
async def test_only_chairs_decide(day, ask, decide, by):
    asked = await ask(CAMILLE)

    with pytest.raises(ChairsOnly):
        await decide(asked, TAKEN, by=by)

    assert await states(day) == {"Why?": OPEN}


async def test_chair_of_another_session_decides_nothing(day, ask, decide):
    asked = await ask(CAMILLE, talk=MORNING)

    with pytest.raises(ChairsOnly):
        await decide(asked, TAKEN, by=CHAIR)
    await decide(asked, TAKEN, by=ORGANISER)

    assert await states(day) == {"Why?": TAKEN}


async def test_organiser_of_another_meeting_decides_nothing(day, questions, ask):
    asked = await ask(CAMILLE)
    other = replace(await day.who(ORGANISER), event=EventId("another"))

    with pytest.raises(ChairsOnly):
        await questions.decide(day.event, asked.id, TAKEN, other)


async def test_unknown_question_is_not_found(day, questions):
    who = await day.who(ORGANISER)
    elsewhere = replace(day.event, id=EventId("another"))

    for event, ident in ((day.event, "nowhere"), (elsewhere, "x"), (day.event, "\0")):
        with pytest.raises(NoSuchQuestion):
            await questions.decide(event, ident, TAKEN, who)


async def test_removed_ones_are_shown_to_who_asks_for_them(day, questions, ask, decide):
    asked = await ask(CAMILLE)
    await decide(asked, REMOVED)

    seen = [
        len(await questions.of(day.event)),
        len(await questions.of_talk(day.event, asked.talk)),
        len(await questions.of(day.event, removed=True)),
        len(await questions.of_talk(day.event, asked.talk, removed=True)),
    ]

    assert seen == [0, 0, 1, 1]


async def left(ask, decide):
    """Four questions of one talk, two of which nobody has answered."""
    for text, state in (
        ("open?", None),
        ("taken?", ANSWERED),
        ("later?", LATER),
        ("rude!", REMOVED),
    ):
        asked = await ask(CAMILLE, text)
        if state:
            await decide(asked, state)


async def test_unanswered_ones_are_left_for_the_speaker(day, questions, ask, decide):
    await left(ask, decide)

    found = await questions.left_over(day.event)

    texts = {talk: [one.text for one in some] for talk, some in found.items()}
    assert texts == {day.talk(INVITED): ["open?", "later?"]}


async def test_speaker_and_chair_take_the_unanswered_away(day, questions, ask, decide):
    await left(ask, decide)
    talk = day.talk(INVITED)

    texts = [
        await questions.export(day.event, talk, await day.who(by), Format.JSON, "en")
        for by in (SPEAKER, CHAIR)
    ]

    (told, again) = map(json.loads, texts)
    assert told == again
    assert told["event"] == day.event.slug
    assert [one["text"] for one in told["questions"]] == ["open?", "later?"]
    first, *_ = await questions.of(day.event)
    assert told["questions"][0] == {
        "talk": talk,
        "title": "Two descents, one curve",
        "text": "open?",
        "name": "Camille Dupré",
        "affiliation": "Laboratoire Lanterne",
        "votes": 1,
        "asked": first.asked.astimezone(PARIS).isoformat(),
        "state": "open",
    }


@pytest.mark.parametrize(
    ("language", "title", "state"),
    [("fr", "exposé", "ouverte"), ("en", "talk", "open")],
)
async def test_list_of_the_unanswered_is_no_formula(
    day, questions, ask, language, title, state
):
    await ask(CAMILLE, "=1+1?")
    who = await day.who(SPEAKER)

    text = await questions.export(
        day.event, day.talk(INVITED), who, Format.CSV, language
    )

    titles, line = csv.reader(io.StringIO(text))
    assert (titles[0], line[1], line[6]) == (title, "'=1+1?", state)


async def test_unanswered_are_for_nobody_else(day, questions):
    for email, talk in ((CAMILLE, INVITED), (SPEAKER, MORNING), (CHAIR, MORNING)):
        with pytest.raises(SpeakersOnly):
            await questions.export(
                day.event, day.talk(talk), await day.who(email), Format.JSON, "en"
            )


async def test_another_process_is_told_once_it_looks(day, upgraded_url, tmp_path, ask):
    database = Database(upgraded_url)
    other = wire(settings(upgraded_url, tmp_path), database, INSTALL).news
    told = []
    other.tell(told.append)
    await other.look()

    await ask(CAMILLE)
    await other.look()
    await other.look()
    await day.services.news.look()
    await database.close()

    assert (told, day.told) == ([day.event.slug], [day.event.slug])
