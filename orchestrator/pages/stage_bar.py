"""The commands at the bottom of a desk."""

from collections.abc import Iterable
from dataclasses import dataclass

from orchestrator.pages.stage_names import Names, deed, standing
from orchestrator.pages.stage_press import Press, act
from orchestrator.pages.words import words
from orchestrator.stage.model import Record, Rundown

MINUTES = (1, 2, 5)
"""By how much the bar prolongs what is on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """The commands at the bottom, with the version that they were drawn for."""

    version: int
    undo: Press
    longer: tuple[tuple[int, Press], ...]
    next: Press


def bar_of(
    rundown: Rundown, records: Iterable[Record], names: Names, language: str
) -> Bar:
    """The commands of ``rundown``, of which ``records`` were pressed last."""
    say = words(language).gettext
    last = standing(records)
    undo = (
        Press(label=say("Undo"), small=deed(last, names), act=act("undo"))
        if last
        else Press(
            label=say("Undo"), small=say("nothing to undo"), why=say("nothing to undo")
        )
    )
    why = "" if rundown.live else say("nobody is on")
    return Bar(
        version=rundown.version,
        undo=undo,
        longer=tuple(
            (n, Press(label=f"+{n}", act=act("extend", minutes=n), why=why))
            for n in MINUTES
        ),
        next=_next(rundown, names, language),
    )


def _next(rundown: Rundown, names: Names, language: str) -> Press:
    """Always says whom it brings on and whom it ends."""
    say = words(language).gettext
    live, first = rundown.live, rundown.next
    ends = say("ends %(who)s") % {"who": names.who(live.talk)} if live else ""
    if first is not None:
        who = {"who": names.who(first.talk)}
        return Press(
            label=say("Next: %(who)s") % who
            if rundown.begun
            else say("Start: %(who)s") % who,
            small=ends or say("nobody is on"),
            act=act("next", talk=first.talk),
        )
    if live is not None:
        return Press(label=say("End the session"), small=ends, act=act("next"))
    return Press(
        label=say("The session is over"),
        small=say("nobody is left"),
        why=say("nobody is left"),
    )
