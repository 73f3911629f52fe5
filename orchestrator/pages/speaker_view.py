"""Values of ``/e/{slug}/speaker``: when am I on, what am I told, am I ready.

The page is one person's. Its parts that change with the stage stand in one element
for each of his talks, which is rendered anew for him alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from orchestrator.ids import RegistrantId, SessionId, TalkId
from orchestrator.pages import zones
from orchestrator.pages.frame import Frame, utc_iso
from orchestrator.pages.join_view import Wait
from orchestrator.pages.meeting import Meeting, event_frame, meeting
from orchestrator.pages.moment import (
    Moment,
    SlotState,
    moment_of,
    session_of,
    starts_of,
)
from orchestrator.pages.slot_view import Naming, SlotView, slot_view
from orchestrator.pages.speaker_clock import TalkClock, talk_clock
from orchestrator.pages.speaker_told import Told, told_to
from orchestrator.pages.times import Times, When, capital, digits, remaining, times_for
from orchestrator.pages.words import words
from orchestrator.programme.model import Event, Slot, TimedSession
from orchestrator.stage.messages.model import Message
from orchestrator.stage.model import Proposal, Rundown
from orchestrator.stage.questions.deciding import LEFT_OVER
from orchestrator.stage.questions.model import Question
from orchestrator.stage.readiness.model import Readiness, Wish

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
# Those who are named before him: who is further off is a matter of the programme.
_BEFORE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How a session goes: its rundown, and what is proposed now if anything."""

    rundown: Rundown
    proposal: Proposal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a speaker's sessions beyond the programme.

    ``slides`` are talks with a kept deck, ``was`` the starts promised at first,
    ``unheard`` talks whose speakers are heard by nobody before their turn.
    """

    courses: Mapping[SessionId, Course] = field(default_factory=dict)
    messages: tuple[Message, ...] = ()
    readiness: tuple[Readiness, ...] = ()
    questions: tuple[Question, ...] = ()
    slides: frozenset[TalkId] = frozenset()
    was: Mapping[TalkId, datetime] = field(default_factory=dict)
    unheard: frozenset[TalkId] = frozenset()


NOTHING_KNOWN = Known()


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """Somebody who is on before him: now, or from ``at`` on."""

    who: str
    at: When | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The time until his start as it is foreseen, and who is on before him.

    ``forecast`` is that start when it is not the promised one, ``past`` whether its
    time has come.
    """

    wait: Wait
    forecast: When | None
    past: bool
    before: tuple[Before, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """What he told: when he was heard, his number, what happens to the recording.

    ``alone``: nobody hears him before his turn, so he tries his devices himself.
    """

    tested: When | None
    phone: str
    wish: Wish
    alone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """When one speaker is on: here and where he is, and who is before him.

    ``key`` ends the ids of its elements. ``own_city`` says where he is ("à San
    Diego") when his clock differs. ``waiting`` is None once he is on, ``clock`` until
    then. ``talk_time`` and ``question_time`` are what he has, "" for no questions.
    ``unanswered`` is what he may answer afterwards.
    """

    key: str
    version: int
    slot: SlotView
    state: SlotState
    session: str
    day: str
    at_home: str
    own_city: str
    waiting: Waiting | None
    clock: TalkClock | None
    told: tuple[Told, ...]
    talk_time: str
    question_time: str
    ready: Ready
    unanswered: tuple[Question, ...]

    @property
    def over(self) -> bool:
        """Whether it has been given, or left out."""
        return self.state in (SlotState.DONE, SlotState.ABSENT)

    @property
    def say(self) -> str:
        """What is read out when it changes."""
        if self.state is SlotState.NOW:
            return "on"
        first = self.waiting is not None and not self.waiting.before
        return "next" if self.state is SlotState.NEXT and first else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A number that nobody could call, as it was typed."""

    talk: TalkId
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerPage:
    """When am I on: the turns of one speaker, the next one first.

    ``done`` is what has just been kept, ``refused`` what could not be.
    """

    template: ClassVar[str] = "speaker.html"

    frame: Frame
    meeting: Meeting
    name: str
    turns: tuple[Turn, ...]
    done: str
    refused: Refused | None


def speaker_page(  # noqa: PLR0913 -- each is one independent fact about the person
    event: Event,
    talks: tuple[TalkId, ...],
    *,
    now: datetime,
    language: str,
    zone: str | None = None,
    name: str = "",
    who: RegistrantId | None = None,
    known: Known = NOTHING_KNOWN,
    done: str = "",
    refused: Refused | None = None,
) -> SpeakerPage:
    """The page of ``name`` who gives ``talks``.

    ``zone`` is where he is; without it the zone that the programme gives him.
    ``who`` tells his own readiness from that of others with the same talk.
    """
    times, moment = speaker_times(event, talks, language, zone), moment_of(event, now)
    say = words(language).gettext
    found = turns(event, talks, moment, times, who=who, known=known)
    return SpeakerPage(
        frame=event_frame(
            event,
            moment,
            times,
            title=say("My talk"),
            here="speaker",
            live=True,
            stage=True,
            # Below what is replaced while the page is open, a talk that is over has
            # other parts.
            state=f"{moment.phase.value} {sum(turn.over for turn in found)}",
        ),
        meeting=meeting(event, times),
        name=name,
        turns=found,
        done=done,
        refused=refused,
    )


def turns(
    event: Event,
    talks: tuple[TalkId, ...],
    moment: Moment,
    times: Times,
    *,
    who: RegistrantId | None = None,
    known: Known = NOTHING_KNOWN,
) -> tuple[Turn, ...]:
    """The turns of who gives ``talks``: the next one first, those over last."""
    mine = sorted(
        (slot for slot in event.timetable.slots if slot.talk.id in talks), key=starts_of
    )
    found = [_turn(event, slot, moment, times, who, known) for slot in mine]
    return tuple(sorted(found, key=lambda turn: turn.over))


def speaker_times(
    event: Event, talks: tuple[TalkId, ...], language: str, zone: str | None
) -> Times:
    """Times of ``event`` for a speaker in ``zone``, else where the programme says."""
    slots = event.timetable.slots
    speakers = (
        who for slot in slots if slot.talk.id in talks for who in slot.talk.speakers
    )
    far = next((who.zone for who in speakers if who.zone), "")
    starts = tuple(slot.starts for slot in slots)
    return times_for(language, event.programme.zone, zone or far, starts)


def _turn(
    event: Event,
    slot: Slot,
    moment: Moment,
    times: Times,
    who: RegistrantId | None,
    known: Known,
) -> Turn:
    talk, state, timed = slot.talk.id, moment.state(slot), session_of(event, slot)
    number = event.timetable.sessions.index(timed) + 1
    course = known.courses.get(timed.session.id)
    cue = course.rundown.cue(talk) if course else None
    over = state in (SlotState.DONE, SlotState.ABSENT)
    return Turn(
        key=f"-{talk}",
        version=event.revision,
        slot=_slot_view(event, slot, moment, times, known),
        state=state,
        session=Naming(language=times.language).session(timed.session, number),
        day=times.day(starts_of(slot)),
        at_home=_at(times.zone, times.language),
        own_city=_at(times.own, times.language) if times.own else "",
        waiting=_waiting(timed, slot, course, moment, times),
        clock=talk_clock(slot, cue, moment.now) if state is SlotState.NOW else None,
        told=() if over else told_to(known.messages, timed, talk, times),
        talk_time=_minutes(cue.talk_time if cue else slot.ends - slot.starts),
        question_time=_minutes(cue.question_time) if cue and cue.question_time else "",
        ready=_ready(known, talk, who, times),
        unanswered=_unanswered(known.questions, talk) if over else (),
    )


def _slot_view(
    event: Event, slot: Slot, moment: Moment, times: Times, known: Known
) -> SlotView:
    talk = slot.talk.id
    there, was = talk in known.slides, known.was.get(talk)
    return slot_view(event, slot, moment, times, slides=there, was=was)


def _at(zone: ZoneInfo, language: str) -> str:
    return capital(zones.at_city(zone.key, language))


def _waiting(
    timed: TimedSession,
    slot: Slot,
    course: Course | None,
    moment: Moment,
    times: Times,
) -> Waiting | None:
    if moment.state(slot) not in (SlotState.PLANNED, SlotState.NEXT):
        return None
    start = _foreseen(slot, course)
    return Waiting(
        wait=_wait(start, moment.now, times.language),
        forecast=times.when(start) if start != slot.starts else None,
        past=start <= moment.now,
        before=_before(timed, slot, moment, times),
    )


def _unanswered(questions: Iterable[Question], talk: TalkId) -> tuple[Question, ...]:
    return tuple(
        one for one in questions if one.talk == talk and one.state in LEFT_OVER
    )


def _foreseen(slot: Slot, course: Course | None) -> datetime:
    """When he would begin as it stands now: what is proposed, else promised."""
    if course is None or course.proposal is None:
        return slot.starts
    shifts = {one.talk: one for one in course.proposal.shifts}
    shift = shifts.get(slot.talk.id)
    return shift.now[0] if shift else slot.starts


def _wait(start: datetime, now: datetime, language: str) -> Wait:
    left = start - now
    long = left >= _DAY
    return Wait(
        digits=remaining(left, language) if long else digits(left),
        until=utc_iso(start),
        long=long,
    )


def _before(
    timed: TimedSession, slot: Slot, moment: Moment, times: Times
) -> tuple[Before, ...]:
    """Those of his session who are on now or come before him, in order."""
    naming = Naming(language=times.language)
    found = []
    for other in timed.slots:
        if other is slot:
            break
        state = moment.state(other)
        if state is SlotState.NOW:
            found.append(Before(who=naming.who(other.talk), at=None))
        elif state in (SlotState.PLANNED, SlotState.NEXT):
            at = times.when(other.starts)
            found.append(Before(who=naming.who(other.talk), at=at))
    return tuple(found[-_BEFORE:])


def _ready(known: Known, talk: TalkId, who: RegistrantId | None, times: Times) -> Ready:
    of_talk = (one for one in known.readiness if one.talk == talk)
    own = next((one for one in of_talk if one.registrant == who), None)
    return Ready(
        tested=times.when(own.tested) if own and own.tested else None,
        phone=own.phone if own else "",
        wish=(own.wish if own else None) or Wish.SHOW_ME_FIRST,
        alone=talk in known.unheard,
    )


def _minutes(duration: timedelta) -> str:
    return f"{duration // _MINUTE}\u00a0min"


def as_text(event: Event, talk: str, questions: Iterable[Question]) -> str:
    """Questions as a plain text to keep, one paragraph each."""
    parts = [f"{event.programme.title}\n{talk}"]
    for number, one in enumerate(questions, start=1):
        by = ", ".join(filter(None, (one.name, one.affiliation)))
        parts.append(f"{number}. {one.text}\n   {by}")
    return "\n\n".join(parts) + "\n"
