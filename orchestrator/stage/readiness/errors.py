"""Why what a speaker tells of himself is not taken."""

from orchestrator.errors import Invalid


class BadPhone(Invalid):
    """Nobody could be called there."""

    slug = "bad-phone"
    title = "This is no telephone number"
