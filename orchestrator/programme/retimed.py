"""A timetable that moves while it is on: the same talks, other times."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from orchestrator.ids import SessionId, TalkId, new_uid
from orchestrator.programme.model import Event, Slot, TimedSession, Timetable
from orchestrator.programme.revision import advance

Window = tuple[datetime, datetime]


def retimed(event: Event, sessions: Sequence[TimedSession], now: datetime) -> Event:
    """``event`` one revision later, with ``sessions`` instead of those of their ids.

    Their slots say what is promised and what happened, in any order. A talk that is
    in none any more is withdrawn; one that is new keeps the id it has. Stamps rise
    at ``now`` where something changed that a calendar shows.
    """
    given = {timed.session.id: _in_order(timed) for timed in sessions}
    laid_out = tuple(
        given.get(timed.session.id, timed) for timed in event.timetable.sessions
    )
    new = _strangers(event, laid_out)
    programme, timetable, withdrawn = advance(
        event,
        replace(event.programme, sessions=tuple(one.session for one in laid_out)),
        Timetable(sessions=laid_out),
        now,
        new_id=lambda: next(new),
        new_uid=new_uid,
    )
    happened = {slot.talk.id: slot for timed in laid_out for slot in timed.slots}
    return replace(
        event,
        programme=programme,
        timetable=Timetable(
            sessions=tuple(_as_it_was(one, happened) for one in timetable.sessions)
        ),
        revision=event.revision + 1,
        withdrawn=withdrawn,
    )


def windows(event: Event) -> dict[SessionId, Window]:
    """When each session is, in UTC: what doors go by."""
    return {
        timed.session.id: (timed.starts.astimezone(UTC), timed.ends.astimezone(UTC))
        for timed in event.timetable.sessions
    }


def _in_order(timed: TimedSession) -> TimedSession:
    slots = tuple(sorted(timed.slots, key=lambda slot: slot.starts.timestamp()))
    talks = tuple(slot.talk for slot in slots)
    return TimedSession(session=replace(timed.session, talks=talks), slots=slots)


def _strangers(event: Event, sessions: Iterable[TimedSession]) -> Iterator[str]:
    """The ids of talks that ``event`` does not hold, in order."""
    known = {slot.talk.id for slot in event.timetable.slots}
    return (
        slot.talk.id
        for timed in sessions
        for slot in timed.slots
        if slot.talk.id not in known
    )


def _as_it_was(timed: TimedSession, happened: Mapping[TalkId, Slot]) -> TimedSession:
    """``timed`` with what ``happened``: by itself the former state would stay."""
    slots = tuple(
        replace(
            slot,
            actual_starts=happened[slot.talk.id].actual_starts,
            actual_ends=happened[slot.talk.id].actual_ends,
            skipped=happened[slot.talk.id].skipped,
        )
        for slot in timed.slots
    )
    return replace(timed, slots=slots)
