"""The chair's clock: how long who is on has left, and whether the day holds."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from orchestrator.pages.frame import utc_iso
from orchestrator.pages.stage_names import Names
from orchestrator.pages.times import Times, When, digits, length
from orchestrator.pages.words import words
from orchestrator.programme.model import Kind
from orchestrator.stage.model import LEAST, Cue, Proposal, Rundown

SOON = timedelta(minutes=5)
"""So long before the end the clock turns amber."""

_MINUTE = timedelta(minutes=1)
_NONE = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A countdown that the script keeps true; ``text`` is it now ("4:30", "+7:12")."""

    until: str
    text: str
    over: bool


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

    ``phase`` is ``on-time``, ``soon`` or ``over``, and ``idle`` while nobody is on;
    ``words`` say each. ``count`` is None once everything is done. ``label`` names
    the timer. ``talk`` counts the time before the questions. ``bar`` is ``span``
    seconds wide.
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
    label: str
    ends: When | None
    talk: Count | None
    bar: tuple[Phase, ...]
    span: int
    facts: tuple[Fact, ...]

    @property
    def word(self) -> str:
        return self.words.get(self.phase, "")


def clock_view(
    rundown: Rundown,
    proposal: Proposal | None,
    names: Names,
    now: datetime,
    times: Times,
) -> ClockView:
    """The clock of ``rundown`` at ``now``."""
    facts = _facts(rundown, proposal, now, times)
    live = rundown.live
    if live is not None and live.actual_starts is not None:
        return _live(live, live.actual_starts, names, now, times, facts)
    return _idle(rundown, names, now, times, facts)


def forecast(rundown: Rundown, now: datetime) -> timedelta:
    """By how much the next one would start later than promised, as it stands now."""
    first, live = rundown.next, rundown.live
    if live is not None and live.actual_starts is not None:
        end = max(now, live.actual_starts + live.length)
        return max(_NONE, end - (first.starts if first else rundown.ends))
    if first is not None and now > first.starts:
        return now - first.starts
    return _NONE


def counted(until: datetime, now: datetime) -> Count:
    """The time until a moment, or since it."""
    left = until - now
    over = left < _NONE
    text = f"+{digits(-left)}" if over else digits(left)
    return Count(until=utc_iso(until), text=text, over=over)


def _live(
    live: Cue,
    began: datetime,
    names: Names,
    now: datetime,
    times: Times,
    facts: tuple[Fact, ...],
) -> ClockView:
    say = words(times.language).gettext
    ends = began + live.length
    left = ends - now
    phase = "over" if left <= _NONE else "soon" if left <= SOON else "on-time"
    number = names.numbers.get(live.talk)
    heading = (
        say("On now, talk %(n)s of %(all)s") % {"n": number, "all": names.talks}
        if number
        else say("On now")
    )
    bar, span = _bar(live, began, now, times.language)
    asked = live.question_time > _NONE and now < began + live.talk_time
    return ClockView(
        heading=heading,
        since=times.when(began),
        since_words=say("began at"),
        who=names.who(live.talk),
        title=names.title(live.talk),
        lang=names.lang(live.talk),
        phase=phase,
        words={
            "on-time": say("Left"),
            "soon": say("Soon over"),
            "over": say("Over time"),
        },
        phases=f"soon:{int(SOON.total_seconds())} over:0",
        count=counted(ends, now),
        label=say("Time left"),
        ends=times.when(ends),
        talk=counted(began + live.talk_time, now) if asked else None,
        bar=bar,
        span=span,
        facts=facts,
    )


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
        phase="over" if late else "idle",
        words={"idle": say("Until the start"), "over": say("Late")},
        phases="over:0",
        count=counted(first.starts, now) if first else None,
        label=say("Time until the start"),
        ends=None,
        talk=None,
        bar=(),
        span=0,
        facts=facts,
    )


def _heading(rundown: Rundown, language: str) -> str:
    say = words(language).gettext
    if rundown.next is None:
        return say("The session is over")
    return say("Nobody is on") if rundown.begun else say("The session begins with")


def _bar(
    live: Cue, began: datetime, now: datetime, language: str
) -> tuple[tuple[Phase, ...], int]:
    """Talk, questions and what is over; a talk under way has its rest lighter."""
    say = words(language).gettext
    talk, whole = _seconds(live.talk_time), _seconds(live.length)
    over = max(_NONE, now - began - live.length)
    # One minute of room: the script lets the last part grow until the next copy.
    extra = _seconds((over // _MINUTE + 1) * _MINUTE) if over else 0
    minutes = {"length": length(live.talk_time)}
    parts = [
        Phase(fill="f-edge", x=0, width=talk, label=say("talk %(length)s") % minutes)
    ]
    if whole > talk:
        asked = {"length": length(live.question_time)}
        label = say("questions %(length)s") % asked
        parts.append(Phase(fill="f-ink2", x=talk, width=whole - talk, label=label))
    if over:
        late = {"length": length(over // _MINUTE * _MINUTE)}
        label = say("over %(length)s") % late
        parts.append(Phase(fill="f-over", x=whole, width=_seconds(over), label=label))
    return tuple(parts), whole + extra


def _facts(
    rundown: Rundown, proposal: Proposal | None, now: datetime, times: Times
) -> tuple[Fact, ...]:
    say = words(times.language).gettext
    late = proposal.delay if proposal else forecast(rundown, now)
    minutes = int(late // _MINUTE)
    ends = proposal.ends if proposal else rundown.ends
    kept = {"at": times.when(ends).said}
    held = ends <= rundown.ends
    return (
        Fact(
            name=say("Delay"),
            text=f"+{length(late)}" if minutes else say("none"),
            level="no" if minutes >= SOON // _MINUTE else "wait" if minutes else "",
        ),
        Fact(name=say("Reserve"), text=_reserve(rundown, times.language)),
        Fact(
            name=say("End"),
            text=say("%(at)s, kept") % kept if held else say("%(at)s, late") % kept,
            level="" if held else "no",
        ),
    )


def _reserve(rundown: Rundown, language: str) -> str:
    """What a delay may still eat: the discussion first, then breaks."""
    say = words(language).gettext
    left = {
        kind: sum(
            (one.length - LEAST for one in rundown.ahead if one.kind is kind), _NONE
        )
        for kind in (Kind.DISCUSSION, Kind.BREAK)
    }
    parts = []
    if left[Kind.DISCUSSION] > _NONE:
        parts.append(say("discussion %(length)s") % _long(left[Kind.DISCUSSION]))
    if left[Kind.BREAK] > _NONE:
        parts.append(say("break %(length)s") % _long(left[Kind.BREAK]))
    return ", ".join(parts) or say("none left")


def _long(duration: timedelta) -> dict[str, str]:
    return {"length": length(duration)}


def _seconds(duration: timedelta) -> int:
    return int(duration.total_seconds())
