"""Messages as JSON: what may be sent, and what is answered."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from orchestrator.ids import SessionId, TalkId
from orchestrator.stage.messages.model import Card


class Say(BaseModel):
    """One message: a text or a card, to all or to the speaker of ``talk``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    talk: TalkId | None = None
    text: str = ""
    card: Card | None = None


class MessageShown(BaseModel):
    """One message; ``current`` ones count now."""

    id: str
    session: SessionId
    talk: TalkId | None
    by: str
    at: datetime
    text: str
    card: Card | None
    taken_back: datetime | None
    current: bool


class MessagesShown(BaseModel):
    """Those of a session, in the order in which they were said."""

    messages: list[MessageShown]
