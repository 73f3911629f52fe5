"""What is told once whoever caused it has had his answer."""

import asyncio
from collections.abc import Callable

_SECONDS_FOR_AN_ANSWER = 0.01


def nobody(_slug: str) -> None:
    """No other process is told: each looks by itself."""


class Soon:
    """Tells of each slug a moment later, once for all that happened meanwhile.

    There may be hundreds of screens here, and telling them takes longer than what a
    chair pressed.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._untold: set[str] = set()

    def tell(self, slug: str) -> None:
        """Have ``slug`` told soon."""
        if slug not in self._untold:
            self._untold.add(slug)
            loop = asyncio.get_running_loop()
            loop.call_later(_SECONDS_FOR_AN_ANSWER, self._now, slug)

    def _now(self, slug: str) -> None:
        self._untold.discard(slug)
        self._tell(slug)
