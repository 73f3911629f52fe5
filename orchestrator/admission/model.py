"""Who is in, who waits, and what somebody finds at the door."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from orchestrator.admission.doors import Door
from orchestrator.ids import EventId, RegistrantId, RoomId
from orchestrator.rooms.model import Room

LEASE = timedelta(seconds=60)
"""How long a sign of life keeps a seat; pages give one every 20 s."""

GRACE = timedelta(seconds=90)
"""How long after its lease a seat still waits for its holder."""

UNLOADED = timedelta(seconds=20)
"""How long a seat is kept for a page that was closed: a reload keeps it. Where the
video is elsewhere it is a whole lease: its provider is asked every half a minute, and
may take ten seconds to answer.
"""

SILENT = timedelta(seconds=75)
"""After so long another device need not ask; a hidden tab gives a sign once a minute."""

KEPT_FOR_CONFIRMED = timedelta(minutes=10)
"""From the start of a session on: then standby people are equal to confirmed ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody at the door. ``device`` is the digest of his browser's cookie,
    ``version`` that of the links by which he is known.
    """

    registrant: RegistrantId
    device: str = field(default="", repr=False)
    staff: bool = False
    standby: bool = False
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One unit of a room's capacity, held by ``registrant`` on ``device``.

    ``taken`` is a moment of the event; ``until`` (the lease) and ``seen`` (the last
    sign of life) are the database's. ``until`` is None where the seat is held until
    its holder leaves or the doors close.
    """

    room: RoomId
    number: int
    registrant: RegistrantId
    taken: datetime
    device: str = field(default="", repr=False)
    until: datetime | None = None
    seen: datetime | None = None
    staff: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Somebody in the queue of a room, in the order of ``number``.

    ``since`` is a moment of the event, ``seen`` the database's. ``watching``: he
    follows the stream meanwhile.
    """

    room: RoomId
    registrant: RegistrantId
    number: int
    since: datetime
    seen: datetime
    device: str = field(default="", repr=False)
    staff: bool = False
    standby: bool = False
    watching: bool = False


class Standing(StrEnum):
    """Where somebody stands with a room, now."""

    INSIDE = "inside"
    ELSEWHERE = "elsewhere"
    """He is in, on another device."""
    WAITING = "waiting"
    OUTSIDE = "outside"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    """He was sent out, and has not been let in again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in the queue.

    ``number`` counts from 1; ``wait`` is how long it may take, None when nothing
    can be said yet. ``kept_until`` (a moment of the event) is set while seats are
    kept for registered people who have not come yet, and he is not one of them.
    """

    number: int
    behind: int
    since: datetime
    wait: timedelta | None = None
    every: timedelta | None = None
    kept_until: datetime | None = None
    watching: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the door answers: the room, its hours, the seat or the place."""

    room: Room
    door: Door
    standing: Standing
    seat: Seat | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """The terms on which an open room is entered at this moment.

    ``opens`` is when the present opening began and ``equal_from`` when standby
    people become equal (moments of the event). ``staff_seats`` are set aside.
    ``leased``: a seat lapses without signs of life. ``told``: so it does until its
    holder may be in the room; from then on it is held until he is told to have gone.
    ``unloaded`` is how long a lease lasts for a page that was closed.
    """

    room: Room
    door: Door
    opens: datetime
    equal_from: datetime
    staff_seats: int
    leased: bool
    told: bool = False
    unloaded: timedelta = UNLOADED


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Terms:
    """All that a press at ``now`` (a moment of the event) goes by.

    ``rooms`` are all of the event, ``gates`` those of them that are open.
    ``confirmed`` have a place and no role; ``staff`` have one. ``has_standby`` tells
    whether anybody is on the waiting list. ``versions`` are those of everybody's
    links, as of ``epoch`` (of entitlements); without one they are not to be relied on.
    """

    event: EventId
    slug: str
    revision: int
    now: datetime
    rooms: tuple[RoomId, ...]
    gates: Mapping[RoomId, Gate]
    staff: frozenset[RegistrantId] = field(repr=False)
    confirmed: frozenset[RegistrantId] = field(repr=False)
    has_standby: bool = False
    versions: Mapping[RegistrantId, int] = field(default_factory=dict, repr=False)
    epoch: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """A room in figures. ``reserved`` are free seats still kept for staff;
    ``watching`` those in the queue who follow the stream. ``members``,
    ``non_members`` and ``unknown`` (nobody said) are those inside without a role.
    """

    capacity: int
    inside: int = 0
    reserved: int = 0
    waiting: int = 0
    watching: int = 0
    members: int = 0
    non_members: int = 0
    unknown: int = 0
    staff: int = 0
    peak: int = 0

    @property
    def free(self) -> int:
        return max(0, self.capacity - self.inside - self.reserved)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Everything about an event's rooms at one moment, read in one go.

    ``seats`` and ``queues`` hold what counts now: no lapsed seat, no seat of an
    earlier opening, nobody who has gone from the queue.
    """

    seats: Mapping[RegistrantId, Seat]
    queues: Mapping[RoomId, tuple[Waiting, ...]]
    barred: frozenset[RegistrantId]
    gone: Mapping[RoomId, tuple[datetime, ...]]
    """When seats came free lately, by room, in moments of the event."""
    is_tidy: bool = True
    """Whether no seat is held that does not count any more."""

    @property
    def places(self) -> Mapping[RegistrantId, tuple[int, Waiting]]:
        """Those who wait, each with how many are before him."""
        lines = self.queues.values()
        return {
            one.registrant: (n, one) for line in lines for n, one in enumerate(line)
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """The rooms of an event as many may be told of them: who was sent out and has not
    been let back, and each room in figures (without its peak).
    """

    withdrawn: frozenset[RegistrantId] = frozenset()
    rooms: Mapping[RoomId, Tally] = field(default_factory=dict)


class Why(StrEnum):
    """How a seat came free."""

    LEFT = "left"
    LAPSED = "lapsed"
    SENT_OUT = "sent out"
    MOVED = "moved"
    """He is in another room of the event now."""
