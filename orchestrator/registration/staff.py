"""Chairs, speakers and organisers: whom a programme names, and who they are.

Two mentions are one person when they share an address, or the name where one of
them has none. Somebody who registered by himself is recognised by his address
only: a name alone gives nobody a role.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from orchestrator.access.model import Grant, Role, Source
from orchestrator.ids import EventId, RegistrantId, SessionId, new_id
from orchestrator.programme.model import Event, Person
from orchestrator.registration.addresses import read_address
from orchestrator.registration.likeness import clean, email_key, name_key
from orchestrator.registration.model import Origin, Registrant


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody whom the programme names, with all his roles in it."""

    name: str
    email: str = field(repr=False)
    affiliation: str
    grants: frozenset[Grant]

    @property
    def keys(self) -> tuple[str, str]:
        """Of the name and of the address."""
        return name_key(self.name), email_key(self.email)


def named(event: Event, chaired: Collection[SessionId] = ()) -> tuple[Named, ...]:
    """Whom ``event`` names. ``chaired`` sessions have a chair by the organiser's
    word; in the others that name nobody the organisers are the chairs.
    """
    mentions = tuple(_mentions(event, chaired))
    groups: dict[tuple[str, str], list[tuple[int, Person, Grant]]] = defaultdict(list)
    addresses: dict[str, set[str]] = defaultdict(set)
    for person, _ in mentions:
        if address := _address(person):
            addresses[name_key(person.name)].add(email_key(address))
    for number, (person, grant) in enumerate(mentions):
        name, address = name_key(person.name), email_key(_address(person))
        if not address and len(addresses[name]) == 1:
            (address,) = addresses[name]
        key = ("", address) if address else (name, "")
        groups[key].append((number, person, grant))
    in_order = sorted(groups.values(), key=lambda group: group[0][0])
    return tuple(_one([(person, grant) for _, person, grant in g]) for g in in_order)


@dataclass(frozen=True, slots=True)
class Following:
    """What is to be stored so that the programme is followed.

    ``roles`` are those by the programme's word; somebody with none loses them.
    """

    added: tuple[Registrant, ...]
    updated: tuple[Registrant, ...]
    roles: Mapping[RegistrantId, Collection[Grant]]


def follow(event: Event, existing: Sequence[Registrant], moment: datetime) -> Following:
    """Have a registrant, with his roles, for everybody whom ``event`` names."""
    added: list[Registrant] = []
    updated: list[Registrant] = []
    roles: dict[RegistrantId, Collection[Grant]] = {one.id: () for one in existing}
    for person, former in recognise(named(event, chaired(event, existing)), existing):
        if former is None:
            # Apart by a microsecond, so that the order of the page is kept.
            registered = moment + timedelta(microseconds=len(added))
            one = newcomer(person, event.id, registered)
            added.append(one)
        elif (one := refreshed(former, person)) != former:
            updated.append(one)
        roles[one.id] = person.grants
    return Following(tuple(added), tuple(updated), roles)


def chaired(event: Event, existing: Iterable[Registrant]) -> frozenset[SessionId]:
    """The sessions for which a list names a chair."""
    chairs = {
        grant.session
        for one in existing
        for grant in one.grants
        if grant.role is Role.CHAIR and grant.source is Source.CSV
    }
    sessions = [timed.session.id for timed in event.timetable.sessions]
    return frozenset(one for one in sessions if None in chairs or one in chairs)


def recognise(
    people: Sequence[Named], existing: Iterable[Registrant]
) -> tuple[tuple[Named, Registrant | None], ...]:
    """Each of ``people`` with the registrant that he is already, None for somebody new.

    The address under which the programme knew him decides, then his own
    address, then the name under which the programme knew him.
    """
    known = tuple(existing)
    indexes = (
        (1, _index(known, lambda one: one.named_email)),
        (1, _index(known, lambda one: email_key(one.email))),
        (0, _index(known, lambda one: one.named_name)),
    )
    found: dict[int, Registrant] = {}
    taken: set[RegistrantId] = set()
    for which, index in indexes:
        for number, person in enumerate(people):
            candidates = index.get(person.keys[which], ())
            same = next((one for one in candidates if one.id not in taken), None)
            if number not in found and same is not None:
                found[number] = same
                taken.add(same.id)
    return tuple((person, found.get(n)) for n, person in enumerate(people))


def _index(
    people: Iterable[Registrant], key: Callable[[Registrant], str]
) -> dict[str, list[Registrant]]:
    """``people`` by a key, those without it left out."""
    index: dict[str, list[Registrant]] = defaultdict(list)
    for one in people:
        if text := key(one):
            index[text].append(one)
    return index


def newcomer(person: Named, event: EventId, registered: datetime) -> Registrant:
    """The registrant that ``person`` becomes; roles are given apart."""
    name, email = person.keys
    return Registrant(
        id=RegistrantId(new_id()),
        event=event,
        name=person.name,
        email=person.email,
        affiliation=person.affiliation,
        registered=registered,
        origin=Origin.PROGRAMME,
        named_name=name,
        named_email=email,
    )


def refreshed(registrant: Registrant, person: Named) -> Registrant:
    """``registrant`` as far as the programme's word is the last one.

    What came from the programme follows it; what a list or the organiser said
    stays, and nothing is emptied.
    """
    name, email = person.keys
    ours = registrant.origin is Origin.PROGRAMME
    own_name = ours and name_key(registrant.name) == registrant.named_name
    own_email = ours and email_key(registrant.email) == registrant.named_email
    return replace(
        registrant,
        name=person.name if own_name else registrant.name,
        email=person.email if own_email and person.email else registrant.email,
        affiliation=registrant.affiliation or person.affiliation,
        named_name=name,
        named_email=email or registrant.named_email,
    )


def _mentions(
    event: Event, chaired: Collection[SessionId]
) -> Iterable[tuple[Person, Grant]]:
    organisers = event.programme.organisers
    sessions = [timed.session for timed in event.timetable.sessions]
    for person in organisers:
        yield person, Grant(Role.ORGANISER, source=Source.PROGRAMME)
    for session in sessions:
        for person in session.chairs:
            yield person, Grant(Role.CHAIR, session.id, source=Source.PROGRAMME)
        if not session.chairs and session.id not in chaired:
            for person in organisers:
                yield person, Grant(Role.CHAIR, session.id, source=Source.DEFAULT)
    for slot in event.timetable.slots:
        for person in slot.talk.speakers:
            grant = Grant(Role.SPEAKER, talk=slot.talk.id, source=Source.PROGRAMME)
            yield person, grant


def _one(mentions: Sequence[tuple[Person, Grant]]) -> Named:
    people = [person for person, _ in mentions]
    return Named(
        name=clean(people[0].name),
        email=next(filter(None, map(_address, people)), ""),
        affiliation=next(filter(None, (clean(p.affiliation) for p in people)), ""),
        grants=frozenset(grant for _, grant in mentions),
    )


def _address(person: Person) -> str:
    """His address, empty when the page's is none: nobody is refused for it."""
    try:
        return read_address(person.email)
    except ValueError:
        return ""
