"""What can go wrong at the other end of a wire.

* IntegrationError
  - Unreachable    the other side did not answer, or not in time; try again
  - Rejected       it answered, and refuses this request as it stands
    - Gone         what was made there is there no more
  - BadSignature   a message that claims to come from it does not

The service translates them into its own errors for people.
"""


class IntegrationError(Exception):
    """Base of every expected failure; the message says what to do (English)."""


class Unreachable(IntegrationError):
    """The other side did not answer, or had no room; the same may work later."""


class Rejected(IntegrationError):
    """The other side refuses: asking again the same way gives the same answer."""


class Gone(Rejected):
    """What was made at the other side is there no more: it can be made anew."""


class BadSignature(IntegrationError):
    """A message is not from whom it claims to be, or was changed on the way."""
