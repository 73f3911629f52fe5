"""What keeps somebody from a room, as the error that tells it."""

from orchestrator.admission.errors import (
    DoorsClosed,
    ElsewhereToo,
    NoSeat,
    RoomFull,
    SentOut,
)
from orchestrator.admission.model import Entry, Standing
from orchestrator.admission.tally import minutes
from orchestrator.errors import OrchestratorError


def refusal(entry: Entry) -> OrchestratorError:
    """Why who stands so is not inside."""
    match entry.standing:
        case Standing.CLOSED:
            opens = entry.door.opens
            return DoorsClosed(
                "Come back when the doors are open.", opens=opens and opens.isoformat()
            )
        case Standing.WITHDRAWN:
            return SentOut("Write to the organisers if you think this is a mistake.")
        case Standing.ELSEWHERE:
            return ElsewhereToo("Ask with ?here to continue on this device.")
        case Standing.WAITING if entry.place is not None:
            return RoomFull(
                "All seats are taken. You are in the queue and come in by yourself as "
                "long as you renew your place.",
                capacity=entry.room.capacity,
                place=entry.place.number,
                wait=minutes(entry.place.wait),
            )
        case _:
            return NoSeat("Take one first.")
