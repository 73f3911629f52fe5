"""HTML to blocks: what a reader sees of a page, in its order, with its lines."""

import re
import warnings

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, Tag
from bs4.builder import ParserRejectedMarkup

from orchestrator.programme.importers.blocks import Block, Form, Piece, blocks_of
from orchestrator.programme.importers.errors import UnreadableProgramme
from orchestrator.programme.importers.html_tables import is_layout, rows_of
from orchestrator.programme.importers.html_text import HIDDEN, INLINE, Writer, steps
from orchestrator.programme.importers.inline import tidy

_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_LISTS = {"ul": "-", "ol": "1.", "menu": "-"}
_MARKED_SECTION = re.compile(r"<!\[[^>]*>?")
_CHROME = {"nav", "footer", "aside", "header"}
_CONTENT = {"article", "main", "section"}


def html_blocks(text: str) -> list[Block]:
    """The blocks of ``text``; navigation, scripts and styles are left out."""
    text = _MARKED_SECTION.sub(lambda found: "\n" * found[0].count("\n"), text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
            soup = BeautifulSoup(text, "html.parser")
    except (ParserRejectedMarkup, AssertionError) as error:
        raise UnreadableProgramme(
            f"The HTML of the page cannot be read ({error});"
            " save the page again, or write it as Markdown."
        ) from error
    return _Walk().blocks(soup)


class _Walk:
    """One pass over the tree: the paragraph being gathered and where it stands."""

    def __init__(self) -> None:
        self._found: list[Block] = []
        self._writer = Writer()
        self._lists: list[str] = []
        self._item = False
        self._heading = 0
        self._tables = 0

    def blocks(self, soup: BeautifulSoup) -> list[Block]:
        skipped: Tag | None = None
        for step, node in steps(soup):
            if skipped is not None:
                if step == "end" and node is skipped:
                    skipped = None
                self._writer.count(step, node)
            elif step == "start" and isinstance(node, Tag):
                skipped = self._start(node)
            elif step == "end" and isinstance(node, Tag):
                self._end(node)
            else:
                self._writer.text(node)
        self._flush()
        return self._found

    def _start(self, tag: Tag) -> Tag | None:
        """Enter ``tag``; returns it when what is inside is not to be walked."""
        self._writer.reach(tag)
        if tag.name in INLINE:
            self._writer.open(tag)
            return None
        self._flush()
        if tag.name in ("head", "title") and not self._found:
            self._name(tag if tag.name == "title" else tag.find("title"))
        if tag.name in HIDDEN or tag.name == "title" or _is_chrome(tag):
            return tag
        if tag.name == "table" and not is_layout(tag):
            self._table(tag)
            return tag
        if tag.name in _LISTS:
            self._lists.append(_LISTS[tag.name])
        self._item = self._item or tag.name == "li"
        self._heading = _HEADINGS.get(tag.name, self._heading)
        if tag.name == "dt" and tag.find(["b", "strong"]) is None:
            self._writer.open_as("**")
        return None

    def _end(self, tag: Tag) -> None:
        if tag.name in INLINE:
            self._writer.close(tag)
            return
        if tag.name == "dt" and tag.find(["b", "strong"]) is None:
            self._writer.open_as("**")
        self._flush()
        if tag.name in _LISTS and self._lists:
            self._lists.pop()
        if tag.name in _HEADINGS:
            self._heading = 0
        if tag.name == "li":
            self._item = False

    def _flush(self) -> None:
        pieces = self._writer.take()
        if not any(tidy(piece.text) for piece in pieces):
            return
        if self._heading:
            self._found.append(_heading(pieces, self._heading))
            return
        form = Form.ITEM if self._item and self._lists else Form.PARAGRAPH
        self._item = False
        self._found += blocks_of(
            pieces,
            form=form,
            level=len(self._lists),
            marker=self._lists[-1] if self._lists else "-",
        )

    def _name(self, tag: Tag | None) -> None:
        if tag is not None and (name := tidy(tag.get_text().replace("\n", " "))):
            line = tag.sourceline or 1
            self._found.append(Block(form=Form.NAME, line=line, text=name))

    def _table(self, tag: Tag) -> None:
        self._tables += 1
        self._found += rows_of(tag, number=self._tables)


def _heading(pieces: list[Piece], level: int) -> Block:
    kept = [piece for piece in pieces if tidy(piece.text)]
    text = " ".join(tidy(piece.text) for piece in kept)
    # A heading that is bold inside is still a heading.
    text = text[2:-2] if text[:2] == text[-2:] == "**" and len(text) > 4 else text  # noqa: PLR2004 -- the marks
    return Block(form=Form.HEADING, line=kept[0].line, text=text.strip(), level=level)


def _is_chrome(tag: Tag) -> bool:
    """Navigation around the content; the header of an article belongs to it."""
    if tag.name not in _CHROME:
        return False
    return tag.name != "header" or tag.find_parent(list(_CONTENT)) is None
