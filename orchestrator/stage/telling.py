"""Whose talk has moved so far that he has to be told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from orchestrator.ids import SessionId, TalkId
from orchestrator.stage.model import Proposal, Rundown, between

MORE_THAN = timedelta(minutes=10)
"""A start that moves by no more than this is seen on the pages and in calendars."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A talk that starts at another time than its speaker was told."""

    talk: TalkId
    session: SessionId
    was: datetime
    now: datetime

    @property
    def is_far(self) -> bool:
        """Whether he has to be told."""
        return abs(between(self.was, self.now)) > MORE_THAN


def moves(
    before: Iterable[Rundown],
    after: Iterable[Rundown],
    told: Mapping[TalkId, datetime],
) -> tuple[Moved, ...]:
    """The talks to come that are promised at another time than their speakers were
    told: that of ``told``, else the one of ``before``. So small steps add up.
    """
    known = {cue.talk: cue.starts for one in before for cue in one.cues}
    known.update(told)
    return tuple(
        Moved(talk=cue.talk, session=one.session, was=was, now=cue.starts)
        for one in after
        for cue in one.ahead
        if cue.kind.is_talk and (was := known.get(cue.talk, cue.starts)) != cue.starts
    )


def would_move(
    rundown: Rundown, proposal: Proposal, told: Mapping[TalkId, datetime]
) -> tuple[Moved, ...]:
    """As ``moves``, for a proposal that is accepted."""
    ahead = {cue.talk for cue in rundown.ahead if cue.kind.is_talk}
    return tuple(
        Moved(
            talk=shift.talk,
            session=rundown.session,
            was=told.get(shift.talk, shift.was[0]),
            now=shift.now[0],
        )
        for shift in proposal.shifts
        if shift.talk in ahead
    )


def still_untold(
    moved: Iterable[Moved], told: Mapping[TalkId, datetime], rundown: Rundown
) -> dict[TalkId, datetime]:
    """``told`` of ``rundown`` once those who have to be were told what ``moved``."""
    left = {one.talk: one.was for one in moved if not one.is_far}
    # What is not to come (skipped, under way) may be so again: its speaker knows
    # what he knew.
    others = {
        cue.talk: told[cue.talk]
        for cue in rundown.cues
        if not cue.ahead and cue.talk in told
    }
    own = {cue.talk for cue in rundown.cues}
    return {talk: at for talk, at in (left | others).items() if talk in own}
