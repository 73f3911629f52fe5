"""What a meeting says of itself: the values that every other part speaks.

A *programme* is what is to be said, in order, before it has clock times. A
*timetable* places each talk in time: a *slot*. Importers make programmes,
``timetable.py`` makes slots, ``store.py`` keeps both as one ``Event``.

All moments are aware; those of a programme are in the event's own zone.
Abstracts, announcement, call and sections are Markdown.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from calendars.revision import Stamp
from orchestrator.ids import EventId, SessionId, TalkId

_NO_TALK = TalkId("")
_NO_SESSION = SessionId("")

DOORS_AT_MOST = timedelta(minutes=240)
"""How long before a session its doors may open, or after it close."""


class Kind(StrEnum):
    """What a talk is; breaks and discussions hold time and need no speaker."""

    INVITED = "invited"
    CONTRIBUTED = "contributed"
    BREAK = "break"
    DISCUSSION = "discussion"

    @property
    def is_talk(self) -> bool:
        """Whether somebody presents (invited or contributed)."""
        return self in (Kind.INVITED, Kind.CONTRIBUTED)


class LinkKind(StrEnum):
    SLIDES = "slides"
    VIDEO = "video"
    PREPRINT = "preprint"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address that belongs to a talk; always http or https."""

    kind: LinkKind
    url: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody named by the programme: organiser, chair, speaker, invited.

    ``zone`` (IANA) and ``hours`` (first and last local hour at which he can
    speak) matter for a speaker far away; with a zone alone the night is spared.
    """

    name: str
    affiliation: str = ""
    email: str = field(default="", repr=False)
    zone: str = ""
    hours: tuple[time, time] | tuple[()] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """One contribution, or a break or discussion.

    ``title`` is empty while it is to be announced. ``duration`` is None when
    the timetable chooses it. ``starts``/``ends`` are times the source gave;
    they are kept as they are. ``not_before`` is a local time of the event's
    zone. ``language`` is a BCP 47 tag or empty. ``id`` is empty until stored.
    ``self_of`` is the id of the talk whose cancelled self this is: that one was
    put on again, under another calendar identity.
    """

    title: str
    kind: Kind = Kind.CONTRIBUTED
    speakers: tuple[Person, ...] = ()
    coauthors: tuple[str, ...] = ()
    abstract: str = ""
    links: tuple[Link, ...] = ()
    language: str = ""
    track: str = ""
    duration: timedelta | None = None
    starts: datetime | None = None
    ends: datetime | None = None
    not_before: time | None = None
    id: TalkId = _NO_TALK
    stamp: Stamp | None = None
    self_of: TalkId = _NO_TALK

    def link(self, kind: LinkKind) -> Link | None:
        """The first link of ``kind``, or None."""
        return next((link for link in self.links if link.kind is kind), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One block with a window and a chair, holding talks in order.

    ``starts``/``ends`` bound the window; both None when the source gave times
    to the talks only (the window is then theirs). ``self_of`` as for a talk.
    The doors open ``opens_before`` the start and close ``closes_after`` the end:
    whole minutes up to ``DOORS_AT_MOST``, None for what is usual.
    """

    title: str
    starts: datetime | None = None
    ends: datetime | None = None
    room: str = ""
    chairs: tuple[Person, ...] = ()
    talks: tuple[Talk, ...] = ()
    opens_before: timedelta | None = None
    closes_after: timedelta | None = None
    id: SessionId = _NO_SESSION
    stamp: Stamp | None = None
    self_of: SessionId = _NO_SESSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Registered people by category; ``unknown`` ones gave no category."""

    members: int = 0
    non_members: int = 0
    unknown: int = 0

    @property
    def total(self) -> int:
        return self.members + self.non_members + self.unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Call for contributions."""

    text: str
    deadline: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the page that the importer kept without understanding it."""

    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A whole meeting, as its source tells it.

    ``sessions`` hold the talks whose session is known; ``talks`` the others,
    in the order of the page, which the timetable splits over the sessions.
    ``zone`` is an IANA name. ``changeover`` passes between two talks.
    ``tells_doors`` when a session without doors means the usual ones; a source
    that knows no doors leaves those that are stored.
    """

    title: str
    zone: str = "Europe/Paris"
    language: str = "fr"
    slug: str = ""
    network: str = ""
    first_day: date | None = None
    last_day: date | None = None
    place: str = ""
    summary: str = ""
    themes: tuple[Theme, ...] = ()
    capacity: int | None = None
    registered: Counts | None = None
    announcement: str = ""
    topics: tuple[str, ...] = ()
    call: Call | None = None
    organisers: tuple[Person, ...] = ()
    invited: tuple[Person, ...] = ()
    sessions: tuple[Session, ...] = ()
    talks: tuple[Talk, ...] = ()
    sections: tuple[Section, ...] = ()
    changeover: timedelta = timedelta()
    tells_doors: bool = field(default=False, compare=False)

    @property
    def all_talks(self) -> tuple[Talk, ...]:
        """Every talk: those of the sessions in order, then the unplaced."""
        placed = (talk for session in self.sessions for talk in session.talks)
        return (*placed, *self.talks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something the organiser should look at; the import goes on.

    ``line`` counts from 1 in the source, 0 when no single line is meant.
    """

    line: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What an importer returns: a programme, and what it was unsure of.

    ``leftovers`` are lines of the source that no rule understood: listed, not
    lost.
    """

    programme: Programme
    remarks: tuple[Remark, ...] = ()
    leftovers: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A talk placed in time, with its actual start and end once given.

    ``skipped`` while it is not to be given at all: its speaker is missing.
    """

    talk: Talk
    starts: datetime
    ends: datetime
    actual_starts: datetime | None = None
    actual_ends: datetime | None = None
    skipped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedSession:
    """A session with its slots, in time order. ``session.talks`` equals theirs."""

    session: Session
    slots: tuple[Slot, ...]

    @property
    def starts(self) -> datetime:
        """Start of the window (of the first slot when there is no window)."""
        return self.session.starts or self.slots[0].starts

    @property
    def ends(self) -> datetime:
        return self.session.ends or self.slots[-1].ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """All slots, by session, sessions in time order.

    ``ends`` is the latest end, None where there is no session: every press asks.
    """

    sessions: tuple[TimedSession, ...]
    ends: datetime | None = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        ends = max((timed.ends for timed in self.sessions), default=None)
        object.__setattr__(self, "ends", ends)

    @property
    def slots(self) -> tuple[Slot, ...]:
        return tuple(slot for timed in self.sessions for slot in timed.slots)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A stored meeting: programme and timetable, with their identities.

    ``revision`` rises with every change of the programme; all that is rendered
    from an event is kept under (id, revision). ``access_epoch`` rises when a
    person's entitlement changes. ``clock_offset`` is added to the database's
    time to give the event's "now" (demo, rehearsal). ``withdrawn`` are talks
    and sessions that were cancelled and are still shown so in calendars.
    """

    id: EventId
    slug: str
    programme: Programme
    timetable: Timetable
    stamp: Stamp
    revision: int
    clock_offset: timedelta = timedelta()
    remarks: tuple[Remark, ...] = ()
    withdrawn: tuple[TimedSession, ...] = ()
