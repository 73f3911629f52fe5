"""What a speaker may tell of himself, as JSON."""

from pydantic import BaseModel, ConfigDict

from orchestrator.stage.readiness.model import Wish


class Tell(BaseModel):
    """What is not given stays; an empty ``phone`` takes it away."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    phone: str | None = None
    wish: Wish | None = None
    tested: bool = False
