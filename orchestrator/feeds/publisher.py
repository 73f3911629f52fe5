"""Who publishes: addresses and identities that calendars hold on to."""

from dataclasses import dataclass
from urllib.parse import quote

from calendars.revision import Stamp
from orchestrator.programme.model import Event, Session, Talk


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """``base_url`` without a slash at its end, and the ``install`` id that ends
    every UID and outlives a move to another address.
    """

    base_url: str
    install: str

    @property
    def https(self) -> bool:
        return self.base_url.startswith("https:")

    def page(self, event: Event) -> str:
        """Address of the event's page."""
        return f"{self.base_url}/e/{quote(event.slug)}"

    def session_page(self, event: Event, session: Session) -> str:
        return f"{self.page(event)}/s/{quote(session.id)}"

    def talk_page(self, event: Event, talk: Talk) -> str:
        return f"{self.page(event)}/t/{quote(talk.id)}"

    def door(self, event: Event, session: Session | None = None) -> str:
        """Address that leads into the room, of ``session`` where rooms have names:
        whatever room that is by then.
        """
        door = f"{self.page(event)}/room"
        if session is None or not session.room:
            return door
        return f"{door}?session={quote(session.id)}"

    def own_page(self, event: Event) -> str:
        """Address of a registrant's own page."""
        return f"{self.page(event)}/me"

    def uid(self, kind: str, stamp: Stamp) -> str:
        """UID of an entry: the same in every file and mail that holds it."""
        return f"{kind}-{stamp.uid}@{self.install}"
