"""Another running order: moved, dragged, put in, sent to another session.

The promised times of what is to come are laid anew at once, from the first place
that changes on (from the first of all, if room has to be made before that): that
place keeps its start, the pauses between places stay, every cue has its own length
and an invited talk its promised start.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from orchestrator.ids import TalkId
from orchestrator.programme.model import Kind
from orchestrator.stage.errors import BadOrder, Impossible, NoSuchTalk
from orchestrator.stage.laying import (
    Laid,
    Wish,
    in_order,
    lay,
    refuse_breaches,
    settled,
)
from orchestrator.stage.model import Breach, Cue, CueState, Rundown
from orchestrator.stage.schemas import Insert, Move, Order, Restore, Transfer

_NONE = timedelta()


def found(rundown: Rundown, talk: TalkId) -> Cue:
    """The cue of ``talk``; raises ``NoSuchTalk``."""
    cue = rundown.cue(talk)
    if cue is None:
        raise NoSuchTalk(
            "No such talk in this session: look at the running order as it is now."
        )
    return cue


def planned(rundown: Rundown, talk: TalkId) -> Cue:
    """The cue of ``talk``, which is to come; raises ``NoSuchTalk``, ``Impossible``."""
    cue = found(rundown, talk)
    match cue.state:
        case CueState.LIVE:
            raise Impossible("That one is on: finish it first, or press back.")
        case CueState.DONE:
            raise Impossible("That one has been given; undo takes its end back.")
        case CueState.SKIPPED:
            raise Impossible("That one is skipped: restore it first.")
    return cue


def move(rundown: Rundown, action: Move, now: datetime) -> Rundown:
    """``action.talk`` so many places on; no further than first or last."""
    cue = planned(rundown, action.talk)
    ahead = list(rundown.ahead)
    place = ahead.index(cue)
    ahead.remove(cue)
    ahead.insert(max(place + action.by, 0), cue)
    if tuple(ahead) == rundown.ahead:
        raise Impossible("It stands there already.")
    return reordered(rundown, ahead, now, breach=action.breach)


def order(rundown: Rundown, action: Order, now: datetime) -> Rundown:
    """All that are to come in the order of ``action``; raises ``BadOrder``."""
    ahead = {cue.talk: cue for cue in rundown.ahead}
    given = Counter(action.talks)
    if any(count > 1 for count in given.values()):
        raise BadOrder("A talk stands twice in that order: name each once.")
    if given.keys() - ahead.keys():
        raise BadOrder("That order names a talk that is not to come in this session.")
    if ahead.keys() - given.keys():
        raise BadOrder("That order leaves a talk out: name all that are to come.")
    if tuple(action.talks) == tuple(ahead):
        raise Impossible("They stand in that order already.")
    wanted = [ahead[talk] for talk in action.talks]
    return reordered(rundown, wanted, now, breach=action.breach)


def restore(rundown: Rundown, action: Restore, _now: datetime) -> Rundown:
    """``action.talk`` among those to come, where it stands and after what has begun.

    What stands behind it gives way as it would to a delay.
    """
    cue = found(rundown, action.talk)
    if cue.state is not CueState.SKIPPED:
        raise Impossible("That one is not skipped.")
    begun = (one.ends for one in rundown.cues if one.actual_starts is not None)
    ready = max(begun, default=rundown.starts)
    wishes = _wishes_around(replace(cue, state=CueState.PLANNED), rundown.ahead)
    laid = lay(wishes, ready=ready, ends=rundown.ends)
    return settled(rundown, laid, breach=action.breach)


def insert(rundown: Rundown, action: Insert, talk: TalkId, now: datetime) -> Rundown:
    """The next version, with a break or discussion before ``action.before``.

    ``talk`` is its id, a new one.
    """
    ahead = list(rundown.ahead)
    place = len(ahead)
    if action.before is not None:
        place = ahead.index(planned(rundown, action.before))
    length = timedelta(minutes=action.minutes)
    cue = _newcomer(rundown, talk, Kind(action.kind), length)
    ahead.insert(place, cue)
    pauses = _pauses(rundown.ahead)
    pauses.insert(place + 1, _NONE)
    laid = _laid_anew(rundown, ahead, now, pauses=pauses)
    after = settled(rundown, laid, breach=action.breach)
    return replace(after, version=rundown.version + 1)


def transfer(
    rundown: Rundown, other: Rundown, action: Transfer, now: datetime
) -> tuple[Rundown, Rundown]:
    """The next versions of both: ``action.talk`` goes to the end of ``other``.

    It leaves free time behind. An invited talk is moved so by ``breach`` only.
    """
    cue = planned(rundown, action.talk)
    if other.session == rundown.session:
        raise Impossible("It is in that session already: move it there.")
    # Without promised times it is not what is eaten for want of room.
    coming = replace(cue, starts=other.ends, ends=other.ends)
    ahead, pauses = [*other.ahead, coming], [*_pauses(other.ahead), _NONE]
    laid = _laid_anew(other, ahead, now, pauses=pauses, waived={cue.talk})
    moved = _moved(cue, laid)
    if not action.breach:
        refuse_breaches((*moved, *laid.breaches))
    left = tuple(one for one in rundown.cues if one is not cue)
    return (
        replace(rundown, version=rundown.version + 1, cues=left),
        replace(settled(other, laid, breach=action.breach), version=other.version + 1),
    )


def reordered(
    rundown: Rundown,
    ahead: Sequence[Cue],
    now: datetime,
    *,
    breach: bool,
    waived: Collection[TalkId] = (),
) -> Rundown:
    """``rundown`` with those to come in the order of ``ahead``.

    Talks of ``waived`` are not protected, as the chair has said yes to that.
    """
    pauses = _pauses(rundown.ahead)
    laid = _laid_anew(rundown, ahead, now, pauses=pauses, waived=waived)
    return settled(rundown, laid, breach=breach)


def _wishes_around(cue: Cue, ahead: Sequence[Cue]) -> Iterator[Wish]:
    """``cue`` where it stands among ``ahead``, and those at their promised times.

    What has taken its start keeps that, unless it is an invited talk that returns.
    """
    taken = [one.ends for one in ahead if one.starts < cue.starts]
    for one in in_order([cue, *ahead]):
        gives_way = cue.fixed and one.starts < cue.starts < one.ends
        if one is cue:
            fits = cue.starts if cue.fixed else max([cue.starts, *taken])
            yield Wish(cue=cue, not_before=fits)
        else:
            ends = None if gives_way else one.ends
            yield Wish(cue=one, not_before=one.starts, ends=ends)


def _laid_anew(
    rundown: Rundown,
    ahead: Sequence[Cue],
    now: datetime,
    *,
    pauses: Sequence[timedelta],
    waived: Collection[TalkId] = (),
) -> Laid:
    """``ahead`` laid from the first place on that is not as it was.

    If that does not fit, all of it is: what stands before makes room as well.
    """
    before = rundown.ahead
    same = 0
    while same < len(before) and before[same] is ahead[same]:
        same += 1
    behind = _behind_all(rundown, now)
    readies = [*(cue.starts for cue in before), behind]
    laid = _laid_from(same, ahead, pauses, readies[same], rundown.ends, waived)
    if laid.breaches and same:
        laid = _laid_from(0, ahead, pauses, readies[0], rundown.ends, waived)
    return laid


def _laid_from(
    place: int,
    ahead: Sequence[Cue],
    pauses: Sequence[timedelta],
    ready: datetime,
    ends: datetime,
    waived: Collection[TalkId],
) -> Laid:
    return lay(
        (
            Wish(
                cue=cue,
                not_before=cue.starts if _stays(cue, waived) else ready,
                pause=_NONE if number == 0 or cue.fixed else pause,
            )
            for number, (cue, pause) in enumerate(
                zip(ahead[place:], pauses[place:], strict=True)
            )
        ),
        ready=ready,
        ends=ends,
        waived=waived,
    )


def _stays(cue: Cue, waived: Collection[TalkId]) -> bool:
    return cue.fixed and cue.talk not in waived


def _behind_all(rundown: Rundown, now: datetime) -> datetime:
    """The end of the last cue; at least the present minute if none is to come."""
    taken = [cue.ends for cue in rundown.cues if cue.state is not CueState.SKIPPED]
    last = max(taken, default=rundown.starts)
    if rundown.ahead:
        return last
    minute = now.astimezone(UTC).replace(second=0, microsecond=0)
    return max(last, minute.astimezone(last.tzinfo))


def _pauses(ahead: Sequence[Cue]) -> list[timedelta]:
    """The pause before each place; before an invited talk no more than the usual one:
    what is free there is not its own.
    """
    found = [
        one.starts.astimezone(UTC) - before.ends.astimezone(UTC)
        for before, one in pairwise(ahead)
    ]
    free = zip(found, ahead[1:], strict=True)
    usual = min((pause for pause, cue in free if not cue.fixed), default=_NONE)
    return [
        _NONE,
        *(
            min(pause, usual) if cue.fixed else pause
            for pause, cue in zip(found, ahead[1:], strict=True)
        ),
    ][: len(ahead)]


def _newcomer(rundown: Rundown, talk: TalkId, kind: Kind, length: timedelta) -> Cue:
    """A cue without promised times yet, so that it is not what is eaten for want of
    room.
    """
    return Cue(
        talk=talk,
        kind=kind,
        starts=rundown.ends,
        ends=rundown.ends,
        talk_time=length,
    )


def _moved(cue: Cue, laid: Laid) -> tuple[Breach, ...]:
    now = laid.cues[-1].starts
    if not cue.fixed or now == cue.starts:
        return ()
    return (Breach(talk=cue.talk, was=cue.starts, now=now),)
