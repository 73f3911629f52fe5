"""What a chair says to everybody, or to the speaker of one talk."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from orchestrator.ids import SessionId, TalkId

MOST_CHARACTERS = 280


class Card(StrEnum):
    """A time card; each page says it in its own language."""

    FIVE = "five"
    ONE = "one"
    END = "end"
    QUESTION = "question"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message. ``talk``: to its speaker; None: to all in the session's room.

    Either ``text`` or ``card`` is given. A later message to the same replaces it; one that was
    taken back is told to nobody any more, and what it replaced does not come again.
    ``by`` is who said it, as he was called then.
    """

    id: str
    session: SessionId
    talk: TalkId | None
    by: str
    at: datetime
    text: str = ""
    card: Card | None = None
    taken_back: datetime | None = None

    @property
    def to(self) -> SessionId | TalkId:
        """Whom it is to: all of a session, or the speaker of a talk."""
        return self.talk or self.session
