"""What one line of a programme is: its hours, its label, where it stands."""

from orchestrator.programme.importers.blocks import Block, Form
from orchestrator.programme.importers.drafts import Draft, Origin
from orchestrator.programme.importers.hours import (
    Hours,
    begins_with_hours,
    leading_hours,
    window_in,
)
from orchestrator.programme.importers.inline import plain, split_label
from orchestrator.programme.importers.words import Field, field_of

OPENING = '*_ ([«"'
"""Marks that may stand before the hours of a line."""
AFTER_HOURS = " \t\n:.,;–—-|)]>»/"
"""Marks that may stand between the hours and the title."""
_LONGEST_TITLE = 30
"""Words of a title."""


def entry_text(block: Block) -> str:
    """A line of a list without its hours."""
    text = block.text.lstrip(OPENING)
    if block.form is Form.ROW or not begins_with_hours(text):
        return "" if block.form is Form.ROW else block.text
    hours = leading_hours(text, line=block.line)
    return after(hours, block.text, text) if hours else text


def after(hours: Hours, whole: str, text: str) -> str:
    """What follows the hours of a line, whose emphasis may end there or later.

    ``text`` is ``whole`` without the marks that it begins with.
    """
    rest = text[hours.end :]
    mark = whole[: len(whole) - len(whole.lstrip("*_"))]
    if mark and rest.lstrip(" :").startswith(mark):
        rest = rest.lstrip(" :")[len(mark) :]
    elif mark:
        before, found, after = rest.rpartition(mark)
        rest = before + after if found else rest
    return rest.lstrip(AFTER_HOURS)


def is_inside(current: Draft, block: Block) -> bool:
    """Whether ``block`` stands inside the list item of ``current``."""
    if current.level == 0 or current.origin is Origin.ROW:
        return False
    if block.form is Form.ITEM:
        return block.level > current.level
    return block.level >= current.level


def label_of(block: Block) -> Field | None:
    """What the label at the beginning of a line announces."""
    label = split_label(block.text)
    return field_of(label[0]) if label else None


def begins_anew(current: Draft | None, name: Field) -> bool:
    """Whether a label of a title or speaker belongs to another talk than the open one."""
    if current is None or current.is_pause:
        return True
    seen = {label_of(block) for block in current.body}
    if name is Field.TITLE:
        return bool(current.title) or bool(seen & {Field.TITLE, Field.ABSTRACT})
    told = {Field.SPEAKER, Field.AUTHORS, Field.ABSTRACT}
    return bool(current.speakers) or bool(seen & told)


def is_title(text: str) -> bool:
    """Whether an item could be a title rather than a sentence or a caption."""
    words = plain(text).split()
    ended = text.rstrip().endswith((".", ":", ";"))
    return 1 < len(words) <= _LONGEST_TITLE and not ended


def ended_by_window(block: Block) -> tuple[Hours, str] | None:
    """``Title — Name (9h30-10h)``: the window at the end of an item."""
    text = plain(block.text)
    hours = window_in(text, line=block.line)
    if hours is None or hours.start == 0 or text[hours.end :].strip(" )].,"):
        return None
    return hours, text[: hours.start].rstrip(" ([,;:–—-|")
