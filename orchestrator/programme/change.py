"""What storing a programme would change, as values."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime

from orchestrator.programme.frames import unfilled
from orchestrator.programme.model import Session, Talk, TimedSession


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkPlace:
    """A talk with its session and its times."""

    talk: Talk
    session: Session
    starts: datetime
    ends: datetime

    @property
    def times(self) -> tuple[datetime, datetime]:
        """Both instants in UTC: two clocks of one zone do not compare as instants."""
        return self.starts.astimezone(UTC), self.ends.astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkChange:
    """One talk that stays; ``parts`` names what was edited, in words."""

    before: TalkPlace
    after: TalkPlace
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionChange:
    """One session that stays; ``parts`` as for a talk."""

    before: TimedSession
    after: TimedSession
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FactChange:
    """A fact of the event. Both texts are empty where it is too long to show."""

    name: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """All that differs between what is stored and what would be.

    ``moved`` talks are in another session or order, or were given another time,
    by hand; ``retimed`` ones only follow from that. One talk may be moved,
    retitled and edited at once. Fillers are left out. ``is_first`` when nothing
    was stored: everything is added then.
    """

    is_first: bool = False
    added: tuple[TalkPlace, ...] = ()
    withdrawn: tuple[TalkPlace, ...] = ()
    moved: tuple[TalkChange, ...] = ()
    retimed: tuple[TalkChange, ...] = ()
    retitled: tuple[TalkChange, ...] = ()
    edited: tuple[TalkChange, ...] = ()
    sessions_added: tuple[TimedSession, ...] = ()
    sessions_withdrawn: tuple[TimedSession, ...] = ()
    sessions_moved: tuple[SessionChange, ...] = ()
    sessions_retitled: tuple[SessionChange, ...] = ()
    sessions_edited: tuple[SessionChange, ...] = ()
    facts: tuple[FactChange, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many of each, by the name of the field; 0 included."""
        names = (part.name for part in fields(self) if part.name != "is_first")
        return {name: len(getattr(self, name)) for name in names}

    @property
    def is_empty(self) -> bool:
        return not self.is_first and not any(self.counts.values())


def places(sessions: Iterable[TimedSession]) -> list[TalkPlace]:
    """Where the talks are, without the fillers at the end of their sessions."""
    return [
        TalkPlace(
            talk=slot.talk, session=timed.session, starts=slot.starts, ends=slot.ends
        )
        for timed in sessions
        for slot in timed.slots[: len(unfilled(timed.session)[0].talks)]
    ]
