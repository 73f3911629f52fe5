"""A page as a row of blocks, the same for Markdown and HTML.

Headings, paragraphs, list items and table rows, each with its line. Texts are
inline Markdown on one line; a line break that the author meant starts a block
that is ``glued`` to the one before it. A soft line end inside an entry that
begins with an hour stays as a line feed, since people write the speaker there.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from orchestrator.programme.importers.context import room_in
from orchestrator.programme.importers.hours import begins_with_hours, has_window
from orchestrator.programme.importers.inline import (
    fold,
    is_emphasised,
    plain,
    split_label,
    tidy,
)
from orchestrator.programme.importers.names import SURE, is_institution, name_score
from orchestrator.programme.importers.words import Field, field_of, topic_of

_LINK = re.compile(
    r"\[[^\[\]]{1,60}\]\([^()\s]*\)(?:[\s|·•,;]{1,5}\[[^\[\]]{1,60}\]\([^()\s]*\)){0,9}"
)
_OWN = {
    Field.ABSTRACT,
    Field.SPEAKER,
    Field.COAUTHORS,
    Field.TITLE,
    Field.SLIDES,
    Field.VIDEO,
}
_BETWEEN_NAMES = re.compile(r"\s*[,;]\s*|\s+(?:et|and|&)\s+")
_SESSION_LINE = re.compile(r"[*_]*(?:session|seance|matin|apres|morning|afternoon)")


class Form(StrEnum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"
    NAME = "name"
    """The document's own title (HTML ``<title>``), which may name the site too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block of a page.

    ``level`` is that of a heading (1-6), else how deep in lists the block
    stands (0 is outside). A row has ``cells``, ``spans`` (columns that each
    covers), ``head``, the number of its ``table``, and which cells it has
    ``held`` from the row above.
    """

    form: Form
    line: int
    text: str
    level: int = 0
    glued: bool = False
    marker: str = "-"
    cells: tuple[str, ...] = ()
    spans: tuple[int, ...] = ()
    head: bool = False
    table: int = 0
    held: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A source line of a paragraph; ``broken`` when the author broke before it."""

    line: int
    text: str
    broken: bool = False


def blocks_of(
    pieces: Iterable[Piece], *, form: Form, level: int = 0, marker: str = "-"
) -> list[Block]:
    """The blocks of one paragraph or item: split where lines are entries of their own."""
    found: list[Block] = []
    for piece in _gathered(list(pieces), item=form is Form.ITEM):
        glued = bool(found)
        found.append(
            Block(
                form=Form.PARAGRAPH if glued else form,
                line=piece.line,
                text=piece.text,
                level=level,
                glued=glued,
                marker=marker,
            )
        )
    return found


def _gathered(pieces: list[Piece], *, item: bool) -> list[Piece]:
    """``pieces`` joined wherever a line end means nothing."""
    kept = [replace(piece, text=text) for piece in pieces if (text := tidy(piece.text))]
    entries = [_is_entry(piece.text) for piece in kept]
    timed = [begins_with_hours(piece.text.lstrip("*_ ")) for piece in kept]
    # A line with its hours right below a list is no more of its last item.
    apart = bool(entries) and (entries[0] or sum(entries) > 1 or (item and timed[-1]))
    own = [_is_own_line(piece.text) for piece in kept]
    if not item and kept[1:] and _are_names(kept[0].text):
        # The abstract may begin right below who speaks; a lab goes with the name.
        own[1] = own[1] or (kept[1].text[0].isupper() and not _is_lab(kept[1].text))
    rooms = [bool(room_in(piece.text)) for piece in kept]
    if True in rooms and True in timed and rooms.index(True) < timed.index(True):
        # Rooms above the hours are of all that follows, up to the next room.
        own = [
            a or b or c for a, b, c in zip(own, rooms, [False, *rooms], strict=False)
        ]
    if kept and is_emphasised(kept[0].text):
        shown = [is_emphasised(piece.text) for piece in kept]
        own = [a or b or c for a, b, c in zip(own, shown, [True, *shown], strict=False)]
    groups: list[list[Piece]] = []
    for piece, entry, alone in zip(kept, entries, own, strict=True):
        if not groups or piece.broken or (apart and entry) or alone:
            groups.append([])
        groups[-1].append(piece)
    return [_joined(group) for group in groups]


def _joined(pieces: list[Piece]) -> Piece:
    first = pieces[0]
    space = "\n" if begins_with_hours(first.text.lstrip("*_ ")) else " "
    return replace(first, text=space.join(piece.text for piece in pieces))


def _is_entry(text: str) -> bool:
    """Whether a line of a paragraph stands for itself: an hour, a label, a session."""
    if begins_with_hours(text.lstrip("*_ ")):
        return True
    if _SESSION_LINE.match(fold(text)) and has_window(text):
        return True
    label = split_label(text)
    if label is None or not label[0]:
        return False
    return topic_of(label[0]) is not None or field_of(label[0]) is not None


def _is_own_line(text: str) -> bool:
    """Whether a line can only be one of its own: ``Résumé : …``, ``[Slides](…)``."""
    if _LINK.fullmatch(text):
        return True
    label = split_label(text)
    return label is not None and field_of(label[0]) in _OWN and label[0][:1].isupper()


def _are_names(text: str) -> bool:
    """Whether a line is names and nothing else."""
    return all(name_score(name) >= SURE for name in _BETWEEN_NAMES.split(plain(text)))


def _is_lab(text: str) -> bool:
    return is_institution(text) and not text.endswith(".")


def render(blocks: Iterable[Block]) -> str:
    """``blocks`` as Markdown again."""
    parts: list[str] = []
    before: Block | None = None
    for block in blocks:
        parts.append(_gap(before, block) + _rendered(block))
        before = block
    return "".join(parts)


def _gap(before: Block | None, block: Block) -> str:
    if before is None:
        return ""
    if block.glued:
        return "  \n"
    together = before.form is block.form and block.form in (Form.ITEM, Form.ROW)
    nested = block.form is Form.ITEM and before.level > 0
    return "\n" if together or nested else "\n\n"


def _rendered(block: Block) -> str:
    text = block.text.replace("\n", " ")
    if block.form is Form.HEADING:
        return f"{'#' * max(1, min(block.level, 6))} {text}"
    if block.form is Form.ITEM:
        return f"{'  ' * (block.level - 1)}{block.marker} {text}"
    if block.form is Form.ROW:
        row = "| " + " | ".join(c.replace("\n", " ") for c in block.cells) + " |"
        return row + ("\n|" + " --- |" * len(block.cells) if block.head else "")
    return f"{'  ' * block.level}{text}"
