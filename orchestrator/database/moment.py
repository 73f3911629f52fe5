"""The database's time, without asking it each time."""

import time
from datetime import UTC, datetime

import structlog

from orchestrator.clock import utc_now
from orchestrator.database.engine import Database, now

# More than networks and a clock kept right by the network account for.
_SECONDS_APART = 2

_log = structlog.get_logger(__name__)


class DatabaseClock:
    """Tells the database's time from the last measured difference.

    Machines' clocks may be wrong by an hour; all that people see and all doors
    go by the database. Between two measures this machine's steady counter is
    used, which no correction of its wall clock disturbs.
    """

    def __init__(self) -> None:
        self._ahead = utc_now().timestamp() - time.monotonic()
        """Seconds by which the time, since 1970, is ahead of the steady counter."""

    def __call__(self) -> datetime:
        """The present instant, in UTC."""
        return datetime.fromtimestamp(self._ahead + time.monotonic(), UTC)

    async def measure(self, database: Database) -> None:
        """Compare with the database; half the round trip is the error."""
        asked = time.monotonic()
        async with database.reading() as session:
            moment = await now(session)
        answered = time.monotonic()
        self._ahead = moment.timestamp() - (asked + answered) / 2

    async def compare(self, database: Database) -> None:
        """``measure``, and warn when this machine's clock is another.

        Nothing is refused: times go by the database. But somebody should know,
        since logs and certificates go by the machine.
        """
        await self.measure(database)
        ahead = (self() - utc_now()).total_seconds()
        if abs(ahead) > _SECONDS_APART:
            _log.warning("clocks-differ", database_ahead_seconds=round(ahead, 1))
