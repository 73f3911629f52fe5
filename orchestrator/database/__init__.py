"""The one truth: sessions, transactions and column types for SQLite and PostgreSQL."""

from orchestrator.database.batch import Batch
from orchestrator.database.columns import Json, UtcDateTime
from orchestrator.database.engine import (
    Database,
    DatabaseUnavailable,
    explained,
    now,
    run,
)
from orchestrator.database.installation import InstallationRow, installation
from orchestrator.database.many import Many
from orchestrator.database.moment import DatabaseClock

__all__ = [
    "Batch",
    "Database",
    "DatabaseClock",
    "DatabaseUnavailable",
    "InstallationRow",
    "Json",
    "Many",
    "UtcDateTime",
    "explained",
    "installation",
    "now",
    "run",
]
