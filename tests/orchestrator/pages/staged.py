"""The made-up day while it is live: rundowns, proposals and people at a desk."""

from dataclasses import replace
from datetime import timedelta

from orchestrator.ids import SessionId
from orchestrator.pages.stage_press import Press, act
from orchestrator.pages.stage_view import Banner, Stand
from orchestrator.programme.model import Kind
from orchestrator.stage.messages.model import Card, Message
from orchestrator.stage.model import (
    Breach,
    Cue,
    CueState,
    Proposal,
    Record,
    Rundown,
    Shift,
)
from orchestrator.stage.questions.model import Question, QuestionState
from orchestrator.stage.readiness.model import Readiness
from tests.orchestrator.pages.made_up import at, event

SESSION = SessionId("session1")
OVER = at(10, 53, second=12)
"""The third talk has been over its time for 7 minutes and 12 seconds."""


def minutes(n):
    return timedelta(minutes=n)


def cue(slot, **changes):
    talk, whole = slot.talk, slot.ends - slot.starts
    asked = minutes(min(5, whole // minutes(5))) if talk.kind.is_talk else minutes(0)
    made = Cue(
        talk=talk.id,
        kind=talk.kind,
        starts=slot.starts,
        ends=slot.ends,
        talk_time=whole - asked,
        question_time=asked,
    )
    return replace(made, **changes)


def rundown(*, session=0, version=14, given=(), live=None, skipped=(), **changes):
    """A session of which ``given`` were done on time, and one began at ``live``."""
    timed = event().timetable.sessions[session]
    cues = []
    for slot in timed.slots:
        one, name = cue(slot), slot.talk.id
        if name in given:
            one = replace(
                one,
                state=CueState.DONE,
                actual_starts=slot.starts + minutes(1),
                actual_ends=slot.ends + minutes(1),
            )
        elif name in skipped:
            one = replace(one, state=CueState.SKIPPED)
        elif live and name == live[0]:
            one = replace(one, state=CueState.LIVE, actual_starts=live[1])
        cues.append(one)
    return Rundown(
        session=timed.session.id,
        version=version,
        starts=timed.starts,
        ends=timed.ends,
        cues=tuple(cues),
        **changes,
    )


def overrunning():
    """Talks 1 and 2 were given, talk 3 is on since 10:31."""
    return rundown(given=("talk1", "talk2"), live=("talk3", at(10, 31)))


def shift(one, later, *, shorter=0):
    starts, ends = one.starts + minutes(later), one.ends + minutes(later - shorter)
    return Shift(talk=one.talk, was=(one.starts, one.ends), now=(starts, ends))


def proposal(here=None):
    """Eight minutes later, out of the discussion."""
    ahead = (here or overrunning()).ahead
    return Proposal(
        until=at(10, 53),
        shifts=(
            *(shift(one, 8) for one in ahead if one.kind.is_talk),
            *(shift(one, 8, shorter=8) for one in ahead if one.kind is Kind.DISCUSSION),
        ),
        ends=at(12),
    )


def breaching_proposal():
    """So late that the discussion is not enough."""
    return replace(
        proposal(),
        ends=at(12, 7),
        breaches=(
            Breach(talk="talk5", was=at(11), now=at(11, 52)),
            Breach(talk=None, was=at(12), now=at(12, 7)),
        ),
    )


def record(version, do, moment, name="Valentin Emiya", **facts):
    undone = facts.pop("undone", None)
    return Record(
        version=version,
        by="valentin",
        name=name,
        at=moment,
        action={"do": do, **facts},
        undone=undone,
    )


def question(number, text, name, votes, **changes):
    made = Question(
        id=f"question{number}",
        talk="talk3",
        by=f"asker{number}",
        name=name,
        affiliation="LTCI",
        text=text,
        asked=at(10, 40),
        votes=votes,
    )
    return replace(made, **changes)


QUESTIONS = (
    question(
        1,
        "La perte à marge garde-t-elle la même constante avec des couches de convolution ?",
        "Inès R.",
        12,
    ),
    question(2, "Quel surcoût à l’entraînement ?", "Paul V.", 5),
    question(3, "Et avec d’autres normes ?", "Nadia F.", 2),
    question(4, "Le code est-il public ?", "Julien M.", 1),
)
TAKEN = QuestionState.TAKEN
GIVEN = (*(f"talk{n}" for n in range(1, 7)), "discussion1")
"""Everything of the morning."""

BREACHES = Banner(
    level="over",
    title="The session would end at 12:07.",
    text="Nothing has been changed yet.",
    again=Press(label="End at 12:07", act=act("accept", breach=True)),
)

READINESS = (
    Readiness(
        talk="talk4",
        registrant="driss",
        name="Driss Amrani",
        tested=at(9, 55),
        phone="06 39 98 00 12",
        present_since=at(9, 52),
        opened=at(9, 50),
    ),
    Readiness(
        talk="talk5",
        registrant="elif",
        name="Elif Şahin",
        phone="06 39 98 00 14",
        opened=at(9, 41),
    ),
)
MESSAGES = (
    Message(
        id="message1",
        session=SESSION,
        talk="talk3",
        by="valentin",
        at=at(10, 52),
        card=Card.END,
    ),
)


def stand(here=None, **changes):
    """The desk of the look: talk 3 is over its time and a re-timing is proposed."""
    made = Stand(
        rundown=here or overrunning(),
        proposal=None if here else proposal(),
        records=(
            record(14, "next", at(10, 31), talk="talk3"),
            record(13, "next", at(10, 16), name="Caroline Chaux", talk="talk2"),
        ),
        questions=QUESTIONS,
        messages=(),
        readiness=READINESS,
        chairing=("Caroline Chaux", "Valentin Emiya"),
        slides=frozenset({"talk4"}),
    )
    return replace(made, **changes)
