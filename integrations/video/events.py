"""What providers tell, in one language.

``place`` is the name of the room, or the provider's reference of it. Moments are
aware, by the provider's clock.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class RecordingState(StrEnum):
    """A recording runs, is being made into a file, can be fetched, or never can."""

    RUNNING = "running"
    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One recording of a room.

    ``id`` is the provider's, empty while it has none: ``started`` and ``seconds`` then
    tell which one of the room it is. ``location`` is where the provider finds the
    file: an address with a key in it, or a path in a store. ``seconds`` and ``size``
    (bytes) are 0 where it does not tell.
    """

    id: str
    place: str
    state: RecordingState
    started: datetime | None = None
    seconds: float = 0
    size: int = 0
    location: str = field(default="", repr=False)

    @property
    def ended(self) -> datetime | None:
        """When it ended, where that is told."""
        if self.started is None or not self.seconds:
            return None
        return self.started + timedelta(seconds=self.seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """Somebody is in. ``guest`` is the id that he was let in with, empty for people
    who came another way; ``stream`` tells his connections apart. ``mark`` and
    ``speaks`` are as for ``Participant``.
    """

    place: str
    guest: str
    stream: str
    at: datetime
    name: str = ""
    mark: str = field(default="", repr=False)
    speaks: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Went:
    """The connection ``stream`` of somebody ended; ``began`` is false where the server
    tells that no picture or sound ever passed.
    """

    place: str
    guest: str
    stream: str
    at: datetime
    began: bool = True
    mark: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """The room ended: nobody is in it any more."""

    place: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A recording changed its state. Where ``recording`` has no location although it
    is ready, the provider's list has it.
    """

    recording: Recording


News = Came | Went | Closed | Recorded
