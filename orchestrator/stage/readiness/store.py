"""What speakers told of themselves, answered in values.

Functions take the session; the service that calls them owns the transaction.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.ids import EventId, RegistrantId, TalkId
from orchestrator.stage.readiness.model import Told, Wish
from orchestrator.stage.readiness.tables import ReadinessRow

Key = tuple[TalkId, RegistrantId]


async def of_event(session: AsyncSession, event: EventId) -> Mapping[Key, Told]:
    """What was told by each speaker of each talk of ``event``."""
    query = select(ReadinessRow).where(ReadinessRow.event_id == event)
    return {
        (TalkId(row.talk_id), RegistrantId(row.registrant_id)): Told(
            phone=row.phone,
            wish=Wish(row.wish) if row.wish else None,
            tested=row.tested,
        )
        for row in await session.exec(query)
    }


async def tell(
    session: AsyncSession,
    event: EventId,
    key: Key,
    *,
    phone: str | None,
    wish: Wish | None,
    tested: datetime | None,
) -> None:
    """Write what is not None; the rest stays. The speaker's row is locked by then."""
    talk, registrant = key
    row = await session.get(ReadinessRow, key) or ReadinessRow(
        talk_id=talk, registrant_id=registrant, event_id=event
    )
    if phone is not None:
        row.phone = phone
    if wish is not None:
        row.wish = wish.value
    if tested is not None:
        row.tested = tested
    session.add(row)
    await session.flush()
