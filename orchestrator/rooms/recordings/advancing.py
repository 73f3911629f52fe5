"""What a provider tells of a recording, taken into what is known of it."""

from dataclasses import replace
from datetime import datetime

from integrations.video.events import Recording, RecordingState
from orchestrator.rooms.recordings.model import State, Take

_STATES = {
    RecordingState.RUNNING: State.RUNNING,
    RecordingState.PROCESSING: State.PROCESSING,
    RecordingState.READY: State.READY,
    RecordingState.FAILED: State.FAILED,
}


def state_of(told: Recording) -> State:
    """How far it is by the provider."""
    return _STATES[told.state]


def advanced(take: Take, told: Recording, now: datetime) -> Take:
    """``take`` with what was told of it at ``now``, in whatever order that comes: an
    earlier state that is told later changes nothing, nor anything once we have it.
    """
    if take.state is State.KEPT:
        return take
    state = max(take.state, state_of(told), key=lambda one: one.rank)
    over = state.rank > State.RUNNING.rank
    return replace(
        take,
        reference=told.id,
        state=state,
        started=take.started or told.started,
        ended=take.ended or (now if over else None),
        seconds=told.seconds or take.seconds,
        size=told.size or take.size,
        location=told.location or take.location,
    )
