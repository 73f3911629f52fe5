"""Identity and revision of an entry: what a client follows it by.

A client takes a newer copy of an entry for the same one by its UID, and for
newer by SEQUENCE, then DTSTAMP (RFC 5546, section 2.1.5). So both belong to the
stored thing, not to the file: a ``Stamp`` is kept with the row and stepped in
the transaction that changes the row.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Where an entry stands; moments are aware.

    ``uid`` is made once. ``sequence`` counts the visible changes since
    ``created``; ``revised`` is the instant of the last one, written as DTSTAMP
    and LAST-MODIFIED. ``cancelled`` is the instant at which it was called off,
    None while it takes place. Equal stamps of one entry mean equal bytes.
    """

    uid: str
    sequence: int
    created: datetime
    revised: datetime
    cancelled: datetime | None = None

    @classmethod
    def first(cls, uid: str, at: datetime) -> Self:
        """That of something made at ``at``."""
        return cls(uid=uid, sequence=0, created=at, revised=at)

    def changed(self, at: datetime) -> Self:
        """One visible change later; several changes at once are one.

        A clock that was put back does not take ``revised`` with it: clients
        would hold the new copy for the older.
        """
        return replace(self, sequence=self.sequence + 1, revised=max(at, self.revised))

    def called_off(self, at: datetime) -> Self:
        """The last change: it does not take place.

        There is no way back. Clients ignore an entry that is cancelled and
        comes again, so what is put on again gets a UID of its own.
        """
        return replace(self.changed(at), cancelled=at)
