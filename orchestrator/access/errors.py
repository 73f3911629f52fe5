"""Why a link or a secret is not accepted."""

from orchestrator.errors import Conflict, Denied, Invalid


class WeakSecret(Invalid):
    """The installation's secret could be guessed."""

    slug = "weak-secret"
    title = "The secret is too weak"


class TokenRefused(Denied):
    """The link is forged, altered, expired, withdrawn or of another place.

    Whoever tries links must not learn which, so the text is one and the same;
    ``reason`` is for the log.
    """

    slug = "token-refused"
    title = "This link is not valid"

    def __init__(self, reason: str) -> None:
        super().__init__(
            "Open the link of your latest mail once more, "
            "or ask the organisers for a new one."
        )
        self.reason = reason


class NoFeedKey(Conflict):
    """Something is to be done with a personal calendar that was not made yet."""

    slug = "no-feed-key"
    title = "You have no personal calendar yet"


class NotKnown(Denied):
    """The browser was known as somebody whose links were revoked since."""

    slug = "not-known"
    title = "You are not known here any more"


class NoSuchAlarm(Invalid):
    """A reminder is asked for at a time that is not offered."""

    slug = "no-such-alarm"
    title = "There is no such reminder"
