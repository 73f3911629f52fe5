"""A recording of a room, from the press that began it to its file in our store."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from orchestrator.ids import RoomId, SessionId


class State(StrEnum):
    """How far a recording is; in this order, and never back."""

    STARTING = "starting"
    """It was asked for, and the provider has not answered yet."""
    RUNNING = "running"
    PROCESSING = "processing"
    FAILED = "failed"
    READY = "ready"
    """The provider has the file."""
    GIVEN_UP = "given-up"
    """It has the file, and we do not fetch it any more."""
    KEPT = "kept"
    """We have it. It is to be published, and nobody but organisers sees it."""

    @property
    def rank(self) -> int:
        """How far that is."""
        return list(State).index(self)

    @property
    def runs(self) -> bool:
        """Whether people in the room are being recorded."""
        return self is State.RUNNING

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be told of it."""
        return self.rank >= State.FAILED.rank


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """One recording of ``room``, which was on ``connection``; ``reference`` is the
    provider's id of it, None until it gave one: some have none before the file.

    Moments are real time, not the event's. ``location`` is where the provider has the
    file, ``digest`` names it in our store. ``seconds`` and ``size`` are 0 while
    nobody told. ``tries`` counts how often the file could not be fetched, ``error``
    (English) is why the last time, or why there is none.
    """

    id: str
    room: RoomId
    connection: str
    state: State
    noted: datetime
    reference: str | None = None
    session: SessionId | None = None
    started: datetime | None = None
    ended: datetime | None = None
    seconds: float = 0
    size: int = 0
    location: str = field(default="", repr=False)
    digest: str = ""
    tries: int = 0
    error: str = ""

    @property
    def length(self) -> timedelta:
        """How long it is, as far as it was told."""
        return timedelta(seconds=self.seconds)
