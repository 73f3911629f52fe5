"""Removing a meeting: no row of any table mentions it afterwards.

But for what video servers told: a delivery is of a connection, and is read only when
it is handled. What stood in it is forgotten 7 days after it came, 14 where it was set
aside (``inbox/worker.py``).
"""

from collections.abc import Iterator, Mapping

from sqlalchemy import ColumnElement, Select, Table, delete, or_, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.admission import store as admission
from orchestrator.database import Database, run
from orchestrator.ids import EventId
from orchestrator.programme import store as programmes
from orchestrator.programme.model import Event
from orchestrator.registration import store as registration

_ROOT = "event"
_TRIES = 3

Conditions = Mapping[str, ColumnElement[bool]]
"""Which rows of each table are the meeting's, by the table's name."""


async def remove(database: Database, event: Event) -> None:
    """Delete ``event`` and all that refers to it, its people, its rooms, its
    sessions and its talks, in one transaction.
    """
    for last in (*[False] * (_TRIES - 1), True):
        try:
            async with database.transaction() as session:
                await _remove(session, event)
        except IntegrityError:
            # Somebody came in between, by a table that no lock is for.
            if last:
                raise
        else:
            return


async def _remove(session: AsyncSession, event: Event) -> None:
    # In the order in which all others lock: the event, its people, its seats.
    await programmes.lock(session, event.slug)
    await registration.lock(session, event.id)
    await admission.lock(session, event.id)
    of_event = conditions(event.id)
    tables = [one for one in SQLModel.metadata.sorted_tables if one.name in of_event]
    for table in tables:
        # Whoever is about to refer to one of these waits, and then finds none.
        rows = select(*table.primary_key).where(of_event[table.name])
        await run(session, rows.with_for_update())
    for table in reversed(tables):
        await run(session, delete(table).where(of_event[table.name]))


def conditions(event: EventId) -> Conditions:
    """The rows of ``event`` in every table that has any.

    A column refers to another table by a foreign key, or by its name where none was
    wanted: ``room_id`` is of ``room``.
    """
    tables = SQLModel.metadata.tables
    found: dict[str, ColumnElement[bool]] = {
        _ROOT: tables[_ROOT].c.id == event,
    }
    for table in SQLModel.metadata.sorted_tables:
        if table.name == _ROOT:
            continue
        parts = [
            table.c[column].in_(_ids(tables[parent], found[parent]))
            for column, parent in references(table)
            if parent in found
        ]
        if parts:
            found[table.name] = or_(*parts)
    return found


def references(table: Table) -> Iterator[tuple[str, str]]:
    """Columns of ``table`` that refer to another, and to which."""
    for column in table.columns:
        if column.foreign_keys:
            for key in column.foreign_keys:
                yield column.name, key.column.table.name
        elif column.name.endswith("_id"):
            parent = column.name.removesuffix("_id")
            if parent in SQLModel.metadata.tables:
                yield column.name, parent


def _ids(table: Table, condition: ColumnElement[bool]) -> Select[tuple[str]]:
    return select(table.c.id).where(condition)
