"""Where the cues to come are laid: one after another, up to what is protected.

The start of an invited talk and the end of the session are *bounds*. What stands
between two of them is a *run*. A run that is too long eats its pauses, then its
discussions, then its breaks, the earliest first and only where that helps; what
does not fit even so is a breach: the bound moves.

All reckoning is on UTC instants, so that a change of clocks changes no length.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from orchestrator.ids import TalkId
from orchestrator.programme.model import Kind
from orchestrator.stage.errors import Breaches, Impossible
from orchestrator.stage.model import LEAST, Breach, Cue, CueState, Rundown

_NONE = timedelta()
_EVER = timedelta.max
_EDIBLE = (None, Kind.DISCUSSION, Kind.BREAK)
"""What is eaten, in this order; None are the pauses before cues."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A cue to be laid: not before a moment, with a pause before it.

    ``ends`` is an end that is not brought forward, and that the run is to keep
    if it can, although there may be free time behind it. None: only the bound
    counts.
    """

    cue: Cue
    not_before: datetime
    pause: timedelta = timedelta()
    ends: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """Cues with their new times and lengths, and what could not be kept.

    ``ends`` is the end of the session then, ``last`` that of its last cue.
    """

    cues: tuple[Cue, ...]
    ends: datetime
    last: datetime
    breaches: tuple[Breach, ...]


@dataclass(slots=True)
class _Step:
    wish: Wish
    cue: Cue
    floor: datetime
    pause: timedelta
    length: timedelta
    starts: datetime = field(init=False)

    @property
    def ends(self) -> datetime:
        return self.starts + self.length

    @property
    def spare(self) -> timedelta:
        """What can be eaten of it; what a chair has just added is not."""
        cue = self.cue
        if cue.length > cue.ends.astimezone(UTC) - cue.starts.astimezone(UTC):
            return _NONE
        return self.length - LEAST

    @property
    def kept(self) -> datetime | None:
        """The end that its run keeps if it can: a longer one for a longer cue."""
        if self.wish.ends is None:
            return None
        return max(self.wish.ends.astimezone(UTC), self.floor + self.length)


def lay(
    wishes: Iterable[Wish],
    *,
    ready: datetime,
    ends: datetime,
    waived: Collection[TalkId] = (),
) -> Laid:
    """Lay what is wished from ``ready`` on, in the order given.

    ``ends`` bounds the session. Talks of ``waived`` are not protected here.
    """
    steps = [
        _Step(
            wish=one,
            cue=one.cue,
            floor=one.not_before.astimezone(UTC),
            pause=one.pause,
            length=one.cue.length,
        )
        for one in wishes
    ]
    runs = list(_runs(steps, waived))
    end, at = ends.astimezone(UTC), ready.astimezone(UTC)
    breaches: list[Breach] = []
    for number, run in enumerate(runs):
        bound = runs[number + 1][0].floor if number + 1 < len(runs) else end
        _fit(run, at, bound)
        head = run[0]
        if _is_protected(head.cue, waived) and head.starts > head.floor:
            breaches.append(_late(head))
        at = run[-1].ends
    zone = ends.tzinfo
    last = at.astimezone(zone)
    if at > end:
        breaches.append(Breach(talk=None, was=ends, now=last))
    return Laid(
        cues=tuple(map(_laid, steps)),
        ends=max(ends, last),
        last=last,
        breaches=tuple(breaches),
    )


def _is_protected(cue: Cue, waived: Collection[TalkId]) -> bool:
    return cue.fixed and cue.talk not in waived


def _runs(steps: Sequence[_Step], waived: Collection[TalkId]) -> Iterator[list[_Step]]:
    run: list[_Step] = []
    for step in steps:
        if run and _is_protected(step.cue, waived):
            yield run
            run = []
        run.append(step)
    if run:
        yield run


def _fit(run: Sequence[_Step], at: datetime, bound: datetime) -> None:
    """Place ``run`` from ``at`` on, and eat so much that it keeps ``bound``."""
    _place(run, at)
    kept = run[-1].kept
    target = bound if kept is None else min(bound, kept)
    for kind in _EDIBLE:
        for number, step in enumerate(run):
            if (need := run[-1].ends - target) <= _NONE:
                return
            if kind is None:
                eaten = min(need, step.pause, _slack(run[number:]))
                step.pause -= max(eaten, _NONE)
            elif step.cue.kind is kind:
                eaten = min(need, step.spare, _slack(run[number + 1 :]))
                step.length -= max(eaten, _NONE)
            else:
                continue
            if eaten > _NONE:
                _place(run, at)


def _place(run: Sequence[_Step], at: datetime) -> None:
    for step in run:
        step.starts = max(step.floor, at + step.pause)
        at = step.ends


def _slack(steps: Iterable[_Step]) -> timedelta:
    """By how much all of ``steps`` may start earlier."""
    return min((step.starts - step.floor for step in steps), default=_EVER)


def _late(step: _Step) -> Breach:
    zone = step.cue.starts.tzinfo
    return Breach(
        talk=step.cue.talk,
        was=step.floor.astimezone(zone),
        now=step.starts.astimezone(zone),
    )


def _laid(step: _Step) -> Cue:
    cue, ends = step.cue, step.ends
    if step.wish.ends is not None and step.wish.ends >= ends:
        ends = step.wish.ends
    length = step.length - cue.question_time
    if (step.starts, ends, length) == (cue.starts, cue.ends, cue.talk_time):
        return cue
    zone = cue.starts.tzinfo
    return replace(
        cue,
        starts=step.starts.astimezone(zone),
        ends=ends.astimezone(zone),
        talk_time=length,
    )


def in_order(cues: Iterable[Cue]) -> tuple[Cue, ...]:
    """``cues`` in running order: by promised start.

    Only a skipped one may share its time with others, it stands before those.
    """
    return tuple(
        sorted(
            cues,
            key=lambda cue: (
                cue.starts.astimezone(UTC),
                cue.state is not CueState.SKIPPED,
            ),
        )
    )


def with_cues(rundown: Rundown, changed: Iterable[Cue]) -> Rundown:
    """``rundown`` with these instead of the cues of the same talks; others are new."""
    cues = {cue.talk: cue for cue in rundown.cues}
    cues.update((cue.talk, cue) for cue in changed)
    return replace(rundown, cues=in_order(cues.values()))


def settled(rundown: Rundown, laid: Laid, *, breach: bool) -> Rundown:
    """``rundown`` with what was laid.

    Raises ``Breaches`` unless there are none or the chair said yes to them
    (``breach``), and ``Impossible`` where the session would last into the next day.
    """
    refuse_after_midnight(rundown, laid.last)
    if not breach:
        refuse_breaches(laid.breaches)
    return replace(with_cues(rundown, laid.cues), ends=laid.ends)


def refuse_after_midnight(rundown: Rundown, ends: datetime) -> None:
    """Raise ``Impossible`` if ``ends`` is beyond the day of the session."""
    if ends > rundown.day_ends:
        raise Impossible(
            f"The session would last until {ends:%H:%M} of the next day: shorten or "
            f"skip something first."
        )


def refuse_breaches(breaches: Sequence[Breach]) -> None:
    """Raise ``Breaches`` if there are any; its facts name them."""
    if not breaches:
        return
    told = [
        f"{'the session would end' if one.talk is None else 'an invited talk would start'}"
        f" at {one.now:%H:%M} instead of {one.was:%H:%M}"
        for one in breaches
    ]
    said = ", ".join(told)
    raise Breaches(
        f"{said[0].upper()}{said[1:]}. Say yes to that (breach) to do it all the same.",
        breaches=[
            {
                "talk": one.talk,
                "was": one.was.isoformat(),
                "now": one.now.isoformat(),
            }
            for one in breaches
        ],
    )
