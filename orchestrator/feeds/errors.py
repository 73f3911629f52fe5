"""Why a calendar file is not there."""

from orchestrator.errors import NotFound


class NoSuchEntry(NotFound):
    """The event has no entry of that id: unknown, or a break or discussion."""

    slug = "no-such-entry"
    title = "This calendar file does not exist"
