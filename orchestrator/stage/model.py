"""A session while it is live: what is on, what comes, what is told.

The *rundown* is the running order; the timetable is what was promised outside.
A rundown's cues carry the promised times with them, so one value says both, and
pure rules (``actions``, ``retiming``, ``timers``) decide over it alone.

All moments are aware and those of the event (the database's clock, moved by the
event's offset).
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from orchestrator.ids import RegistrantId, SessionId, TalkId
from orchestrator.programme.model import Kind

LEAST = timedelta(minutes=1)
"""What a cue lasts at least: a pause that is eaten up stays in calendars."""


def between(earlier: datetime, later: datetime) -> timedelta:
    """How much later that is in real time: the clocks may change meanwhile."""
    return later.astimezone(UTC) - earlier.astimezone(UTC)


class CueState(StrEnum):
    """Where a cue stands. At most one of a session is live."""

    PLANNED = "planned"
    LIVE = "live"
    DONE = "done"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One step of the running order: a talk, a break or a discussion.

    ``starts``/``ends`` are promised outside (the slot). ``talk_time`` and
    ``question_time`` are what it has; together they may differ from the slot once the chair
    extended it, until a re-timing is accepted. ``actual_starts`` is given once live,
    ``actual_ends`` once done; a cue taken back has neither.
    """

    talk: TalkId
    kind: Kind
    starts: datetime
    ends: datetime
    talk_time: timedelta
    question_time: timedelta = timedelta()
    state: CueState = CueState.PLANNED
    actual_starts: datetime | None = None
    actual_ends: datetime | None = None

    @property
    def length(self) -> timedelta:
        """All that it has: talk and questions."""
        return self.talk_time + self.question_time

    @property
    def began(self) -> datetime:
        """When it started, or is to start."""
        return self.actual_starts or self.starts

    @property
    def fixed(self) -> bool:
        """Whether its start is protected: people come for an invited talk alone."""
        return self.kind is Kind.INVITED

    @property
    def ahead(self) -> bool:
        """Whether it is still to come."""
        return self.state is CueState.PLANNED


@dataclass(frozen=True, slots=True, kw_only=True)
class Rundown:
    """The running order of one session at one version.

    Its moments are in the event's zone: the day ends by that. ``starts``/``ends``
    bound the session as promised outside. ``refused`` is the
    end of the cue under way for which the chair wants no proposal, nor for one that is
    little later: None for none refused.
    """

    session: SessionId
    version: int
    starts: datetime
    ends: datetime
    cues: tuple[Cue, ...]
    refused: datetime | None = None

    @property
    def day_ends(self) -> datetime:
        """The midnight up to which the session may last: that after its promised end."""
        day = (self.ends - timedelta.resolution).date() + timedelta(days=1)
        return datetime.combine(day, time(), self.ends.tzinfo)

    @property
    def live(self) -> Cue | None:
        """The cue under way."""
        return next((cue for cue in self.cues if cue.state is CueState.LIVE), None)

    @property
    def ahead(self) -> tuple[Cue, ...]:
        """Those still to come, in running order."""
        return tuple(cue for cue in self.cues if cue.ahead)

    @property
    def next(self) -> Cue | None:
        """The one that "next" brings on."""
        return next((cue for cue in self.cues if cue.ahead), None)

    @property
    def begun(self) -> bool:
        """Whether the chair has started anything."""
        return any(cue.actual_starts is not None for cue in self.cues)

    def cue(self, talk: TalkId) -> Cue | None:
        """The cue of ``talk``, None if it is not of this session."""
        return next((cue for cue in self.cues if cue.talk == talk), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One cue as a re-timing would have it; ``was`` and ``now`` are start and end."""

    talk: TalkId
    was: tuple[datetime, datetime]
    now: tuple[datetime, datetime]

    @property
    def later(self) -> timedelta:
        """By how much it would start later; negative for earlier."""
        return between(self.was[0], self.now[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """What a re-timing cannot keep: a protected start, or the session's end."""

    talk: TalkId | None
    """The invited talk that would start later; None for the end of the session."""
    was: datetime
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What follows if the cue under way ends at ``until`` (a whole minute).

    ``shifts`` are the cues whose promised times would change, in running order; the
    cue under way is the first of them where its own end would. ``ends`` is that of the session
    then. ``eaten`` is the time for questions of the cue under way as it is and as it
    would be, where that is less. With ``breaches`` it needs a second press, which names
    them.
    """

    until: datetime
    shifts: tuple[Shift, ...]
    ends: datetime
    breaches: tuple[Breach, ...] = ()
    eaten: tuple[timedelta, timedelta] | None = None

    @property
    def delay(self) -> timedelta:
        """The largest shift of a start."""
        return max((one.later for one in self.shifts), default=timedelta())


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One press that was carried out: the step to ``version``.

    ``by`` is who pressed, ``name`` as he was called then. ``action`` is its JSON
    form. ``undone`` is the version that took it back.
    """

    version: int
    by: RegistrantId
    name: str
    at: datetime
    action: dict[str, object] = field(hash=False)
    undone: int | None = None
