"""The strip under the header: the clock, what is on, and the next step."""

from dataclasses import dataclass
from datetime import datetime

from orchestrator.pages.frame import foreign, utc_iso
from orchestrator.pages.moment import (
    Moment,
    Phase,
    SlotState,
    ends_of,
    event_bounds,
    starts_of,
)
from orchestrator.pages.slot_view import Naming
from orchestrator.pages.times import Times, When, remaining
from orchestrator.programme.model import Event, Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class StripEntry:
    """What is on (``state`` now, ``at`` its end) or next (``at`` its start).

    ``day`` names another day than today; ``wait`` is the time left, which the
    script keeps true from ``until``. ``late``: it is past, since the chair runs late.
    """

    state: SlotState
    what: str
    lang: str
    at: When
    day: str
    until: str
    wait: str
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """``clock`` is shown on the event's days, ``wait`` before them."""

    clock: str
    wait: str
    until: str
    entries: tuple[StripEntry, ...]


def strip(event: Event, moment: Moment, times: Times) -> Strip | None:
    """The strip at ``moment``; None for an event over or without sessions."""
    bounds = event_bounds(event)
    if bounds is None or moment.phase is Phase.OVER:
        return None
    before = moment.phase is Phase.BEFORE
    return Strip(
        clock=times.when(moment.now).column,
        wait=remaining(bounds[0] - moment.now, times.language) if before else "",
        until=utc_iso(bounds[0]),
        entries=entries(moment, times),
    )


def entries(moment: Moment, times: Times) -> tuple[StripEntry, ...]:
    """What is on now and what comes next; either may be missing."""
    found = []
    if moment.current:
        end = min(map(ends_of, moment.current))
        found.append(_entry(moment.current, SlotState.NOW, end, moment, times))
    if moment.next:
        start = starts_of(moment.next[0])
        found.append(_entry(moment.next, SlotState.NEXT, start, moment, times))
    return tuple(found)


def _entry(
    slots: tuple[Slot, ...],
    state: SlotState,
    at: datetime,
    moment: Moment,
    times: Times,
) -> StripEntry:
    naming = Naming(language=times.language)
    talk = slots[0].talk
    today = moment.now.astimezone(times.zone).date()
    another = at.astimezone(times.zone).date() != today
    return StripEntry(
        state=state,
        what=" / ".join(naming.who(slot.talk) for slot in slots),
        lang="" if talk.speakers else foreign(talk.language, times.language),
        at=times.when(at),
        day=times.day(at, year=False) if another else "",
        until=utc_iso(at),
        wait=remaining(at - moment.now, times.language),
        late=at <= moment.now,
    )
