"""Base of everything that is fanned out to browsers."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class HubEvent(BaseModel):
    """A fact that has already happened, named in the past tense.

    ``topic`` is the SSE ``event:`` field. It is part of the public protocol: add
    a new topic instead of changing one.
    """

    model_config = ConfigDict(frozen=True)

    topic: ClassVar[str]

    @property
    def channel(self) -> str:
        """Who may hear it: the slug of its meeting, or as ``channels`` names them."""
        raise NotImplementedError

    def as_sse(self, number: int) -> bytes:
        """Encode for ``text/event-stream``; ``number`` becomes Last-Event-ID."""
        lines = f"id: {number}\nevent: {self.topic}\ndata: {self.model_dump_json()}\n\n"
        return lines.encode()
