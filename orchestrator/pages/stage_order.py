"""The running order as its chair sees it: each cue with what can be done to it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from orchestrator.ids import TalkId
from orchestrator.pages.stage_names import Names, signed
from orchestrator.pages.stage_press import Press, act
from orchestrator.pages.times import NBSP, Times, When, length
from orchestrator.pages.words import words
from orchestrator.stage.model import Cue, CueState, Proposal, Rundown, between

_LONGER = (-5, -1, 1, 5)
_NONE = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One cue; ``place`` is where its speakers are from. ``was`` is what is promised where ``at`` is only proposed.

    ``state`` is its class in the look and ``word`` says it. ``small`` tells what is
    unusual about it. ``tools`` are at hand, ``longer`` and ``more`` in a fold;
    ``ahead`` cues can be dragged, moved elsewhere, and have a pause put before them.
    """

    talk: TalkId
    who: str
    place: str
    title: str
    lang: str
    at: When
    was: When | None
    ended: When | None
    length: str
    small: str
    state: str
    word: str
    chosen: bool
    ahead: bool
    invited: bool
    tools: tuple[Press, ...]
    longer: tuple[Press, ...]


def rows(
    rundown: Rundown,
    proposal: Proposal | None,
    missing: Collection[TalkId],
    names: Names,
    now: datetime,
    times: Times,
) -> tuple[Row, ...]:
    """The cues of ``rundown`` in order; of ``missing`` the speaker is not here."""
    proposed = {one.talk: one.now[0] for one in proposal.shifts} if proposal else {}
    chosen = rundown.next or rundown.live
    return tuple(
        _row(
            cue,
            rundown,
            proposed.get(cue.talk) if cue.ahead else None,
            names,
            times,
            state=_state(cue, rundown, missing, now, times.language),
            chosen=cue is chosen,
        )
        for cue in rundown.cues
    )


def _row(
    cue: Cue,
    rundown: Rundown,
    proposed: datetime | None,
    names: Names,
    times: Times,
    *,
    state: tuple[str, str],
    chosen: bool,
) -> Row:
    moved = proposed is not None and proposed != cue.starts
    at = proposed if proposed is not None and moved else cue.actual_starts or cue.starts
    return Row(
        talk=cue.talk,
        who=names.who(cue.talk),
        place=names.place(cue.talk),
        title=names.title(cue.talk),
        lang=names.lang(cue.talk),
        at=times.when(at),
        was=times.when(cue.starts) if moved else None,
        ended=times.when(cue.actual_ends) if cue.actual_ends else None,
        length=_length(cue, times.language),
        small=_small(cue, times.language),
        state=state[0],
        word=state[1],
        chosen=chosen,
        ahead=cue.ahead,
        invited=cue.fixed,
        tools=_tools(cue, rundown, names, times.language),
        longer=_longer(cue, names, times.language),
    )


def _state(
    cue: Cue,
    rundown: Rundown,
    missing: Collection[TalkId],
    now: datetime,
    language: str,
) -> tuple[str, str]:
    """Class and word."""
    say = words(language).gettext
    match cue.state:
        case CueState.DONE:
            return "done", say("Done")
        case CueState.SKIPPED:
            return "absent", say("No-show")
        case CueState.LIVE:
            over = (
                cue.actual_starts is not None and now > cue.actual_starts + cue.length
            )
            return ("over" if over else "now"), say("On now")
        case CueState.PLANNED:
            if cue.talk in missing:
                return "absent", say("Not here yet")
            return (
                ("next", say("Next")) if cue is rundown.next else ("", say("Planned"))
            )


def _length(cue: Cue, language: str) -> str:
    """Talk and questions apart: "12 + 3 min"."""
    if cue.question_time <= _NONE:
        return length(cue.length)
    talk = int(cue.talk_time.total_seconds()) // 60
    return f"{talk} + {length(cue.question_time)}"


def _small(cue: Cue, language: str) -> str:
    say = words(language).gettext
    if cue.state is CueState.DONE or cue.state is CueState.SKIPPED:
        return ""
    parts = [say("invited")] if cue.fixed else []
    more = int((cue.length - between(cue.starts, cue.ends)).total_seconds()) // 60
    if more and cue.ahead:
        parts.append(f"{signed(more)}{NBSP}min")
    if cue.kind.is_talk and not cue.question_time:
        parts.append(say("no questions"))
    return ", ".join(parts)


def _tools(
    cue: Cue, rundown: Rundown, names: Names, language: str
) -> tuple[Press, ...]:
    who = {"who": names.who(cue.talk)}
    match cue.state:
        case CueState.PLANNED:
            return _before(cue.talk, who, language)
        case CueState.LIVE:
            return (*_during(who, language), *_no_questions(cue, language))
        case CueState.SKIPPED:
            return _instead(cue.talk, who, language)
        case CueState.DONE:
            last = rundown.live is None and cue is _last_done(rundown)
            return _after(who, language) if last else ()


def _before(talk: TalkId, who: dict[str, str], language: str) -> tuple[Press, ...]:
    say = words(language).gettext
    return (
        Press(
            label=say("Up"),
            name=say("Move %(who)s up") % who,
            act=act("move", talk=talk, by=-1),
            key="alt+ArrowUp",
        ),
        Press(
            label=say("Down"),
            name=say("Move %(who)s down") % who,
            act=act("move", talk=talk, by=1),
            key="alt+ArrowDown",
        ),
        Press(
            label=say("No-show"),
            name=say("%(who)s is a no-show") % who,
            act=act("skip", talk=talk),
            key="s",
        ),
        Press(
            label=say("Start"),
            name=say("Start %(who)s now") % who,
            act=act("start", talk=talk),
        ),
    )


def _during(who: dict[str, str], language: str) -> tuple[Press, ...]:
    say = words(language).gettext
    return (
        Press(
            label=say("Finish"),
            name=say("End %(who)s, nobody follows yet") % who,
            act=act("finish"),
        ),
        Press(
            label=say("Step back"),
            name=say("Take back the start of %(who)s") % who,
            act=act("back"),
        ),
    )


def _instead(talk: TalkId, who: dict[str, str], language: str) -> tuple[Press, ...]:
    say = words(language).gettext
    return (
        Press(
            label=say("Bring back"),
            name=say("Bring %(who)s back") % who,
            act=act("restore", talk=talk),
        ),
    )


def _after(who: dict[str, str], language: str) -> tuple[Press, ...]:
    say = words(language).gettext
    return (
        Press(
            label=say("Take up again"),
            name=say("Take %(who)s up again") % who,
            act=act("back"),
        ),
    )


def _no_questions(cue: Cue, language: str) -> tuple[Press, ...]:
    if not cue.question_time:
        return ()
    say = words(language).gettext
    return (
        Press(
            label=say("No questions"),
            name=say("Put the questions off"),
            act=act("put-questions-off"),
            key="q",
        ),
    )


def _longer(cue: Cue, names: Names, language: str) -> tuple[Press, ...]:
    if cue.state not in (CueState.PLANNED, CueState.LIVE):
        return ()
    say = words(language).gettext
    return tuple(
        Press(
            label=f"{signed(minutes)}{NBSP}min",
            name=say("%(minutes)s for %(what)s")
            % {"minutes": f"{signed(minutes)}{NBSP}min", "what": names.who(cue.talk)},
            act=act("extend", minutes=minutes, talk=cue.talk),
        )
        for minutes in _LONGER
    )


def _last_done(rundown: Rundown) -> Cue | None:
    done = [cue for cue in rundown.cues if cue.actual_ends is not None]
    return max(done, key=lambda cue: cue.actual_ends or cue.ends, default=None)
