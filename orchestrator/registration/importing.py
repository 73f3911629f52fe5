"""A plan carried out: the registrants and the roles that come of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from orchestrator.access.model import Grant
from orchestrator.ids import EventId, RegistrantId, new_id
from orchestrator.registration.model import (
    Draft,
    Match,
    Plan,
    Registrant,
    Standing,
)
from orchestrator.registration.proposal import by_name, merged, told
from orchestrator.registration.standing import free_places, promoted

# Keeps the order of a list, which decides about the waiting list.
_APART = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be stored. ``roles`` are those given by the organiser's word."""

    added: tuple[Registrant, ...]
    updated: tuple[Registrant, ...]
    roles: Mapping[RegistrantId, Collection[Grant]]


def carry_out(
    plan: Plan,
    existing: Sequence[Registrant],
    accepted: Collection[Match],
    *,
    event: EventId,
    capacity: int,
    moment: datetime,
) -> Changes:
    """What ``plan`` makes of the ``existing`` people of ``event``.

    Matches that are not in the plan (any more) are not followed.
    """
    known = {one.id: one for one in existing}
    yes = {(match.line, match.registrant) for match in accepted}
    new: list[Draft] = []
    old: list[Draft] = list(plan.updated)
    for draft in plan.added:
        match = draft.match
        if match is not None and (draft.line, match.registrant) in yes:
            old.append(replace(draft, registrant=match.registrant))
        else:
            new.append(draft)
    has_roles = plan.sheet.has_roles
    pairs = [(known[one.registrant], one) for one in old if one.registrant]
    updated = {one.id: merged(one, d, has_roles=has_roles) for one, d in pairs}
    for one in promoted({**known, **updated}.values(), capacity):
        updated[one.id] = one
    added = _newcomers(new, event, moment)
    free = free_places({**known, **updated}.values(), capacity)
    same = [(known[d.registrant], d) for d in plan.unchanged if d.registrant]
    everybody = [*zip(added, new, strict=True), *pairs, *same]
    return Changes(
        added=_placed(added, free),
        updated=tuple(updated.values()),
        roles={one.id: told(one, d) for one, d in everybody} if has_roles else {},
    )


def _newcomers(
    drafts: Sequence[Draft], event: EventId, moment: datetime
) -> tuple[Registrant, ...]:
    return tuple(
        Registrant(
            id=RegistrantId(new_id()),
            event=event,
            name=draft.name,
            email=draft.email,
            affiliation=draft.affiliation,
            member=draft.member,
            language=draft.language,
            registered=moment + number * _APART,
            grants=by_name(draft.grants),
        )
        for number, draft in enumerate(drafts)
    )


def _placed(newcomers: Sequence[Registrant], free: int) -> tuple[Registrant, ...]:
    """``newcomers`` with their standing, while ``free`` places last."""
    placed: list[Registrant] = []
    for one in newcomers:
        if one.is_staff or free > 0:
            placed.append(one)
            free -= not one.is_staff
        else:
            placed.append(replace(one, standing=Standing.STANDBY))
    return tuple(placed)
