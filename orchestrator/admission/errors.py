"""Why somebody is not let in."""

from orchestrator.errors import Conflict


class RoomFull(Conflict):
    """Every seat is taken."""

    slug = "room-full"
    title = "The room is full"


class DoorsClosed(Conflict):
    """The room is not open at this moment."""

    slug = "doors-closed"
    title = "The room is not open now"
