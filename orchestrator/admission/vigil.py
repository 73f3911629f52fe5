"""When a process may take a seat whose lease is over."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic

from orchestrator.admission.model import LEASE

_LONGEST_GAP = LEASE / 2
"""Who did not look for so long (asleep, suspended) may have missed a sign of life."""

_STEP = timedelta(seconds=5)
"""By so much the database's clock and the steady counter may differ between looks."""

_NEVER = datetime(1, 1, 1, tzinfo=UTC)


class Vigil:
    """A process that was away, or whose database was, has not heard the signs of
    life that were given meanwhile: it takes nobody's seat before it has listened
    for one full lease. Neither may a clock that is put right cost anybody his seat.
    ``counter`` tells steady seconds.
    """

    def __init__(self, counter: Callable[[], float] = monotonic) -> None:
        self._counter = counter
        self._since = counter()
        self._last: tuple[float, datetime] | None = None
        self._begun: datetime | None = None

    def heard(self, moment: datetime) -> None:
        """The database answered, at ``moment`` by its own clock."""
        steady = self._counter()
        if self._last is not None:
            gap = timedelta(seconds=steady - self._last[0])
            step = (moment - self._last[1]) - gap
            if gap > _LONGEST_GAP or abs(step) > _STEP:
                self.disturbed()
        if self._begun is None:
            # What was given to this process since then is in this transaction.
            self._begun = moment - timedelta(seconds=steady - self._since)
        self._last = (steady, moment)

    def disturbed(self) -> None:
        """The database did not answer: listen anew."""
        self._since = self._counter()
        self._last = self._begun = None

    @property
    def is_over(self) -> bool:
        """Whether this process has listened for one full lease."""
        return self._counter() - self._since >= LEASE.total_seconds()

    def silent(self, moment: datetime, length: timedelta) -> datetime:
        """Whoever was not seen since then has been silent for ``length``.

        A silence that began before this process listened is not known to be one.
        """
        since = moment - length
        return since if self._begun is not None and self._begun <= since else _NEVER
