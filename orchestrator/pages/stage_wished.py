"""Whether the talk that is on, or the next, is not to be recorded: its speaker asked."""

from collections.abc import Iterable
from dataclasses import dataclass

from orchestrator.pages.stage_names import Names
from orchestrator.pages.words import words
from orchestrator.stage.model import Cue, Rundown
from orchestrator.stage.readiness.model import Readiness, Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class Wished:
    """What the chair is told of it; ``level`` is ``over`` while the talk is recorded,
    ``warn`` while one is that it follows, else empty.
    """

    level: str
    text: str


def wished(
    rundown: Rundown, readiness: Iterable[Readiness], names: Names, *, recorded: bool
) -> Wished | None:
    """What is asked for at ``rundown``, in a room that is ``recorded`` or not; None
    where nothing is. One speaker of several is enough.
    """
    unwanted = {one.talk for one in readiness if one.wish is Wish.DO_NOT_RECORD}
    live, following = rundown.live, rundown.next
    if live is not None and live.talk in unwanted:
        return _now(live, names, recorded=recorded)
    if following is not None and following.talk in unwanted:
        return _next(following, names, recorded=recorded)
    return None


def _now(cue: Cue, names: Names, *, recorded: bool) -> Wished:
    say, who = words(names.language).gettext, {"who": names.who(cue.talk)}
    if not recorded:
        return Wished(level="", text=say("Do not record this talk (%(who)s).") % who)
    text = say("Do not record this talk (%(who)s): stop the recording.")
    return Wished(level="over", text=text % who)


def _next(cue: Cue, names: Names, *, recorded: bool) -> Wished:
    say, who = words(names.language).gettext, {"who": names.who(cue.talk)}
    if not recorded:
        text = say("Do not record the next talk (%(who)s).")
        return Wished(level="", text=text % who)
    text = say("Do not record the next talk (%(who)s): stop the recording before.")
    return Wished(level="warn", text=text % who)
