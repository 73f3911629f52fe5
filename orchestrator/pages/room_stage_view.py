"""What everybody in a room sees of the stage: what is on, what follows, questions.

Each part is an element of its own on the page, with an id that names the room, and
is equal for all readers of a language, so that it can be rendered once for all. What
is one reader's alone (his votes, his own times) the page's script adds to it.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from orchestrator.ids import RegistrantId, TalkId
from orchestrator.pages.frame import utc_iso
from orchestrator.pages.moment import (
    Moment,
    SlotState,
    ends_of,
    moment_of,
    session_of,
    starts_of,
)
from orchestrator.pages.slot_view import Naming, SlotView, slot_view
from orchestrator.pages.speaker_told import card_words
from orchestrator.pages.strip import StripEntry, entries
from orchestrator.pages.times import Times, When, length
from orchestrator.pages.words import words
from orchestrator.programme.model import Event, LinkKind, Slot, TimedSession
from orchestrator.stage.messages.model import Message
from orchestrator.stage.questions.model import Question, QuestionState

# What is next, in lines of one screen of a phone.
_AHEAD = 5
# A popular talk has more questions than anybody reads, and each vote is told to
# every screen.
_QUESTIONS = 25

_RANKS = (QuestionState.TAKEN, QuestionState.OPEN, QuestionState.LATER)
_LAST = (*_RANKS, QuestionState.ANSWERED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What people and chairs have said of a session, and which files there are.

    ``slides`` is the address of the deck of a talk; ``was`` is when a talk was
    promised at first, where that has changed since.
    """

    questions: tuple[Question, ...] = ()
    messages: tuple[Message, ...] = ()
    slides: Mapping[TalkId, str] = field(default_factory=dict)
    was: Mapping[TalkId, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads, and the questions that he supports, by their ids."""

    registrant: RegistrantId | None = None
    voted: Collection[str] = ()


NOTHING = Asked()
EVERYBODY = Reader()


@dataclass(frozen=True, slots=True, kw_only=True)
class Current:
    """The talk under way: seconds ``gone`` of ``whole``, and what is left.

    ``number`` counts the talks of its session from 1, 0 for a break. ``late``: its
    time is over and its chair has not ended it. ``slides`` is where its deck is.
    """

    slot: SlotView
    number: int
    of: int
    gone: int
    whole: int
    starts: str
    ends: str
    left: str
    late: bool
    slides: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What the chair says to all in the room."""

    text: str
    at: When


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """A question with its ``votes`` in words; ``to`` names whose talk it is about
    unless that is the one under way. ``voted``: the reader is one of those votes,
    and ``own``: it is his question.
    """

    id: str
    text: str
    name: str
    affiliation: str
    state: QuestionState
    votes: str
    to: str
    voted: bool
    own: bool

    @property
    def votable(self) -> bool:
        """Whether voices still change anything."""
        return self.state is QuestionState.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """A talk of which something may be asked; ``chosen`` is the likeliest."""

    talk: TalkId
    who: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomStage:
    """The stage of one room at one moment.

    ``key`` ends the ids of its elements; ``ask`` and ``vote`` are where forms go.
    ``on`` is what is on and next in one line
    each; ``more`` counts the questions that are not shown. ``mark`` is another one
    when the video room has moved. ``day_words`` are for a
    reader whose day is the one before, or after.
    """

    key: str
    version: int
    ask: str
    vote: str
    announcement: Announcement | None
    current: tuple[Current, ...]
    on: tuple[StripEntry, ...]
    ahead: tuple[SlotView, ...]
    addressees: tuple[Addressee, ...]
    questions: tuple[QuestionView, ...]
    more: int
    day_words: tuple[str, str]
    mark: str


def room_stage(
    event: Event,
    now: datetime,
    times: Times,
    *,
    room: str | None = None,
    asked: Asked = NOTHING,
    reader: Reader = EVERYBODY,
    mark: str = "",
) -> RoomStage:
    """The stage of ``room`` (None: the only one) at ``now``.

    Without a ``reader`` it is what everybody sees.
    """
    moment = moment_of(event, now, room=room)
    session = _session(event, moment)
    talk = _asked_of(session, moment)
    page, query = f"/e/{event.slug}/room", room_query(room)
    about = _questions(session, talk, asked.questions)
    shown = about[:_QUESTIONS]
    naming = Naming(language=times.language)
    slots = session.slots if session else ()
    names = {slot.talk.id: naming.who(slot.talk) for slot in slots}
    return RoomStage(
        key=room_key(room),
        version=event.revision,
        ask=f"{page}/ask{query}",
        vote=f"{page}/vote{query}",
        announcement=announcement(session, asked.messages, times),
        current=tuple(
            current_view(event, slot, moment, times, asked) for slot in moment.current
        ),
        on=entries(moment, times),
        ahead=_ahead(event, moment, times, asked),
        addressees=_addressees(session, talk, times.language),
        questions=tuple(
            _question_view(one, talk, names, times.language, reader) for one in shown
        ),
        more=len(about) - len(shown),
        day_words=times.day_words,
        mark=mark,
    )


def room_query(room: str | None) -> str:
    """What names ``room`` in an address; nothing for the only one."""
    return f"?{urlencode({'room': room})}" if room else ""


def room_key(room: str | None) -> str:
    """What ends the ids of the elements of ``room``; nothing for the only one."""
    return f"-{hashlib.sha256(room.encode()).hexdigest()[:6]}" if room else ""


def _session(event: Event, moment: Moment) -> TimedSession | None:
    """The session under way, else the next one."""
    slot = next(iter((*moment.current, *moment.ahead)), None)
    return session_of(event, slot) if slot else None


def _asked_of(session: TimedSession | None, moment: Moment) -> Slot | None:
    """The talk that questions are about: the one under way, else the last one given,
    else the one to come.
    """
    talks = (
        [slot for slot in session.slots if slot.talk.kind.is_talk] if session else []
    )
    states = {slot.talk.id: moment.state(slot) for slot in talks}
    for state in (SlotState.NOW, SlotState.DONE, SlotState.NEXT, SlotState.PLANNED):
        found = [slot for slot in talks if states[slot.talk.id] is state]
        if found:
            return found[-1] if state is SlotState.DONE else found[0]
    return None


def current_view(
    event: Event, slot: Slot, moment: Moment, times: Times, asked: Asked = NOTHING
) -> Current:
    """``slot``, which is on, at ``moment``."""
    talks = [one for one in session_of(event, slot).slots if one.talk.kind.is_talk]
    whole = max(1, int((ends_of(slot) - starts_of(slot)).total_seconds()))
    gone = int((moment.now - starts_of(slot)).total_seconds())
    link = slot.talk.link(LinkKind.SLIDES)
    return Current(
        slot=slot_view(event, slot, moment, times, was=asked.was.get(slot.talk.id)),
        number=talks.index(slot) + 1 if slot in talks else 0,
        of=len(talks),
        gone=min(gone, whole),
        whole=whole,
        starts=utc_iso(starts_of(slot)),
        ends=utc_iso(ends_of(slot)),
        left=length(ends_of(slot) - moment.now),
        late=ends_of(slot) <= moment.now,
        slides=asked.slides.get(slot.talk.id, link.url if link else ""),
    )


def _ahead(
    event: Event, moment: Moment, times: Times, asked: Asked
) -> tuple[SlotView, ...]:
    return tuple(
        slot_view(event, slot, moment, times, was=asked.was.get(slot.talk.id))
        for slot in moment.ahead[:_AHEAD]
    )


def announcement(
    session: TimedSession | None, messages: Iterable[Message], times: Times
) -> Announcement | None:
    """What was said last to all in the room of ``session``."""
    if session is None:
        return None
    found = [
        one
        for one in messages
        if one.session == session.session.id and one.talk is None
    ]
    if not found:
        return None
    last = max(found, key=lambda one: one.at)
    said = card_words(last.card, times.language) if last.card else last.text
    return Announcement(text=said, at=times.when(last.at))


def _addressees(
    session: TimedSession | None, chosen: Slot | None, language: str
) -> tuple[Addressee, ...]:
    naming = Naming(language=language)
    return tuple(
        Addressee(talk=slot.talk.id, who=naming.who(slot.talk), chosen=slot is chosen)
        for slot in (session.slots if session else ())
        if slot.talk.kind.is_talk and not slot.skipped
    )


def _questions(
    session: TimedSession | None, talk: Slot | None, questions: Iterable[Question]
) -> list[Question]:
    """Those about the talk, then what nobody has answered yet about the others."""
    if session is None or talk is None:
        return []
    known = {slot.talk.id for slot in session.slots} - {talk.talk.id}
    found = list(questions)
    own = [one for one in found if one.talk == talk.talk.id and one.state in _LAST]
    others = [one for one in found if one.talk in known and one.state in _RANKS]
    return [*sorted(own, key=lambda one: _LAST.index(one.state)), *others]


def _question_view(
    one: Question,
    talk: Slot | None,
    names: Mapping[TalkId, str],
    language: str,
    reader: Reader,
) -> QuestionView:
    return QuestionView(
        id=one.id,
        text=one.text,
        name=one.name,
        affiliation=one.affiliation,
        state=one.state,
        votes=votes(one.votes, language),
        to=names[one.talk] if talk and one.talk != talk.talk.id else "",
        voted=one.id in reader.voted,
        own=one.by == reader.registrant,
    )


def votes(count: int, language: str) -> str:
    """How many there are: "12 votes"."""
    text = words(language).ngettext("%(count)s vote", "%(count)s votes", count)
    return text % {"count": count}
