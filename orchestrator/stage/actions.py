"""The rundown after a press: pure, and all or nothing.

Each rule returns a new rundown one version on, or raises ``NoSuchTalk``,
``Impossible``, ``Breaches`` or ``BadOrder`` with a sentence that says what to do.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from orchestrator.stage import ordering, presses, retiming
from orchestrator.stage.model import Rundown
from orchestrator.stage.ordering import insert, transfer
from orchestrator.stage.schemas import (
    Accept,
    Back,
    Extend,
    Finish,
    Move,
    Next,
    Order,
    PutQuestionsOff,
    Refuse,
    Restore,
    Skip,
    Start,
)

__all__ = ["Plain", "apply", "insert", "transfer", "undo"]

Plain = (
    Start
    | Next
    | Finish
    | Back
    | Skip
    | Restore
    | Move
    | Order
    | Extend
    | PutQuestionsOff
    | Accept
    | Refuse
)
"""What needs nothing but the rundown: all but ``Transfer``, ``Insert``, ``Undo``."""

_RULES: Mapping[type[Plain], Callable[..., Rundown]] = {
    Start: presses.start,
    Next: presses.go_on,
    Finish: presses.finish,
    Back: presses.back,
    Skip: presses.skip,
    Restore: ordering.restore,
    Move: ordering.move,
    Order: ordering.order,
    Extend: presses.extend,
    PutQuestionsOff: presses.put_questions_off,
    Accept: retiming.accept,
    Refuse: retiming.refuse,
}


def apply(rundown: Rundown, action: Plain, now: datetime) -> Rundown:
    """The next version of ``rundown``, after ``action`` at ``now``."""
    after = _RULES[type(action)](rundown, action, now)
    return replace(after, version=rundown.version + 1)


def undo(rundown: Rundown, before: Rundown) -> Rundown:
    """The next version of ``rundown``, which is as it was ``before``."""
    return replace(before, version=rundown.version + 1)
