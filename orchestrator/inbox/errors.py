"""Why a delivery is not taken."""

from orchestrator.errors import Invalid, NotFound


class NoSuchConnection(NotFound):
    """The settings name no connection so, or it publishes no such file."""

    slug = "no-such-connection"
    title = "There is no such connection"


class UnreadableDelivery(Invalid):
    """It is the provider's, and nothing can be read in it."""

    slug = "unreadable-delivery"
    title = "The delivery could not be read"
