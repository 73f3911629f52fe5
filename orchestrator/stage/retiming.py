"""What a delay does to the times that are promised: proposed first, then accepted.

A delay eats the questions of the talk under way, then the pauses, the discussions
and the breaks before the next invited talk (or the end of the session), at last
the free time before that. Nothing is ever promised earlier than it was, and what
changes by less than two minutes stays as it is.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from orchestrator.stage.errors import Impossible
from orchestrator.stage.laying import (
    Laid,
    Wish,
    lay,
    refuse_after_midnight,
    settled,
    with_cues,
)
from orchestrator.stage.model import Cue, Proposal, Rundown, Shift, between
from orchestrator.stage.schemas import Accept, Refuse

SMALL = timedelta(minutes=2)
"""Below this nothing changes outside."""

STALE = timedelta(minutes=5)
"""So old a proposal may be when it is accepted."""

_MINUTE = timedelta(minutes=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def propose(rundown: Rundown, now: datetime) -> Proposal | None:
    """What to do about a delay at ``now``; None if there is nothing to do.

    It is None as well while what is under way ends less than two minutes later than
    the chair refused.
    """
    until = due(rundown, now)
    if until is None or (rundown.refused and between(rundown.refused, until) < SMALL):
        return None
    proposal = proposed(rundown, until)
    return proposal if _matters(rundown, proposal) else None


def proposed(rundown: Rundown, until: datetime) -> Proposal:
    """What follows if what is under way ends at ``until`` (nobody on: if the next one
    starts then), however little that changes.
    """
    until = until.astimezone(rundown.ends.tzinfo)
    laid = lay_behind(rundown, until)
    before = [*([rundown.live] if rundown.live else []), *rundown.ahead]
    after = [*([_lasting(rundown.live, until)] if rundown.live else []), *laid.cues]
    shifts = tuple(
        Shift(talk=was.talk, was=_times(was), now=_times(now))
        for was, now in zip(before, after, strict=True)
        if _times(was) != _times(now)
    )
    return Proposal(
        until=until,
        shifts=shifts,
        ends=laid.ends,
        breaches=laid.breaches,
        eaten=_eaten(rundown.live, until) if rundown.live else None,
    )


def due(rundown: Rundown, now: datetime) -> datetime | None:
    """When the next cue can start, in whole minutes; None if all is over.

    What is under way ends as near to the promised start of the next as its
    questions allow, and not before ``now``. All is over as well when nobody is on at
    the promised end: what was left then (the last discussion, often) is not waited for.
    """
    live, at = rundown.live, _floor(now)
    if live is None:
        waits = rundown.ahead and now < rundown.ends
        return at.astimezone(rundown.ends.tzinfo) if waits else None
    began = live.began.astimezone(UTC)
    earliest = _ceiling(began + live.talk_time)
    latest = _ceiling(began + live.length)
    wanted = _floor(rundown.next.starts if rundown.next else rundown.ends)
    ends = max(at, min(max(wanted, earliest), latest))
    return ends.astimezone(rundown.ends.tzinfo)


def lay_behind(rundown: Rundown, until: datetime) -> Laid:
    """All that are to come, laid from ``until`` on and none before its promise."""
    wishes = (
        Wish(cue=cue, not_before=cue.starts, ends=cue.ends) for cue in rundown.ahead
    )
    if not rundown.ahead and rundown.live is None:
        until = rundown.ends
    return lay(wishes, ready=until, ends=rundown.ends)


def accept(rundown: Rundown, action: Accept, now: datetime) -> Rundown:
    """``rundown`` with the times of the proposal for ``action.until``.

    The questions that the proposal ate are taken from what is under way. Raises
    ``Impossible`` if none was proposed for that within the last minutes, and
    ``Breaches``.
    """
    until = _shown(rundown, action.until, now)
    if not _matters(rundown, proposed(rundown, until)):
        raise Impossible("There is nothing to re-time: all is near what is promised.")
    after = settled(rundown, lay_behind(rundown, until), breach=action.breach)
    if (live := after.live) is not None:
        after = with_cues(after, [_without_questions(_lasting(live, until), until)])
    return replace(after, refused=None)


def refuse(rundown: Rundown, action: Refuse, now: datetime) -> Rundown:
    """``rundown`` for which nothing is proposed up to ``action.until``.

    Raises ``Impossible`` if nothing was proposed for that within the last minutes.
    """
    return replace(rundown, refused=_shown(rundown, action.until, now))


def refuse_beyond_day(rundown: Rundown, now: datetime) -> None:
    """Raise ``Impossible`` if all that is to come would last into the next day."""
    until = due(rundown, now) or rundown.starts
    refuse_after_midnight(rundown, lay_behind(rundown, until).last)


def _shown(rundown: Rundown, until: datetime, now: datetime) -> datetime:
    """``until`` in the event's zone, if a screen can have shown it."""
    first = due(rundown, now - STALE)
    if first is None:
        raise Impossible("Nothing is on and nothing is to come: nothing to re-time.")
    last = max(first, _floor(now + _MINUTE))
    # First, since a moment at the end of all calendars cannot be reckoned with.
    if not first <= until <= last or until != _floor(until):
        raise Impossible("That proposal is out of date: look at the one shown now.")
    return until.astimezone(rundown.ends.tzinfo)


def _matters(rundown: Rundown, proposal: Proposal) -> bool:
    ahead = {cue.talk for cue in rundown.ahead}
    return bool(proposal.breaches) or any(
        abs(between(was, now)) >= SMALL
        for shift in proposal.shifts
        if shift.talk in ahead
        for was, now in zip(shift.was, shift.now, strict=True)
    )


def _lasting(live: Cue, until: datetime) -> Cue:
    """``live`` with its promised end at ``until``, unless that is earlier."""
    return replace(live, ends=max(live.ends, until))


def _without_questions(live: Cue, until: datetime) -> Cue:
    """``live`` with no more questions than fit before ``until``, in whole minutes."""
    left = until - (live.began.astimezone(UTC) + live.talk_time)
    whole = max(left // _MINUTE * _MINUTE, timedelta())
    return replace(live, question_time=min(live.question_time, whole))


def _eaten(live: Cue, until: datetime) -> tuple[timedelta, timedelta] | None:
    was = live.question_time
    left = _without_questions(_lasting(live, until), until).question_time
    return (was, left) if left < was else None


def _times(cue: Cue) -> tuple[datetime, datetime]:
    return cue.starts, cue.ends


def _floor(moment: datetime) -> datetime:
    """The whole minute, in UTC."""
    return _EPOCH + (moment.astimezone(UTC) - _EPOCH) // _MINUTE * _MINUTE


def _ceiling(moment: datetime) -> datetime:
    floor = _floor(moment)
    return floor if floor == moment else floor + _MINUTE
