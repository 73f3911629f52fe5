"""Talks and sessions as they are gathered, before the day and the year are known."""

from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum

from orchestrator.programme.importers.blocks import Block
from orchestrator.programme.importers.context import NO_DAY, When
from orchestrator.programme.importers.inline import plain, split_label
from orchestrator.programme.importers.kinds import is_unannounced
from orchestrator.programme.model import Kind, Link, Person


class Origin(StrEnum):
    """What kind of block announced a talk: it says what may belong to it."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"


@dataclass(slots=True, kw_only=True, eq=False)
class SessionDraft:
    """A session that the page names; ``loose`` when no heading but a line names it."""

    line: int
    title: str
    when: When = NO_DAY
    starts: time | None = None
    ends: time | None = None
    room: str = ""
    chairs: tuple[Person, ...] = ()
    loose: bool = False
    level: int = 0


@dataclass(slots=True, kw_only=True, eq=False)
class Draft:
    """A talk, break or discussion, with the lines below it still unread.

    ``ending`` marks a line such as "17h : fin", which is no talk.
    """

    line: int
    origin: Origin
    title: str = ""
    speakers: tuple[Person, ...] = ()
    coauthors: tuple[str, ...] = ()
    kind: Kind | None = None
    invited: bool = False
    starts: time | None = None
    ends: time | None = None
    length: timedelta | None = None
    when: When = NO_DAY
    room: str = ""
    session: SessionDraft | None = None
    level: int = 0
    part: int = 0
    body: list[Block] = field(default_factory=list)
    abstract: str = ""
    links: tuple[Link, ...] = ()
    broken_links: tuple[str, ...] = ()
    language: str = ""
    coauthors_line: int = 0
    ending: bool = False
    shown: str = ""

    @property
    def is_entry(self) -> bool:
        """Whether it says anything; a talk yet to be announced does."""
        labels = (split_label(block.text) for block in self.body)
        values = [self.shown, *(label[1] for label in labels if label)]
        awaited = self.invited or any(is_unannounced(plain(v)) for v in values)
        return bool(self.title or self.speakers) or (
            self.is_pause or self.ending or awaited
        )

    @property
    def is_pause(self) -> bool:
        return self.kind in (Kind.BREAK, Kind.DISCUSSION)
