"""Messages of chairs, answered in values.

Functions take the session; the service that calls them owns the transaction.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert, select, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.database import run
from orchestrator.ids import EventId, RegistrantId, SessionId, TalkId
from orchestrator.stage.messages.model import Card, Message
from orchestrator.stage.messages.tables import StageMessageRow

_id, _event = col(StageMessageRow.id), col(StageMessageRow.event_id)
_MESSAGES: Select[*tuple[Any, ...]] = select(  # Any: columns of any type
    _id,
    col(StageMessageRow.session_id),
    col(StageMessageRow.talk_id),
    col(StageMessageRow.name),
    col(StageMessageRow.at),
    col(StageMessageRow.text),
    col(StageMessageRow.card),
    col(StageMessageRow.taken_back),
).order_by(_id)


async def of_event(session: AsyncSession, event: EventId) -> tuple[Message, ...]:
    """Every message of ``event``, in the order in which they were said."""
    rows = await run(session, _MESSAGES.where(_event == event))
    return tuple(map(_message, rows))


async def get(session: AsyncSession, event: EventId, message: int) -> Message | None:
    """The message of ``event``, None if it has none of that id."""
    query = _MESSAGES.where(_event == event, _id == message)
    row = (await run(session, query)).one_or_none()
    return None if row is None else _message(row)


async def add(
    session: AsyncSession, event: EventId, message: Message, by: RegistrantId
) -> str:
    """Insert ``message``, which ``by`` said; the id that it has now."""
    values = {
        "event_id": event,
        "session_id": message.session,
        "talk_id": message.talk,
        "registrant_id": by,
        "name": message.by,
        "at": message.at,
        "text": message.text,
        "card": message.card and message.card.value,
    }
    added = await run(session, insert(StageMessageRow).values(values).returning(_id))
    return str(added.scalar_one())


async def take_back(session: AsyncSession, message: int, at: datetime) -> bool:
    """Note that ``message`` was taken back; False if it was already."""
    there = update(StageMessageRow).where(
        _id == message, col(StageMessageRow.taken_back).is_(None)
    )
    return (await run(session, there.values(taken_back=at))).rowcount > 0


def _message(row: Iterable[Any]) -> Message:  # Any: columns of any type
    ident, session, talk, by, at, text, card, taken_back = row
    return Message(
        id=str(ident),
        session=SessionId(session),
        talk=talk and TalkId(talk),
        by=by,
        at=at,
        text=text,
        card=Card(card) if card else None,
        taken_back=taken_back,
    )
