"""What the service needs from a video-conference system, and no more."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Role(StrEnum):
    """Role in the room; the words of the iCalendar ROLE parameter."""

    CHAIR = "chair"
    PARTICIPANT = "participant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """The person to be let in.

    ``id`` is opaque (never a mail address); ``name`` is what others will see.
    """

    id: str
    name: str
    role: Role = Role.PARTICIPANT


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Somebody who is in the room.

    ``id`` is that of the guest who was let in, or the provider's own for people
    who came another way. ``name`` is empty where the provider tells none.
    """

    id: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a provider can do beyond letting people in.

    ``presence``: it tells who is in the room, so seats and attendance are
    measured; without it a seat is held until its holder leaves or the doors
    close, and attendance is estimated. ``beside``: people keep our page open
    beside the room, so that the page's own signs of life tell. ``stage``: it takes the right to speak
    from the service. ``removal``: it puts a person out. ``recording``: it
    records when told to.
    """

    presence: bool = False
    beside: bool = False
    stage: bool = False
    removal: bool = False
    recording: bool = False


class VideoProvider(Protocol):
    """One room on somebody else's server."""

    @property
    def capabilities(self) -> Capabilities:
        """What pages may offer and what figures are worth."""
        ...

    async def entry(self, guest: Guest) -> str:
        """Address that lets ``guest`` in without typing anything.

        It is a bearer secret: ask for it when the holder of a seat presses,
        show it to nobody else, put it in no mail and no calendar. Raises
        ``Unreachable`` when the server does not answer in time.
        """
        ...

    async def remove(self, guest: str) -> None:
        """Put the guest of that id out; called only where it can (``removal``)."""
        ...

    async def participants(self) -> tuple[Participant, ...]:
        """Who is in the room now; one person may be there more than once.

        It means something only with the capability ``presence``: nobody is
        listed without it. Raises ``Unreachable`` when the server does not answer
        in time.
        """
        ...
