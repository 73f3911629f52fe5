"""Why something cannot be written as iCalendar.

* CalendarError
  - EntryRefused   a field of an entry would make a wrong or broken VEVENT

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
