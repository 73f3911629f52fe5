"""Who is in, and what somebody finds at the door."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from orchestrator.admission.doors import Door
from orchestrator.ids import RegistrantId, RoomId
from orchestrator.rooms.model import Room


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One unit of a room's capacity, held until ``until`` (UTC)."""

    room: RoomId
    number: int
    registrant: RegistrantId
    until: datetime


class Standing(StrEnum):
    """Where somebody stands with a room, now."""

    INSIDE = "inside"
    CLOSED = "closed"
    FULL = "full"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the door answers: the room, its hours, and the seat if there is one."""

    room: Room
    door: Door
    standing: Standing
    seat: Seat | None = None
