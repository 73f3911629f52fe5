"""Who somebody is to an event, and what he may do there."""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum

from orchestrator.ids import EventId, RegistrantId, SessionId, TalkId


class Role(StrEnum):
    """What somebody is in an event."""

    REGISTRANT = "registrant"
    SPEAKER = "speaker"
    CHAIR = "chair"
    ORGANISER = "organiser"


_PLAIN = frozenset({Role.REGISTRANT})


class Source(StrEnum):
    """Who said so, from strong to weak: a weaker one never undoes a stronger.

    ``DEFAULT`` are the organisers as chairs of a session that names nobody.
    """

    CSV = "csv"
    PROGRAMME = "programme"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role, for one session or one talk, or for all of them when None."""

    role: Role
    session: SessionId | None = None
    talk: TalkId | None = None
    source: Source = field(default=Source.CSV, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A registrant as his browser or his link presents him.

    ``version`` is that of his links: it rises when they are revoked.
    ``language`` is ``fr``, ``en`` or empty.
    ``calendar`` is the mark of the calendar by whose link he came, empty for a link
    that was handed out.
    """

    registrant: RegistrantId
    event: EventId
    name: str
    version: int
    member: bool | None = None
    language: str = ""
    standby: bool = False
    grants: tuple[Grant, ...] = ()
    calendar: str = ""

    @property
    def roles(self) -> frozenset[Role]:
        """All that he is; everybody is a registrant."""
        if not self.grants:
            return _PLAIN
        return _PLAIN | {grant.role for grant in self.grants}

    @property
    def role(self) -> Role:
        """The foremost of his roles."""
        return foremost(self.grants)

    @property
    def staff(self) -> bool:
        """Whether he is a chair, a speaker or an organiser."""
        return bool(self.grants)


def foremost(grants: Collection[Grant]) -> Role:
    """Organiser before chair before speaker before registrant."""
    if not grants:
        return Role.REGISTRANT
    held = {grant.role for grant in grants}
    ranks = (Role.ORGANISER, Role.CHAIR, Role.SPEAKER)
    return next((role for role in ranks if role in held), Role.REGISTRANT)


def allows(
    identity: Identity,
    role: Role,
    *,
    session: SessionId | None = None,
    talk: TalkId | None = None,
) -> bool:
    """Whether ``identity`` may act as ``role`` (for that session, that talk).

    ``session`` and ``talk`` must be of the identity's own event. Without them:
    as ``role`` of anything in it. Organisers chair every session.
    """
    if role is Role.REGISTRANT:
        return True
    if role is Role.CHAIR and allows(identity, Role.ORGANISER):
        return True
    held = (grant for grant in identity.grants if grant.role is role)
    return any(_covers(grant, session, talk) for grant in held)


def _covers(grant: Grant, session: SessionId | None, talk: TalkId | None) -> bool:
    """A chair without a session chairs all; a speaker without a talk gives none."""
    match grant.role:
        case Role.CHAIR:
            return session is None or grant.session in (None, session)
        case Role.SPEAKER:
            return talk in (None, grant.talk)
        case _:
            return True
