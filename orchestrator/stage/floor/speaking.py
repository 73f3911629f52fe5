"""Who may speak in a room: by the rundown and the clock, and by a chair's word.

* Organisers always may, and the chairs of the session that is under way; between two
  sessions the chairs of the one before and of the one after.
* Of a talk that is on its speakers may, also during its questions. In a discussion
  everybody may who has spoken in the session. In a break, before the first start and
  between two talks no speaker may: nobody is heard before it is his turn.
* To whom a chair gave the floor may keep it until it is taken back, until he leaves, or
  until another session begins in the room.

A provider that takes the right to speak only at the door lets everybody speak who
does so that day.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from orchestrator.access.model import Grant, Role
from orchestrator.ids import SessionId, TalkId
from orchestrator.programme.course import is_on, is_run, starts_of
from orchestrator.programme.model import Event, Kind, Slot, TimedSession


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """Who may speak: chairs of ``sessions``, speakers of ``talks``, and to whom the
    floor was given no earlier than ``since`` (None: ever).
    """

    sessions: frozenset[SessionId] = frozenset()
    talks: frozenset[TalkId] = frozenset()
    since: datetime | None = None

    def allows(self, grants: Collection[Grant], given: datetime | None = None) -> bool:
        """Whether somebody of those roles may speak, who was ``given`` the floor then."""
        return self.counts(given) or any(self._covers(grant) for grant in grants)

    def chaired(self, grants: Collection[Grant]) -> bool:
        """Whether somebody of those roles gives the floor here."""
        return any(
            self._covers(grant) for grant in grants if grant.role is not Role.SPEAKER
        )

    def counts(self, moment: datetime | None) -> bool:
        """Whether what a chair gave, or somebody asked for, at ``moment`` still holds."""
        return moment is not None and (self.since is None or moment >= self.since)

    def _covers(self, grant: Grant) -> bool:
        match grant.role:
            case Role.ORGANISER:
                return True
            case Role.CHAIR:
                return grant.session is None or grant.session in self.sessions
            case Role.SPEAKER:
                return grant.talk in self.talks
            case _:
                return False


def floor_at(event: Event, room: str, now: datetime) -> Floor:
    """The floor of the room of that name at ``now``."""
    sessions = _held_in(event, room)
    return Floor(
        sessions=frozenset(timed.session.id for timed in _about(event, sessions, now)),
        talks=frozenset(
            talk
            for timed in sessions
            for slot in _on(event, timed, now)
            for talk in _heard(event, timed, slot, now)
        ),
        since=max((at for one in sessions if (at := _began(one)) <= now), default=None),
    )


def floor_of_day(event: Event, room: str, now: datetime) -> Floor:
    """The floor of everybody who may speak there at some time of the day of ``now``."""
    floor, zone = floor_at(event, room, now), ZoneInfo(event.programme.zone)
    today = now.astimezone(zone).date()
    day = [
        timed
        for timed in _held_in(event, room)
        if timed.starts.astimezone(zone).date()
        <= today
        <= timed.ends.astimezone(zone).date()
    ]
    return Floor(
        sessions=floor.sessions.union(timed.session.id for timed in day),
        talks=floor.talks.union(
            slot.talk.id for timed in day for slot in timed.slots if not slot.skipped
        ),
        since=floor.since,
    )


def _held_in(event: Event, room: str) -> tuple[TimedSession, ...]:
    """The sessions of a room that have a time."""
    return tuple(
        timed
        for timed in event.timetable.sessions
        if timed.session.room == room
        and (timed.slots or (timed.session.starts and timed.session.ends))
    )


def _about(
    event: Event, sessions: Iterable[TimedSession], now: datetime
) -> Iterator[TimedSession]:
    """Those under way; where none is, the one before and the one after."""
    under_way: list[TimedSession] = []
    before: list[TimedSession] = []
    after: list[TimedSession] = []
    for timed in sessions:
        if timed.starts <= now < timed.ends or any(_on(event, timed, now)):
            under_way.append(timed)
        else:
            (before if timed.ends <= now else after).append(timed)
    if under_way:
        yield from under_way
        return
    if before:
        yield max(before, key=lambda timed: timed.ends)
    if after:
        yield min(after, key=lambda timed: timed.starts)


def _on(event: Event, timed: TimedSession, now: datetime) -> Iterator[Slot]:
    run = is_run(event, timed, now)
    return (
        slot for slot in timed.slots if not slot.skipped and is_on(slot, now, run=run)
    )


def _heard(
    event: Event, timed: TimedSession, slot: Slot, now: datetime
) -> Iterator[TalkId]:
    """The talks whose speakers are heard while ``slot`` is on."""
    yield slot.talk.id
    if slot.talk.kind is Kind.DISCUSSION:
        run = is_run(event, timed, now)
        for other in timed.slots:
            began = other.actual_starts if run else starts_of(other)
            if not other.skipped and began is not None and began <= now:
                yield other.talk.id


def _began(timed: TimedSession) -> datetime:
    """When a session begins, or its chair began it earlier."""
    started = (slot.actual_starts for slot in timed.slots if slot.actual_starts)
    return min((timed.starts, *started))
