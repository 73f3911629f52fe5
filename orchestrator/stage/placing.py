"""From slots to a rundown and back: what happened is theirs, the rest is noted."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from orchestrator.ids import TalkId
from orchestrator.programme.model import Slot, Talk, TimedSession
from orchestrator.stage.laying import in_order
from orchestrator.stage.lengths import lengths
from orchestrator.stage.model import Cue, CueState, Rundown, between

Lengths = tuple[timedelta, timedelta]
"""Talk time and question time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """What is kept of a session beside its slots.

    ``lengths`` are those of talks that have others than by default. ``told`` is the
    start that the speaker of a talk was last told, while another is promised.
    """

    version: int = 0
    refused: datetime | None = None
    lengths: Mapping[TalkId, Lengths] = field(default_factory=dict, hash=False)
    told: Mapping[TalkId, datetime] = field(default_factory=dict, hash=False)


def rundown_of(timed: TimedSession, notes: Notes) -> Rundown:
    """The rundown of a session; its moments are in the event's zone."""
    zone = timed.starts.tzinfo
    cues = (_cue(slot, notes.lengths.get(slot.talk.id)) for slot in timed.slots)
    return Rundown(
        session=timed.session.id,
        version=notes.version,
        starts=timed.starts,
        ends=timed.ends,
        cues=in_order(cues),
        refused=notes.refused and notes.refused.astimezone(zone),
    )


def noted(rundown: Rundown, told: Mapping[TalkId, datetime]) -> Notes:
    """What is to be kept of ``rundown`` beside its slots."""
    own = {cue.talk: (cue.talk_time, cue.question_time) for cue in rundown.cues}
    usual = {
        cue.talk: lengths(cue.kind, between(cue.starts, cue.ends))
        for cue in rundown.cues
    }
    return Notes(
        version=rundown.version,
        refused=rundown.refused,
        lengths={talk: one for talk, one in own.items() if one != usual[talk]},
        told=told,
    )


def placed(
    timed: TimedSession, rundown: Rundown, talks: Mapping[TalkId, Talk]
) -> TimedSession:
    """``timed`` as ``rundown`` has it, in time order; its cues are of ``talks``."""
    zone = timed.starts.tzinfo
    slots = [
        Slot(
            talk=talks[cue.talk],
            starts=cue.starts.astimezone(zone),
            ends=cue.ends.astimezone(zone),
            actual_starts=cue.actual_starts,
            actual_ends=cue.actual_ends,
            skipped=cue.state is CueState.SKIPPED,
        )
        for cue in rundown.cues
    ]
    slots.sort(key=lambda slot: slot.starts.timestamp())
    session = replace(
        timed.session,
        # Its bounds are its own from now on, whatever stands in it.
        starts=rundown.starts.astimezone(zone),
        ends=rundown.ends.astimezone(zone),
        talks=tuple(slot.talk for slot in slots),
    )
    return TimedSession(session=session, slots=tuple(slots))


def _cue(slot: Slot, own: Lengths | None) -> Cue:
    promised = between(slot.starts, slot.ends)
    talk_time, question_time = own or lengths(slot.talk.kind, promised)
    return Cue(
        talk=slot.talk.id,
        kind=slot.talk.kind,
        starts=slot.starts,
        ends=slot.ends,
        talk_time=talk_time,
        question_time=question_time,
        state=_state(slot),
        actual_starts=slot.actual_starts,
        actual_ends=slot.actual_ends,
    )


def _state(slot: Slot) -> CueState:
    if slot.skipped:
        return CueState.SKIPPED
    if slot.actual_ends is not None:
        return CueState.DONE
    return CueState.PLANNED if slot.actual_starts is None else CueState.LIVE
