"""Why a calendar file is not there."""

from orchestrator.errors import Invalid, NotFound


class NoSuchEntry(NotFound):
    """The event has no entry of that id: unknown, or a break or discussion."""

    slug = "no-such-entry"
    title = "This calendar file does not exist"


class NoSuchTrack(NotFound):
    """No talk of the event is in that track."""

    slug = "no-such-track"
    title = "There is no such track"


class UnknownKind(Invalid):
    """``?kind=`` says neither sessions nor talks."""

    slug = "unknown-kind"
    title = "There is no feed of this kind"


class NoSuchFeed(NotFound):
    """The key of a personal feed is altered, or was renewed or withdrawn."""

    slug = "no-such-feed"
    title = "This calendar address does not work"
