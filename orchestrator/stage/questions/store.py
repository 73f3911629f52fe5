"""Questions and votes, answered in values.

Functions take the session; the service that calls them owns the transaction.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    column,
    delete,
    func,
    insert,
    select,
    table,
    update,
)
from sqlalchemy import (
    text as statement,
)
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.database import run
from orchestrator.ids import EventId, RegistrantId, TalkId
from orchestrator.stage.questions.model import Question, QuestionState
from orchestrator.stage.questions.tables import QuestionRow, QuestionVoteRow

_id, _event = col(QuestionRow.id), col(QuestionRow.event_id)
_talk, _by = col(QuestionRow.talk_id), col(QuestionRow.registrant_id)
_asked, _state = col(QuestionRow.asked), col(QuestionRow.state)
_voted, _voter = col(QuestionVoteRow.question_id), col(QuestionVoteRow.registrant_id)

# The people are the registration's; their names are read with the questions.
_people = table("registrant", column("id"), column("name"), column("affiliation"))


async def of_event(session: AsyncSession, event: EventId) -> tuple[Question, ...]:
    """Every question of ``event``: most votes first, then the oldest."""
    return await _questions(session, _event == event)


async def of_talk(
    session: AsyncSession, event: EventId, talk: TalkId
) -> tuple[Question, ...]:
    """Those of ``talk``, in the same order."""
    return await _questions(session, (_event == event) & (_talk == talk))


async def get(session: AsyncSession, event: EventId, question: str) -> Question | None:
    """The question of ``event``, None if it has none of that id."""
    found = await _questions(session, (_event == event) & (_id == question))
    return found[0] if found else None


async def _questions(
    session: AsyncSession, condition: ColumnElement[bool]
) -> tuple[Question, ...]:
    votes = (
        select(func.count())
        .where(_voted == _id)
        .correlate(QuestionRow)
        .scalar_subquery()
        .label("votes")
    )
    people = _people.c
    query = (
        select(
            _id,
            _talk,
            _by,
            people.name,
            people.affiliation,
            col(QuestionRow.text),
            _asked,
            _state,
            votes,
        )
        .join_from(QuestionRow, _people, people.id == _by)
        .where(condition)
        .order_by(votes.desc(), _asked, _id)
    )
    return tuple(map(_question, await run(session, query)))


def _question(row: Iterable[Any]) -> Question:  # Any: columns of any type
    ident, talk, by, name, affiliation, said, asked, state, votes = row
    return Question(
        id=ident,
        talk=TalkId(talk),
        by=RegistrantId(by),
        name=name,
        affiliation=affiliation,
        text=said,
        asked=asked,
        state=QuestionState(state),
        votes=votes,
    )


async def add(
    session: AsyncSession,
    question: str,
    event: EventId,
    *,
    talk: TalkId,
    by: RegistrantId,
    text: str,
    at: datetime,
) -> None:
    """Insert an open question called ``question``, with the vote of who asks it."""
    row = QuestionRow(
        id=question,
        event_id=event,
        talk_id=talk,
        registrant_id=by,
        text=text,
        asked=at,
        state=QuestionState.OPEN.value,
    )
    await run(session, insert(QuestionRow).values(row.model_dump()))
    await vote(session, question, by)


async def asked_by(
    session: AsyncSession, event: EventId, who: RegistrantId
) -> tuple[int, datetime | None]:
    """How many questions of ``who`` are open, and when he asked the last one."""
    is_open = _state == QuestionState.OPEN.value
    query = select(func.count().filter(is_open), func.max(_asked)).where(
        _event == event, _by == who
    )
    number, last = (await run(session, query)).one()
    return number, last


async def states_of_talk(
    session: AsyncSession, talk: TalkId
) -> dict[str, QuestionState]:
    """The state of every question of ``talk``; until the transaction ends nobody else
    decides over them. SQLite has one writer anyway.
    """
    query = select(_id, _state).where(_talk == talk).order_by(_id)
    # Votes refer to these rows and go on meanwhile.
    rows = await run(session, query.with_for_update(key_share=True))
    return {ident: QuestionState(state) for ident, state in rows}


async def set_states(
    session: AsyncSession, changes: Mapping[str, QuestionState]
) -> None:
    """Write ``changes``, in their order."""
    for ident, state in changes.items():
        there = update(QuestionRow).where(_id == ident)
        await run(session, there.values(state=state.value))


async def vote(session: AsyncSession, question: str, who: RegistrantId) -> bool:
    """Count the vote of ``who``; False when it was counted already."""
    done = await run(session, _VOTE, {"question": question, "who": who})
    return done.rowcount > 0


_VOTE = statement(
    "INSERT INTO question_vote (question_id, registrant_id) "
    "VALUES (:question, :who) ON CONFLICT DO NOTHING"
)


async def take_back(session: AsyncSession, question: str, who: RegistrantId) -> bool:
    """Count the vote of ``who`` no more; False when there was none."""
    there = delete(QuestionVoteRow).where(_voted == question, _voter == who)
    return (await run(session, there)).rowcount > 0


async def voted_by(
    session: AsyncSession, event: EventId, who: RegistrantId
) -> frozenset[str]:
    """The questions of ``event`` that have the vote of ``who``."""
    query = select(_voted).join(QuestionRow, _id == _voted)
    rows = await run(session, query.where(_event == event, _voter == who))
    return frozenset(rows.scalars())
