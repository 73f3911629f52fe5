"""Questions as JSON: what may be sent, and what is answered."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from orchestrator.ids import TalkId
from orchestrator.stage.questions.model import QuestionState


class Ask(BaseModel):
    """One question."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str


class Decision(BaseModel):
    """What the chair makes of a question; ``open`` reopens it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: QuestionState


class QuestionShown(BaseModel):
    """One question as somebody sees it: ``mine`` he asked himself, ``voted`` has his
    vote.
    """

    id: str
    talk: TalkId
    text: str
    name: str
    affiliation: str
    asked: datetime
    state: QuestionState
    votes: int
    mine: bool
    voted: bool


class QuestionsShown(BaseModel):
    """Those of a talk, most votes first, then the oldest."""

    questions: list[QuestionShown]
