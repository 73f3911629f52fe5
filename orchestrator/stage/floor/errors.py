"""Why a hand is not raised, or the floor not given."""

from orchestrator.errors import Conflict, NotFound


class NotInRoom(Conflict):
    """Only who is in the room asks for the floor."""

    slug = "not-in-room"
    title = "You are not in the room"


class NoSuchHand(NotFound):
    """It was lowered, or its owner has left."""

    slug = "no-such-hand"
    title = "This hand is not raised any more"
