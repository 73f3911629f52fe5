"""The chair's clock: how long who is on has left, and whether the day holds."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from orchestrator.pages.frame import utc_iso
from orchestrator.pages.stage_names import Names, signed
from orchestrator.pages.times import NBSP, Times, When, digits, length, remaining
from orchestrator.pages.words import words
from orchestrator.programme.model import Kind
from orchestrator.stage.model import LEAST, Cue, Proposal, Rundown
from orchestrator.stage.timers import SOON, Countdown, Timers

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_NONE = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A countdown that the script keeps true; ``text`` is it now ("4:30", "+7:12").
    ``long`` ones, of hours or days, are written smaller.
    """

    until: str
    text: str
    long: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """One part of the bar, in seconds from its left, with its words."""

    fill: str
    x: int
    width: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A name and a figure; ``level`` is empty, ``wait`` or ``no``."""

    name: str
    text: str
    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockView:
    """What is on and how long it has left.

    ``phase`` is ``on-time``, ``soon`` or ``over``; ``words`` say each. ``idle``: nobody
    is on. ``count`` is None once everything is done, ``label`` names it. ``talk`` counts
    the time before the questions. It rings at ``bells``, minutes left. ``bar`` is
    ``span`` seconds wide, of which ``gone`` are, from ``began`` until ``done``.
    """

    heading: str
    since: When | None
    since_words: str
    who: str
    title: str
    lang: str
    phase: str
    words: dict[str, str]
    phases: str
    count: Count | None
    bells: str
    label: str
    ends: When | None
    talk: Count | None
    bar: tuple[Phase, ...] = ()
    span: int = 0
    gone: int = 0
    began: str = ""
    done: str = ""
    facts: tuple[Fact, ...]
    idle: bool = False

    @property
    def word(self) -> str:
        return self.words.get(self.phase, "")


def clock_view(
    rundown: Rundown,
    proposal: Proposal | None,
    day_late: timedelta,
    names: Names,
    clocks: Timers,
    times: Times,
) -> ClockView:
    """The clock of ``rundown``; ``day_late`` is how late its day would end."""
    facts = _facts(rundown, proposal, day_late, clocks, times)
    live = rundown.live
    if live is not None and clocks.whole is not None:
        return _live(live, clocks, clocks.whole, names, times, facts)
    return _idle(rundown, names, clocks.at, times, facts)


def counted(until: datetime, now: datetime, language: str) -> Count:
    """The time until a moment, or since it: in whole seconds, as the script counts."""
    left = until - now
    if left > _DAY:
        return Count(until=utc_iso(until), text=remaining(left, language), long=True)
    seconds = ceil(left.total_seconds())
    text = digits(timedelta(seconds=abs(seconds)))
    return Count(
        until=utc_iso(until),
        text=f"+{text}" if seconds < 0 else text,
        long=abs(left) >= _HOUR,
    )


def _live(
    live: Cue,
    clocks: Timers,
    whole: Countdown,
    names: Names,
    times: Times,
    facts: tuple[Fact, ...],
) -> ClockView:
    say = words(times.language).gettext
    bar, span = _bar(live, whole, times.language)
    talk, language = clocks.talk, times.language
    asked = clocks.questions is not None and talk is not None and talk.left > _NONE
    return ClockView(
        heading=_of_all(live, names),
        since=times.when(whole.starts),
        since_words=say("began at"),
        who=names.who(live.talk),
        title=names.title(live.talk),
        lang=names.lang(live.talk),
        phase=whole.phase.value,
        words=_phase_words(times.language),
        phases=f"soon:{int(SOON.total_seconds())} over:0",
        count=counted(whole.ends, clocks.at, language),
        bells="0" if asked else "5 1 0",
        label=say("Time left"),
        ends=times.when(whole.ends),
        talk=counted(talk.ends, clocks.at, language) if talk and asked else None,
        bar=bar,
        span=span,
        gone=max(0, min(_seconds(clocks.at - whole.starts), _seconds(live.length))),
        began=utc_iso(whole.starts),
        done=utc_iso(whole.ends),
        facts=facts,
    )


def _of_all(live: Cue, names: Names) -> str:
    say = words(names.language).gettext
    number = names.numbers.get(live.talk)
    if not number:
        return say("On now")
    return say("On now, talk %(n)s of %(all)s") % {"n": number, "all": names.talks}


def _phase_words(language: str) -> dict[str, str]:
    say = words(language).gettext
    return {"on-time": say("Left"), "soon": say("Soon over"), "over": say("Over time")}


def _idle(
    rundown: Rundown,
    names: Names,
    now: datetime,
    times: Times,
    facts: tuple[Fact, ...],
) -> ClockView:
    say = words(times.language).gettext
    first = rundown.next
    late = first is not None and now > first.starts
    return ClockView(
        heading=_heading(rundown, times.language),
        since=times.when(first.starts) if first else None,
        since_words=say("promised at"),
        who=names.who(first.talk) if first else say("Everything has been given"),
        title=names.title(first.talk) if first else "",
        lang=names.lang(first.talk) if first else "",
        idle=True,
        phase="over" if late else "on-time",
        words={"on-time": say("Until the start"), "over": say("Late")},
        phases="over:0",
        count=counted(first.starts, now, times.language) if first else None,
        bells="",
        label=say("Time until the start"),
        ends=None,
        talk=None,
        facts=facts,
    )


def _heading(rundown: Rundown, language: str) -> str:
    say = words(language).gettext
    if rundown.next is None:
        return say("The session is over")
    return say("Nobody is on") if rundown.begun else say("The session begins with")


def _bar(live: Cue, clock: Countdown, language: str) -> tuple[tuple[Phase, ...], int]:
    """Talk, questions, and what is over."""
    say = words(language).gettext
    talk, whole = _seconds(live.talk_time), _seconds(live.length)
    over = max(_NONE, -clock.left)
    named = {
        Kind.DISCUSSION: say("discussion %(length)s"),
        Kind.BREAK: say("break %(length)s"),
    }.get(live.kind, say("talk %(length)s"))
    label = named % _lasting(live.talk_time)
    parts = [Phase(fill="f-edge", x=0, width=talk, label=label)]
    if whole > talk:
        label = say("questions %(length)s") % _lasting(live.question_time)
        parts.append(Phase(fill="f-ink2", x=talk, width=whole - talk, label=label))
    if over:
        label = say("over %(length)s") % _lasting(over // _MINUTE * _MINUTE)
        late = _seconds(over)
        parts.append(Phase(fill="f-over", x=whole, width=late, label=label))
    return tuple(parts), whole + _seconds(over)


def _facts(
    rundown: Rundown,
    proposal: Proposal | None,
    day_late: timedelta,
    clocks: Timers,
    times: Times,
) -> tuple[Fact, ...]:
    say = words(times.language).gettext
    late = clocks.session_late if clocks.next_late is None else clocks.next_late
    if clocks.whole is None:
        # Before its time nobody is early.
        late = max(late, _NONE)
    ends = proposal.ends if proposal else rundown.ends
    kept = {"at": times.when(ends).said}
    held = ends <= rundown.ends
    return (
        _late(say("Delay"), late, times.language),
        Fact(name=say("Reserve"), text=_reserve(rundown, times.language)),
        Fact(
            name=say("End"),
            text=say("%(at)s, kept") % kept if held else say("%(at)s, late") % kept,
            level="" if held else "no",
        ),
        _late(say("Day"), day_late, times.language),
    )


def _late(name: str, late: timedelta, language: str) -> Fact:
    """So many minutes late, or early; less than one is on time."""
    minutes = int(late / _MINUTE)
    if not minutes:
        return Fact(name=name, text=words(language).gettext("on time"))
    level = "no" if late >= SOON else "wait" if late > _NONE else ""
    return Fact(name=name, text=f"{signed(minutes)}{NBSP}min", level=level)


def _reserve(rundown: Rundown, language: str) -> str:
    """What a delay may still eat: the discussion first, then breaks."""
    say = words(language).gettext
    left = {
        kind: sum(
            (
                one.length
                for one in rundown.ahead
                if one.kind is kind and one.length > LEAST
            ),
            _NONE,
        )
        for kind in (Kind.DISCUSSION, Kind.BREAK)
    }
    parts = []
    if left[Kind.DISCUSSION] > _NONE:
        parts.append(say("discussion %(length)s") % _lasting(left[Kind.DISCUSSION]))
    if left[Kind.BREAK] > _NONE:
        parts.append(say("break %(length)s") % _lasting(left[Kind.BREAK]))
    return ", ".join(parts) or say("none left")


def _lasting(duration: timedelta) -> dict[str, str]:
    return {"length": length(duration)}


def _seconds(duration: timedelta) -> int:
    return int(duration.total_seconds())
