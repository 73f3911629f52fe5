"""Why registrants cannot be read, stored or found."""

from orchestrator.errors import Invalid, NotFound


class UnreadableCsv(Invalid):
    """The file as a whole is no list of registrants; fact ``line`` if it is one's."""

    slug = "unreadable-csv"
    title = "The list of registrants could not be read"


class BadLines(Invalid):
    """Some lines are wrong, so nothing was imported; fact ``lines``."""

    slug = "bad-lines"
    title = "Some lines of the list are wrong"


class NoSuchRegistrant(NotFound):
    """The event has no such registrant."""

    slug = "no-such-registrant"
    title = "There is no such registrant"
