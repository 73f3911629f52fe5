"""The people of an event, as the door needs to know them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orchestrator.access.model import Grant
from orchestrator.ids import RegistrantId
from orchestrator.programme.model import TimedSession
from orchestrator.registration.model import Registrant


@dataclass(frozen=True, slots=True)
class Crowd:
    """Everybody who may come; ``confirmed`` have a place and no role."""

    people: Mapping[RegistrantId, Registrant]
    staff: frozenset[RegistrantId]
    confirmed: frozenset[RegistrantId]


def crowd_of(people: Sequence[Registrant]) -> Crowd:
    """``people`` without those who were cancelled."""
    there = [one for one in people if not one.is_cancelled]
    return Crowd(
        people={one.id: one for one in there},
        staff=frozenset(one.id for one in there if one.is_staff),
        confirmed=frozenset(
            one.id for one in there if not (one.is_staff or one.is_standby)
        ),
    )


def staff_of_room(
    crowd: Crowd, sessions: Sequence[TimedSession]
) -> frozenset[RegistrantId]:
    """Staff who have a part in ``sessions``, or in the whole event."""
    held = {timed.session.id for timed in sessions}
    talks = {slot.talk.id for timed in sessions for slot in timed.slots}

    def has_part(grant: Grant) -> bool:
        if grant.talk is not None:
            return grant.talk in talks
        return grant.session is None or grant.session in held

    return frozenset(
        who
        for who in crowd.staff
        if any(has_part(grant) for grant in crowd.people[who].grants)
    )
