"""Markdown to blocks (CommonMark, with tables and HTML inside)."""

import re
from dataclasses import replace

from markdown_it import MarkdownIt
from markdown_it.token import Token

from orchestrator.programme.importers.blocks import Block, Form, Piece, blocks_of
from orchestrator.programme.importers.html import html_blocks
from orchestrator.programme.importers.inline import tidy

# Inline text is kept as it is written; indented text is never code on such a
# page; "[1]: name" is a reference list and must not vanish as a definition.
_READER = MarkdownIt("commonmark", {"maxNesting": 60}).enable("table")
_READER.disable(["code", "reference"])
_READER.core.ruler.disable(["inline", "text_join"], ignoreInvalid=True)

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAGS = (
    (re.compile(r"</?(?:b|strong)>", re.IGNORECASE), "**"),
    (re.compile(r"</?(?:i|em)>", re.IGNORECASE), "*"),
    (
        re.compile(
            r"""<a\s[^<>]{0,200}?href=["']([^"'<>\s]*)["'][^<>]*>([^<>]*)</a>""",
            re.IGNORECASE,
        ),
        r"[\2](\1)",
    ),
    (
        re.compile(r"</?(?:span|u|sup|sub|small|font|a|abbr|mark)\b[^<>]*>", re.I),
        "",
    ),
)
_FRONT = re.compile(r"---[ \t]*\n")
_ENTRY = re.compile(r"""(\w[\w -]{0,40}):[ \t]+["']?(\S.*?)["']?\s*""")


def markdown_blocks(text: str) -> list[Block]:
    """The blocks of ``text``, whose lines end in line feeds."""
    front, text = _front_matter(text)
    return front + _Walk().blocks(_READER.parse(text))


class _Walk:
    """One pass over the tokens: where in lists and tables it stands."""

    def __init__(self) -> None:
        self._found: list[Block] = []
        self._lists: list[str] = []
        self._item = False
        self._heading = 0
        self._table = 0
        self._in_head = False
        self._row: list[str] | None = None

    def blocks(self, tokens: list[Token]) -> list[Block]:
        for token in tokens:
            line = (token.map or [0])[0] + 1
            self._structure(token)
            if token.type == "inline":
                self._inline(token.content, line)
            elif token.type in ("fence", "code_block"):
                self._paragraph(token.content, line + 1)
            elif token.type == "html_block":
                self._html(token.content, line)
            elif token.type == "tr_close" and self._row is not None:
                self._end_row()
        return self._found

    def _structure(self, token: Token) -> None:
        kind = token.type
        if kind.endswith("_list_open"):
            self._lists.append("1." if kind == "ordered_list_open" else "-")
        elif kind.endswith("_list_close"):
            self._lists.pop()
        elif kind == "list_item_open":
            self._item = True
        elif kind == "heading_open":
            self._heading = int(token.tag[1])
        elif kind == "heading_close":
            self._heading = 0
        elif kind in ("table_open", "thead_open", "thead_close"):
            self._in_head = kind == "thead_open"
            self._table += kind == "table_open"
        elif kind == "tr_open":
            self._row, self._row_line = [], (token.map or [0])[0] + 1

    def _inline(self, content: str, line: int) -> None:
        if self._row is not None:
            self._row.append("\n".join(tidy(p.text) for p in _pieces(content, line)))
        elif self._heading:
            text = " ".join(tidy(p.text) for p in _pieces(content, line))
            heading = Block(
                form=Form.HEADING, line=line, text=text, level=self._heading
            )
            self._found.append(heading)
        else:
            self._paragraph(content, line)

    def _paragraph(self, content: str, line: int) -> None:
        form = Form.ITEM if self._item else Form.PARAGRAPH
        self._item = False
        self._found += blocks_of(
            _pieces(content, line),
            form=form,
            level=len(self._lists),
            marker=self._lists[-1] if self._lists else "-",
        )

    def _html(self, content: str, line: int) -> None:
        for block in html_blocks(content):
            placed = replace(block, line=block.line + line - 1)
            if block.form is Form.ROW:
                placed = replace(placed, table=-line - block.table)
            elif block.form is not Form.HEADING:
                placed = replace(placed, level=block.level + len(self._lists))
            self._found.append(placed)

    def _end_row(self) -> None:
        cells = tuple(self._row or ())
        self._row = None
        self._found.append(
            Block(
                form=Form.ROW,
                line=self._row_line,
                text=" | ".join(cell for cell in cells if cell),
                cells=cells,
                spans=(1,) * len(cells),
                head=self._in_head,
                table=self._table,
            )
        )


def _pieces(content: str, line: int) -> list[Piece]:
    pieces: list[Piece] = []
    broken = False
    for number, source in enumerate(content.split("\n"), line):
        hard = source.endswith(("  ", "\\"))
        for place, part in enumerate(_BREAK.split(source.rstrip("\\").rstrip())):
            pieces.append(Piece(number, _untagged(part), broken or place > 0))
            broken = False
        broken = hard
    return pieces


def _untagged(text: str) -> str:
    if "<" in text:
        for pattern, markdown in _TAGS:
            text = pattern.sub(markdown, text)
    return text


def _front_matter(text: str) -> tuple[list[Block], str]:
    """The ``key: value`` lines between ``---`` that static sites begin with."""
    end = text.find("\n---", 3)
    if _FRONT.match(text) is None or end < 0:
        return [], text
    head = text[:end].split("\n")
    entries = [(n, _ENTRY.fullmatch(source)) for n, source in enumerate(head, 1)]
    found = [
        Block(form=Form.PARAGRAPH, line=n, text=": ".join(entry.groups()))
        for n, entry in entries
        if entry
    ]
    return found, "\n" * len(head) + "\n" + text[end + len("\n---") :]
