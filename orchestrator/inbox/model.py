"""What providers deliver, from its arrival until it is forgotten."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from integrations.video.events import News


class State(StrEnum):
    """To be handled (also once more); handled; given up until somebody looks."""

    NEW = "new"
    DONE = "done"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A delivery as it is journalled; two with one ``key`` on one connection tell
    the same. ``key`` is a digest of the provider's own: that may be of any length.
    ``received`` is the service's time.
    """

    connection: str
    key: str
    body: bytes = field(compare=False, repr=False)
    received: datetime = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One that is to be handled now; ``number`` is its place in the order of arrival,
    ``tries`` how often that has failed.
    """

    number: int
    kept: Kept
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One piece of news for those who handle its kind. ``key`` is its own, for ever:
    what is told again has the same.
    """

    connection: str
    news: News
    key: str
    received: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why one was not handled (English), and when it is tried again: None sets it
    aside.
    """

    number: int
    error: str
    again: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """Deliveries of a connection that were given up for one reason (English), how
    many, and when the last of them came.
    """

    connection: str
    error: str
    number: int
    last: datetime
