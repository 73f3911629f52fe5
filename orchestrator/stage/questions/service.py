"""Questions: asked by people of the meeting, voted up, decided by the chair."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.access.model import Identity
from orchestrator.database import Database, now
from orchestrator.ids import RegistrantId, TalkId, new_id
from orchestrator.programme.model import Event, Kind
from orchestrator.registration import store as registration
from orchestrator.registration.likeness import clean
from orchestrator.stage.news.service import News
from orchestrator.stage.parties import (
    NotOfThisMeeting,
    chairs,
    check_chair,
    check_person,
    check_speaker,
    session_of,
)
from orchestrator.stage.questions import store
from orchestrator.stage.questions.deciding import LEFT_OVER, VOTED, decided
from orchestrator.stage.questions.errors import (
    BadQuestion,
    NoSuchQuestion,
    OwnVote,
    QuestionClosed,
    TooManyQuestions,
)
from orchestrator.stage.questions.exporting import Format, write
from orchestrator.stage.questions.model import (
    MOST_CHARACTERS,
    Question,
    QuestionState,
)

MOST_OPEN = 20
"""Questions that one person may have open at a meeting."""

BETWEEN = timedelta(seconds=5)
"""Between two questions of one person."""


class Questions:
    """The questions of every event."""

    def __init__(self, database: Database, news: News) -> None:
        self._database = database
        self._news = news

    async def of(self, event: Event, *, removed: bool = False) -> tuple[Question, ...]:
        """All questions of ``event``, most votes first, then the oldest; those that
        were removed only for chairs, who ask for them.
        """
        async with self._database.reading() as session:
            found = await store.of_event(session, event.id)
        return _without_removed(found, removed=removed)

    async def of_talk(
        self, event: Event, talk: TalkId, *, removed: bool = False
    ) -> tuple[Question, ...]:
        """Those of ``talk``, in the same order; raises ``NoSuchTalk``."""
        session_of(event, talk)
        async with self._database.reading() as session:
            found = await store.of_talk(session, event.id, talk)
        return _without_removed(found, removed=removed)

    async def left_over(self, event: Event) -> Mapping[TalkId, tuple[Question, ...]]:
        """By talk, what nobody has answered: its speaker has it afterwards."""
        found: dict[TalkId, list[Question]] = defaultdict(list)
        for one in await self.of(event):
            if one.state in LEFT_OVER:
                found[one.talk].append(one)
        return {talk: tuple(questions) for talk, questions in found.items()}

    async def export(
        self, event: Event, talk: TalkId, who: Identity, form: Format, language: str
    ) -> str:
        """What nobody has answered of ``talk``, for its speaker or the chair.

        Raises ``NoSuchTalk`` or ``SpeakersOnly``.
        """
        if not chairs(event, who, session_of(event, talk).session.id):
            check_speaker(event, who, talk)
        left = (await self.left_over(event)).get(talk, ())
        return write(event, left, form, language)

    async def voted(self, event: Event, who: RegistrantId) -> frozenset[str]:
        """The questions that have the vote of ``who``."""
        async with self._database.reading() as session:
            return await store.voted_by(session, event.id, who)

    async def ask(
        self, event: Event, talk: TalkId, who: Identity, text: str
    ) -> Question:
        """Ask ``text`` of ``talk``; who asks it votes for it.

        Raises ``NoSuchTalk``, ``NotOfThisMeeting``, ``BadQuestion`` or
        ``TooManyQuestions``.
        """
        check_person(event, who)
        _check_answered(event, talk)
        said = _readable(text)
        async with self._news.change(event) as change:
            # His row is locked from here on: two of his devices ask in turn.
            version = await registration.locked_version(change.session, who.registrant)
            if version != who.version:
                raise NotOfThisMeeting("Open your personal link again.")
            moment = await now(change.session) + event.clock_offset
            _check_often(
                *await store.asked_by(change.session, event.id, who.registrant), moment
            )
            asked = new_id()
            await store.add(
                change.session,
                asked,
                event.id,
                talk=talk,
                by=who.registrant,
                text=said,
                at=moment,
            )
            return await _stored(change.session, event, asked)

    async def vote(
        self, event: Event, question_id: str, who: Identity, *, on: bool
    ) -> Question:
        """Count the vote of ``who``, or count it no more; once is as good as twice.

        Raises ``NoSuchQuestion``, ``NotOfThisMeeting``, ``QuestionClosed``, or
        ``OwnVote`` when who asked takes his own back.
        """
        check_person(event, who)
        async with self._news.change(event) as change:
            question = await _stored(change.session, event, question_id)
            if question.state not in VOTED:
                raise QuestionClosed(
                    "Votes are no longer counted.", state=question.state.value
                )
            if not on and question.by == who.registrant:
                raise OwnVote("Votes of others can be taken back, yours cannot.")
            write = store.vote if on else store.take_back
            change.made = await write(change.session, question.id, who.registrant)
            return await _stored(change.session, event, question_id)

    async def decide(
        self, event: Event, question_id: str, state: QuestionState, by: Identity
    ) -> Question:
        """Have the question be ``state``; the one of its talk that was taken before
        is answered when another is taken.

        Raises ``NoSuchQuestion``, ``NoSuchTalk`` when its talk is not in the programme
        any more, ``ChairsOnly``, or ``QuestionClosed`` when it has to be reopened first.
        """
        async with self._news.change(event) as change:
            question = await _stored(change.session, event, question_id)
            timed = session_of(event, question.talk)
            check_chair(event, by, timed.session.id)
            states = await store.states_of_talk(change.session, question.talk)
            changes = decided(states, question.id, state)
            await store.set_states(change.session, changes)
            change.made = bool(changes)
            return await _stored(change.session, event, question_id)


async def _stored(session: AsyncSession, event: Event, question: str) -> Question:
    # No database is asked for what none can hold.
    known = question.isprintable()
    found = await store.get(session, event.id, question) if known else None
    if found is None:
        raise NoSuchQuestion(f"{event.slug} has no question {question!a}.")
    return found


def _without_removed(
    questions: Iterable[Question], *, removed: bool
) -> tuple[Question, ...]:
    return tuple(
        one for one in questions if removed or one.state is not QuestionState.REMOVED
    )


def _check_answered(event: Event, talk: TalkId) -> None:
    """Refuse a question to nobody."""
    slots = session_of(event, talk).slots
    if any(one.talk.id == talk and one.talk.kind is Kind.BREAK for one in slots):
        raise BadQuestion("Nobody answers in a break. Choose a talk.")


def _readable(text: str) -> str:
    """``text`` on one line, without control and invisible characters."""
    said = clean(text)
    if not said:
        raise BadQuestion("Write your question first.")
    if len(said) > MOST_CHARACTERS:
        raise BadQuestion(
            f"It has {len(said)} characters. Say it in {MOST_CHARACTERS}.",
            most=MOST_CHARACTERS,
        )
    return said


def _check_often(is_open: int, last: datetime | None, moment: datetime) -> None:
    """Refuse more than one person may ask; ``last``: when he last did."""
    if is_open >= MOST_OPEN:
        raise TooManyQuestions(
            f"{MOST_OPEN} of yours are open. Ask again when some are answered.",
            most=MOST_OPEN,
        )
    # A clock that was set back (a demo) makes nobody wait.
    if last is not None and timedelta() <= moment - last < BETWEEN:
        raise TooManyQuestions(
            "You have just asked one. Wait a few seconds.",
            again=(last + BETWEEN - moment).total_seconds(),
        )
