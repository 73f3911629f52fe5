"""Who has a part in what is held in a room."""

from collections.abc import Sequence

from orchestrator.access.model import Grant
from orchestrator.ids import RegistrantId
from orchestrator.programme.model import TimedSession
from orchestrator.registration.model import Roll


def staff_of_room(
    roll: Roll, sessions: Sequence[TimedSession]
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
        for who, grants in roll.staff.items()
        if any(has_part(grant) for grant in grants)
    )
