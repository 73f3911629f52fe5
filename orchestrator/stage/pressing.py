"""What one press makes of the sessions of an event: pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from orchestrator.access.model import Identity
from orchestrator.ids import SessionId, TalkId
from orchestrator.programme.errors import NoSuchSession
from orchestrator.programme.model import Event, Kind, Talk, TimedSession
from orchestrator.stage.actions import apply, insert, transfer
from orchestrator.stage.errors import Impossible
from orchestrator.stage.model import Rundown
from orchestrator.stage.placing import Notes, placed, rundown_of
from orchestrator.stage.schemas import Action, Insert, Transfer, Undo
from orchestrator.stage.snapshots import Snapshot, print_of, restored


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A press as the transaction finds it. ``moment`` is the database's time."""

    event: Event
    notes: Mapping[SessionId, Notes]
    session: SessionId
    action: Action
    by: Identity
    moment: datetime

    @property
    def now(self) -> datetime:
        """The moment that the event is at."""
        return self.moment + self.event.clock_offset

    @property
    def rundown(self) -> Rundown:
        """The one that was pressed in."""
        return rundown_in(self.event, self.session, self.notes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The rundowns that a press changed, that of its own session first."""

    before: tuple[Rundown, ...]
    after: tuple[Rundown, ...]
    new: Talk | None = None


def session_of(event: Event, session: SessionId) -> TimedSession:
    """The session of ``event``; raises ``NoSuchSession``."""
    for timed in event.timetable.sessions:
        if timed.session.id == session:
            return timed
    raise NoSuchSession(f"{event.slug} has no session {session!r}.")


def rundown_in(
    event: Event, session: SessionId, notes: Mapping[SessionId, Notes]
) -> Rundown:
    """The rundown of a session of ``event``; raises ``NoSuchSession``."""
    return rundown_of(session_of(event, session), notes.get(session, Notes()))


def pressed(press: Press, new_talk: TalkId) -> Step:
    """What ``press`` does, unless it is an undo; ``new_talk`` is the id of what it
    may add. Raises what the rules raise.
    """
    rundown, now = press.rundown, press.now
    match press.action:
        case Transfer() as action:
            other = rundown_in(press.event, action.session, press.notes)
            after = transfer(rundown, other, action, now)
            return Step(before=(rundown, other), after=after)
        case Insert() as action:
            talk = Talk(
                id=new_talk,
                title="",
                kind=Kind(action.kind),
                duration=timedelta(minutes=action.minutes),
            )
            grown = insert(rundown, action, new_talk, now)
            return Step(before=(rundown,), after=(grown,), new=talk)
        case Undo():
            raise TypeError("an undo needs to know what it takes back")
        case action:
            return Step(before=(rundown,), after=(apply(rundown, action, now),))


def undone(press: Press, former: Sequence[tuple[SessionId, Snapshot, str]]) -> Step:
    """What taking back a press does: its snapshot and its print, by session.

    Raises ``Impossible`` if something else has changed the session since.
    """
    before, after = [], []
    for session, snapshot, led_to in former:
        rundown = rundown_in(press.event, session, press.notes)
        if print_of(rundown) != led_to:
            raise Impossible(
                "The programme was imported again since then: put it right by hand."
            )
        before.append(rundown)
        after.append(restored(rundown, snapshot))
    return Step(before=tuple(before), after=tuple(after))


def sessions_of(press: Press, step: Step) -> tuple[TimedSession, ...]:
    """The sessions of ``step`` with their slots as they are then."""
    talks = {slot.talk.id: slot.talk for slot in press.event.timetable.slots}
    if step.new is not None:
        talks[step.new.id] = step.new
    return tuple(
        placed(session_of(press.event, one.session), one, talks) for one in step.after
    )
