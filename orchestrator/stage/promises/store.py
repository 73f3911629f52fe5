"""What presses changed, as it was before the first of them."""

from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import bindparam, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.database import run
from orchestrator.ids import EventId, TalkId
from orchestrator.stage.snapshots import Snapshot
from orchestrator.stage.tables import ActionRow, RundownRow

_SNAPSHOT = TypeAdapter(Snapshot)
_OLDEST_FIRST = (
    select(col(ActionRow.before))
    .join(RundownRow, col(RundownRow.session_id) == col(ActionRow.session_id))
    .where(col(RundownRow.event_id) == bindparam("event"))
    .order_by(col(ActionRow.at), col(ActionRow.version))
)


async def first_starts(session: AsyncSession, event: EventId) -> dict[TalkId, datetime]:
    """When each talk that a chair has changed was promised before he did."""
    found: dict[TalkId, datetime] = {}
    for before in (await run(session, _OLDEST_FIRST, {"event": event})).scalars():
        for cue in _SNAPSHOT.validate_python(before).cues:
            found.setdefault(cue.talk, cue.starts)
    return found
