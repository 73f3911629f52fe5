"""Why a press of a chair is not carried out. Nothing has changed then."""

from orchestrator.errors import Conflict, Denied, Invalid, NotFound


class NoSuchTalk(NotFound):
    """The session holds no such talk."""

    slug = "no-such-talk"
    title = "This session has no such talk"


class Impossible(Conflict):
    """The rundown is not in a state in which that can be done."""

    slug = "impossible-now"
    title = "That cannot be done now"


class Breaches(Conflict):
    """It would move an invited talk or the end of the session: ``facts`` say what
    would happen, and the same press with ``breach`` true does it.
    """

    slug = "moves-what-is-promised"
    title = "That would move an invited talk or the end of the session"


class BadOrder(Invalid):
    """An order that leaves a talk out, names one twice or one of another session."""

    slug = "bad-order"
    title = "The order is not one of these talks"


class ChairsOnly(Denied):
    """Only who chairs the session may press, and organisers."""

    slug = "chairs-only"
    title = "This is for the chairs of the session"


class KeyTaken(Invalid):
    """The key belongs to another press."""

    slug = "key-taken"
    title = "This key was used for something else"
