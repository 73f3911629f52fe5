"""Who of those at the door gets which free seat."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from orchestrator.ids import RegistrantId


class Candidate(Protocol):
    """Somebody who wants a seat."""

    @property
    def registrant(self) -> RegistrantId: ...
    @property
    def staff(self) -> bool: ...
    @property
    def standby(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Free:
    """Numbers of free seats, lowest first: those for everybody, those for staff."""

    ordinary: Sequence[int]
    staff: Sequence[int] = ()


def allot(
    line: Iterable[Candidate],
    free: Free,
    *,
    unseen: Collection[RegistrantId] = (),
) -> dict[RegistrantId, int]:
    """The seat of each of ``line`` who gets one, in the order of the line.

    Staff take a seat set aside for them, else any other; nobody else takes those.
    One seat is kept for each of ``unseen``, confirmed people who had not come before
    this moment (some may stand in ``line`` now): standby people take one only while
    more than that are free, and are passed over, not put back, while there are not.
    """
    ordinary, staff = list(reversed(free.ordinary)), list(reversed(free.staff))
    given: dict[RegistrantId, int] = {}
    kept = set(unseen)
    for one in line:
        if one.registrant in given:
            continue
        if one.staff and staff:
            given[one.registrant] = staff.pop()
        elif ordinary and (one.staff or not one.standby or len(ordinary) > len(kept)):
            given[one.registrant] = ordinary.pop()
        elif not ordinary and not staff:
            break
        if one.registrant in given:
            kept.discard(one.registrant)
    return given
