"""Which devices were asked who they are, not long ago."""

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

from orchestrator.ids import EventId

_SECONDS = 60.0
# Several times what one process serves at once.
_REMEMBERED = 20_000


class Trust:
    """A device whose identity held is believed for a minute: its signs of life ask
    the database nothing meanwhile. ``counter`` tells steady seconds.
    """

    def __init__(self, counter: Callable[[], float] = monotonic) -> None:
        self._counter = counter
        self._asked: OrderedDict[tuple[EventId, str], float] = OrderedDict()

    def holds(self, event: EventId, device: str) -> bool:
        """Whether ``device`` need not be asked now."""
        asked = self._asked.get((event, device))
        return asked is not None and self._counter() - asked < _SECONDS

    def give(self, event: EventId, device: str) -> None:
        """It is known at ``event``, as was found now."""
        self._asked[event, device] = self._counter()
        self._asked.move_to_end((event, device))
        if len(self._asked) > _REMEMBERED:
            self._asked.popitem(last=False)
