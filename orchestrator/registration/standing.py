"""Who has a place. The rule, in full:

* Staff have one and take none of the places.
* Of the others, as many are confirmed as the event has places, in the order in
  which they registered; those after them are on standby.
* A place that comes free goes to the first on standby at the next import.
* Nobody who is confirmed loses his place to a smaller capacity.
"""

from collections.abc import Iterable
from dataclasses import replace

from orchestrator.registration.model import Registrant, Standing


def free_places(people: Iterable[Registrant], capacity: int) -> int:
    """Places that no confirmed registrant has."""
    held = sum(
        one.standing is Standing.CONFIRMED and not one.is_staff for one in people
    )
    return max(0, capacity - held)


def promoted(people: Iterable[Registrant], capacity: int) -> tuple[Registrant, ...]:
    """Those on standby for whom there is a place, confirmed."""
    known = tuple(people)
    waiting = [one for one in known if one.is_standby]
    waiting.sort(key=lambda one: (not one.is_staff, one.registered, one.id))
    free = free_places(known, capacity)
    staff = sum(one.is_staff for one in waiting)
    return tuple(
        replace(one, standing=Standing.CONFIRMED) for one in waiting[: staff + free]
    )
