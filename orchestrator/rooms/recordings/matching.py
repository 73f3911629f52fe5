"""Which recording is told of, where its provider had no name for it when it began."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from integrations.video.events import Recording, RecordingState
from orchestrator.rooms.recordings.model import Take


def began(told: Recording, now: datetime) -> datetime:
    """When what is told of at ``now`` began, as far as that can be said."""
    return told.started or now - timedelta(seconds=told.seconds)


def meant(takes: Iterable[Take], told: Recording, now: datetime) -> Take | None:
    """The one of ``takes``, all of one room and without a name, that ``told`` is of:
    they share time, and of several it began nearest. None where it is another one.
    """
    starts = began(told, now)
    runs = told.state is RecordingState.RUNNING
    ends = None if runs else told.ended or now
    sharing = [
        one
        for one in takes
        if (ends is None or _starts(one) <= ends)
        and (one.ended is None or starts <= one.ended)
    ]
    return min(sharing, key=lambda one: abs(_starts(one) - starts), default=None)


def _starts(take: Take) -> datetime:
    return take.started or take.noted
