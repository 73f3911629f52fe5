"""Registrants: people who are entitled to come to an event."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from orchestrator.access.model import Grant, Role, foremost
from orchestrator.ids import EventId, RegistrantId


class Standing(StrEnum):
    """Has a place; may come if one is free; does not come any more."""

    CONFIRMED = "confirmed"
    STANDBY = "standby"
    CANCELLED = "cancelled"


class Origin(StrEnum):
    """How somebody first came on the list. The programme's are not counted."""

    PROGRAMME = "programme"
    CSV = "csv"
    FORM = "form"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registrant:
    """One person at one event.

    ``email`` is empty when nobody gave it. ``member`` is None when it is not
    known. ``language`` is ``fr``, ``en`` or empty. ``version`` is that of the
    personal link: it rises when links are revoked. ``named_name`` and
    ``named_email`` are the keys (see ``likeness.py``) under which the programme
    names this person, empty when it does not.
    """

    id: RegistrantId
    event: EventId
    name: str
    registered: datetime
    email: str = field(default="", repr=False)
    affiliation: str = ""
    member: bool | None = None
    language: str = ""
    standing: Standing = Standing.CONFIRMED
    version: int = 1
    origin: Origin = Origin.CSV
    named_name: str = ""
    named_email: str = field(default="", repr=False)
    grants: tuple[Grant, ...] = ()

    @property
    def role(self) -> Role:
        """The foremost role."""
        return foremost(self.grants)

    @property
    def is_staff(self) -> bool:
        return bool(self.grants)

    @property
    def is_standby(self) -> bool:
        return self.standing is Standing.STANDBY

    @property
    def is_cancelled(self) -> bool:
        return self.standing is Standing.CANCELLED


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """Everybody who may come to an event.

    ``staff`` have a role, ``confirmed`` a place and no role, ``standby`` neither.
    ``members`` and ``non_members`` are of any of these; of the others nobody said.
    ``versions`` are those of everybody's links.
    """

    staff: Mapping[RegistrantId, tuple[Grant, ...]] = field(default_factory=dict)
    members: frozenset[RegistrantId] = frozenset()
    non_members: frozenset[RegistrantId] = frozenset()
    standby: frozenset[RegistrantId] = frozenset()
    confirmed: frozenset[RegistrantId] = frozenset()
    versions: Mapping[RegistrantId, int] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalLink:
    """The address that carries somebody's join token."""

    name: str
    email: str = field(repr=False)
    role: Role
    link: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BadLine:
    """What is wrong with a line of a list, and what to do about it."""

    line: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvLine:
    """One line of a list, read but not yet compared with the event.

    ``role`` is empty when the line says none; ``session`` and ``talk`` are as
    written.
    """

    line: int
    name: str
    email: str = field(default="", repr=False)
    affiliation: str = ""
    member: bool | None = None
    roles: tuple[Role, ...] = ()
    session: str = ""
    talk: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A list as it was read: its lines, and those that could not be.

    ``has_roles`` tells whether it has a column for roles; without one, roles
    given earlier stay. ``unused`` are titles of columns that mean nothing here.
    """

    lines: tuple[CsvLine, ...]
    bad: tuple[BadLine, ...] = ()
    has_roles: bool = False
    unused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A line that seems to be about somebody whom the programme names.

    Only the organiser can know: accepted, the line's address and data go to
    that person; otherwise the line is a person of its own. ``known_email`` is
    the address he would lose, empty if he has none.
    """

    line: int
    name: str
    email: str = field(repr=False)
    registrant: RegistrantId
    known_name: str
    known_email: str = field(default="", repr=False)
    roles: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One person as a list says, its lines taken together.

    ``registrant`` is who it is already, None for somebody new; ``match`` who
    it may be.
    """

    line: int
    name: str
    email: str = field(default="", repr=False)
    affiliation: str = ""
    member: bool | None = None
    language: str = ""
    grants: frozenset[Grant] = frozenset()
    registrant: RegistrantId | None = None
    match: Match | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What importing a list would do; nothing is done yet."""

    sheet: Sheet
    added: tuple[Draft, ...] = ()
    updated: tuple[Draft, ...] = ()
    unchanged: tuple[Draft, ...] = ()
    bad: tuple[BadLine, ...] = ()
    remarks: tuple[BadLine, ...] = ()

    @property
    def matches(self) -> tuple[Match, ...]:
        """What the organiser is asked to confirm."""
        return tuple(draft.match for draft in self.added if draft.match)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What importing a list did."""

    added: tuple[Registrant, ...] = ()
    updated: tuple[Registrant, ...] = ()
    unchanged: int = 0
    skipped: tuple[BadLine, ...] = ()
