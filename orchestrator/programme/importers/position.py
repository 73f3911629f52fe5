"""Where in the programme a pass over the page stands, and what it found so far."""

from dataclasses import dataclass, field

from orchestrator.programme.importers.blocks import Block, Form
from orchestrator.programme.importers.context import NO_DAY, Context, When
from orchestrator.programme.importers.drafts import Draft, Origin, SessionDraft
from orchestrator.programme.importers.heading import Heading, Order, read_heading
from orchestrator.programme.importers.hours import Hours, length_in
from orchestrator.programme.importers.inline import plain
from orchestrator.programme.importers.kinds import is_end, pause_of
from orchestrator.programme.importers.links import take_links
from orchestrator.programme.importers.outline import Part
from orchestrator.programme.importers.words import Topic
from orchestrator.programme.model import Kind

_ORIGINS = {
    Form.HEADING: Origin.HEADING,
    Form.ITEM: Origin.ITEM,
    Form.ROW: Origin.ROW,
}


@dataclass(slots=True)
class Found:
    """What a pass over the programme found, in the order of the page."""

    drafts: list[Draft] = field(default_factory=list)
    sessions: list[SessionDraft] = field(default_factory=list)
    leftovers: list[tuple[Part, Block]] = field(default_factory=list)


@dataclass(slots=True)
class Position:
    """The day, room and session that hold here, and the talk that is open.

    ``run`` counts sessions named one after another without a talk between:
    a mere list of windows, to which no talk below belongs. ``invited`` is the
    level of a heading under which all talks are invited, 0 outside of one.
    ``day`` is the line that gives this day a window, while no session is named.
    """

    found: Found = field(default_factory=Found)
    when: When = NO_DAY
    room: str = ""
    session: SessionDraft | None = None
    run: int = 0
    current: Draft | None = None
    area: Topic | None = None
    order: Order | None = None
    invited: int = 0
    number: int = 0
    day: tuple[Context, int] | None = None

    def open_session(
        self,
        title: str,
        *,
        line: int,
        level: int,
        context: Context | None = None,
        loose: bool = False,
    ) -> None:
        """Begin a session; ``loose`` when a line rather than a heading names it."""
        hours = context.hours if context else None
        window = hours if hours and hours.ends else None
        session = SessionDraft(
            line=line,
            title=(context.title if context else "") or title,
            when=(context.when if context and context.when else self.when),
            starts=window.starts if window else None,
            ends=window.ends if window else None,
            room=(context.room if context else "") or self.room,
            chairs=context.chairs if context else (),
            loose=loose,
            level=level,
        )
        self.current = None
        self.run += 1
        self.session = session
        self.found.sessions.append(session)

    def turn_into_session(self, draft: Draft) -> None:
        """What was read as a talk has talks below it: it is a session."""
        self.found.drafts.remove(draft)
        self.session = SessionDraft(
            line=draft.line,
            title=draft.shown,
            when=draft.when,
            starts=draft.starts if draft.ends else None,
            ends=draft.ends,
            room=draft.room,
            level=draft.level,
            loose=draft.origin is not Origin.HEADING,
        )
        self.found.sessions.append(self.session)
        self.current, self.run = None, 1

    def add(
        self,
        text: str,
        block: Block,
        *,
        hours: Hours | None = None,
        heading: Heading | None = None,
    ) -> Draft:
        """Open the talk or pause that ``text`` announces."""
        if hours is None:
            self._open_day()
        text, links, broken = take_links(text)
        draft = _draft(heading or read_heading(text, order=self.order), text, block)
        draft.links, draft.broken_links = links, broken
        draft.invited = draft.invited or bool(self.invited)
        draft.when, draft.part = self.when, self.number
        draft.session = session = self._session_for(block)
        draft.room = self.room or (session.room if session else "")
        if hours is not None:
            draft.starts, draft.ends = hours.starts, hours.ends
        self.run = 0 if session is not None else self.run
        self.current = draft
        self.found.drafts.append(draft)
        return draft

    def _open_day(self) -> None:
        """Talks without hours below ``Mardi 9 mars (10h-17h)`` share that window."""
        day, self.day = self.day, None
        last = self.found.drafts[-1] if self.found.drafts else None
        if day is None or self.session is not None:
            return
        timed = last is not None and last.starts is not None
        if timed and last is not None and last.when == self.when:
            return
        self.open_session("Session", line=day[1], level=0, context=day[0], loose=True)

    def _session_for(self, block: Block) -> SessionDraft | None:
        """The open session, unless it was only one of several named in a row."""
        session = self.session
        if session is None:
            return None
        if session.loose and block.form is Form.HEADING and session.level > 0:
            return None
        nested = session.loose and block.level > session.level
        return None if self.run > 1 and not nested else session


def _draft(found: Heading, text: str, block: Block) -> Draft:
    shown = " ".join(plain(text).split()).strip(" :–—-")
    return Draft(
        line=block.line,
        origin=_ORIGINS.get(block.form, Origin.PARAGRAPH),
        title=found.title,
        speakers=found.speakers,
        coauthors=found.coauthors,
        coauthors_line=block.line if found.coauthors else 0,
        kind=_pause(found, shown),
        invited=found.invited,
        length=length_in(shown) if "min" in shown else None,
        level=0 if block.form is Form.HEADING else block.level,
        shown=shown,
        ending=is_end(shown),
    )


def _pause(found: Heading, shown: str) -> Kind | None:
    """Break or discussion; with a speaker only where pauses do have one."""
    if found.speakers:
        return pause_of(found.title, spoken=True)
    return pause_of(found.title) or pause_of(shown)
