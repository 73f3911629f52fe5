"""What is asked of who is on, and what the chair tells."""

from collections.abc import Iterable
from dataclasses import dataclass

from orchestrator.ids import TalkId
from orchestrator.pages.stage_names import Names
from orchestrator.pages.times import Times, When
from orchestrator.pages.words import words
from orchestrator.stage.messages.model import Card, Message
from orchestrator.stage.model import Rundown
from orchestrator.stage.questions.model import Question, QuestionState

SHOWN = 2
"""So many questions are seen at once, the others in a fold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question and who asks it, "Inès R., LTCI, 12 votes"."""

    id: str
    text: str
    by: str
    name: str
    taken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionsView:
    """Those to who is on (else to the next one), the taken one first."""

    heading: str
    jump: str
    shown: tuple[Asked, ...]
    rest: tuple[Asked, ...]
    more: str
    empty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A message that stands."""

    id: str
    to: str
    text: str
    at: When


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """``talk`` and ``speaker``: to whom a message to the speaker goes now."""

    talk: TalkId | None
    speaker: str
    cards: tuple[tuple[str, str], ...]
    told: tuple[Told, ...]


def questions_view(
    questions: Iterable[Question], rundown: Rundown, names: Names, times: Times
) -> QuestionsView:
    """What waits of ``questions`` for the talk under way."""
    words_ = words(times.language)
    say, ngettext = words_.gettext, words_.ngettext
    on = rundown.live or rundown.next
    here = [one for one in questions if on is not None and one.talk == on.talk]
    waiting = [one for one in here if one.state is QuestionState.OPEN]
    taken = [one for one in here if one.state is QuestionState.TAKEN]
    asked = [_asked(one, times.language) for one in (*taken, *waiting)]
    n = len(waiting)
    rest = len(asked) - SHOWN
    return QuestionsView(
        heading=ngettext("Questions, %(n)s waiting", "Questions, %(n)s waiting", n)
        % {"n": n},
        jump=ngettext("%(n)s question", "%(n)s questions", n) % {"n": n},
        shown=tuple(asked[:SHOWN]),
        rest=tuple(asked[SHOWN:]),
        more=ngettext("See %(n)s more", "See %(n)s more", rest) % {"n": rest},
        empty=say("No question yet to %(who)s") % {"who": names.who(on.talk)}
        if on is not None and on.kind.is_talk
        else say("No question waits"),
    )


def message_view(
    messages: Iterable[Message], rundown: Rundown, names: Names, times: Times
) -> MessageView:
    """To whom the chair can speak, and which of ``messages`` stand: not those to a
    speaker who has finished.
    """
    say = words(times.language).gettext
    live, first = rundown.live, rundown.next
    on = live if live is not None and live.kind.is_talk else first
    if on is not None and not on.kind.is_talk:
        on = None
    cards = card_words(times.language)
    own = {cue.talk for cue in rundown.cues if cue.actual_ends is None}
    return MessageView(
        talk=on.talk if on else None,
        speaker=names.who(on.talk) if on else "",
        cards=tuple((card.value, said) for card, said in cards.items()),
        told=tuple(
            Told(
                id=one.id,
                to=names.who(one.talk) if one.talk else say("To everybody"),
                text=cards[one.card] if one.card else one.text,
                at=times.when(one.at),
            )
            for one in messages
            if one.session == rundown.session and (one.talk is None or one.talk in own)
        ),
    )


def card_words(language: str) -> dict[Card, str]:
    """What the time cards are called."""
    say = words(language).gettext
    return {
        Card.FIVE: say("5 min"),
        Card.ONE: say("1 min"),
        Card.END: say("End"),
        Card.QUESTION: say("Question"),
    }


def _asked(one: Question, language: str) -> Asked:
    votes = words(language).ngettext("%(n)s vote", "%(n)s votes", one.votes)
    name = ", ".join(filter(None, (one.name, one.affiliation)))
    return Asked(
        id=one.id,
        text=one.text,
        by=f"{name}, {votes % {'n': one.votes}}",
        name=one.name,
        taken=one.state is QuestionState.TAKEN,
    )
