"""Rooms: one online place of a meeting, on a connection."""

import hashlib
from dataclasses import dataclass, field, replace
from typing import Self

from orchestrator.ids import EventId, RoomId

CAPACITY = 600
"""Seats of a room when the programme names no capacity."""

ALL_STAFF = -1
"""What sets as many seats aside as there are staff."""

CONNECTION = "main"
"""The connection of a room when nobody chose another."""

REHEARSAL = "rehearsal"
"""The connection of a copy's room: it leads nowhere, and its seats are leases."""

LINK = "link"
"""The connection of a room whose address an organiser named, whatever else is set up."""

BUILT_IN = {
    LINK: {"provider": "link"},
    REHEARSAL: {
        "provider": "link",
        "presence": "page",
        "url": "https://rehearsal.invalid/",
    },
}
"""Connections that are there without any setting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One online place. ``name`` is empty where a meeting has only one.

    ``connection`` names an account or server of the settings; ``url`` is the
    room's own address there, empty when the connection tells it. ``staff_seats``
    are set aside for staff, None for as many as there are. ``overflow`` is the
    address of a stream for those who wait, empty when there is none. ``capacity``
    is how many people are let in; ``own_capacity`` a limit of the room's own, None
    for the meeting's. ``fallback`` is where people go while the provider does not
    answer, empty for nowhere.
    """

    id: RoomId
    event: EventId
    name: str
    capacity: int
    connection: str
    url: str = field(default="", repr=False)
    staff_seats: int | None = None
    overflow: str = field(default="", repr=False)
    own_capacity: int | None = None
    fallback: str = field(default="", repr=False)

    @property
    def mark(self) -> str:
        """Another one when the room is somewhere else; it tells nobody where. The id,
        which no page shows, keeps addresses from being tried out against it.
        """
        where = f"{self.id} {self.connection} {self.url}"
        return hashlib.sha256(where.encode()).hexdigest()[:8]

    def within(self, whole: int) -> Self:
        """The room in a meeting of ``whole`` places: its own limit only lowers that."""
        own = self.own_capacity
        return replace(self, capacity=whole if own is None else min(own, whole))


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is to change of a room; None leaves it as it is.

    An empty ``overflow`` or ``fallback`` takes it away; ``staff_seats`` may be
    ``ALL_STAFF``; a ``capacity`` of 0 is the meeting's again. A ``url`` without a
    ``connection`` puts the room where plain addresses are taken; a ``connection`` that
    takes none has the room's address forgotten.
    """

    url: str | None = None
    overflow: str | None = None
    staff_seats: int | None = None
    capacity: int | None = None
    connection: str | None = None
    fallback: str | None = None
