"""What becomes of the questions of a talk when the chair decides over one."""

from collections.abc import Mapping

from orchestrator.stage.questions.errors import NoSuchQuestion, QuestionClosed
from orchestrator.stage.questions.model import QuestionState

VOTED = frozenset({QuestionState.OPEN, QuestionState.TAKEN, QuestionState.LATER})
"""In these states a question may be voted up."""

LEFT_OVER = frozenset({QuestionState.OPEN, QuestionState.LATER})
"""These go to the speaker afterwards."""

_FROM = {
    QuestionState.OPEN: frozenset(QuestionState),
    QuestionState.TAKEN: LEFT_OVER,
    QuestionState.ANSWERED: VOTED,
    QuestionState.LATER: VOTED,
    QuestionState.REMOVED: frozenset(QuestionState),
}
"""From which states each is reached: what is closed has to be reopened first, or a
second chair who has not seen it would take again what was answered.
"""


def decided(
    states: Mapping[str, QuestionState], question: str, wanted: QuestionState
) -> dict[str, QuestionState]:
    """What changes when ``question`` is to be ``wanted``, in the order in which it
    has to be written: the one taken before is answered when another is taken.

    ``states`` are those of all questions of the talk. Nothing changes when it is so
    already. Raises ``NoSuchQuestion``, or ``QuestionClosed`` when it is answered or removed.
    """
    if question not in states:
        raise NoSuchQuestion("It may have been asked of another talk.")
    state = states[question]
    if state is wanted:
        return {}
    if state not in _FROM[wanted]:
        raise QuestionClosed(
            f"It is {state.value} by now. Reopen it first.", state=state.value
        )
    changes: dict[str, QuestionState] = {}
    if wanted is QuestionState.TAKEN:
        for one, its in states.items():
            if its is QuestionState.TAKEN:
                changes[one] = QuestionState.ANSWERED
    return {**changes, question: wanted}
