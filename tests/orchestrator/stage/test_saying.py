"""Messages: the latest counts, and a chair says it to his own session only."""

from dataclasses import replace

import pytest

from orchestrator.ids import EventId
from orchestrator.programme.errors import NoSuchSession, NoSuchTalk
from orchestrator.stage.errors import ChairsOnly
from orchestrator.stage.messages.errors import BadMessage, NoSuchMessage
from orchestrator.stage.messages.model import Card
from tests.orchestrator.app_client import CAMILLE, CHAIR, ORGANISER, SPEAKER
from tests.orchestrator.stage.people import meeting

MORNING, INVITED, NEXT = 0, 9, 10
FIRST, SECOND = 0, 1


@pytest.fixture
async def day(database, tmp_path):
    return await meeting(database, tmp_path)


@pytest.fixture
def messages(day):
    return day.services.messages


@pytest.fixture
def say(day):
    async def said(text="", *, talk=None, session=SECOND, by=CHAIR, **options):
        return await day.services.messages.say(
            day.event,
            day.session(session),
            talk=None if talk is None else day.talk(talk),
            text=text,
            by=await day.who(by),
            **options,
        )

    return said


async def texts(day):
    return [one.text for one in await day.services.messages.current(day.event)]


async def test_message_is_kept_with_who_said_it(day, messages, say):
    said = await say(" Five minutes\nof delay ")

    assert await messages.current(day.event) == (said,)
    assert (said.text, said.by) == ("Five minutes of delay", "Chloé Ramin")
    assert (said.session, said.talk, said.card) == (day.session(SECOND), None, None)
    assert abs(said.at - day.services.programmes.now(day.event)).total_seconds() < 60
    assert day.told == [day.event.slug]


async def test_latest_to_each_counts(day, say):
    await say("first to all")
    await say("to the speaker", talk=INVITED)
    await say("to the next one", talk=NEXT)
    await say("to the other session", session=FIRST, by=ORGANISER)
    await say("second to all")

    assert await texts(day) == [
        "to the speaker",
        "to the next one",
        "to the other session",
        "second to all",
    ]


async def test_card_replaces_a_text(day, messages, say):
    await say("Come to an end", talk=INVITED)
    said = await say(card=Card.ONE, talk=INVITED)

    assert await messages.current(day.event) == (said,)
    assert (said.card, said.text) == (Card.ONE, "")


async def test_message_taken_back_is_told_no_more_and_kept(day, messages, say):
    await say("first")
    said = await say("second")
    day.told.clear()
    organiser = await day.who(ORGANISER)

    for _ in range(2):
        await messages.take_back(day.event, said.id, organiser)

    kept = await messages.said(day.event)
    assert await texts(day) == []
    assert [(one.text, one.taken_back is None) for one in kept] == [
        ("first", True),
        ("second", False),
    ]
    assert day.told == [day.event.slug]


async def test_event_s_clock_set_back_keeps_the_order(day, messages, say):
    await say("before")
    day.event = replace(
        day.event, clock_offset=day.event.clock_offset * 2
    )  # years earlier
    await say("after")

    assert await texts(day) == ["after"]


@pytest.mark.parametrize(
    ("text", "card", "reason"),
    [
        ("", None, "one of the two"),
        (" \u200b", None, "one of the two"),
        ("Stop", Card.END, "one of the two"),
        ("x" * 281, None, "281 characters. Say it in 280"),
    ],
)
async def test_message_is_a_text_or_a_card(day, say, text, card, reason):
    with pytest.raises(BadMessage, match=reason):
        await say(text, card=card)

    assert day.told == []


@pytest.mark.parametrize("by", [CAMILLE, SPEAKER])
async def test_only_chairs_say_something(say, by):
    with pytest.raises(ChairsOnly):
        await say("Stop", by=by)


async def test_chair_of_another_session_neither_says_nor_takes_back(day, messages, say):
    said = await say("Hello", session=FIRST, by=ORGANISER)

    with pytest.raises(ChairsOnly):
        await say("Stop", session=FIRST)
    with pytest.raises(ChairsOnly):
        await messages.take_back(day.event, said.id, await day.who(CHAIR))

    assert await texts(day) == ["Hello"]


async def test_talk_of_another_session_and_unknown_ones_are_named(day, messages, say):
    who = await day.who(ORGANISER)

    with pytest.raises(NoSuchTalk, match=day.talk(MORNING)):
        await say("Stop", talk=MORNING)
    with pytest.raises(NoSuchSession, match="nowhere"):
        await messages.say(day.event, "nowhere", text="Stop", by=who)


@pytest.mark.parametrize("ident", ["0", "x", "9" * 40, "-1", "٣"])
async def test_unknown_message_is_not_found(day, messages, ident):
    with pytest.raises(NoSuchMessage):
        await messages.take_back(day.event, ident, await day.who(CHAIR))


async def test_message_of_another_meeting_is_not_found(day, messages, say):
    said = await say("Hello")
    other = replace(day.event, id=EventId("another"))

    with pytest.raises(NoSuchMessage):
        await messages.take_back(other, said.id, await day.who(CHAIR))
