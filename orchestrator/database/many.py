"""Many rows in one parameter of one statement.

Executing a statement for each of many rows costs a dictionary, a conversion and a
message for each. Here they are one JSON text, which both databases unfold as a table.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, CursorResult, Executable, bindparam, text
from sqlalchemy.types import TypeEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.database.columns import UtcDateTime
from orchestrator.database.engine import run

_Value = str | int | bool | None

_SQLITE = "(SELECT {columns} FROM json_each(:rows)) AS given"
_POSTGRESQL = (
    "(SELECT {columns} FROM jsonb_array_elements(CAST(CAST(:rows AS text) AS jsonb)) "
    "AS value) AS given"
)


class Many:
    """``sql`` with ``{given}`` where the table ``given`` stands.

    ``columns`` are the names of its columns, with ``text`` or ``integer``; a row is a
    sequence of as many values. ``moments`` are the parameters that are moments;
    ``answers`` the types of columns that come back and are neither text nor number.
    """

    def __init__(
        self,
        sql: str,
        columns: Mapping[str, str],
        *,
        moments: Sequence[str] = (),
        answers: Mapping[str, TypeEngine[Any]] | None = None,  # Any: of any type
    ) -> None:
        light = ", ".join(
            f"json_extract(value, '$[{number}]') AS {name}"
            for number, name in enumerate(columns)
        )
        heavy = ", ".join(
            f"CAST(value ->> {number} AS {kind}) AS {name}"
            for number, (name, kind) in enumerate(columns.items())
        )
        typed = [bindparam(name, type_=UtcDateTime()) for name in moments]
        self._by_dialect: dict[str, Executable] = {
            dialect: _statement(sql.replace("{given}", given), typed, answers)
            for dialect, given in (
                ("sqlite", _SQLITE.format(columns=light)),
                ("postgresql", _POSTGRESQL.format(columns=heavy)),
            )
        }

    async def run(
        self,
        session: AsyncSession,
        rows: Sequence[Sequence[_Value]],
        **parameters: object,
    ) -> CursorResult[*tuple[Any, ...]]:  # Any: columns of any statement
        """Execute for ``rows``, of which there is at least one."""
        statement = self._by_dialect[session.get_bind().dialect.name]
        return await run(session, statement, {"rows": json.dumps(rows), **parameters})


def _statement(
    sql: str,
    typed: Sequence[BindParameter[Any]],  # Any: of any type
    answers: Mapping[str, TypeEngine[Any]] | None,
) -> Executable:
    statement = text(sql).bindparams(*typed)
    return statement.columns(**answers) if answers else statement
