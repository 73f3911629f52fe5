"""Epochs of stages, raised with each change.

Functions take the session; the service that calls them owns the transaction.
"""

from sqlalchemy import select, text
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.database import run
from orchestrator.ids import EventId
from orchestrator.stage.news.tables import StageEpochRow


async def raise_epoch(session: AsyncSession, event: EventId) -> int:
    """Count one more change of ``event``; which one it is.

    The last statement of a transaction: others who change the same stage wait for
    its end.
    """
    epoch: int = (await run(session, _RAISE, {"event": event})).scalar_one()
    return epoch


_RAISE = text(
    """
    INSERT INTO stage_epoch (event_id, epoch) VALUES (:event, 1)
    ON CONFLICT (event_id) DO UPDATE SET epoch = stage_epoch.epoch + 1
    RETURNING epoch
    """
)


async def epochs(session: AsyncSession) -> dict[EventId, int]:
    """The epoch of every event that has one."""
    query = select(col(StageEpochRow.event_id), col(StageEpochRow.epoch))
    return {EventId(event): epoch for event, epoch in await run(session, query)}
