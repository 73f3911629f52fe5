"""Who asks for the floor of a room, and whether the room is being recorded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from orchestrator.ids import RegistrantId
from orchestrator.pages.stage_wished import Wished
from orchestrator.pages.times import Times, When
from orchestrator.pages.words import words
from orchestrator.stage.floor.model import Hand


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorStand:
    """How it stands: ``hands`` in order of raising, whether the room ``records`` when
    told to, and since when (a moment of the event) it does.
    """

    hands: tuple[Hand, ...] = ()
    records: bool = False
    recorded: datetime | None = None


QUIET = FloorStand()


@dataclass(frozen=True, slots=True, kw_only=True)
class HandView:
    """A hand that is up since ``since``, or the floor that was given then."""

    id: RegistrantId
    name: str
    affiliation: str
    has_floor: bool
    since: When


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorView:
    """``waiting`` counts the hands that are up; ``jump`` leads to them where any is.

    ``records`` and ``recorded`` are as of ``FloorStand``; ``wished`` is what a speaker
    asked for, if anything.
    """

    heading: str
    jump: str
    hands: tuple[HandView, ...]
    waiting: int
    records: bool
    recorded: When | None
    wished: Wished | None = None


def floor_view(
    stand: FloorStand, times: Times, wished: Wished | None = None
) -> FloorView:
    """The floor as chairs see it."""
    ngettext = words(times.language).ngettext
    n = sum(hand.given is None for hand in stand.hands)
    return FloorView(
        heading=ngettext("Hands, %(n)s up", "Hands, %(n)s up", n) % {"n": n},
        jump=ngettext("%(n)s hand", "%(n)s hands", n) % {"n": n} if n else "",
        hands=tuple(_hand(hand, times) for hand in stand.hands),
        waiting=n,
        records=stand.records,
        recorded=times.when(stand.recorded) if stand.recorded else None,
        wished=wished,
    )


def _hand(hand: Hand, times: Times) -> HandView:
    return HandView(
        id=hand.registrant,
        name=hand.name,
        affiliation=hand.affiliation,
        has_floor=hand.given is not None,
        since=times.when(hand.since),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomFloor:
    """What everybody in a room is told: whose hands are ``up``, in order, who was
    ``given`` the floor, by their ids, and whether the room is ``recorded``.
    """

    key: str
    version: int
    address: str
    up: tuple[RegistrantId, ...]
    given: tuple[RegistrantId, ...]
    recorded: bool

    def number(self, who: RegistrantId) -> int:
        """Which hand is his, from 1; 0 while it is down."""
        return self.up.index(who) + 1 if who in self.up else 0


def room_floor(
    hands: Iterable[Hand], *, key: str, version: int, address: str, recorded: bool
) -> RoomFloor:
    """The floor of one room, of which ``hands`` are."""
    found = tuple(hands)
    return RoomFloor(
        key=key,
        version=version,
        address=address,
        up=tuple(one.registrant for one in found if one.given is None),
        given=tuple(one.registrant for one in found if one.given is not None),
        recorded=recorded,
    )
