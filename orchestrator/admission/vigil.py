"""When a process may take a seat whose lease is over."""

from collections.abc import Callable
from time import monotonic

from orchestrator.admission.model import LEASE


class Vigil:
    """A process that was away, or whose database was, has not heard the signs of
    life that were given meanwhile: it takes nobody's seat before it has listened
    for one full lease. ``counter`` tells steady seconds.
    """

    def __init__(self, counter: Callable[[], float] = monotonic) -> None:
        self._counter = counter
        self._since = counter()

    def disturbed(self) -> None:
        """The database did not answer: listen anew."""
        self._since = self._counter()

    @property
    def is_over(self) -> bool:
        """Whether this process has listened for one full lease."""
        return self._counter() - self._since >= LEASE.total_seconds()
