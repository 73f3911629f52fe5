"""From the parts of a page to facts, talks, sessions, and what nobody understood."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from orchestrator.programme.importers.blocks import Block, Form
from orchestrator.programme.importers.context import Mark, read_context, room_in
from orchestrator.programme.importers.facts import (
    Facts,
    is_list_of_people,
    read_preface,
    read_stray,
    read_topic,
)
from orchestrator.programme.importers.hours import begins_with_hours, has_window
from orchestrator.programme.importers.inline import plain, split_label
from orchestrator.programme.importers.outline import BELOW, Part, Role, holds_entries
from orchestrator.programme.importers.position import Found
from orchestrator.programme.importers.scan import Scan
from orchestrator.programme.importers.tables import is_programme
from orchestrator.programme.importers.words import Field, Topic, field_of

_AREAS = (Topic.PROGRAMME, Topic.ABSTRACTS, Topic.SPEAKERS)
_LONGEST_TITLE = 120


@dataclass(slots=True)
class Gathered:
    """What the parts of a page gave, before any day is known.

    ``unknown`` are sections that no rule understood, with their blocks.
    ``prose`` is what is written about the meeting, for its language.
    """

    title: str = ""
    facts: Facts = field(default_factory=Facts)
    found: Found = field(default_factory=Found)
    unknown: list[tuple[Part, list[Block]]] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)


def gather(parts: Sequence[Part], blocks: Sequence[Block]) -> Gathered:
    """Everything that ``parts`` say; ``blocks`` may hold the document's own name."""
    pass_ = _Pass()
    for part in parts:
        pass_.part(part)
    gathered = pass_.gathered
    gathered.found = pass_.scan.found
    _second_look(gathered)
    generic = next((p.heading for p in parts if p.role is Role.GENERIC), "")
    gathered.title = (
        gathered.title
        or gathered.facts.title
        or _own_name(blocks)
        or _first_line(gathered.facts)
        or generic
    )
    return gathered


class _Pass:
    """Deals each part to the rules that it is for."""

    def __init__(self) -> None:
        self.gathered = Gathered()
        self.scan = Scan()
        self._top = Part(heading="", line=1, level=0, body=(), role=Role.TITLE)
        self._inside_unknown = False

    def part(self, part: Part) -> None:
        gathered = self.gathered
        if part.role not in (Role.TALK, Role.ENTRY, Role.DETAIL):
            gathered.prose.append(part.heading)
        if part.level < BELOW:
            self._top = part
        if part.role in (Role.TITLE, Role.GENERIC):
            self._preface(part)
        elif part.role is Role.TOPIC:
            self._topic(part)
        elif part.role is Role.UNKNOWN and not _is_timed(part):
            gathered.unknown.append((part, list(part.body)))
        elif part.role is Role.DETAIL and self._inside_unknown:
            self._more_unknown(part)
            return
        else:
            self.scan.part(part)
        self._inside_unknown = any(known is part for known, _ in gathered.unknown[-1:])

    def _preface(self, part: Part) -> None:
        if part.role is Role.TITLE:
            self.gathered.title = self.gathered.title or part.heading
        before, after = _divided(part)
        read_preface(self.gathered.facts, before)
        if after.body:
            self.scan.part(after)

    def _topic(self, part: Part) -> None:
        people = part.topic is Topic.SPEAKERS and is_list_of_people(part)
        if part.topic in _AREAS and not people:
            self.scan.part(part)
            return
        before, after = _divided(part)
        self.scan.part(replace(part, body=after.body))
        if part.topic is Topic.OTHER:
            self.gathered.unknown.append((part, list(before.body)))
            return
        facts = self.gathered.facts
        known = len(facts.rest)
        read_topic(facts, before)
        if part.level == BELOW and self._top.role in (Role.TITLE, Role.GENERIC):
            # What follows the list below a bold label is the title's own text again.
            strays = [block for _, block in facts.rest[known:]]
            del facts.rest[known:]
            read_preface(facts, replace(self._top, body=tuple(strays)))

    def _more_unknown(self, part: Part) -> None:
        heading = Block(
            form=Form.HEADING, line=part.line, text=part.heading, level=part.level
        )
        self.gathered.unknown[-1][1].extend((heading, *part.body))


def _is_timed(part: Part) -> bool:
    return bool(_divided(part)[1].body)


def _divided(part: Part) -> tuple[Part, Part]:
    """``part`` up to where a timed list or a table of talks begins, and from there."""
    place = len(part.body)
    tables = {block.table for block in part.body if block.form is Form.ROW}
    for table in tables:
        rows = [block for block in part.body if block.table == table]
        if rows and rows[0].form is Form.ROW and is_programme(rows):
            place = min(place, part.body.index(rows[0]))
    if holds_entries(part):
        timed = (n for n, block in enumerate(part.body) if _is_entry(block))
        place = min(place, next(timed, place))
    place = min(place, _first_labelled(part.body), _first_session(part.body))
    place = _above(part.body, place)
    return replace(part, body=part.body[:place]), replace(part, body=part.body[place:])


def _above(blocks: Sequence[Block], place: int) -> int:
    """``place``, or that of the room and day right above it, where rooms alternate."""
    if sum(bool(room_in(block.text)) for block in blocks) == 1:
        return place
    while 0 < place < len(blocks):
        context = read_context(blocks[place - 1].text, line=blocks[place - 1].line)
        roomy = bool(room_in(blocks[place - 1].text))
        headed = room_in(blocks[place].text) and context and context.mark is Mark.DAY
        if not (roomy or (headed and context and not context.rest)):
            break
        place -= 1
    return place


def _first_session(blocks: Sequence[Block]) -> int:
    """Where a line such as ``Session 1 : 10h-12h`` stands."""
    for place, block in enumerate(blocks):
        if block.form is Form.ROW or not has_window(block.text):
            continue
        context = read_context(block.text, line=block.line)
        if context is not None and context.mark is Mark.SESSION:
            return place
    return len(blocks)


def _first_labelled(blocks: Sequence[Block]) -> int:
    """Where talks begin that are written as ``Orateur :``, ``Titre :``, ``Résumé :``."""
    fields = [
        field_of(label[0])
        if block.form is not Form.ROW and (label := split_label(block.text))
        else None
        for block in blocks
    ]
    if Field.SPEAKER not in fields:
        return len(blocks)
    speaker = fields.index(Field.SPEAKER)
    if speaker and fields[speaker - 1] is Field.TITLE:
        return speaker - 1
    told = {Field.TITLE, Field.ABSTRACT} & set(fields[speaker:])
    return speaker if told else len(blocks)


def _is_entry(block: Block) -> bool:
    return block.form is not Form.ROW and begins_with_hours(block.text.lstrip("*_ (["))


def _second_look(gathered: Gathered) -> None:
    """Labels and counts that stand in the programme are facts all the same."""
    facts, found = gathered.facts, gathered.found
    strays = found.leftovers
    facts.rest += [(p, block) for p, block in strays if not read_stray(facts, block)]


def _own_name(blocks: Sequence[Block]) -> str:
    """The title of an HTML document, without the site's name behind it."""
    name = next((block.text for block in blocks if block.form is Form.NAME), "")
    for mark in (" | ", " – ", " — ", " :: ", " » "):
        name = name.split(mark)[0]
    return name.strip()


def _first_line(facts: Facts) -> str:
    """The first line of a page without headings, when it is short enough."""
    for place, (_, block) in enumerate(facts.preface):
        text = plain(block.text)
        if block.form is Form.PARAGRAPH and len(text) <= _LONGEST_TITLE:
            del facts.preface[place]
            return text
        break
    return ""
