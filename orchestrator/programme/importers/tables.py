"""Tables of a programme: one row a talk, or one column a room or a day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from orchestrator.programme.importers.blocks import Block, Form
from orchestrator.programme.importers.context import (
    NO_DAY,
    Mark,
    When,
    read_context,
    room_in,
)
from orchestrator.programme.importers.hours import (
    Hours,
    bare_window,
    begins_with_hours,
    hours_in,
    leading_hours,
    length_in,
    part_of,
)
from orchestrator.programme.importers.inline import plain
from orchestrator.programme.importers.kinds import pause_of, take_invited
from orchestrator.programme.importers.names import name_score
from orchestrator.programme.importers.people import person_score
from orchestrator.programme.importers.words import Field, column_of

_TALK = {Field.TITLE, Field.SPEAKER, Field.AUTHORS}
_BODY = {
    Field.ABSTRACT: "Résumé",
    Field.COAUTHORS: "Co-auteurs",
    Field.SLIDES: "Slides",
    Field.VIDEO: "Video",
    Field.PREPRINT: "Preprint",
    Field.REFERENCE: "Lien",
    Field.LANGUAGE: "Langue",
}
_PLENARY = 2
"""Columns from which a spanning cell is for all rooms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One talk of a row; ``text`` is all of it, ``title`` and ``speaker`` its columns."""

    text: str
    title: str = ""
    speaker: str = ""
    room: str = ""
    when: When = NO_DAY
    length: timedelta | None = None
    invited: bool = False
    body: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A row: its hours and talks, or a line of context (a day, a room, a session)."""

    block: Block
    hours: Hours | None = None
    when: When = NO_DAY
    cells: tuple[Cell, ...] = ()
    context: str | None = None
    session: str = ""
    """What a column of sessions says, where it changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """What a column holds: a field, or the talks of one room or one day."""

    field: Field | None = None
    room: str = ""
    when: When = NO_DAY

    @property
    def is_place(self) -> bool:
        return bool(self.room) or bool(self.when)


def is_programme(rows: Sequence[Block]) -> bool:
    """Whether a table tells of talks: columns of hours, titles or speakers."""
    columns, _ = _columns(rows)
    fields = {column.field for column in columns}
    if Field.TITLE in fields and fields & {Field.SPEAKER, Field.AUTHORS, Field.HOURS}:
        return True
    return Field.HOURS in fields and any(
        begins_with_hours(c) for r in rows for c in r.cells[:1]
    )


def read_table(rows: Sequence[Block]) -> list[Record]:
    """The records of a table, in its order; the head is not one."""
    columns, body = _columns(rows)
    found = [record for row in body if (record := _record(row, columns)) is not None]
    return _named_once(_divided(found))


def _named_once(records: list[Record]) -> list[Record]:
    """``records``, each with a session only where another one begins."""
    found: list[Record] = []
    last = ""
    for record in records:
        new = record.session if record.session != last else ""
        last = record.session or last
        found.append(replace(record, session=new))
    return found


def _divided(records: list[Record]) -> list[Record]:
    """``records``, the window of a cell over several rows divided among their talks."""
    found: list[list[Record]] = []
    for record in records:
        if found and _shares_hours(found[-1][0], record):
            found[-1].append(record)
        else:
            found.append([record])
    return [
        replace(record, hours=part_of(record.hours, place, len(group)))
        if record.hours and group[1:]
        else record
        for group in found
        for place, record in enumerate(group)
    ]


def _shares_hours(first: Record, record: Record) -> bool:
    """Whether the hours of ``record`` are one cell with those of ``first``."""
    row = record.block
    above = any(
        held and begins_with_hours(_bare(plain(cell)))
        for cell, held in zip(row.cells, row.held, strict=False)
    )
    rooms = {cell.room for cell in (*first.cells, *record.cells)}
    single = len(first.cells) == len(record.cells) == 1 and len(rooms) == 1
    return above and single and record.hours == first.hours


def _columns(rows: Sequence[Block]) -> tuple[list[_Column], Sequence[Block]]:
    """What each column holds, and the rows below the head."""
    heads = [row for row in rows if row.head and len(row.cells) > 1]
    if any(begins_with_hours(_bare(cell)) for row in heads for cell in row.cells):
        return _guessed(rows), rows  # Markdown makes a head of any first row
    # A table whose every row is a head has none (a first column of <th>).
    if heads and len(heads) < len(rows):
        columns = _named(heads[-1])
        return _filled(columns, rows), [row for row in rows if row not in heads]
    named = _named(rows[0])
    known = sum(column.field is not None or column.is_place for column in named)
    if known > 1 and not any(begins_with_hours(_bare(c)) for c in rows[0].cells):
        return _filled(named, rows[1:]), rows[1:]
    return _guessed(rows), rows


def _named(head: Block) -> list[_Column]:
    columns: list[_Column] = []
    for cell, span in zip(head.cells, head.spans, strict=True):
        columns += [_column(cell, line=head.line)] * span
    return columns


def _column(head: str, *, line: int) -> _Column:
    text = plain(head).replace("\n", " ")
    if room := room_in(text):
        if column_of(text) is None or any(c.isdigit() for c in text):
            return _Column(room=room)
        if len(text.split()) > 1:
            return _Column(room=room)
    if (field := column_of(text)) is not None:
        return _Column(field=field)
    context = read_context(text, line=line)
    if context is not None and context.mark is Mark.DAY:
        return _Column(when=context.when)
    if context is not None and context.room:
        return _Column(room=context.room)
    return _Column()


def _filled(columns: list[_Column], rows: Sequence[Block]) -> list[_Column]:
    """``columns``, an unnamed one of hours recognised by what stands in it."""
    if any(column.field is Field.HOURS for column in columns) or not columns:
        return _parallel(columns)
    for place in range(len(columns)):
        if columns[place].field is None and _is_hours(rows, place):
            columns[place] = _Column(field=Field.HOURS)
            break
    return _parallel(columns)


def _parallel(columns: list[_Column]) -> list[_Column]:
    """Several columns of which nothing is known beside the hours: parallel tracks."""
    fields = {column.field for column in columns}
    unknown = [c for c in columns if c.field is None and not c.is_place]
    if Field.HOURS not in fields or fields & _TALK or any(c.is_place for c in columns):
        return columns
    if len(unknown) == 1:
        return [c if c not in unknown else _Column(field=Field.TITLE) for c in columns]
    return columns


def _is_hours(rows: Sequence[Block], place: int) -> bool:
    texts = [row.cells[place] for row in rows if place < len(row.cells)]
    shown = [text for text in texts if text]
    hours = sum(begins_with_hours(_bare(text)) for text in shown)
    return bool(shown) and hours * 2 > len(shown)


def _guessed(rows: Sequence[Block]) -> list[_Column]:
    """Columns of a table without a head, from what stands in them."""
    width = max(len(row.cells) for row in rows)
    columns = [_Column() for _ in range(width)]
    texts = [
        [r.cells[n] for r in rows if n < len(r.cells) and len(r.cells) > 1]
        for n in range(width)
    ]
    others: list[int] = []
    for place in range(width):
        if _is_hours(rows, place):
            columns[place] = _Column(field=Field.HOURS)
        elif any(room_in(text) for text in texts[place]):
            columns[place] = _Column(field=Field.ROOM)
        else:
            others.append(place)
    if len(others) == 1:
        columns[others[0]] = _Column(field=Field.TITLE)
    elif others and any(c.field is Field.HOURS for c in columns):
        scores = {n: sum(person_score(t) > 0 for t in texts[n]) for n in others}
        who = max(others, key=lambda n: scores[n])
        for place in others:
            columns[place] = _Column(
                field=Field.SPEAKER if place == who else Field.TITLE
            )
        for place in [n for n in others if n > who][1:]:
            columns[place] = _Column(field=Field.AFFILIATION)
    return columns


def _record(row: Block, columns: list[_Column]) -> Record | None:
    placed = list(_placed(row, columns))
    if not any(text for text, _, _ in placed):
        return None
    if len([text for text, _, _ in placed if text]) == 1:
        text = next(text for text, _, _ in placed if text)
        context = read_context(text, line=row.line)
        if context is not None:
            return Record(block=row, context=text)
    hours, rest = _hours(row, placed)
    when = _when(row, placed)
    grid = [item for item in rest if item[1].is_place]
    cells = _grid(grid) if grid else _talk(rest, row)
    if not cells:
        return None
    named = [
        t for t, column, span in rest if column.field is Field.SESSION and span == 1
    ]
    session = named[0].strip() if named else ""
    session = f"Session {session}" if session.isdigit() else session
    return Record(block=row, hours=hours, when=when, cells=cells, session=session)


_Placed = tuple[str, _Column, int]


def _placed(row: Block, columns: list[_Column]) -> list[_Placed]:
    """Each cell with its column and the number of columns that it covers."""
    found: list[_Placed] = []
    place = 0
    for cell, span in zip(row.cells, row.spans, strict=True):
        column = columns[place] if place < len(columns) else _Column()
        found.append((cell, column, span))
        place += span
    return found


def _hours(row: Block, placed: list[_Placed]) -> tuple[Hours | None, list[_Placed]]:
    """The hours of a row, from their columns or from a cell that begins with them."""
    rest: list[_Placed] = []
    hours: Hours | None = None
    ends: Hours | None = None
    for item in placed:
        text, column, span = item
        shown = plain(text)
        if column.field is Field.ENDS:
            ends = hours_in(shown, line=row.line)
        elif column.field is Field.HOURS and (hours is None):
            hours = bare_window(shown, line=row.line) or hours_in(shown, line=row.line)
            if hours is None and shown:
                rest.append((text, _Column(field=Field.TITLE), span))
        elif hours is None and begins_with_hours(_bare(text)) and not column.is_place:
            hours = leading_hours(_bare(text), line=row.line)
            after = _bare(text)[hours.end :] if hours else text
            rest.append((after.lstrip(" :.,;–—-|*\n"), column, span))
        else:
            rest.append(item)
    if hours and ends and hours.ends is None:
        whole = f"{hours.starts:%H:%M}-{ends.starts:%H:%M}"
        hours = leading_hours(whole, line=row.line)
    return hours, rest


def _when(row: Block, placed: list[_Placed]) -> When:
    for text, column, _ in placed:
        if column.field in (Field.DAY, Field.HOURS) and text:
            context = read_context(plain(text).split("\n")[0], line=row.line)
            if context is not None and context.when:
                return context.when
    return When()


def _grid(items: list[_Placed]) -> tuple[Cell, ...]:
    """One talk for each room or day; a cell over all of them is for everybody."""
    places = {(column.room, column.when.days) for _, column, _ in items}
    cells = []
    for text, column, span in items:
        if not plain(text).strip(" -–—"):
            continue
        everywhere = span >= _PLENARY or (
            len(places) == 1 and len(items) == 1 and span > 1
        )
        cells.append(
            Cell(
                text=text,
                room="" if everywhere else column.room,
                when=column.when,
            )
        )
    return tuple(cells)


def _talk(items: list[_Placed], row: Block) -> tuple[Cell, ...]:
    """The one talk of a row, from its columns."""
    fields: dict[Field, list[str]] = {}
    loose: list[str] = []
    for text, column, span in items:
        if not text:
            continue
        if column.field is None or (span > 1 and column.field not in _BODY):
            loose.append(text)
        else:
            fields.setdefault(column.field, []).append(text)
    speaker = _speaker(fields)
    kind = plain(" ".join(fields.get(Field.KIND, [])))
    text = "\n".join([*fields.get(Field.TITLE, []), *loose])
    if not text and pause_of(speaker):
        text, speaker = speaker, ""
    text = text or ("" if speaker else kind)
    if not text and not speaker:
        return ()
    length = " ".join(fields.get(Field.LENGTH, []))
    return (
        Cell(
            text=text or speaker,
            title=text,
            speaker=speaker,
            room=plain(" ".join(fields.get(Field.ROOM, []))),
            length=length_in(length) or length_in(f"{length} min"),
            invited=take_invited(kind)[1],
            body=tuple(_body(fields, row)),
        ),
    )


def _speaker(fields: dict[Field, list[str]]) -> str:
    who = "; ".join(fields.get(Field.SPEAKER, [])) or "; ".join(
        fields.get(Field.AUTHORS, [])
    )
    who = plain(who)
    affiliation = plain(" ".join(fields.get(Field.AFFILIATION, [])))
    if not who.strip(" -–—"):
        return ""
    lines = [line for line in who.split("\n") if line.strip()]
    # Name over affiliation in one cell, or names one under the other.
    if len(lines) > 1 and all(name_score(line) > 0 for line in lines):
        who = " et ".join(lines)
    elif len(lines) > 1:
        who = (
            f"{lines[0]} ({', '.join(lines[1:])})"
            if "(" not in who
            else " ".join(lines)
        )
    return f"{who} ({affiliation})" if affiliation and "(" not in who else who


def _body(fields: dict[Field, list[str]], row: Block) -> list[Block]:
    return [
        Block(form=Form.PARAGRAPH, line=row.line, text=f"{label} : {text}")
        for field, label in _BODY.items()
        for text in fields.get(field, [])
    ]


def _bare(text: str) -> str:
    return text.lstrip("*_ ([")
