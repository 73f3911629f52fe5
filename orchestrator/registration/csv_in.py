"""A list of registrants: bytes of a CSV in, lines out, the wrong ones by number."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from orchestrator.registration.addresses import read_address
from orchestrator.registration.columns import (
    Columns,
    read_cell,
    read_language,
    read_member,
    read_roles,
    recognise,
    shorten,
)
from orchestrator.registration.csv_out import unguarded
from orchestrator.registration.encodings import decode
from orchestrator.registration.errors import UnreadableCsv
from orchestrator.registration.likeness import clean
from orchestrator.registration.model import BadLine, CsvLine, Sheet

LARGEST = 4 * 1024 * 1024
"""Bytes of a list; 20,000 people need about 2 MiB."""

MOST_LINES = 30_000
"""Lines of a list, blank ones included; so many are read in a second."""

_DELIMITERS = ",;\t|"
_MOST_COLUMNS = 200
_SHOWN = 20
_LONGEST = {"name": 200, "affiliation": 400}
_FIRST_LINE = "name,email,affiliation,member,role,session,talk,language"


@dataclass(frozen=True, slots=True)
class _Record:
    line: int
    cells: tuple[str, ...]

    @property
    def is_blank(self) -> bool:
        return not any(cell.strip() for cell in self.cells)


def read_csv(raw: bytes) -> Sheet:
    """Read ``raw``: separated by comma, semicolon or tab, in any usual encoding.

    Lines count from 1 in the file; a record with a quoted line break counts by
    its first. Raises ``UnreadableCsv`` when the file as a whole is no list.
    """
    if len(raw) > LARGEST:
        raise UnreadableCsv(
            f"The file has {len(raw) // 1024} KiB, at most {LARGEST // 1024} are read. "
            "Split it."
        )
    text = decode(raw).lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if (count := text.count("\n")) > MOST_LINES:
        raise UnreadableCsv(
            f"The file has {count} lines, at most {MOST_LINES} are read. Split it."
        )
    header, records = _split(text)
    columns = _columns(header)
    lines: list[CsvLine] = []
    bad: list[BadLine] = []
    for record in records:
        try:
            lines.append(_line(record, columns, len(header.cells)))
        except ValueError as error:
            bad.append(BadLine(line=record.line, text=str(error)))
    if not lines and not bad:
        raise UnreadableCsv(
            f"Line {header.line} has the titles of the columns, and no line follows."
        )
    return Sheet(
        lines=tuple(lines),
        bad=tuple(bad),
        has_roles=columns.has("role"),
        unused=columns.unused,
    )


def _split(text: str) -> tuple[_Record, list[_Record]]:
    """The first record, and those after it, by the delimiter that makes sense."""
    skipped = 0
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) > len("sep"):
        skipped, text = 1, rest
        delimiter = first.lstrip()[len("sep=") :][:1] or "\t"
    else:
        delimiter = _delimiter(text)
    found = [one for one in _records(text, delimiter, skipped) if not one.is_blank]
    if not found:
        raise UnreadableCsv(
            f"The file is empty. Its first line should read: {_FIRST_LINE}"
        )
    return found[0], found[1:]


def _delimiter(text: str) -> str:
    """The one by which most titles of the first line are known, then most cells."""

    def worth(delimiter: str) -> tuple[int, int]:
        first = next(_tolerant(text, delimiter), ())
        return len(recognise(first[:_MOST_COLUMNS]).places), len(first)

    return max(_DELIMITERS, key=worth)


def _tolerant(text: str, delimiter: str) -> Iterator[Sequence[str]]:
    """Records as far as they go: a guess must not fail."""
    try:
        for cells in csv.reader(io.StringIO(text), delimiter=delimiter):
            if any(cell.strip() for cell in cells):
                yield cells
    except csv.Error:
        return


def _records(text: str, delimiter: str, skipped: int) -> Iterator[_Record]:
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1 + skipped
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, TypeError) as error:
            raise UnreadableCsv(
                f"Line {line}: the quotation marks do not fit ({error}). A cell that "
                'holds " is written between ", each " inside it twice.',
                line=line,
            ) from error
        yield _Record(line, tuple(unguarded(cell) for cell in cells))


def _columns(header: _Record) -> Columns:
    """The columns of the first line; raises ``UnreadableCsv`` naming what is there."""
    if len(header.cells) > _MOST_COLUMNS:
        raise UnreadableCsv(
            f"Line {header.line} has {len(header.cells)} columns, at most "
            f"{_MOST_COLUMNS} are read. Keep those that are needed.",
            line=header.line,
        )
    columns = recognise(header.cells)
    titles = [shorten(clean(cell)) for cell in header.cells if cell.strip()]
    found = ", ".join((*titles[:_SHOWN], *(["…"] if titles[_SHOWN:] else [])))
    should = f"The first line should have titles such as: {_FIRST_LINE}"
    if any("@" in cell for cell in header.cells) and not columns.has("email"):
        raise UnreadableCsv(
            f"Line {header.line} is a person, not the titles of the columns. {should}",
            line=header.line,
        )
    needed = (("a mail address", ("email",)), ("a name", ("full", "last", "first")))
    for what, fields in needed:
        if not columns.has(*fields):
            raise UnreadableCsv(
                f"Line {header.line}: no column is {what}. Found: {found}. {should}",
                line=header.line,
            )
    return columns


def _line(record: _Record, columns: Columns, width: int) -> CsvLine:
    """One line; ValueError says what is wrong with it."""
    cells = record.cells
    if any(cell.strip() for cell in cells[width:]):
        raise ValueError(
            f"{len(cells)} cells where the first line has {width}; put a cell that "
            "holds the separator between quotation marks"
        )
    name, affiliation = columns.name(cells), columns.text(cells, "affiliation")
    if not name:
        raise ValueError("name: there is none")
    for field, text in (("name", name), ("affiliation", affiliation)):
        if len(text) > _LONGEST[field]:
            raise ValueError(f"{field}: longer than {_LONGEST[field]} characters")
    return CsvLine(
        line=record.line,
        name=name,
        email=read_cell(columns, cells, "email", _address),
        affiliation=affiliation,
        member=read_cell(columns, cells, "member", read_member),
        roles=read_cell(columns, cells, "role", read_roles),
        session=columns.text(cells, "session"),
        talk=columns.text(cells, "talk"),
        language=read_cell(columns, cells, "language", read_language),
    )


def _address(text: str) -> str:
    return read_address(text) if text else ""
