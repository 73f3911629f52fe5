"""Bringing a database to the schema of this version."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from orchestrator.database import Database, explained
from orchestrator.errors import Conflict

HEAD = "0014"
"""The newest revision under ``versions/``; a test holds it to the files."""

_HERE = Path(__file__).parent


class NewerDatabase(Conflict):
    """The database has a schema that this version does not know."""

    slug = "newer-database"
    title = "The database was made by a newer version"


async def upgrade(database: Database, *, to: str = "head") -> None:
    """Apply the missing migrations in one transaction; nothing if none is missing.

    Raises ``DatabaseUnavailable`` when the database does not answer, and
    ``NewerDatabase`` when a newer version has been at it.
    """
    with explained():
        there = await current(database)
        if to == "head" and there == HEAD:
            return
        if there is not None and there > HEAD:
            raise NewerDatabase(
                f"It is at {there}, this version knows {HEAD}. Install the newer "
                "version, or restore a backup."
            )
        writing = database.engine.execution_options(writing=True)
        async with writing.begin() as connection:
            await connection.run_sync(_upgrade, to)


async def downgrade(database: Database, *, to: str) -> None:
    """Take migrations back, down to revision ``to`` (``base``: all)."""
    async with database.engine.execution_options(writing=True).begin() as connection:
        await connection.run_sync(_downgrade, to)


async def current(database: Database) -> str | None:
    """The revision of the database, None when it is empty."""
    async with database.engine.connect() as connection:
        return await connection.run_sync(_current)


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(
        text("SELECT version_num FROM alembic_version")
    ).scalar_one_or_none()
    return version


def _upgrade(connection: Connection, to: str) -> None:
    from alembic import command  # noqa: PLC0415 -- slow import

    command.upgrade(_config(connection), to)


def _downgrade(connection: Connection, to: str) -> None:
    from alembic import command  # noqa: PLC0415 -- slow import

    command.downgrade(_config(connection), to)


def _config(connection: Connection):  # type: ignore[no-untyped-def]  # its class is imported late
    from alembic.config import Config  # noqa: PLC0415 -- slow import

    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.attributes["connection"] = connection
    return config
