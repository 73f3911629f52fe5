"""The programme of a page: one pass over its parts, gathering talks and sessions."""

from dataclasses import replace

from orchestrator.programme.importers.blocks import Block, Form
from orchestrator.programme.importers.context import (
    Context,
    Mark,
    When,
    is_session_line,
    read_context,
    read_session,
)
from orchestrator.programme.importers.drafts import Draft, Origin
from orchestrator.programme.importers.heading import Heading, order_of, read_heading
from orchestrator.programme.importers.hours import (
    Hours,
    begins_with_hours,
    leading_hours,
    windows_in,
)
from orchestrator.programme.importers.inline import plain, split_label
from orchestrator.programme.importers.kinds import pause_of
from orchestrator.programme.importers.lines import (
    AFTER_HOURS,
    OPENING,
    after,
    begins_anew,
    ended_by_window,
    entry_text,
    is_inside,
    is_title,
    label_of,
)
from orchestrator.programme.importers.outline import Part, Role, holds_entries
from orchestrator.programme.importers.people import read_people
from orchestrator.programme.importers.position import Position
from orchestrator.programme.importers.tables import Cell, Record, read_table
from orchestrator.programme.importers.talks import is_heading_line
from orchestrator.programme.importers.words import Field, Topic, field_of

_STARTERS = (Field.TITLE, Field.SPEAKER, Field.AUTHORS)
_LISTS = (Topic.SPEAKERS, Topic.PROGRAMME, Topic.INVITED)


class Scan:
    """Reads the parts of the programme in the order of the page."""

    def __init__(self) -> None:
        self._at = Position()
        self.found = self._at.found
        self._waiting: tuple[Hours, Block] | None = None
        self._part = Part(heading="", line=1, level=0, body=())
        self._levels = {Role.DAY: 0, Role.ROOM: 0}

    def part(self, part: Part) -> None:
        """Read one part that belongs to the programme."""
        at = self._at
        at.number += 1
        at.order = order_of(map(entry_text, part.body))
        if part.role is Role.DETAIL:
            self._detail(part)
            return
        self._flush()
        at.current = None
        self._part = part
        self._leave(part)
        self._enter(part)
        draft = at.current
        if part.role in (Role.TALK, Role.ENTRY) and draft is not None:
            if not holds_entries(part):
                draft.body += part.body
                return
            at.turn_into_session(draft)
        self._blocks(part.body)

    def _blocks(self, blocks: tuple[Block, ...]) -> None:
        place = 0
        while place < len(blocks):
            block = blocks[place]
            end = place + 1
            if block.form is Form.ROW:
                while end < len(blocks) and blocks[end].table == block.table:
                    end += 1
                self._table(blocks[place:end])
            else:
                self._block(block)
            place = end
        self._flush()

    def _detail(self, part: Part) -> None:
        """A heading inside a talk: a label when it is one, else a line of its text."""
        current = self._at.current
        label = field_of(part.heading)
        if current is None:
            self._blocks(part.body)
        elif label is Field.ABSTRACT:
            current.body += part.body
        elif label is not None and part.body:
            first = replace(part.body[0], text=f"{part.heading} : {part.body[0].text}")
            current.body += (first, *part.body[1:])
        else:
            text = f"**{part.heading}**"
            heading = Block(form=Form.PARAGRAPH, line=part.line, text=text)
            current.body += (heading, *part.body)

    def _leave(self, part: Part) -> None:
        """Forget the day, room and session that end with this heading."""
        at = self._at
        if part.level <= self._levels[Role.ROOM]:
            at.room = ""
        session = at.session
        above = session is not None and not session.loose and part.level < session.level
        if above or part.role in (Role.TOPIC, Role.DAY):
            at.session, at.run = None, 0
        ended = part.role is Role.TOPIC and part.level <= self._levels[Role.DAY]
        if ended or part.role is Role.TITLE:
            at.when = When()
        if at.invited and part.level <= at.invited:
            at.invited = 0

    def _enter(self, part: Part) -> None:
        at, context = self._at, part.context
        if part.role is Role.TOPIC:
            at.area = part.topic
            at.invited = part.level if part.topic is Topic.INVITED else 0
        if context is not None and context.when:
            at.when, at.day = context.when, None
            self._levels[Role.DAY] = part.level
        if part.role in (Role.DAY, Role.ROOM) and context is not None:
            at.session = None
            windowed = context.hours is not None and context.hours.ends is not None
            at.day = (replace(context, title=""), part.line) if windowed else None
            at.room = context.room
            self._levels[Role.ROOM] = part.level if at.room else 0
        elif part.role is Role.SESSION:
            at.open_session(
                part.heading, line=part.line, level=part.level, context=context
            )
        elif part.role is Role.TALK:
            at.add(part.heading, _heading_block(part))
        elif part.role is Role.ENTRY and context is not None:
            self._timed(context.hours, context.rest, _heading_block(part))
        elif part.role is Role.ENTRY:
            self._hours(_heading_block(part))

    def _block(self, block: Block) -> None:
        timed = begins_with_hours(block.text.lstrip(OPENING))
        if self._waiting is not None and not timed:
            (hours, at), self._waiting = self._waiting, None
            self._timed(hours, block.text, replace(block, line=at.line))
            return
        self._flush()
        current = self._at.current
        headed = current is not None and current.origin is Origin.HEADING
        if timed and not headed:
            self._hours(block)
        elif current is not None and self._continues(current, block):
            current.body.append(block)
        elif not (self._context(block) or self._label(block) or self._listed(block)):
            self._rest(block)

    def _continues(self, current: Draft, block: Block) -> bool:
        """Whether a block stands inside the item, or on the next line, of the talk."""
        inside = is_inside(current, block)
        if label_of(block) in _STARTERS:
            return inside
        if block.glued:
            return read_context(block.text, line=block.line) is None
        return inside and not self._is_nested_talk(current, block)

    def _is_nested_talk(self, current: Draft, block: Block) -> bool:
        """Items with speakers, under one with a window and without: a session."""
        if block.form is not Form.ITEM or current.speakers or current.ends is None:
            return False
        found = read_heading(block.text)
        if not (found.sure and found.title):
            return False
        self._at.turn_into_session(current)
        return True

    def _hours(self, block: Block) -> None:
        """An item, paragraph or heading that begins with an hour or a window."""
        text = block.text.lstrip(OPENING)
        hours = leading_hours(text, line=block.line)
        if hours is None:
            if ended := ended_by_window(block):
                self._timed(ended[0], ended[1], block)
            return
        rest = after(hours, block.text, text)
        if plain(rest).strip(AFTER_HOURS):
            self._timed(hours, rest, block)
        else:
            self._waiting = (hours, block)

    def _flush(self) -> None:
        """An hour with nothing behind it is not understood."""
        if self._waiting is not None:
            self.found.leftovers.append((self._part, self._waiting[1]))
        self._waiting = None

    def _timed(self, hours: Hours | None, text: str, block: Block) -> None:
        at, current = self._at, self._at.current
        if (
            current is not None
            and block.form is Form.ITEM
            and current.ends is not None
            and 0 < current.level < block.level
        ):
            at.turn_into_session(current)
        if is_session_line(text) and block.form is not Form.HEADING:
            at.open_session(
                text,
                line=block.line,
                level=block.level,
                context=read_session(text, hours),
                loose=True,
            )
        else:
            at.add(text, block, hours=hours)

    def _context(self, block: Block) -> bool:
        """Take a line that opens a day, a room or a session."""
        at = self._at
        context = read_context(block.text, line=block.line)
        if context is None:
            return False
        if context.mark is Mark.ENTRY:
            at.when = context.when
            self._timed(context.hours, context.rest, block)
        elif len(windows := windows_in(plain(block.text), line=block.line)) > 1:
            self._windows(windows, block)
        elif context.mark is Mark.SESSION:
            at.open_session(
                context.title,
                line=block.line,
                level=block.level,
                context=context,
                loose=True,
            )
        elif context.rest and not block.text.startswith(("**", "__")):
            return False
        else:
            at.current = at.session = None
            at.when = context.when or at.when
            at.room = context.room if context.room or context.when else at.room
        return True

    def _windows(self, windows: tuple[Hours, ...], block: Block) -> None:
        """``Sessions : 10h-12h et 14h-16h``: one session for each window."""
        for number, hours in enumerate(windows, 1):
            self._at.open_session(
                f"Session {number}",
                line=block.line,
                level=block.level,
                context=Context(mark=Mark.SESSION, hours=hours),
                loose=True,
            )

    def _label(self, block: Block) -> bool:
        """Take a line such as ``Orateur : Name``, which may begin a talk."""
        at = self._at
        label = split_label(block.text)
        name = label_of(block)
        if label is None or name is None:
            return False
        if name is Field.CHAIR and at.session is not None and label[1]:
            at.session.chairs += read_people(label[1])
            return True
        if name in _STARTERS and begins_anew(at.current, name):
            at.add("", block, heading=Heading(title=""))
        current = at.current
        if current is None:
            return False
        if current.origin is Origin.ITEM and block.level < current.level:
            return False
        current.body.append(block)
        return True

    def _listed(self, block: Block) -> bool:
        """Take an item, or a line like a heading, that announces a talk without hours."""
        at, current = self._at, self._at.current
        ended = ended_by_window(block)
        if pause_of(plain(block.text)) and self._is_timed_part():
            at.add(ended[1] if ended else block.text, block, hours=ended and ended[0])
            return True
        if block.form is Form.PARAGRAPH:
            headed = current is not None and current.origin is Origin.HEADING
            announced = not headed and is_heading_line(block)
        elif current is not None and current.origin is not Origin.ITEM:
            return False
        elif ended is not None:
            self._timed(ended[0], ended[1], block)
            return True
        else:
            announced = self._announces(block)
        if announced:
            at.add(block.text, block)
        return announced

    def _is_timed_part(self) -> bool:
        """Whether hours or windows stand above in this part: its pauses are pauses."""
        at = self._at
        last = self.found.drafts[-1] if self.found.drafts else None
        timed = last is not None and last.part == at.number and last.starts is not None
        return timed or (at.session is not None and at.session.starts is not None)

    def _announces(self, block: Block) -> bool:
        """Whether an item without hours is a talk, where talks are to be expected."""
        at = self._at
        found = read_heading(block.text, order=at.order)
        placed = at.session is not None or at.area is Topic.ABSTRACTS
        if found.speakers and (found.title or placed or at.area in _LISTS):
            return True
        if at.session is not None and pause_of(plain(block.text)) is not None:
            return True
        return placed and bool(found.title) and is_title(block.text)

    def _rest(self, block: Block) -> None:
        """A line that announces nothing: text of the open talk, or not understood."""
        current = self._at.current
        if (
            current is not None
            and not current.is_pause
            and current.origin in (Origin.HEADING, Origin.PARAGRAPH)
            and block.level >= current.level
            and not self._is_after_list(current, block)
        ):
            current.body.append(block)
        else:
            self.found.leftovers.append((self._part, block))

    def _is_after_list(self, current: Draft, block: Block) -> bool:
        """After several one-line talks a paragraph is a note, not an abstract."""
        if current.origin is not Origin.PARAGRAPH or current.body or block.glued:
            return False
        here = [d for d in self.found.drafts if d.part == self._at.number]
        talks = [draft for draft in here if draft is not current and not draft.is_pause]
        return len(talks) > 1 and not any(draft.body for draft in talks)

    def _table(self, rows: tuple[Block, ...]) -> None:
        self._at.current = None
        records = read_table(rows)
        cells = [cell for record in records for cell in record.cells]
        self._at.order = order_of(cell.text for cell in cells if not cell.speaker)
        for record in records:
            if record.context is not None:
                line = replace(record.block, form=Form.ITEM, text=record.context)
                self._context(line)
            if record.session:
                opened = read_session(record.session, None)
                first = record.block.line
                self._at.open_session("Session", line=first, level=0, context=opened)
            for cell in record.cells:
                self._cell(record, cell)
        self._at.current = None

    def _cell(self, record: Record, cell: Cell) -> None:
        if record.hours and not cell.speaker and is_session_line(cell.text):
            self._timed(record.hours, cell.text, record.block)
            return
        heading = None
        if cell.speaker:
            people = read_people(cell.speaker)
            heading = replace(read_heading(cell.title, whole=True), speakers=people)
        draft = self._at.add(
            cell.text, record.block, hours=record.hours, heading=heading
        )
        draft.when = cell.when or record.when or draft.when
        draft.room = cell.room or draft.room
        draft.length = cell.length or draft.length
        draft.invited = draft.invited or cell.invited
        draft.body += cell.body


def _heading_block(part: Part) -> Block:
    return Block(form=Form.HEADING, line=part.line, text=part.heading)
