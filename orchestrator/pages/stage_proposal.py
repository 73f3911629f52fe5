"""A re-timing in words: what would change, what stays, who would be told."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from orchestrator.pages.stage_names import Names, breaching
from orchestrator.pages.stage_press import Press, act
from orchestrator.pages.times import Times, capital, length
from orchestrator.pages.words import words
from orchestrator.programme.model import Event, Kind
from orchestrator.stage.model import Proposal, Rundown, Shift, between

TOLD_FROM = timedelta(minutes=10)
"""A speaker is written to when his start moves by more than this."""

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of the table: what, as promised, as proposed."""

    what: str
    was: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalView:
    """``kept`` does not change; ``breaches`` says what cannot be kept."""

    title: str
    changes: tuple[Change, ...]
    kept: str
    breaches: str
    told: str
    accept: Press
    refuse: Press


def proposal_view(
    event: Event,
    rundown: Rundown,
    proposal: Proposal | None,
    told: int,
    names: Names,
    times: Times,
) -> ProposalView | None:
    """``proposal`` for the session of ``rundown``, if there is one."""
    if proposal is None:
        return None
    say = words(times.language).gettext
    until = proposal.until.isoformat()
    return ProposalView(
        title=_title(proposal, times.language),
        changes=tuple(_changes(rundown, proposal, names, times)),
        kept=_kept(event, rundown, proposal, names, times),
        breaches=capital(breaching(proposal.breaches, names, times)),
        told=_told(told, times.language),
        accept=Press(label=say("Accept"), act=act("accept", until=until), key="a"),
        refuse=Press(label=say("Refuse"), act=act("refuse", until=until), key="r"),
    )


def _title(proposal: Proposal, language: str) -> str:
    say = words(language).gettext
    if proposal.delay < _MINUTE:
        return say("Change the times ahead?")
    return say("Move the rest by %(length)s?") % {"length": length(proposal.delay)}


def _changes(
    rundown: Rundown, proposal: Proposal, names: Names, times: Times
) -> Iterator[Change]:
    """Those that only move stand together; who is shortened stands alone. First what
    is taken from who is on.
    """
    say = words(times.language).gettext
    if rundown.live and proposal.eaten:
        was, now = map(length, proposal.eaten)
        on = _bare(names.things([rundown.live.talk]), times.language)
        yield Change(what=say("Questions, %(what)s") % {"what": on}, was=was, now=now)
    ahead = [
        shift
        for shift in proposal.shifts
        if (cue := rundown.cue(shift.talk)) is not None and cue.ahead
    ]

    def alike(shift: Shift) -> tuple[timedelta, str]:
        return shift.later, shift.talk if between(*shift.was) != between(
            *shift.now
        ) else ""

    for (later, shortened), group in groupby(ahead, key=alike):
        shifts = list(group)
        if shortened:
            (one,) = shifts
            was, now = length(between(*one.was)), length(between(*one.now))
        elif len(shifts) == 1:
            was, now = (
                times.when(at[0]).column for at in (shifts[0].was, shifts[0].now)
            )
        else:
            was, now = say("on time"), f"+{length(later)}"
        what = names.things(shift.talk for shift in shifts)
        yield Change(what=capital(_bare(what, times.language)), was=was, now=now)


def _kept(
    event: Event, rundown: Rundown, proposal: Proposal, names: Names, times: Times
) -> str:
    """The end of the session and the invited talks that stay where they are."""
    say = words(times.language).gettext
    moved = {shift.talk for shift in proposal.shifts}
    parts = []
    if proposal.ends <= rundown.ends:
        parts.append(say("end at %(at)s") % {"at": times.when(rundown.ends).said})
    parts += [
        say("%(who)s at %(at)s")
        % {"who": names.who(slot.talk.id), "at": times.when(slot.starts).said}
        for slot in event.timetable.slots
        if slot.talk.kind is Kind.INVITED
        and slot.starts >= proposal.until
        and slot.starts.astimezone(times.zone).date()
        == rundown.starts.astimezone(times.zone).date()
        and slot.talk.id not in moved
    ][:1]
    return capital(", ".join(parts))


def _told(told: int, language: str) -> str:
    say, ngettext = words(language).gettext, words(language).ngettext
    if not told:
        return say("No e-mail: nobody moves by more than %(length)s.") % {
            "length": length(TOLD_FROM)
        }
    text = ngettext(
        "%(n)s person to be told by e-mail.",
        "%(n)s people to be told by e-mail.",
        told,
    )
    return text % {"n": told}


def _bare(what: str, language: str) -> str:
    """Without the article, as a line of a table begins."""
    articles = {"fr": ("l’", "la ", "les "), "en": ("the ",)}[language]
    for article in articles:
        if what.startswith(article):
            return what.removeprefix(article)
    return what
