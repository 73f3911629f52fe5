"""Raised hands, and to whom a chair gave the floor."""

from dataclasses import dataclass
from datetime import datetime

from orchestrator.ids import RegistrantId, RoomId


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Somebody in ``room`` who asks for the floor, or has been ``given`` it since.

    ``name`` and ``affiliation`` are of the person. Moments are of the event.
    """

    room: RoomId
    registrant: RegistrantId
    name: str
    affiliation: str
    raised: datetime
    given: datetime | None = None

    @property
    def since(self) -> datetime:
        """From when on it is what it is: up, or given."""
        return self.given or self.raised
