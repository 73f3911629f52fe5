"""The lines below a talk: who, when, abstract, co-authors, links."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from orchestrator.programme.importers.blocks import Block, Form, render
from orchestrator.programme.importers.coauthors import names_after, take_coauthors
from orchestrator.programme.importers.context import Mark, read_context
from orchestrator.programme.importers.drafts import Draft
from orchestrator.programme.importers.heading import read_heading
from orchestrator.programme.importers.hours import (
    begins_with_hours,
    hours_in,
    leading_hours,
    length_in,
)
from orchestrator.programme.importers.inline import (
    fold,
    is_bold,
    is_emphasised,
    plain,
    split_label,
)
from orchestrator.programme.importers.kinds import is_unannounced, take_invited
from orchestrator.programme.importers.links import (
    addresses_in,
    guessed_kind,
    link_kind,
    links_of,
    relative_in,
)
from orchestrator.programme.importers.names import LIKELY, SURE, clean_name
from orchestrator.programme.importers.people import (
    is_person,
    read_names,
    read_people,
    read_person,
)
from orchestrator.programme.importers.spellings import Likeness, compare_names
from orchestrator.programme.importers.words import Field, field_of
from orchestrator.programme.model import Kind, Link, LinkKind, Person

_LONGEST_TITLE = 250
_LONGEST_PERSON = 200
_LONGEST_HOURS = 60
_LANGUAGES = {
    "fr": "fr",
    "francais": "fr",
    "french": "fr",
    "en": "en",
    "anglais": "en",
    "english": "en",
}
_REFERENCE = re.compile(r"\s*(?:\[\w{1,12}\]|\(\d{1,2}\)|\d{1,2}\.)\s+\S")
_LINK_LINE = re.compile(r"[\s\[\](){}|·•,;:/*_–—-]*")
_STOPPED_LABEL = re.compile(r"^[*_]{0,3}(?:Résumé|Abstract)\.[*_]{0,3}\s+(?=[A-ZÀ-Þ])")
_TITLE_END = re.compile(r"[.!]\s+[A-ZÀ-Þ]")


def complete(draft: Draft) -> Draft:
    """``draft`` with its body read: fields filled, abstract and links set apart."""
    prose = [
        block
        for block in _first_lines(draft)
        if not _field(draft, block) and not _links_only(draft, block)
    ]
    kept = [block for block in map(_Names(draft), prose) if block is not None]
    draft.links += tuple(_inline_links(kept, draft.links))
    draft.broken_links += tuple(
        link for block in draft.body for link in relative_in(block.text)
    )
    abstract = render(_unglued(kept)).strip()
    draft.abstract = "" if is_unannounced(abstract) else abstract
    return draft


def _first_lines(draft: Draft) -> list[Block]:
    """The body without the lines at its top that complete the heading."""
    blocks = list(draft.body)
    while blocks and (take := _completion(draft, blocks[0])) is not None:
        take(draft, blocks.pop(0))
    return blocks


_Take = Callable[[Draft, Block], None]


def _completion(draft: Draft, block: Block) -> _Take | None:
    """What the first line below a heading adds to it, if anything."""
    if block.form in (Form.ROW, Form.HEADING) or draft.is_pause:
        return None
    text = plain(block.text)
    if _is_field(block.text):
        return None
    if draft.starts is None and _is_when(text, block.line):
        return _take_hours
    if len(text) <= _LONGEST_PERSON and _is_who(block.text, draft):
        return _take_speakers
    if not draft.title and len(text) <= _LONGEST_TITLE and not _TITLE_END.search(text):
        return _take_title
    return None


def _is_field(text: str) -> bool:
    label = split_label(text)
    return label is not None and field_of(label[0]) is not None


def _is_when(text: str, line: int) -> bool:
    if len(text) > _LONGEST_HOURS:
        return False
    if begins_with_hours(text):
        return True
    context = read_context(text, line=line)
    return context is not None and context.mark is not Mark.SESSION and not context.rest


def _is_who(source: str, draft: Draft) -> bool:
    """Whether a line names who speaks: sure of it, or where a name is to be expected."""
    text = plain(source)
    if draft.speakers:
        return compare_names(draft.speakers[0].name, text) is Likeness.SAME
    if text.endswith(".") and len(text.split()) > len("a b c d"):
        return False
    found = read_heading(text)
    if found.speakers and not found.title:
        return True
    expected = draft.title and (is_emphasised(source) or "(" in text)
    return is_person(text, likely=LIKELY if expected else SURE)


def _take_hours(draft: Draft, block: Block) -> None:
    text = plain(block.text)
    context = read_context(text, line=block.line)
    if context is not None:
        draft.when = context.when or draft.when
        draft.room = context.room or draft.room
    hours = hours_in(text, line=block.line)
    if hours is not None:
        draft.starts, draft.ends = hours.starts, hours.ends
    if (leading := leading_hours(text, line=block.line)) is not None:
        rest = text[leading.end :].strip(" ,;:–—|()-")
        draft.room = draft.room or rest


def _take_speakers(draft: Draft, block: Block) -> None:
    if draft.speakers:
        return
    found = read_heading(block.text)
    # What looks like a title behind the name is where the person works.
    known = () if found.title else found.speakers
    draft.speakers = known or read_people(block.text)
    draft.invited = draft.invited or found.invited


def _take_title(draft: Draft, block: Block) -> None:
    found = read_heading(block.text) if not draft.speakers else None
    title, invited = take_invited(plain(block.text))
    draft.title = found.title if found and found.speakers else title.strip('«»“”" ')
    draft.speakers = found.speakers if found else draft.speakers
    draft.invited = draft.invited or invited
    if is_unannounced(draft.title):
        draft.title = ""


def _field(draft: Draft, block: Block) -> bool:
    """Take a labelled line into ``draft``; False when it is no such line."""
    if block.form is Form.ROW or (label := split_label(block.text)) is None:
        return False
    field, value = field_of(label[0]), label[1]
    if field is None:
        return False
    if (kind := link_kind(field)) is not None:
        return _link_field(draft, label[0], value, kind)
    if (take := _FIELDS.get(field)) is None:
        return False
    return take(draft, value, block)


def _link_field(draft: Draft, label: str, value: str, kind: LinkKind) -> bool:
    pairs = addresses_in(value, labelled=True)
    if not pairs:
        nothing = is_unannounced(plain(value)) or not plain(value).strip(" -–—.")
        return nothing and kind is not LinkKind.REFERENCE
    rest = plain(value)
    for words, address in pairs:
        rest = rest.replace(words or address, " ")
    if kind is LinkKind.REFERENCE and len(rest.split()) > len("a b"):
        return False
    del label
    draft.links += tuple(links_of(pairs, kind))
    return True


def _set_title(draft: Draft, value: str, _: Block) -> bool:
    title, invited = take_invited(plain(value))
    draft.title = draft.title or (
        "" if is_unannounced(title) else title.strip('«»“”" ')
    )
    draft.invited = draft.invited or invited
    return True


def _set_speakers(draft: Draft, value: str, _: Block) -> bool:
    people = read_people(value)
    if not draft.speakers or (people and not draft.speakers[0].affiliation):
        draft.speakers = people
    return bool(people) or not value or is_unannounced(plain(value))


def _set_authors(draft: Draft, value: str, block: Block) -> bool:
    """Authors: the speaker when nobody else is, and the others."""
    names, _ = read_names(value)
    if not draft.speakers and names:
        first = read_people(value)[:1]
        draft.speakers = first or (read_person(names[0]),)
    draft.coauthors += names
    draft.coauthors_line = block.line
    return bool(names)


def _set_affiliation(draft: Draft, value: str, _: Block) -> bool:
    affiliation = plain(value)
    draft.speakers = tuple(
        person if person.affiliation else replace(person, affiliation=affiliation)
        for person in draft.speakers
    )
    return bool(draft.speakers)


def _set_hours(draft: Draft, value: str, block: Block) -> bool:
    _take_hours(draft, replace(block, text=value))
    return draft.starts is not None


def _set_day(draft: Draft, value: str, block: Block) -> bool:
    _take_hours(draft, replace(block, text=value))
    return bool(draft.when)


def _set_room(draft: Draft, value: str, _: Block) -> bool:
    draft.room = draft.room or plain(value)
    return True


def _set_length(draft: Draft, value: str, _: Block) -> bool:
    draft.length = length_in(value) or length_in(f"{value} min")
    return draft.length is not None


def _set_coauthors(draft: Draft, value: str, block: Block) -> bool:
    names = names_after(value)
    draft.coauthors += names
    draft.coauthors_line = block.line
    return bool(names)


def _set_language(draft: Draft, value: str, _: Block) -> bool:
    words = fold(plain(value)).split()
    draft.language = next((_LANGUAGES[w] for w in words if w in _LANGUAGES), "")
    return bool(draft.language)


def _set_kind(draft: Draft, value: str, _: Block) -> bool:
    draft.invited = draft.invited or take_invited(plain(value))[1]
    return True


def _set_abstract(draft: Draft, value: str, block: Block) -> bool:
    """``Résumé : text`` keeps its text; the label alone goes."""
    del draft, block
    return not value


_FIELDS: dict[Field, Callable[[Draft, str, Block], bool]] = {
    Field.TITLE: _set_title,
    Field.SPEAKER: _set_speakers,
    Field.AUTHORS: _set_authors,
    Field.AFFILIATION: _set_affiliation,
    Field.HOURS: _set_hours,
    Field.DAY: _set_day,
    Field.ROOM: _set_room,
    Field.LENGTH: _set_length,
    Field.COAUTHORS: _set_coauthors,
    Field.LANGUAGE: _set_language,
    Field.KIND: _set_kind,
    Field.ABSTRACT: _set_abstract,
}


def _links_only(draft: Draft, block: Block) -> bool:
    """Take a line that is nothing but links: ``[Slides](…) [Vidéo](…)``."""
    if block.form is Form.ROW:
        return False
    pairs = addresses_in(block.text)
    if not pairs:
        return not plain(block.text).strip(" [](){}|-–—")
    rest = plain(block.text)
    for words, address in pairs:
        rest = rest.replace(words or address, " ", 1)
    if not _LINK_LINE.fullmatch(rest):
        return False
    draft.links += tuple(
        Link(
            kind=guessed_kind(words, address),
            url=address,
            label="" if words in address or field_of(words) else words,
        )
        for words, address in pairs
    )
    return True


class _Names:
    """Takes the names of co-authors out of a paragraph; None when nothing is left."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft

    def __call__(self, block: Block) -> Block | None:
        if block.form is Form.ROW or _REFERENCE.match(block.text):
            return block
        text = _without_label(block.text)
        text, names = take_coauthors(text)
        if names:
            self._draft.coauthors += names
            self._draft.coauthors_line = block.line
        return replace(block, text=text) if text.strip() else None


def _without_label(text: str) -> str:
    label = split_label(text)
    if label and field_of(label[0]) is Field.ABSTRACT:
        return label[1]
    return _STOPPED_LABEL.sub("", text)


def _inline_links(blocks: Iterable[Block], known: tuple[Link, ...]) -> list[Link]:
    """Links inside the abstract; they stay in its text too."""
    found: dict[str, Link] = {}
    have = {link.url for link in known}
    for block in blocks:
        listed = _REFERENCE.match(block.text) is not None
        for words, address in addresses_in(block.text):
            kind = LinkKind.REFERENCE if listed else guessed_kind(words, address)
            if address not in have:
                label = "" if words == address else words
                found.setdefault(address, Link(kind=kind, url=address, label=label))
    return list(found.values())


def _unglued(blocks: list[Block]) -> list[Block]:
    if blocks and blocks[0].glued:
        return [replace(blocks[0], glued=False), *blocks[1:]]
    return blocks


def speaker_key(person: Person) -> str:
    """A speaker's name as it is compared."""
    return " ".join(fold(clean_name(person.name)).split())


def is_heading_line(block: Block) -> bool:
    """Whether a paragraph announces a talk: bold, or plainly "Name (Lab) : Title"."""
    if block.form is not Form.PARAGRAPH or len(block.text) > _LONGEST_TITLE:
        return False
    if is_bold(block.text):
        return True
    found = read_heading(block.text)
    if block.text.startswith(("**", "__")) and found.speakers and found.title:
        return True
    return found.sure and bool(found.title) and not block.text.rstrip().endswith(".")


def kind_of(draft: Draft) -> Kind:
    """The kind that the page gives, else invited or contributed."""
    if draft.kind is not None:
        return draft.kind
    return Kind.INVITED if draft.invited else Kind.CONTRIBUTED
