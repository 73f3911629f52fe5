"""Why something cannot be written as iCalendar, or read from it.

* CalendarError
  - EntryRefused        a field of an entry would make a wrong or broken VEVENT
  - InvitationRefused   a party or an entry that no mail client takes as invited
  - ReplyRefused        what came by mail is no reply to an invitation

``CalendarError`` is a ``ValueError``: the caller gave a value that the format
cannot carry; nothing has been written.
"""


class CalendarError(ValueError):
    """Base of every refusal of this library."""


class EntryRefused(CalendarError):
    """A field of a ``CalendarEntry`` cannot be published.

    ``field`` is the name of the field, ``reason`` says what to do about it.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class InvitationRefused(CalendarError):
    """Something of an invitation cannot be sent.

    ``field`` is the name of what was given, ``reason`` says what to do about it.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class ReplyRefused(CalendarError):
    """A calendar or a mail is no reply that can be read; says what is missing."""
