"""Personal calendars: what somebody chose for his own, and the key to it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from orchestrator.ids import EventId, RegistrantId, SessionId, TalkId

ALARMS = (0, 10, 60)
"""Minutes before the start at which one can be reminded; 0 is not at all."""


class Per(StrEnum):
    """What has one entry in a personal calendar."""

    SESSION = "session"
    TALK = "talk"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedChoice:
    """What somebody wants in his calendar.

    ``alarm`` is one of ``ALARMS``. ``with_link`` puts the personal link into each
    entry: who reads the calendar can then enter in his place.
    """

    per: Per = Per.SESSION
    alarm: int = 10
    with_link: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedKey:
    """The key of somebody's calendar, as it is stored.

    ``digest`` is the SHA-256 of the key, ``salt`` what the key is derived from
    together with the secret of the installation; ``chosen`` when the key or the
    choice last changed. ``turns`` counts how often the personal link was put into
    the calendar or taken out, ``turned`` is when it last was: that changes entries.
    ``link_until`` is when the link in the calendar ends, None while none is in it.
    ``version`` is that of the owner's links: with them the key is revoked.
    """

    registrant: RegistrantId
    event: EventId
    digest: str
    salt: str = field(repr=False)
    version: int
    choice: FeedChoice
    created: datetime
    chosen: datetime
    turns: int = 0
    turned: datetime | None = None
    link_until: datetime | None = None

    @property
    def mark(self) -> str:
        """What a personal link in this calendar carries: another one once the
        address was renewed or the link was taken out.
        """
        return f"{self.digest[:24]}-{self.turns}"


@dataclass(frozen=True, slots=True)
class Part:
    """What somebody has in an event: the registration itself (neither is given),
    the chair of a session (or of all: ``EVERY``), a talk to give.
    """

    session: SessionId | None = None
    talk: TalkId | None = None


EVERY = SessionId("*")
REGISTRATION = Part()


@dataclass(frozen=True, slots=True)
class Turn:
    """How a part went: ``since`` when it is as it is, and whether it ``ended``.

    ``turns`` counts how often it ended by itself and came back, so it is odd while
    it is over by itself. The end of a talk that leaves the programme is the
    talk's own and is not counted.
    """

    turns: int
    since: datetime
    ended: bool
