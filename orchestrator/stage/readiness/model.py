"""Whether a speaker is ready: told by himself, or seen."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from orchestrator.ids import RegistrantId, TalkId


class Wish(StrEnum):
    """What happens to the recording of a talk."""

    SHOW_ME_FIRST = "show-me-first"
    DO_NOT_RECORD = "do-not-record"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a speaker said himself; see ``Readiness``."""

    phone: str = field(default="", repr=False)
    wish: Wish | None = None
    tested: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """One speaker of one talk.

    ``registrant`` is None for somebody whom the programme names and who is not on the
    list (any more): he has no link, and nothing is known of him.
    ``tested``: when he last tested sound and camera. ``phone`` is shown to the chair only.
    ``present_since``: a sign of life from him, uninterrupted; None while he is not here.
    ``opened``: when he last opened his link in a browser that did not know him.
    """

    talk: TalkId
    registrant: RegistrantId | None
    name: str
    tested: datetime | None = None
    phone: str = field(default="", repr=False)
    wish: Wish | None = None
    present_since: datetime | None = None
    opened: datetime | None = None
