"""Owing messages, inside the transactions of what they follow from.

Functions take the session; the service that calls them owns the transaction.
"""

from collections.abc import Sequence

from sqlalchemy import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.database import run
from orchestrator.ids import EventId
from orchestrator.outbox.model import Owed
from orchestrator.outbox.tables import OutboxRow


async def owe(session: AsyncSession, messages: Sequence[Owed]) -> None:
    """Have ``messages`` be sent once this transaction is durable."""
    if messages:
        rows = [OutboxRow.of(one).model_dump() for one in messages]
        await run(session, insert(OutboxRow), rows)


async def owed(session: AsyncSession, event: EventId) -> tuple[Owed, ...]:
    """What is owed to the people of ``event``, the oldest first."""
    query = select(OutboxRow).where(OutboxRow.event_id == event)
    rows = await session.exec(query.order_by(col(OutboxRow.created), OutboxRow.id))
    return tuple(row.value() for row in rows)
