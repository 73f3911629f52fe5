"""A page as parts: each heading with what stands under it, and what it is for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from orchestrator.programme.importers.blocks import Block, Form
from orchestrator.programme.importers.context import Context, Mark, read_context
from orchestrator.programme.importers.french import dates_in
from orchestrator.programme.importers.heading import read_heading
from orchestrator.programme.importers.hours import begins_with_hours, has_window
from orchestrator.programme.importers.inline import fold, is_bold, plain, split_label
from orchestrator.programme.importers.kinds import pause_of
from orchestrator.programme.importers.lines import OPENING, entry_text
from orchestrator.programme.importers.words import Field, Topic, field_of, topic_of

BELOW = 7
"""Level of a paragraph that serves as a heading: under every real one."""

_LABELLED = {
    Topic.DATE,
    Topic.PLACE,
    Topic.ORGANISERS,
    Topic.CAPACITY,
    Topic.HOURS,
    Topic.THEMES,
    Topic.DEADLINE,
    Topic.NETWORK,
}
_STRONG = {
    Topic.PROGRAMME,
    Topic.ABSTRACTS,
    Topic.ORGANISERS,
    Topic.INVITED,
    Topic.CALL,
    Topic.REGISTRATION,
    Topic.THEMES,
}
_AREAS = {Topic.PROGRAMME, Topic.ABSTRACTS, Topic.SPEAKERS}
_TALK_LABELS = {Field.SPEAKER, Field.ABSTRACT, Field.TITLE, Field.AUTHORS}
_GENERIC = re.compile(
    r"(?:reunions?|meetings?|journees?|evenements?|events?|seminaires?|home|accueil"
    r"|bienvenue|welcome|gdr(?: \w+)?|annonce de reunion|fiche reunion|workshops?"
    r"|detail(?: de la reunion)?|page d'accueil)"
)
_TALK_PARTS = {
    Field.ABSTRACT,
    Field.SLIDES,
    Field.VIDEO,
    Field.REFERENCE,
    Field.PREPRINT,
}
_LONGEST_HEADING = 120
_FEWEST_TIMED = 2


class Role(StrEnum):
    """What a part is for."""

    TITLE = "title"
    """The meeting's own title, or what stands before any heading."""
    GENERIC = "generic"
    """A heading that would suit any meeting ("Réunion")."""
    TOPIC = "topic"
    DAY = "day"
    ROOM = "room"
    SESSION = "session"
    ENTRY = "entry"
    TALK = "talk"
    DETAIL = "detail"
    """A heading inside a talk."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A heading and the blocks up to the next one; the first has no heading."""

    heading: str
    line: int
    level: int
    body: tuple[Block, ...]
    role: Role = Role.UNKNOWN
    topic: Topic | None = None
    context: Context | None = None


def outline(blocks: Sequence[Block]) -> list[Part]:
    """The parts of a page, each with its role."""
    parts = _cut(blocks)
    title = _title_place(parts)
    return _Roles(parts, title).assign()


def _cut(blocks: Sequence[Block]) -> list[Part]:
    parts: list[Part] = []
    heading = Block(form=Form.HEADING, line=1, text="", level=0)
    body: list[Block] = []
    for place, block in enumerate(blocks):
        if block.form is Form.NAME:
            continue
        if block.form is not Form.HEADING and not _serves(blocks, place):
            body.append(block)
            continue
        parts.append(_part(heading, body))
        level = block.level if block.form is Form.HEADING else BELOW
        heading, body = replace(block, level=level), []
    parts.append(_part(heading, body))
    return parts[1:] if not parts[0].body and parts[1:] else parts


def _part(heading: Block, body: list[Block]) -> Part:
    text = plain(heading.text).replace("\n", " ")
    label = split_label(text)
    if label and label[1] and topic_of(label[0]) in _LABELLED:
        value = Block(form=Form.PARAGRAPH, line=heading.line, text=label[1])
        return _made(heading, label[0], [value, *body])
    return _made(heading, text.rstrip(" :"), body)


def _made(heading: Block, text: str, body: list[Block]) -> Part:
    return Part(heading=text, line=heading.line, level=heading.level, body=tuple(body))


def _serves(blocks: Sequence[Block], place: int) -> bool:
    """Whether a paragraph is a heading in all but name: bold, or ends in a colon."""
    block = blocks[place]
    text = block.text
    if block.form is not Form.PARAGRAPH or block.level or len(text) > _LONGEST_HEADING:
        return False
    shown = plain(text)
    bold = is_bold(text)
    if not (bold or shown.endswith(":")) or begins_with_hours(shown):
        return False
    topic = topic_of(shown.rstrip(" :"))
    if topic is None or field_of(shown.rstrip(" :")) in _TALK_PARTS:
        return False
    following = blocks[place + 1] if place + 1 < len(blocks) else None
    return following is not None and following.form is not Form.HEADING


def _title_place(parts: Sequence[Part]) -> int | None:
    """Which part has the meeting's title for its heading."""
    able = [n for n, part in enumerate(parts) if part.heading and _may_name(part)]
    if not able:
        return None
    plain_ones = [n for n in able if not _looks_like_talk(parts[n])] or able
    least = min(parts[n].level for n in plain_ones)
    place = next(n for n in plain_ones if parts[n].level == least)
    first_able = able[0]
    # "# Learning by Ada's rules": the first and highest heading is the title.
    return first_able if parts[first_able].level < least else place


def _may_name(part: Part) -> bool:
    words = fold(part.heading).strip(" .:")
    if part.level >= BELOW or _GENERIC.fullmatch(words) or _topic(part):
        return False
    context = read_context(part.heading, line=part.line)
    if context is not None and (context.mark is not Mark.DAY or not context.rest):
        return False
    return not begins_with_hours(part.heading)


def _topic(part: Part) -> Topic | None:
    """The topic of a heading, a date beside it ("Programme du 28 juin") left out."""
    text = part.heading
    for days in reversed(dates_in(text, line=part.line)):
        text = text[: days.start] + text[days.end :]
    if not text.strip(" -–—:,()"):
        return None
    return topic_of(re.sub(r"\s+(?:du|le|of|on|-|–|—|:)\s*$", "", text.strip()))


def _looks_like_talk(part: Part) -> bool:
    """Whether a heading names its speaker, or the body says who speaks."""
    found = read_heading(part.heading)
    if found.sure and found.speakers and found.title:
        return True
    labels = {
        field_of(label[0])
        for block in part.body
        if block.form is not Form.ROW and (label := split_label(block.text))
    }
    return len(labels & _TALK_LABELS) > 1 or (
        bool(labels & _TALK_LABELS) and bool(found.speakers)
    )


class _Roles:
    """One pass over the parts: which areas and which talk are open."""

    def __init__(self, parts: list[Part], title: int | None) -> None:
        self._parts = parts
        self._title = title
        self._areas: list[int] = []
        self._talk: int | None = None
        self._unknown: int | None = None

    def assign(self) -> list[Part]:
        return [self._assigned(place) for place in range(len(self._parts))]

    def _assigned(self, place: int) -> Part:
        part = self._parts[place]
        self._leave(part.level)
        role, topic, context = self._role(place)
        if role in (Role.DAY, Role.ROOM, Role.SESSION) or topic in _AREAS:
            self._areas.append(part.level)
        if topic is Topic.INVITED and self._has_talks_below(place):
            self._areas.append(part.level)
        if role in (Role.TALK, Role.ENTRY):
            self._talk = part.level
        if role is Role.UNKNOWN or topic is Topic.OTHER:
            self._unknown = part.level
        return replace(part, role=role, topic=topic, context=context)

    def _leave(self, level: int) -> None:
        while self._areas and self._areas[-1] >= level:
            self._areas.pop()
        if self._talk is not None and level <= self._talk:
            self._talk = None
        if self._unknown is not None and level <= self._unknown:
            self._unknown = None

    def _role(self, place: int) -> tuple[Role, Topic | None, Context | None]:
        part = self._parts[place]
        if place == self._title or not part.heading:
            return Role.TITLE, None, None
        if _GENERIC.fullmatch(fold(part.heading).strip(" .:")) and not self._areas:
            return Role.GENERIC, None, None
        topic = _topic(part)
        inside = self._talk is not None or (part.level == BELOW and bool(self._areas))
        if inside and topic not in _STRONG:
            return Role.DETAIL, None, None
        context = read_context(part.heading, line=part.line)
        if topic is not None and not (self._areas and topic not in _STRONG | _AREAS):
            return Role.TOPIC, topic, context
        return self._place(place, context)

    def _place(
        self, place: int, context: Context | None
    ) -> tuple[Role, Topic | None, Context | None]:
        """The role of a heading that belongs to the programme, or to nothing known."""
        part = self._parts[place]
        if context is not None and context.mark is not Mark.ENTRY:
            return Role(context.mark.value), None, context
        paused = pause_of(part.heading) and has_window(part.heading)
        if begins_with_hours(part.heading) or paused or context is not None:
            return Role.ENTRY, None, context
        if _looks_like_talk(part):
            return Role.TALK, None, None
        if self._unknown is not None and not self._areas:
            return Role.DETAIL, None, None
        if not self._areas:
            return Role.UNKNOWN, None, None
        grouping = self._has_talks_below(place) or holds_entries(part)
        return (Role.SESSION if grouping else Role.TALK), None, None

    def _has_talks_below(self, place: int) -> bool:
        """Whether deeper headings follow that are talks, not parts of one."""
        part = self._parts[place]
        for below in self._parts[place + 1 :]:
            if below.level <= part.level:
                return False
            if below.level < BELOW and field_of(below.heading) is None:
                return True
        return False


def holds_entries(part: Part) -> bool:
    """Whether the body is a timed list or a list of talks rather than an abstract."""
    shown = [b for b in part.body if b.form in (Form.ITEM, Form.PARAGRAPH)]
    timed = [b for b in shown if begins_with_hours(b.text.lstrip(OPENING))]
    if len(timed) >= _FEWEST_TIMED or (timed and len(shown) == 1):
        return True
    if any(read_heading(entry_text(block)).speakers for block in timed):
        return True
    items = [b for b in shown if b.form is Form.ITEM and b.level == 1]
    talks = [b for b in items if (h := read_heading(b.text)).speakers and h.title]
    return len(talks) >= _FEWEST_TIMED and len(talks) * 2 > len(shown)
