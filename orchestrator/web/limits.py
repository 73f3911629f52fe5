"""How often the same caller may ask for the same thing."""

import math
from collections import OrderedDict
from collections.abc import Callable, Hashable

from aiohttp import hdrs, web

_KEPT = 20_000


class Limit:
    """``at_once`` times in one moment, and once more every ``every`` seconds.

    ``counter`` gives steady seconds. Of each caller one number is kept: the moment
    from which he may ask ``at_once`` times again. The ``kept`` callers who asked last
    are known; one who is forgotten begins anew.
    """

    def __init__(
        self,
        *,
        at_once: int,
        every: float,
        counter: Callable[[], float],
        kept: int = _KEPT,
    ) -> None:
        self._every = every
        self._ahead = (at_once - 1) * every
        self._counter = counter
        self._kept = kept
        self._free: OrderedDict[Hashable, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._free)

    def take(self, caller: Hashable) -> float:
        """Count one more of ``caller``: 0, or the seconds that he has to wait, and
        then it is not counted.
        """
        now = self._counter()
        free = max(now, self._free.get(caller, now))
        if (wait := free - now - self._ahead) > 0:
            return wait
        self._free[caller] = free + self._every
        self._free.move_to_end(caller)
        if len(self._free) > self._kept:
            self._free.popitem(last=False)
        return 0.0


def within(limit: Limit, caller: Hashable) -> None:
    """Count one more of ``caller``; raises 429 with ``Retry-After``."""
    if wait := limit.take(caller):
        raise web.HTTPTooManyRequests(headers={hdrs.RETRY_AFTER: f"{math.ceil(wait)}"})
