"""What the clocks of a session show at a moment, and when its bells ring.

Lengths count down and are negative once over; a delay is positive when late and
negative when early.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from orchestrator.stage.model import Rundown, between
from orchestrator.stage.retiming import due

SOON = timedelta(minutes=5)
BELLS = (5, 1, 0)
"""Minutes left at which a bell rings, where nothing else is chosen."""


class Phase(StrEnum):
    """The colour of a clock: green, amber, red."""

    ON_TIME = "on-time"
    SOON = "soon"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Countdown:
    """From ``starts`` to ``ends``; ``left`` is negative once over."""

    starts: datetime
    ends: datetime
    left: timedelta
    phase: Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class Timers:
    """The clocks of a session at ``at``.

    ``talk`` and ``questions`` are the two parts of what is live, ``whole`` both
    together; None while nobody is on (or there are no questions). ``next_late``: how
    late the next one can start, None after the last. ``session_late``: how late the
    session would end if nothing were shortened.
    """

    at: datetime
    talk: Countdown | None
    questions: Countdown | None
    whole: Countdown | None
    next_late: timedelta | None
    session_late: timedelta

    @property
    def phase(self) -> Phase | None:
        """That of the part under way: of the talk, then of its questions."""
        talk, questions = self.talk, self.questions
        if talk is None:
            return None
        if questions is None or talk.phase is not Phase.OVER:
            return talk.phase
        return questions.phase


@dataclass(frozen=True, slots=True, kw_only=True)
class Bell:
    """It rings at ``at``, with ``minutes`` left of the talk or of its questions."""

    at: datetime
    minutes: int
    questions: bool


def timers(rundown: Rundown, now: datetime, *, soon: timedelta = SOON) -> Timers:
    """The clocks at ``now``; amber when no more than ``soon`` is left."""
    talk = questions = whole = None
    if (live := rundown.live) is not None:
        began = live.began.astimezone(UTC)
        turn, ends = began + live.talk_time, began + live.length
        talk = _countdown(began, turn, now, soon)
        whole = _countdown(began, ends, now, soon)
        if live.question_time:
            questions = _countdown(turn, ends, now, soon)
    ready, coming = due(rundown, now), rundown.next
    late = between(coming.starts, ready) if ready and coming else None
    return Timers(
        at=now,
        talk=talk,
        questions=questions,
        whole=whole,
        next_late=late,
        session_late=between(rundown.ends, forecast(rundown, now)),
    )


def forecast(
    rundown: Rundown, now: datetime, *, ready: datetime | None = None
) -> datetime:
    """When the session would end if nothing were shortened.

    One that has not begun waits for ``ready``, if given. All is over: when it was.
    """
    at = due(rundown, now)
    if at is None:
        ended = (cue.actual_ends for cue in rundown.cues if cue.actual_ends)
        return max(ended, default=rundown.ends)
    if ready is not None and not rundown.begun:
        at = max(at, ready)
    at = at.astimezone(UTC)
    for cue in rundown.ahead:
        at = max(cue.starts.astimezone(UTC), at) + cue.length
    return at.astimezone(rundown.ends.tzinfo)


def day_late(rundowns: Iterable[Rundown], now: datetime) -> timedelta:
    """How late the last session of a day would end, if nothing were shortened.

    ``rundowns`` are those of one room that follow each other: what is late makes
    the next ones late, as far as the time between them does not make up for it.
    """
    late, ready = timedelta(), None
    for rundown in sorted(rundowns, key=lambda one: one.starts):
        ready = forecast(rundown, now, ready=ready)
        late = between(rundown.ends, ready)
    return late


def bells(rundown: Rundown, minutes: Collection[int] = BELLS) -> tuple[Bell, ...]:
    """When bells ring for what is live, in order, with ``minutes`` left.

    Each part has its own; one that is no longer than that has none.
    """
    if (live := rundown.live) is None:
        return ()
    turn = live.began.astimezone(UTC) + live.talk_time
    parts = (
        (turn, live.talk_time, False),
        (turn + live.question_time, live.question_time, True),
    )
    return tuple(
        Bell(
            at=(ends - timedelta(minutes=left)).astimezone(live.began.tzinfo),
            minutes=left,
            questions=questions,
        )
        for ends, length, questions in parts
        for left in sorted(minutes, reverse=True)
        if timedelta(minutes=left) < length
    )


def _countdown(
    starts: datetime, ends: datetime, now: datetime, soon: timedelta
) -> Countdown:
    left = ends - now
    phase = Phase.ON_TIME
    if left <= timedelta():
        phase = Phase.OVER
    elif left <= soon:
        phase = Phase.SOON
    return Countdown(starts=starts, ends=ends, left=left, phase=phase)
