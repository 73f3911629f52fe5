"""The clock of a speaker who is on: what is left of his talk, then of his questions."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from orchestrator.pages.frame import utc_iso
from orchestrator.pages.moment import starts_of
from orchestrator.pages.times import digits
from orchestrator.programme.model import Slot
from orchestrator.stage.model import Cue

SOON = timedelta(minutes=5)
_NONE = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkClock:
    """What the large figures count: ``text`` now, to ``until``.

    ``asking``: the talk's own time is over and the questions are on. ``phase`` is
    ``on-time``, ``soon`` or ``over``. ``ends`` is the end of everything.
    ``questions`` is how long they have, empty for none or once they are on.
    """

    starts: str
    until: str
    text: str
    asking: bool
    phase: str
    soon: int
    ends: datetime
    questions: str


def talk_clock(slot: Slot, cue: Cue | None, now: datetime) -> TalkClock:
    """The clock of ``slot``, which is on; ``cue`` says how long it has."""
    began = starts_of(slot)
    talk_time = cue.talk_time if cue else slot.ends - began
    whole = cue.length if cue else talk_time
    asking = talk_time < whole and now >= began + talk_time
    until = began + (whole if asking else talk_time)
    left = until - now
    # A short time for questions is not "soon over" from its first second.
    soon = _NONE if asking else min(SOON, talk_time / 2)
    return TalkClock(
        starts=utc_iso(began),
        until=utc_iso(until),
        text=f"+{digits(-left)}" if left < _NONE else digits(left),
        asking=asking,
        phase="over" if left <= _NONE else "soon" if left <= soon else "on-time",
        soon=int(soon.total_seconds()),
        ends=began + whole,
        questions="" if asking or whole == talk_time else digits(whole - talk_time),
    )
