"""What is asked of a talk, voted up, taken or left for later."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from orchestrator.ids import RegistrantId, TalkId

MOST_CHARACTERS = 500


class QuestionState(StrEnum):
    """Where a question stands. At most one of a talk is taken."""

    OPEN = "open"
    TAKEN = "taken"
    ANSWERED = "answered"
    LATER = "later"
    """Left for later: the speaker has it afterwards, as he has the open ones."""
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question; ``name`` and ``affiliation`` of who asked stand beside it.

    ``votes`` counts whoever wants it asked, the asker included.
    """

    id: str
    talk: TalkId
    by: RegistrantId
    name: str
    affiliation: str
    text: str
    asked: datetime
    state: QuestionState = QuestionState.OPEN
    votes: int = 1
