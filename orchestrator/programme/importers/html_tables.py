"""HTML tables to rows of cells; spans over rows are filled in."""

from dataclasses import dataclass, field

from bs4 import Tag

from orchestrator.programme.importers.blocks import Block, Form
from orchestrator.programme.importers.html_text import HIDDEN, INLINE, Writer, steps
from orchestrator.programme.importers.inline import tidy

_STRUCTURE = ["h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "dl"]
_CELLS = ("td", "th")
_MOST_COLUMNS = 60
_MOST_ROWS = 200


def is_layout(table: Tag) -> bool:
    """Whether the table only arranges the page: headings or lists stand in it."""
    return table.find(_STRUCTURE) is not None


@dataclass(slots=True)
class _Row:
    line: int
    head: bool
    cells: list[tuple[Tag, str]] = field(default_factory=list)


def rows_of(table: Tag, *, number: int) -> list[Block]:
    """One block a row; a cell over several rows stands in each of them."""
    found: list[Block] = []
    hanging: dict[int, tuple[int, str, int]] = {}
    for row in _Cut().rows(table):
        texts, spans, held = _laid(row.cells, hanging)
        if not any(texts):
            continue
        found.append(
            Block(
                form=Form.ROW,
                line=row.line,
                text=" | ".join(text for text in texts if text),
                cells=tuple(texts),
                spans=tuple(spans),
                held=tuple(held),
                head=row.head or all(cell.name == "th" for cell, _ in row.cells),
                table=number,
            )
        )
    return found


class _Cut:
    """Cuts the text of a table at each row and cell begun, closed or not."""

    def __init__(self) -> None:
        self._rows: list[_Row] = []
        self._cell: Tag | None = None
        self._writer = Writer()
        self._lines: list[str] = []

    def rows(self, table: Tag) -> list[_Row]:
        for step, node in steps(table):
            if not isinstance(node, Tag):
                if node.parent is None or node.parent.name not in HIDDEN:
                    self._writer.text(node)
            elif node.name == "tr" or node.name in _CELLS:
                self._edge(step, node)
            elif node.name not in INLINE:
                self._lines += _lines(self._writer)
            elif step == "start":
                self._writer.open(node)
            else:
                self._writer.close(node)
        self._end_cell()
        return self._rows

    def _edge(self, step: str, node: Tag) -> None:
        self._end_cell()
        if step == "end":
            return
        if node.name == "tr":
            head = node.parent is not None and node.parent.name == "thead"
            self._rows.append(_Row(node.sourceline or 0, head))
        else:
            self._cell = node

    def _end_cell(self) -> None:
        lines, self._lines = self._lines + _lines(self._writer), []
        if self._cell is not None:
            if not self._rows:
                self._rows.append(_Row(self._cell.sourceline or 0, head=False))
            self._rows[-1].cells.append((self._cell, "\n".join(lines)))
        self._cell = None


def _laid(
    cells: list[tuple[Tag, str]], hanging: dict[int, tuple[int, str, int]]
) -> tuple[list[str], list[int], list[bool]]:
    """Texts and spans of a row, and which of the cells ``hanging`` from above, by column, are its."""
    texts: list[str] = []
    spans: list[int] = []
    held: list[bool] = []
    waiting = list(reversed(cells))
    column = 0
    while waiting or column in hanging:
        held.append(column in hanging)
        if column in hanging:
            rows, text, width = hanging.pop(column)
        else:
            cell, text = waiting.pop()
            width = _number(cell, "colspan", _MOST_COLUMNS)
            rows = _number(cell, "rowspan", _MOST_ROWS)
        if rows > 1:
            hanging[column] = (rows - 1, text, width)
        texts.append(text)
        spans.append(width)
        column += width
    return texts, spans, held


def _number(cell: Tag, name: str, most: int) -> int:
    given = str(cell.get(name) or "1").strip()[:4]
    return max(1, min(int(given), most)) if given.isascii() and given.isdigit() else 1


def _lines(writer: Writer) -> list[str]:
    lines: list[str] = []
    for piece in writer.take():
        if not (text := tidy(piece.text)):
            continue
        if lines and not piece.broken:
            lines[-1] += " " + text
        else:
            lines.append(text)
    return lines
