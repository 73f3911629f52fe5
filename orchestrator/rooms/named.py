"""Which rooms of a meeting somebody means."""

from collections.abc import Sequence

from orchestrator.rooms.errors import NoSuchRoom
from orchestrator.rooms.model import Room


def named(rooms: Sequence[Room], name: str | None) -> tuple[Room, ...]:
    """The one of ``rooms`` of that name, all of them for None.

    Raises ``NoSuchRoom`` naming those there are.
    """
    chosen = tuple(room for room in rooms if name is None or room.name == name)
    if not chosen:
        known = ", ".join(room.name or "(the only one)" for room in rooms)
        raise NoSuchRoom(f"There is no room {name}; there are: {known}.")
    return chosen
