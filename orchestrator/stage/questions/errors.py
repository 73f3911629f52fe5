"""Why a question is not taken, voted up or decided."""

from orchestrator.errors import Conflict, Invalid, NotFound, TooOften


class NoSuchQuestion(NotFound):
    """The meeting has no question of this id."""

    slug = "no-such-question"
    title = "There is no such question"


class BadQuestion(Invalid):
    """Nothing is asked, too much is said, or nobody would answer."""

    slug = "bad-question"
    title = "This cannot be asked"


class QuestionClosed(Conflict):
    """The question was answered or removed."""

    slug = "question-closed"
    title = "This question is closed"


class OwnVote(Conflict):
    """Who asks wants an answer: that vote stays."""

    slug = "own-vote"
    title = "You asked this question yourself"


class TooManyQuestions(TooOften):
    """Too many open ones of one person, or the next one too soon."""

    slug = "too-many-questions"
    title = "That is too many questions at once"


class UnknownFormat(Invalid):
    """Questions are not given out in that form."""

    slug = "unknown-format"
    title = "There is no such format"
