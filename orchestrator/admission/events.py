"""What is told to browsers of the door and the room."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from orchestrator.hub.channels import person, staff
from orchestrator.hub.events import HubEvent
from orchestrator.ids import RegistrantId


class RoomFigures(BaseModel):
    """One room in figures; ``name`` is empty for the only one. Of ``unknown`` nobody
    said whether they are members.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    capacity: int
    inside: int
    reserved: int
    waiting: int
    watching: int
    members: int
    non_members: int
    unknown: int
    staff: int
    peak: int


class RoomsChanged(HubEvent):
    """Figures of every room changed; for chairs and organisers.

    ``opened`` counts people who have opened their link, ``at`` is the moment of the
    event, in milliseconds since 1970.
    """

    topic: ClassVar[str] = "rooms"

    event: str
    at: int
    registered: int
    opened: int
    rooms: tuple[RoomFigures, ...]

    @property
    def channel(self) -> str:
        return staff(self.event)


class StandingChanged(HubEvent):
    """Where one person stands changed; for his own pages.

    ``here`` tells the device that has the seat. ``place``, ``behind`` and ``wait``
    (whole minutes, None when nobody can say) are of his place in the queue.
    """

    topic: ClassVar[str] = "standing"

    event: str
    registrant: str
    standing: str
    room: str = ""
    here: str = ""
    place: int = 0
    behind: int = 0
    wait: int | None = None

    @property
    def channel(self) -> str:
        return person(self.event, RegistrantId(self.registrant))
