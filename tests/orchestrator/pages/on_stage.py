"""The made-up day while its first session is run by its chair."""

from dataclasses import replace
from datetime import timedelta

from orchestrator.ids import RegistrantId, SessionId, TalkId
from orchestrator.pages.room_stage_view import Asked, Reader
from orchestrator.pages.room_video_view import Show, VideoView
from orchestrator.pages.room_view import RoomState, Typed, room_page
from orchestrator.pages.screen_view import screen_page
from orchestrator.pages.speaker_view import Course, Known, Refused, speaker_page
from orchestrator.stage.messages.model import Message
from orchestrator.stage.model import Cue, CueState, Proposal, Rundown, Shift
from orchestrator.stage.questions.model import Question, QuestionState
from orchestrator.stage.readiness.model import Readiness, Wish
from tests.orchestrator.pages.made_up import at, event, sessions

FIRST = SessionId("session1")


def run(*, on=3, since=None, skipped=(), first=None, **changes):
    """The day with the talks before ``on`` given, and that one begun at ``since``."""
    morning, afternoon = first or sessions()[0], sessions()[1]
    slots = []
    for number, slot in enumerate(morning.slots, start=1):
        late, now = timedelta(minutes=number), {}
        if number in skipped:
            now = {"skipped": True}
        elif number < on:
            now = {"actual_starts": slot.starts + late, "actual_ends": slot.ends + late}
        elif number == on:
            now = {"actual_starts": since or slot.starts + late}
        slots.append(replace(slot, **now))
    return event(timetable=(replace(morning, slots=tuple(slots)), afternoon), **changes)


def rundown(of, *, questions=3, session=0):
    """The rundown of a session of ``of``; each talk ends with so many minutes of them."""
    timed = of.timetable.sessions[session]
    return Rundown(
        session=timed.session.id,
        version=3,
        starts=timed.starts,
        ends=timed.ends,
        cues=tuple(_cue(slot, timedelta(minutes=questions)) for slot in timed.slots),
    )


def _cue(slot, questions):
    state = CueState.DONE if slot.actual_ends else CueState.LIVE
    if not slot.actual_starts:
        state = CueState.SKIPPED if slot.skipped else CueState.PLANNED
    questions = questions if slot.talk.kind.is_talk else timedelta()
    return Cue(
        talk=slot.talk.id,
        kind=slot.talk.kind,
        starts=slot.starts,
        ends=slot.ends,
        talk_time=slot.ends - slot.starts - questions,
        question_time=questions,
        state=state,
        actual_starts=slot.actual_starts,
        actual_ends=slot.actual_ends,
    )


def question(ident, text, talk="talk3", by="paul", **facts):
    facts = {"name": "Paul Vasseur", "affiliation": "L2S", "votes": 1, **facts}
    return Question(
        id=ident,
        talk=TalkId(talk),
        by=RegistrantId(by),
        text=text,
        asked=at(10, 35),
        **facts,
    )


QUESTIONS = (
    question("q1", "Does the certificate keep its constant?", votes=12),
    question("q2", "What does it cost?", by="ines", name="Inès Ravel", affiliation=""),
    question("q3", "Which dual?", votes=3, state=QuestionState.TAKEN),
    question("q4", "On which data?", votes=7, state=QuestionState.ANSWERED),
    question("q5", "And in two dimensions?", talk="talk2", state=QuestionState.LATER),
    question("q6", "Gone", state=QuestionState.REMOVED),
)


def message(text="", *, talk=None, card=None, session=FIRST, now=None):
    return Message(
        id=f"m-{talk}",
        session=session,
        talk=TalkId(talk) if talk else None,
        by="Chloé Ramin",
        at=now or at(10, 29),
        text=text,
        card=card,
    )


TO_ALL = message("Questions are taken at the end of each talk.")
ASKED = Asked(
    questions=QUESTIONS, messages=(TO_ALL,), slides={TalkId("talk3"): "/slides/3"}
)


def known(of, talk, *, proposal=None, cards=(), **facts):
    """What is known of the speaker ``registrant1`` of ``talk``."""
    facts = {"phone": "06 39 98 00 12", "wish": Wish.DO_NOT_RECORD, **facts}
    ready = Readiness(
        talk=TalkId(talk),
        registrant=RegistrantId("registrant1"),
        name="Camille Dupré",
        **facts,
    )
    return Known(
        courses={FIRST: Course(rundown=rundown(of), proposal=proposal)},
        messages=(
            TO_ALL,
            *(message(card=one, talk=talk, now=at(10, 36)) for one in cards),
        ),
        readiness=(ready,),
        questions=QUESTIONS,
        slides=frozenset({TalkId(talk)}),
    )


def later(of, talk, minutes):
    """A proposal that moves one ``talk``."""
    slot = next(one for one in of.timetable.slots if one.talk.id == talk)
    move = timedelta(minutes=minutes)
    was = (slot.starts, slot.ends)
    shift = Shift(talk=slot.talk.id, was=was, now=(was[0] + move, was[1] + move))
    return Proposal(until=slot.starts, shifts=(shift,), ends=at(12))


VIDEO = VideoView(show=Show.LINK, href="https://video.example/r", mark="0a1b2c3d")
NOW = at(10, 38)
TYPED = Typed(talk=TalkId("talk2"), text="A long one", error="Too long.")
REFUSED = Refused(talk=TalkId("talk4"), phone="none")


def room(of=None, *, now=NOW, asked=ASKED, voted=("q1",), **facts):
    """The room while the third talk is on, for somebody who has asked ``q2``."""
    facts = {"language": "en", "name": "Inès Ravel", "here": "0a1b2c3d", **facts}
    reader = Reader(registrant=RegistrantId("ines"), voted=voted)
    facts = {"video": VIDEO, "reader": reader, **facts}
    return room_page(of or run(), state=RoomState.HELD, now=now, asked=asked, **facts)


def speaker(talk, of=None, *, now=NOW, told=None, **facts):
    """The page of who gives ``talk``, while the third one is on."""
    of = of or run()
    facts = {"language": "en", "who": RegistrantId("registrant1"), **facts}
    return speaker_page(
        of, (TalkId(talk),), now=now, known=told or known(of, talk), **facts
    )


def screen(of=None, *, now=NOW, session=None, **facts):
    facts = {"language": "en", "asked": ASKED, **facts}
    return screen_page(of or run(), session, now=now, **facts)
