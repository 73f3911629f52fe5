"""Rooms: one online place of a meeting, on a connection."""

from dataclasses import dataclass, field

from orchestrator.ids import EventId, RoomId

CAPACITY = 600
"""Seats of a room when the programme names no capacity."""

CONNECTION = "main"
"""The connection of a room when nobody chose another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One online place. ``name`` is empty where a meeting has only one.

    ``connection`` names an account or server of the settings; ``url`` is the
    room's own address there, empty when the connection tells it.
    """

    id: RoomId
    event: EventId
    name: str
    capacity: int
    connection: str
    url: str = field(default="", repr=False)
