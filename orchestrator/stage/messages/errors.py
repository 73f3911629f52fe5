"""Why a message of a chair is not told."""

from orchestrator.errors import Invalid, NotFound


class NoSuchMessage(NotFound):
    """The meeting has no message of this id."""

    slug = "no-such-message"
    title = "There is no such message"


class BadMessage(Invalid):
    """Nothing is said, too much, or both a text and a card."""

    slug = "bad-message"
    title = "This cannot be told"
