"""When a delivery that could not be handled is tried again."""

import math
from datetime import timedelta

TRIES = 5
"""After so many failures it is set aside."""

_FIRST = timedelta(seconds=2)
_TIMES = 4


def pause(failures: int, chance: float) -> timedelta | None:
    """How long to wait after so many failures, None when it is set aside.

    Up to 2, 8, 32, 128 s, and at least half of that: ``chance`` is of [0, 1), so that
    what failed together is not tried together.
    """
    if failures >= TRIES:
        return None
    return _FIRST * (math.pow(_TIMES, failures - 1)) * ((1 + chance) / 2)
