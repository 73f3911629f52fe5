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
        reference=told.id or take.reference,
        state=state,
        started=_started(take, told),
        ended=take.ended or ((told.ended or now) if over else None),
        seconds=told.seconds or take.seconds,
        size=told.size or take.size,
        location=told.location or take.location,
        # It was given up, and has come all the same.
        error="" if state is State.READY else take.error,
    )


def _started(take: Take, told: Recording) -> datetime | None:
    """When it began. What has no name yet is known by that, so it is the provider's
    word that counts: of its file, or of the last beginning while it runs, so that the
    end of an earlier one, told late, is not taken for its own.
    """
    if take.started is None or told.started is None or take.reference is not None:
        return take.started or told.started
    if told.id:
        return told.started
    runs = take.state.rank <= State.RUNNING.rank
    return max(take.started, told.started) if runs else take.started
