"""What is answered as JSON about seats and rooms."""

from datetime import datetime
from typing import TypedDict

from pydantic import BaseModel

from orchestrator.ids import RegistrantId


class SeatState(TypedDict):
    """Where a device stands; ``here`` is the mark of the device with the seat,
    ``mark`` another one when the room has moved.
    """

    standing: str
    here: str
    mark: str


class Waits(BaseModel):
    """One place in a queue; ``since`` is a moment of the event."""

    registrant: RegistrantId
    since: datetime


class RoomState(BaseModel):
    """One room; ``waiting`` in the order of the queue."""

    name: str
    capacity: int
    taken: int
    reserved: int
    peak: int
    watching: int
    waiting: list[Waits]


class State(BaseModel):
    """All rooms together, and each. ``reserved``: free seats kept for staff."""

    capacity: int
    taken: int
    reserved: int
    lobby: int
    holders: list[RegistrantId]
    rooms: list[RoomState]
    sessions: list[dict[str, object]]
    attendance: list[object] = []
