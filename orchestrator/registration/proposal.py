"""What importing a list would do: who is new, changed, wrong, or perhaps known."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from orchestrator.access.model import Grant, Role, Source
from orchestrator.ids import RegistrantId
from orchestrator.programme.model import Event
from orchestrator.registration.likeness import alike, email_key, name_key
from orchestrator.registration.model import (
    BadLine,
    CsvLine,
    Draft,
    Match,
    Plan,
    Registrant,
    Sheet,
)
from orchestrator.registration.places import Places


def propose(sheet: Sheet, event: Event, existing: Sequence[Registrant]) -> Plan:
    """Compare ``sheet`` with the programme and with the people of ``event``.

    Lines of one address are one person, if each adds a role; otherwise the
    later one is a duplicate. An address that is registered is an update.
    """
    places, bad = Places(event), list(sheet.bad)
    by_email = {email_key(one.email): one for one in existing if one.email}
    nameless = {key: one for one in existing if not one.email for key in _names(one)}
    drafts: dict[str, Draft] = {}
    for line in sheet.lines:
        name, email = name_key(line.name), email_key(line.email)
        known = by_email.get(email) if email else nameless.get(name)
        try:
            draft = _draft(line, places, known)
            key = email or f"name {name}"
            drafts[key] = _joined(drafts.get(key), draft)
        except ValueError as error:
            bad.append(BadLine(line=line.line, text=str(error)))
    return _sorted(
        Plan(
            sheet=sheet,
            bad=tuple(sorted(bad, key=lambda one: one.line)),
            remarks=tuple(_remarks(sheet)),
        ),
        _matched(tuple(drafts.values()), existing),
        {one.id: one for one in existing},
    )


def merged(registrant: Registrant, draft: Draft, *, has_roles: bool) -> Registrant:
    """``registrant`` as ``draft`` says; what it leaves empty stays.

    Roles that the programme gives stay; those given by a former list are
    replaced when this one has a column for roles.
    """
    return replace(
        registrant,
        name=draft.name,
        email=draft.email or registrant.email,
        affiliation=draft.affiliation or registrant.affiliation,
        member=registrant.member if draft.member is None else draft.member,
        language=draft.language or registrant.language,
        grants=by_name(_others(registrant) | told(registrant, draft))
        if has_roles
        else registrant.grants,
    )


def _others(registrant: Registrant) -> frozenset[Grant]:
    """His roles by another word than a list's."""
    held = registrant.grants
    return frozenset(one for one in held if one.source is not Source.CSV)


def told(registrant: Registrant, draft: Draft) -> frozenset[Grant]:
    """The roles that ``draft`` gives ``registrant`` by the organiser's word.

    "Speaker" without a talk, or "chair" without a session, adds nothing for
    somebody whose talk or session the programme tells.
    """
    places = {
        grant.role
        for grant in registrant.grants
        if (grant.session or grant.talk) and grant.source is Source.PROGRAMME
    }
    return frozenset(
        grant
        for grant in draft.grants
        if grant.session or grant.talk or grant.role not in places
    )


def by_name(grants: Iterable[Grant]) -> tuple[Grant, ...]:
    """``grants`` in the order in which the store gives them."""
    return tuple(
        sorted(grants, key=lambda one: (one.role, one.session or "", one.talk or ""))
    )


def _draft(line: CsvLine, places: Places, known: Registrant | None) -> Draft:
    """The person of one line. Raises ValueError saying what is wrong with it."""
    grants = frozenset(
        _grant(role, line, places) for role in line.roles if role is not Role.REGISTRANT
    )
    if not line.email and not grants and known is None:
        raise ValueError("email: there is none; only staff may be without")
    return Draft(
        line=line.line,
        name=line.name,
        email=line.email,
        affiliation=line.affiliation,
        member=line.member,
        language=line.language,
        grants=grants,
        registrant=known.id if known else None,
    )


def _grant(role: Role, line: CsvLine, places: Places) -> Grant:
    if role is Role.CHAIR and line.session:
        return Grant(role, session=places.session(line.session))
    if role is Role.SPEAKER and line.talk:
        return Grant(role, talk=places.talk(line.talk, line.name))
    return Grant(role)


def _joined(former: Draft | None, draft: Draft) -> Draft:
    """Two lines of one person; raises ValueError when the second adds no role."""
    if former is None:
        return draft
    if draft.grants <= former.grants:
        what = "address" if draft.email else "name"
        raise ValueError(f"the same {what} as on line {former.line}; keep one of them")
    return replace(
        former,
        affiliation=former.affiliation or draft.affiliation,
        member=draft.member if former.member is None else former.member,
        language=former.language or draft.language,
        grants=former.grants | draft.grants,
    )


def _remarks(sheet: Sheet) -> Iterable[BadLine]:
    if not sheet.has_roles:
        return
    for line in sheet.lines:
        if not line.roles and (line.talk or line.session):
            yield BadLine(
                line=line.line,
                text="names a session or a talk but no role: a plain registrant",
            )


def _sorted(
    plan: Plan, drafts: Iterable[Draft], existing: dict[RegistrantId, Registrant]
) -> Plan:
    added: list[Draft] = []
    updated: list[Draft] = []
    unchanged: list[Draft] = []
    for draft in drafts:
        if draft.registrant is None:
            added.append(draft)
            continue
        former = existing[draft.registrant]
        same = merged(former, draft, has_roles=plan.sheet.has_roles) == former
        (unchanged if same else updated).append(draft)
    return replace(
        plan, added=tuple(added), updated=tuple(updated), unchanged=tuple(unchanged)
    )


def _matched(
    drafts: Sequence[Draft], existing: Iterable[Registrant]
) -> tuple[Draft, ...]:
    """``drafts``, the new ones with whom of the programme's people they may be."""
    taken = {draft.registrant for draft in drafts}
    left = {one.id: one for one in existing if one.named_name and one.id not in taken}
    words: dict[str, set[RegistrantId]] = defaultdict(set)
    for one in left.values():
        for word in " ".join(_names(one)).split():
            words[word].add(one.id)
    matches: dict[int, Match] = {}
    tests: tuple[Callable[[str, str], bool], ...] = (str.__eq__, alike)
    for test in tests:
        for draft in drafts:
            if draft.registrant is not None or draft.line in matches:
                continue
            name = name_key(draft.name)
            near = set().union(*(words[word] for word in name.split() if word in words))
            same = [
                left[one]
                for one in sorted(near & left.keys())
                if any(test(name, key) for key in _names(left[one]))
            ]
            if len(same) == 1:
                matches[draft.line] = _match(draft, left.pop(same[0].id))
    return tuple(replace(one, match=matches.get(one.line)) for one in drafts)


def _match(draft: Draft, known: Registrant) -> Match:
    return Match(
        line=draft.line,
        name=draft.name,
        email=draft.email,
        registrant=known.id,
        known_name=known.name,
        known_email=known.email,
        roles=tuple(sorted({grant.role for grant in known.grants})),
    )


def _names(one: Registrant) -> set[str]:
    """The keys of the names that somebody goes by."""
    return {name_key(one.name), one.named_name} - {""}
