"""What a chair tells a speaker: time cards, messages to him and to all."""

from collections.abc import Iterable
from dataclasses import dataclass

from orchestrator.ids import TalkId
from orchestrator.pages.times import Times, When
from orchestrator.pages.words import words
from orchestrator.programme.model import TimedSession
from orchestrator.stage.messages.model import Card, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the chair says to him, or to all; ``card`` is one of few words."""

    text: str
    at: When
    card: bool


def told_to(
    messages: Iterable[Message], timed: TimedSession, talk: TalkId, times: Times
) -> tuple[Told, ...]:
    """What is said to the speaker of ``talk``, before what is said to all."""
    mine = [
        one
        for one in messages
        if one.session == timed.session.id and one.talk in (None, talk)
    ]
    mine.sort(key=lambda one: one.talk is None)
    return tuple(
        Told(
            text=card_words(one.card, times.language) if one.card else one.text,
            at=times.when(one.at),
            card=one.card is not None,
        )
        for one in mine
    )


def card_words(card: Card, language: str) -> str:
    """What a time card says to the speaker."""
    say = words(language).gettext
    return {
        Card.FIVE: say("5 min left"),
        Card.ONE: say("1 min left"),
        Card.END: say("Please conclude"),
        Card.QUESTION: say("Time for questions"),
    }[card]
