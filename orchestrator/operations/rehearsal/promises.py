"""What a door promises, and where a ledger shows that it did not keep it.

Only what is sure is held against it: counts that rest on calls without an answer
speak neither for it nor against it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from orchestrator.operations.rehearsal.crowding import Crowding
from orchestrator.operations.rehearsal.ledger import Call, Rules, Span, Told
from orchestrator.operations.rehearsal.stays import possibly, surely, visits

Calls = Mapping[str, Sequence[Call]]
"""The calls of each person, in the order in which they were made."""


class Promise(StrEnum):
    """What was not kept."""

    CAPACITY = "capacity"
    FREE_SEAT = "free seat"
    ONE_SEAT = "one seat each"
    KEPT = "what was confirmed"
    ORDER = "order"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One promise that was not kept, when, and to whom."""

    promise: Promise
    at: float
    text: str


def too_many(calls: Calls, rules: Rules) -> Iterator[Fault]:
    """More people surely inside at one moment than there are seats for them."""
    inside = {who: surely(theirs, rules) for who, theirs in calls.items()}
    most, at = Crowding(one for spans in inside.values() for one in spans).highest()
    if most > rules.capacity:
        text = f"{most} people were inside; there are {rules.capacity} seats"
        yield Fault(promise=Promise.CAPACITY, at=at, text=text)
    plain = (spans for who, spans in inside.items() if who not in rules.staff)
    most, at = Crowding(one for spans in plain for one in spans).highest()
    seats = rules.capacity - rules.staff_seats
    if rules.staff_seats and most > seats:
        text = f"{most} people who are no staff were inside; {seats} seats are theirs"
        yield Fault(promise=Promise.CAPACITY, at=at, text=text)


def refused(calls: Calls, rules: Rules) -> Iterator[Fault]:
    """Somebody had to wait though a seat was free for him all the while."""
    inside = {who: possibly(theirs, rules) for who, theirs in calls.items()}
    everybody = Crowding(one for spans in inside.values() for one in spans)
    others = Crowding(
        one for who, spans in inside.items() if _ordinary(who, rules) for one in spans
    )
    for who, theirs in calls.items():
        staff = who in rules.staff
        crowd = everybody if staff else others
        seats = rules.capacity if staff else rules.capacity - rules.staff_seats
        for call in theirs:
            if not _was_refused(call, rules):
                continue
            most = crowd.most(call.since, call.ended) - _himself(inside[who], call)
            if most < seats:
                yield Fault(
                    promise=Promise.FREE_SEAT,
                    at=call.invoked,
                    text=f"{who} waits; at most {most} of {seats} seats were taken",
                )


def _ordinary(who: str, rules: Rules) -> bool:
    """Whether he may have one of the seats that are not set aside."""
    return who not in rules.staff or len(rules.staff) > rules.staff_seats


def _was_refused(call: Call, rules: Rules) -> bool:
    if not call.known or call.told is not Told.WAITING:
        return False
    if any(one.meets(call.since, call.ended) for one in rules.closings):
        return False
    kept = any(one.meets(call.since, call.ended) for one in rules.kept)
    return not (kept and call.who in rules.standby)


def _himself(spans: Sequence[Span], call: Call) -> int:
    """1 if the caller himself is counted all through the call."""
    within = (one.begins <= call.since and call.ended <= one.ends for one in spans)
    return int(any(within))


def twice(calls: Calls) -> Iterator[Fault]:
    """Somebody is told inside on a device that has not asked since the seat was
    surely on another.
    """
    for who, theirs in calls.items():
        inside = [one for one in theirs if one.known and one.told is Told.INSIDE]
        for later in inside:
            before = [
                one
                for one in inside
                if one.device != later.device and one.ended < later.since
            ]
            if not before:
                continue
            last = max(before, key=lambda one: one.ended)
            asked = (
                one.asks
                and one.device == later.device
                and one.settled >= last.since
                and one.invoked <= later.ended
                for one in theirs
            )
            if not any(asked):
                text = f"{who} is inside on {later.device} and on {last.device}"
                yield Fault(promise=Promise.ONE_SEAT, at=later.invoked, text=text)
                break


def lost(calls: Calls, rules: Rules) -> Iterator[Fault]:
    """A seat or a place that was confirmed, and that is not there any more though
    its holder gave signs of life and did not leave.
    """
    held_by = (Told.INSIDE, Told.WAITING)
    for who, theirs in calls.items():
        inside = surely(theirs, rules)
        held = surely(theirs, rules, held_by)
        for call in theirs:
            if not call.known:
                continue
            spans = {Told.OUTSIDE: held, Told.WAITING: inside}.get(call.told, ())
            if any(o.begins <= call.since and call.ended <= o.ends for o in spans):
                what = "seat" if call.told is Told.WAITING else "seat or place"
                text = f"{who} has lost a {what} that was confirmed"
                yield Fault(promise=Promise.KEPT, at=call.invoked, text=text)
                break


@dataclass(frozen=True, slots=True)
class _Entry:
    """Somebody came in: he did not ask before ``asked``, and was in by ``inside``."""

    who: str
    asked: float
    inside: float
    waited: float
    """When he was last surely out of the room."""


@dataclass(frozen=True, slots=True)
class _Wait:
    """Somebody was surely in the queue all the time from ``joined`` to ``until``."""

    who: str
    joined: float
    until: float


def overtaken(calls: Calls, rules: Rules) -> Iterator[Fault]:
    """Somebody who came later is in while one who came before him still waits."""
    entries = [one for who in calls for one in _entries(who, calls[who], rules)]
    entries.sort(key=lambda one: one.inside)
    for who, theirs in calls.items():
        for wait in _waits(who, theirs, rules):
            first = next(
                (one for one in entries if _overtakes(one, wait, rules)),
                None,
            )
            if first is not None:
                text = f"{first.who} came after {wait.who} and was let in before him"
                yield Fault(promise=Promise.ORDER, at=first.inside, text=text)


def _overtakes(entry: _Entry, wait: _Wait, rules: Rules) -> bool:
    if not (wait.joined < entry.asked and entry.inside < wait.until):
        return False
    if entry.who in rules.staff and wait.who not in rules.staff:
        return False
    if wait.who in rules.standby and entry.who not in rules.standby:
        return not any(one.meets(entry.waited, entry.inside) for one in rules.kept)
    return True


def _entries(who: str, calls: Sequence[Call], rules: Rules) -> Iterator[_Entry]:
    for visit in visits(calls, rules):
        waited = visit.begins
        for call in calls:
            if call.invoked < visit.begins or not call.known:
                continue
            if call.invoked > visit.ends:
                break
            if call.told is Told.WAITING:
                waited = max(waited, call.since)
            elif call.told is Told.INSIDE:
                yield _Entry(who, visit.begins, call.ended, waited)
                break


def _waits(who: str, calls: Sequence[Call], rules: Rules) -> Iterator[_Wait]:
    """Runs of answers that he waits, with nothing in between that may have ended
    his place.
    """
    waiting = [one for one in calls if one.known and one.told is Told.WAITING]
    for span in surely(calls, rules, (Told.WAITING,)):
        within = [one for one in waiting if span.begins <= one.ended <= span.ends]
        yield _Wait(who, span.begins, max(one.since for one in within))
