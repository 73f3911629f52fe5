"""What is to be said of a ledger: how many came, how fast, and what went wrong."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from orchestrator.operations.rehearsal.crowding import Crowding
from orchestrator.operations.rehearsal.ledger import Act, Call, Ledger, Rules, Told
from orchestrator.operations.rehearsal.promises import (
    Fault,
    lost,
    overtaken,
    refused,
    too_many,
    twice,
)
from orchestrator.operations.rehearsal.stays import surely

_PLAIN = ("2", "3")
_CONFLICT = "409"


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """How long calls of one kind took, in seconds."""

    calls: int
    p50: float
    p95: float
    p99: float
    most: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """``admitted``: people who were inside at some moment; ``waited``: those who had
    to wait at some moment; ``refused``: those of them who never came in.
    ``unknown``: calls of which nobody knows whether they were carried out.
    ``errors``: answers that nobody should get, by status, empty for none at all.
    """

    people: int
    calls: int
    admitted: int
    waited: int
    refused: int
    highest: int
    capacity: int
    unknown: int
    latencies: Mapping[str, Latency]
    errors: Mapping[str, int]
    faults: tuple[Fault, ...]

    @property
    def is_kept(self) -> bool:
        """Whether every promise was kept, as far as anybody can tell."""
        return not self.faults

    @property
    def is_good(self) -> bool:
        """Whether it was kept, by a service that answered everybody, and whether
        somebody was let in at all.
        """
        return self.is_kept and not self.errors and self.admitted > 0


def verdict(ledger: Ledger, rules: Rules) -> Verdict:
    """Judge ``ledger`` by ``rules``."""
    calls = ledger.by_person()
    inside = {who: surely(theirs, rules) for who, theirs in calls.items()}
    came_in, waited = _told(calls, Told.INSIDE), _told(calls, Told.WAITING)
    highest, _ = Crowding(one for spans in inside.values() for one in spans).highest()
    faults = (
        *too_many(calls, rules),
        *refused(calls, rules),
        *twice(calls),
        *lost(calls, rules),
        *overtaken(calls, rules),
    )
    return Verdict(
        people=len(calls),
        calls=len(ledger.calls),
        admitted=len(came_in),
        waited=len(waited),
        refused=len(waited - came_in),
        highest=highest,
        capacity=rules.capacity,
        unknown=sum(not call.known for call in ledger.calls),
        latencies=latencies(ledger.calls),
        errors=errors(ledger.calls),
        faults=tuple(sorted(faults, key=lambda one: one.at)),
    )


def _told(calls: Mapping[str, Sequence[Call]], told: Told) -> set[str]:
    return {
        who
        for who, theirs in calls.items()
        if any(one.known and one.told is told for one in theirs)
    }


def latencies(calls: Iterable[Call]) -> dict[str, Latency]:
    """How long calls took, by what they are for; those without an answer apart."""
    took: dict[Act, list[float]] = defaultdict(list)
    for call in calls:
        if call.status:
            took[call.act].append(call.ended - call.invoked)
    return {act.value: _latency(sorted(took[act])) for act in Act if act in took}


def _latency(took: Sequence[float]) -> Latency:
    return Latency(
        calls=len(took),
        p50=percentile(took, 50),
        p95=percentile(took, 95),
        p99=percentile(took, 99),
        most=took[-1],
    )


def percentile(took: Sequence[float], percent: int) -> float:
    """The smallest of ``took`` (in order, not empty) that ``percent`` of them do not
    exceed.
    """
    return took[max(0, math.ceil(len(took) * percent / 100) - 1)]


def errors(calls: Iterable[Call]) -> dict[str, int]:
    """Answers that nobody should get, by status."""
    found = Counter(
        call.status
        for call in calls
        if not call.status.startswith(_PLAIN) and call.status != _CONFLICT
    )
    return dict(sorted(found.items()))
