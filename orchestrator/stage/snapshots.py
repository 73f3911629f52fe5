"""What an undo needs to know: how a rundown was before a press."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from orchestrator.ids import TalkId
from orchestrator.stage.laying import in_order
from orchestrator.stage.model import Cue, Rundown


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What a press changed, as it was: ``cues`` of other values, or that left the
    session; ``new`` are those that it added.
    """

    starts: datetime
    ends: datetime
    refused: datetime | None
    cues: tuple[Cue, ...]
    new: tuple[TalkId, ...] = ()


def taken(before: Rundown, after: Rundown) -> Snapshot:
    """What brings ``after`` back to ``before``."""
    known = {cue.talk for cue in before.cues}
    return Snapshot(
        starts=before.starts,
        ends=before.ends,
        refused=before.refused,
        cues=tuple(cue for cue in before.cues if after.cue(cue.talk) != cue),
        new=tuple(cue.talk for cue in after.cues if cue.talk not in known),
    )


def restored(present: Rundown, snapshot: Snapshot) -> Rundown:
    """``present``, to which the press has led, as it was before, one version later."""
    zone = present.ends.tzinfo
    cues = {cue.talk: cue for cue in present.cues if cue.talk not in snapshot.new}
    cues.update((cue.talk, _in_zone(cue, zone)) for cue in snapshot.cues)
    return replace(
        present,
        version=present.version + 1,
        starts=snapshot.starts.astimezone(zone),
        ends=snapshot.ends.astimezone(zone),
        cues=in_order(cues.values()),
        refused=snapshot.refused and snapshot.refused.astimezone(zone),
    )


def print_of(rundown: Rundown) -> str:
    """The same for rundowns that agree in all but their version."""
    told = [
        _stamps((rundown.starts, rundown.ends, rundown.refused)),
        *(
            (
                cue.talk,
                cue.state.value,
                cue.talk_time,
                cue.question_time,
                _stamps((cue.starts, cue.ends, cue.actual_starts, cue.actual_ends)),
            )
            for cue in rundown.cues
        ),
    ]
    return hashlib.blake2b(repr(told).encode(), digest_size=16).hexdigest()


def _stamps(moments: Iterable[datetime | None]) -> list[float | None]:
    return [None if one is None else one.timestamp() for one in moments]


def _in_zone(cue: Cue, zone: tzinfo | None) -> Cue:
    return replace(
        cue, starts=cue.starts.astimezone(zone), ends=cue.ends.astimezone(zone)
    )
