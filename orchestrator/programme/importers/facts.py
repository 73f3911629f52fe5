"""What a page says around its programme: when, where, who, how many, why."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from orchestrator.programme.importers.blocks import Block, Form, render
from orchestrator.programme.importers.figures import (
    capacity_in,
    network_in,
    registered_in,
)
from orchestrator.programme.importers.french import Days, dates_in
from orchestrator.programme.importers.heading import Heading, read_heading
from orchestrator.programme.importers.hours import Hours, window_in, windows_in
from orchestrator.programme.importers.inline import fold, plain, split_label
from orchestrator.programme.importers.names import LIKELY, SURE
from orchestrator.programme.importers.outline import Part
from orchestrator.programme.importers.people import (
    is_person,
    person_score,
    read_people,
    read_person,
)
from orchestrator.programme.importers.themes import themes_in
from orchestrator.programme.importers.words import Field, Topic, field_of, topic_of
from orchestrator.programme.model import Counts, Person, Theme

_BEFORE_DEADLINE = re.compile(
    r"avant|au plus tard|jusqu|limite|deadline|before|by|until|no later than|echeance"
    r"|inscri|registr|soumi|submi"
)
_AT = re.compile(
    r"(?:a l'|a la |a |aux? |at the |at |in |en (?!ligne|visio|distan|hybrid))(?=\w)"
)
_ROOMS = re.compile(r"(?:salles?|amphi|room|auditorium|lecture hall|batiment)\b")
_EDGES = " \n\t,;:–—|/-."
_FILLERS = re.compile(
    r"^(?:le|les|du|de|from|the|on)\b[\s,–—-]*|[\s,–—-]+(?:le|les|du|de|the|on)$", re.I
)
_SENTENCES = re.compile(r"[.!?]\s+[A-ZÀ-Þ]")
_LONGEST_COUNT = 160
_FEW_WORDS = 3
"""Words that may stand on both sides of the date of such a line."""
_LONGEST_LINE = 140
_LONGEST_PLACE = 120


@dataclass(frozen=True, slots=True)
class Named:
    """A person and the line that names him."""

    person: Person
    line: int


@dataclass(slots=True)
class Facts:
    """What was found; no rule took ``rest``, ``partly`` are lines that say more too."""

    title: str = ""
    dates: list[tuple[Days, int]] = field(default_factory=list)
    place: str = ""
    hours: tuple[Hours, ...] = ()
    themes: list[Theme] = field(default_factory=list)
    capacity: int | None = None
    registered: Counts | None = None
    network: str = ""
    announcement: list[Block] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    call: list[Block] = field(default_factory=list)
    deadline: tuple[Days, int] | None = None
    organisers: list[Named] = field(default_factory=list)
    invited: list[Named] = field(default_factory=list)
    speakers: list[Named] = field(default_factory=list)
    invited_talks: list[tuple[Heading, Block]] = field(default_factory=list)
    preface: list[tuple[Part, Block]] = field(default_factory=list)
    dated: list[tuple[Part, Block]] = field(default_factory=list)
    rest: list[tuple[Part, Block]] = field(default_factory=list)
    partly: set[int] = field(default_factory=set)


def read_topic(facts: Facts, part: Part) -> None:
    """Take a section whose heading says what it is about."""
    take = _TAKES.get(part.topic) if part.topic else None
    if take is None:
        facts.rest += [(part, block) for block in part.body]
        return
    facts.rest += [(part, block) for block in part.body if not take(facts, block)]


def read_preface(facts: Facts, part: Part) -> None:
    """Take the lines below the title: labels, a line with date and place, sentences."""
    for block in _paired(part.body):
        if _is_dated(block):
            facts.dated.append((part, block))
        elif not read_stray(facts, block):
            facts.preface.append((part, block))


def read_stray(facts: Facts, block: Block) -> bool:
    """Take a line from the middle of a programme, if it is a fact after all."""
    return any(take(facts, block) for take in _PREFACE)


def settle_announcement(facts: Facts) -> None:
    """Without an announcement, the sentences below the title are it; topics come last."""
    _settle_date(facts)
    if not facts.announcement:
        facts.announcement = [block for _, block in facts.preface]
    else:
        told = [block for _, block in facts.preface if block.line in facts.partly]
        facts.announcement = told + facts.announcement
        facts.rest += [item for item in facts.preface if item[1] not in told]
    facts.preface = []
    kept, topics = _last_list(facts.announcement)
    if not facts.topics and topics:
        facts.topics = [plain(block.text).strip(" .;,") for block in topics]
        facts.announcement = kept


def _settle_date(facts: Facts) -> None:
    """Without a label for it, the first line that is a date is the meeting's."""
    lines = sorted(facts.dated, key=lambda item: item[1].line)
    if lines and not facts.dates:
        _date(facts, lines.pop(0)[1])
    facts.preface = sorted([*facts.preface, *lines], key=lambda item: item[1].line)
    facts.dated = []


def announcement_of(facts: Facts) -> str:
    """The announcement as Markdown."""
    return render(facts.announcement).strip()


def _last_list(blocks: list[Block]) -> tuple[list[Block], list[Block]]:
    """``blocks`` without their last list, and its items."""
    places = [n for n, block in enumerate(blocks) if block.form is Form.ITEM]
    if not places:
        return blocks, []
    start = end = places[-1]
    while start > 0 and blocks[start - 1].form is Form.ITEM:
        start -= 1
    return blocks[:start] + blocks[end + 1 :], blocks[start : end + 1]


def _paired(blocks: Iterable[Block]) -> list[Block]:
    """Rows of two cells as labelled lines: ``Date | 28 juin 2021``."""
    found = []
    for block in blocks:
        if block.form is Form.ROW and len(block.cells) == len(("label", "value")):
            text = f"{block.cells[0].rstrip(' :')} : {block.cells[1]}"
            found.append(replace(block, form=Form.PARAGRAPH, text=text))
        else:
            found.append(block)
    return found


def _labelled(facts: Facts, block: Block) -> bool:
    if block.form is Form.ROW or (label := split_label(block.text)) is None:
        return False
    topic = topic_of(label[0])
    timed = field_of(label[0]) in (Field.HOURS, Field.SESSION)
    if timed and window_in(label[1], line=block.line):
        topic = Topic.HOURS
    if topic is None or not label[1] or topic in (Topic.OTHER, Topic.ABSTRACTS):
        return False
    if topic is Topic.TITLE:
        facts.title = facts.title or plain(label[1])
        return True
    take = _TAKES.get(topic)
    return take is not None and take(facts, replace(block, text=label[1]))


def _is_dated(block: Block) -> bool:
    """``Lundi 14 mars 2022, Institut Henri Poincaré, Paris``: a line that is a date."""
    text = plain(block.text)
    label = split_label(text)
    if block.form is Form.ROW or len(text) > _LONGEST_LINE:
        return False
    if label is not None and topic_of(label[0]) is not None:
        return False
    full = [d for d in dates_in(text, line=block.line) if _is_full(d)]
    if not full or _BEFORE_DEADLINE.search(fold(text)):
        return False
    before, after = text[: full[0].start], text[full[0].end :]
    return len(before.split()) <= _FEW_WORDS or len(after.split()) <= _FEW_WORDS


def _is_full(days: Days) -> bool:
    return days.last.year is not None or days.first.weekday is not None


def _date(facts: Facts, block: Block) -> bool:
    """A date; with it perhaps hours, and after or before it perhaps a place."""
    text = plain(block.text).replace("\n", " ")
    found = dates_in(text, line=block.line)
    if not found:
        return False
    facts.dates += [(days, block.line) for days in found]
    rest = text
    for days in reversed(found):
        rest = f"{rest[: days.start]} {rest[days.end :]}"
    hours = window_in(rest, line=block.line)
    if hours is not None:
        facts.hours = facts.hours or (hours,)
        rest = f"{rest[: hours.start]} {rest[hours.end :]}"
    rest = _FILLERS.sub("", rest.strip(_EDGES)).strip(_EDGES)
    rest = _FILLERS.sub("", rest).strip(_EDGES)
    if at := _AT.match(fold(rest)):
        rest = rest[at.end() :]
    if (label := split_label(rest)) and topic_of(label[0]) is Topic.PLACE:
        rest = label[1]
    if rest.startswith("(") and rest.endswith(")"):
        rest = rest[1:-1].strip(_EDGES)
    if len(rest) > len("le ") and not facts.place and len(rest) <= _LONGEST_PLACE:
        facts.place = " ".join(rest.split())
    return True


def _located(facts: Facts, block: Block) -> bool:
    """``Salle 2015, bâtiment A``: a line that begins with a room is the place."""
    text = plain(block.text)
    if facts.place or len(text) > _LONGEST_PLACE or _SENTENCES.search(text):
        return False
    if _ROOMS.match(fold(text)) is None:
        return False
    return _place(facts, replace(block, text=text.rstrip(".")))


def _place(facts: Facts, block: Block) -> bool:
    text = plain(block.text).replace("\n", ", ")
    if dates_in(text, line=block.line) and not facts.dates:
        return _date(facts, block)
    facts.place = f"{facts.place}, {text}" if facts.place else text
    return True


def _hours(facts: Facts, block: Block) -> bool:
    facts.hours = facts.hours or windows_in(plain(block.text), line=block.line)
    return bool(facts.hours)


def _themes(facts: Facts, block: Block) -> bool:
    if block.form is Form.PARAGRAPH and len(block.text) > _LONGEST_LINE:
        return False
    themes = themes_in(block.text, item=block.form is Form.ITEM)
    coded = block.form is Form.ITEM or all(theme.code for theme in themes)
    # A sentence below the list of themes is not a theme.
    if not coded and (facts.themes or block.text.rstrip().endswith(".")):
        return False
    facts.themes += [theme for theme in themes if theme.name]
    return True


def _counted(facts: Facts, block: Block) -> bool:
    """A sentence that counts places or people; one that says more stays besides."""
    capacity, registered = capacity_in(block.text), registered_in(block.text)
    if capacity is not None:
        facts.capacity = facts.capacity or capacity
        if registered is not None and not registered.members + registered.non_members:
            registered = None
    if registered is not None:
        facts.registered = facts.registered or registered
        facts.network = facts.network or network_in(block.text)
    if capacity is None and registered is None:
        return False
    text = plain(block.text)
    whole = len(text) <= _LONGEST_COUNT and not _SENTENCES.search(text)
    if not whole:
        facts.partly.add(block.line)
    return whole


def _capacity(facts: Facts, block: Block) -> bool:
    if _counted(facts, block):
        return True
    number = re.search(r"\d{1,6}", block.text)
    facts.capacity = facts.capacity or (int(number[0]) if number else None)
    return number is not None


def _registration(facts: Facts, block: Block) -> bool:
    if _counted(facts, block):
        return True
    if label := split_label(block.text):
        return topic_of(label[0]) is not Topic.REGISTRATION and _labelled(facts, block)
    return False


def _announce(facts: Facts, block: Block) -> bool:
    facts.announcement.append(block)
    return True


def _topic(facts: Facts, block: Block) -> bool:
    texts = [block.text] if block.form is Form.ITEM else re.split(r"[;,]", block.text)
    facts.topics += [text for text in (plain(t).strip(" .") for t in texts) if text]
    return True


def _call(facts: Facts, block: Block) -> bool:
    facts.call.append(block)
    text = plain(block.text)
    found = dates_in(text, line=block.line)
    before = [d for d in found if _BEFORE_DEADLINE.search(fold(text[: d.start])[-40:])]
    if facts.deadline is None and (before or found):
        facts.deadline = ((before or list(found))[0], block.line)
    return True


def _deadline(facts: Facts, block: Block) -> bool:
    found = dates_in(plain(block.text), line=block.line)
    if found and facts.deadline is None:
        facts.deadline = (found[0], block.line)
    facts.call.append(block)
    return True


def _organisers(facts: Facts, block: Block) -> bool:
    return _people(facts.organisers, block)


def _people(known: list[Named], block: Block) -> bool:
    """People of one block: an item is one, a paragraph may name several."""
    text = plain(block.text)
    if block.form is Form.ROW:
        text = ", ".join(plain(cell) for cell in block.cells if cell)
    if block.form is Form.ITEM and person_score(text) >= LIKELY - 1:
        several = read_people(text, likely=SURE + 1)
        people = several if _all_named(several) else (read_person(text),)
    else:
        people = read_people(text)
    if not people or not _all_named(people):
        return False
    known += [Named(person, block.line) for person in people]
    return True


def _all_named(people: tuple[Person, ...]) -> bool:
    return bool(people) and all(
        is_person(person.name) or (person.email and person.name) for person in people
    )


def _invite(facts: Facts, block: Block) -> bool:
    found = read_heading(block.text)
    if found.speakers and found.title and _is_talk(found, block):
        facts.invited += [Named(person, block.line) for person in found.speakers]
        facts.invited_talks.append((replace(found, invited=True), block))
        return True
    return _people(facts.invited, block)


def _is_talk(found: Heading, block: Block) -> bool:
    """``Name (Lab) : Title`` rather than ``Name, Institution of Something``."""
    text = plain(block.text)
    if any(mark in text for mark in '«“"') or "*" in block.text:
        return True
    marked = re.search(r"\)\s*[:–—-]|\s[–—:]\s|:\s|\bby\b|\bpar\b", text) is not None
    return found.sure and marked and person_score(found.title) < LIKELY


def _speakers(facts: Facts, block: Block) -> bool:
    return _people(facts.speakers, block)


def is_list_of_people(part: Part) -> bool:
    """Whether a section names people only, without titles of talks."""
    known: list[Named] = []
    return all(
        _people(known, block) and not _is_talk(read_heading(block.text), block)
        for block in part.body
    )


def _network(facts: Facts, block: Block) -> bool:
    facts.network = facts.network or plain(block.text)
    return True


_TAKES: dict[Topic, Callable[[Facts, Block], bool]] = {
    Topic.DATE: _date,
    Topic.PLACE: _place,
    Topic.HOURS: _hours,
    Topic.THEMES: _themes,
    Topic.CAPACITY: _capacity,
    Topic.REGISTRATION: _registration,
    Topic.ANNOUNCEMENT: _announce,
    Topic.TOPICS: _topic,
    Topic.CALL: _call,
    Topic.DEADLINE: _deadline,
    Topic.ORGANISERS: _organisers,
    Topic.INVITED: _invite,
    Topic.NETWORK: _network,
    Topic.SPEAKERS: _speakers,
}
_PREFACE = (_labelled, _counted, _located)
