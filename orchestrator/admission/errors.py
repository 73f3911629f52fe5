"""Why somebody is not let in."""

from orchestrator.errors import Conflict, Denied, NotFound


class RoomFull(Conflict):
    """Every seat is taken; he is in the queue now."""

    slug = "room-full"
    title = "The room is full"


class DoorsClosed(Conflict):
    """The room is not open at this moment."""

    slug = "doors-closed"
    title = "The room is not open now"


class ElsewhereToo(Conflict):
    """Another device of the same person has the seat."""

    slug = "on-another-device"
    title = "You are in on another device"


class NoSeat(Conflict):
    """There is nothing to renew."""

    slug = "no-seat"
    title = "You have no seat"


class SentOut(Denied):
    """The organisers have withdrawn the access to the rooms."""

    slug = "sent-out"
    title = "The organisers have withdrawn your access to this room"


class NobodyThere(NotFound):
    """The event has no such person."""

    slug = "no-such-person"
    title = "There is no such person"
