"""Meetings at which somebody may not be who he was, and who asks about it."""

from collections.abc import Awaitable, Callable

Check = Callable[[str], Awaitable[None]]
"""Asks who is who at the meeting of a slug."""


class Doubts:
    """Kept until each check has gone through."""

    def __init__(self) -> None:
        self._checks: list[Check] = []
        self._slugs: set[str] = set()

    def ask(self, check: Check) -> None:
        """Have ``check`` called with each meeting that is doubted."""
        self._checks.append(check)

    def add(self, slug: str) -> None:
        """Somebody at the meeting of ``slug`` may not be who he was."""
        self._slugs.add(slug)

    async def settle(self) -> None:
        """Have each check made; what one of them raises leaves the doubt."""
        for slug in tuple(self._slugs):
            self._slugs.discard(slug)
            try:
                for check in self._checks:
                    await check(slug)
            except BaseException:
                self._slugs.add(slug)
                raise
