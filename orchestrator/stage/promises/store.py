"""What presses changed, as it was before the first of them."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import and_, bindparam, or_, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.database import run
from orchestrator.ids import EventId, SessionId, TalkId
from orchestrator.stage.tables import ActionRow, RundownRow

_MOMENT = TypeAdapter(datetime)
_VERSIONS = select(col(RundownRow.session_id), col(RundownRow.version)).where(
    col(RundownRow.event_id) == bindparam("event")
)
_BEHIND = select(col(ActionRow.before)).order_by(
    col(ActionRow.at), col(ActionRow.version)
)

Versions = Mapping[SessionId, int]
"""Up to which press of each session was read."""


async def versions(session: AsyncSession, event: EventId) -> dict[SessionId, int]:
    """At which version each session is that a chair has pressed in."""
    rows = await run(session, _VERSIONS, {"event": event})
    return {SessionId(ident): version for ident, version in rows}


async def first_starts(
    session: AsyncSession, former: Versions, present: Versions
) -> dict[TalkId, datetime]:
    """When each talk that a chair has changed between those versions was promised
    before he did.
    """
    behind = [
        and_(
            col(ActionRow.session_id) == ident,
            col(ActionRow.version) > former.get(ident, 0),
            col(ActionRow.version) <= version,
        )
        for ident, version in present.items()
        if version > former.get(ident, 0)
    ]
    found: dict[TalkId, datetime] = {}
    if not behind:
        return found
    for before in (await run(session, _BEHIND.where(or_(*behind)))).scalars():
        for cue in before["cues"]:
            if cue["talk"] not in found:
                found[TalkId(cue["talk"])] = _MOMENT.validate_python(cue["starts"])
    return found
