"""What can be wrong with a room."""

from orchestrator.errors import Invalid, NotFound, Unavailable


class NoSuchRoom(NotFound):
    """The meeting has no room of that name."""

    slug = "no-such-room"
    title = "There is no such room"


class NoSuchConnection(NotFound):
    """The settings name no such connection."""

    slug = "no-such-connection"
    title = "There is no such connection"


class UnusableAddress(Invalid):
    """The address cannot lead to a room."""

    slug = "unusable-address"
    title = "This is no address of a room"


class UnusableCapacity(Invalid):
    """The number cannot be the limit of a room."""

    slug = "unusable-capacity"
    title = "This is no capacity of a room"


class UnusableStream(Invalid):
    """The address cannot lead to a stream."""

    slug = "unusable-stream"
    title = "This is no address of a stream"


class UnusableStaffSeats(Invalid):
    """So many seats cannot be set aside."""

    slug = "unusable-staff-seats"
    title = "So many seats cannot be set aside for staff"


class UnusableConnection(Invalid):
    """A video connection of the settings cannot be used."""

    slug = "unusable-connection"
    title = "A video connection cannot be used"


class RoomNotSet(Unavailable):
    """The organisers have named no video room yet."""

    slug = "room-not-set"
    title = "The video room is not set up yet"


class RoomSilent(Unavailable):
    """The provider does not answer, or refuses."""

    slug = "room-silent"
    title = "The video room does not answer"
