"""What browsers are told of a programme."""

from typing import ClassVar

from orchestrator.hub.events import HubEvent


class ProgrammeChanged(HubEvent):
    """The programme has a new revision; pages read it again."""

    topic: ClassVar[str] = "programme"

    event: str
    revision: int

    @property
    def channel(self) -> str:
        return self.event


class RevisionMissed(ProgrammeChanged):
    """The page that opens a stream is of another revision; it reads itself anew."""

    topic: ClassVar[str] = "missed"
