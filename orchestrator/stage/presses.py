"""What begins, ends and lasts: one press of a chair each."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from orchestrator.ids import TalkId
from orchestrator.stage.errors import Impossible
from orchestrator.stage.laying import refuse_breaches, with_cues
from orchestrator.stage.model import LEAST, Breach, Cue, CueState, Rundown
from orchestrator.stage.ordering import found, planned, reordered
from orchestrator.stage.retiming import refuse_beyond_day
from orchestrator.stage.schemas import (
    MOST_MINUTES,
    Back,
    Extend,
    Finish,
    Next,
    PutQuestionsOff,
    Skip,
    Start,
)

EARLY = timedelta(minutes=2)
"""So long before its promised start an invited talk may be brought on."""

MOST = timedelta(minutes=MOST_MINUTES)
_NONE = timedelta()


def go_on(rundown: Rundown, action: Next, now: datetime) -> Rundown:
    """End what is live, and bring the next one on if there is one."""
    coming = rundown.next
    if action.talk is not None:
        found(rundown, action.talk)
        if coming is None:
            raise Impossible("Nothing is to come: look at the running order.")
        if coming.talk != action.talk:
            raise Impossible("Another one is next now: look at the running order.")
    if coming is not None:
        return _begun(rundown, coming, now, breach=action.breach)
    if rundown.live is None:
        raise Impossible("Nothing is on and nothing is to come.")
    return _ended(rundown, now)


def start(rundown: Rundown, action: Start, now: datetime) -> Rundown:
    """Bring ``action.talk`` on, which moves before the others that are to come."""
    coming = rundown.next
    if action.talk is not None:
        coming = planned(rundown, action.talk)
    if coming is None:
        raise Impossible("Nothing is to come: insert or restore something first.")
    if coming != rundown.next:
        early = _early(coming, now)
        if not action.breach:
            refuse_breaches(early)
        others = (cue for cue in rundown.ahead if cue != coming)
        rundown = reordered(
            rundown,
            [coming, *others],
            now,
            breach=action.breach,
            waived={coming.talk} if early else (),
        )
    return _begun(rundown, found(rundown, coming.talk), now, breach=action.breach)


def finish(rundown: Rundown, _action: Finish, now: datetime) -> Rundown:
    """End what is live."""
    if rundown.live is None:
        raise Impossible("Nothing is on: there is nothing to finish.")
    return _ended(rundown, now)


def back(rundown: Rundown, _action: Back, _now: datetime) -> Rundown:
    """What ended last is on again, what is live is to come again."""
    ended = [
        (cue.actual_ends, number)
        for number, cue in enumerate(rundown.cues)
        if cue.actual_ends is not None
    ]
    if not ended:
        raise Impossible("Nothing has ended yet: undo takes a start back.")
    last = rundown.cues[max(ended)[1]]
    changed = [replace(last, state=CueState.LIVE, actual_ends=None)]
    if (live := rundown.live) is not None:
        changed.append(replace(live, state=CueState.PLANNED, actual_starts=None))
    return replace(with_cues(rundown, changed), refused=None)


def skip(rundown: Rundown, action: Skip, _now: datetime) -> Rundown:
    """``action.talk`` is not given; its time is free."""
    cue = planned(rundown, action.talk)
    return with_cues(rundown, [replace(cue, state=CueState.SKIPPED)])


def extend(rundown: Rundown, action: Extend, now: datetime) -> Rundown:
    """More talk time, or less of it and then of the questions.

    Promised times stay; those that no longer hold are proposed.
    """
    cue = _meant(rundown, action.talk)
    longer = timedelta(minutes=action.minutes)
    if not longer:
        raise Impossible("Say by how many minutes.")
    if not LEAST <= cue.length + longer <= MOST:
        raise Impossible(f"It has to last from 1 to {MOST_MINUTES} minutes.")
    talk_time = max(cue.talk_time + longer, LEAST)
    rest = min(cue.length + longer - talk_time, cue.question_time)
    changed = replace(cue, talk_time=talk_time, question_time=rest)
    if longer < _NONE and cue.actual_starts and _over(changed, now):
        raise Impossible("It would have ended already: finish it instead.")
    after = with_cues(rundown, [changed])
    if longer > _NONE:
        refuse_beyond_day(after, now)
    return after


def put_questions_off(
    rundown: Rundown, action: PutQuestionsOff, _now: datetime
) -> Rundown:
    """The talk is left without question time."""
    cue = _meant(rundown, action.talk)
    if not cue.question_time:
        raise Impossible("It has no time for questions.")
    return with_cues(rundown, [replace(cue, question_time=_NONE)])


def _meant(rundown: Rundown, talk: TalkId | None) -> Cue:
    """``talk``, on or to come; what is live without it."""
    live = rundown.live
    if talk is None:
        if live is None:
            raise Impossible("Nothing is on: say which talk.")
        return live
    if live is not None and live.talk == talk:
        return live
    return planned(rundown, talk)


def _over(live: Cue, now: datetime) -> bool:
    return live.began.astimezone(UTC) + live.length < now


def _early(cue: Cue, now: datetime) -> tuple[Breach, ...]:
    """What is broken by bringing ``cue`` on at ``now``."""
    if not cue.fixed or cue.starts - now <= EARLY:
        return ()
    then = now.astimezone(cue.starts.tzinfo)
    return (Breach(talk=cue.talk, was=cue.starts, now=then),)


def _begun(rundown: Rundown, cue: Cue, now: datetime, *, breach: bool) -> Rundown:
    if not breach:
        refuse_breaches(_early(cue, now))
    rundown = _ended(rundown, now)
    at = max((one.actual_ends for one in rundown.cues if one.actual_ends), default=now)
    begun = replace(cue, state=CueState.LIVE, actual_starts=max(at, now))
    return with_cues(rundown, [begun])


def _ended(rundown: Rundown, now: datetime) -> Rundown:
    """``rundown`` with nobody on; the clock of a rehearsal may have gone back."""
    rundown = replace(rundown, refused=None)
    if (live := rundown.live) is None:
        return rundown
    ended = max(now, live.began)
    return with_cues(rundown, [replace(live, state=CueState.DONE, actual_ends=ended)])
