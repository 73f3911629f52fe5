"""What is told to browsers of who may do what."""

from typing import ClassVar

from orchestrator.hub.channels import person
from orchestrator.hub.events import HubEvent
from orchestrator.ids import RegistrantId


class AccessChanged(HubEvent):
    """Somebody's link, standing or roles changed; for his own pages, which ask anew."""

    topic: ClassVar[str] = "access"

    event: str
    registrant: str

    @property
    def channel(self) -> str:
        return person(self.event, RegistrantId(self.registrant))
