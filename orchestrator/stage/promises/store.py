"""What presses changed, as it was before the first of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import bindparam, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.database import run
from orchestrator.ids import EventId, SessionId, TalkId
from orchestrator.stage.snapshots import Snapshot
from orchestrator.stage.tables import ActionRow, RundownRow

_SNAPSHOT = TypeAdapter(Snapshot)
_VERSIONS = select(col(RundownRow.session_id), col(RundownRow.version)).where(
    col(RundownRow.event_id) == bindparam("event")
)
_SINCE = select(col(ActionRow.at), col(ActionRow.version), col(ActionRow.before)).where(
    col(ActionRow.session_id) == bindparam("session"),
    col(ActionRow.version) > bindparam("version"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class First:
    """When each talk that a chair has changed was promised before he did, as far as
    the ``versions`` of the sessions tell.
    """

    starts: Mapping[TalkId, datetime] = field(default_factory=dict)
    versions: Mapping[SessionId, int] = field(default_factory=dict)


async def first_starts(session: AsyncSession, event: EventId, known: First) -> First:
    """What is ``known``, and what was pressed in the sessions of ``event`` since: a
    day has thousands of presses.
    """
    rows = await run(session, _VERSIONS, {"event": event})
    versions = {SessionId(ident): version for ident, version in rows}
    new: list[tuple[datetime, int, object]] = []
    for ident, version in versions.items():
        seen = known.versions.get(ident, 0)
        if version > seen:
            since = {"session": ident, "version": seen}
            new += [(*row,) for row in await run(session, _SINCE, since)]
    new.sort(key=lambda press: press[:2])
    starts = dict(known.starts)
    for _, _, before in new:
        for cue in _SNAPSHOT.validate_python(before).cues:
            starts.setdefault(cue.talk, cue.starts)
    return First(starts=starts, versions=versions)
