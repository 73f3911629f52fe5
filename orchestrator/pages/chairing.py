"""Who is at the desk of a session, as far as this process has seen."""

from collections.abc import Callable
from dataclasses import dataclass, field

from orchestrator.access.model import Identity
from orchestrator.ids import RegistrantId, SessionId

SECONDS = 360.0
"""So long somebody counts as there after he read the page: an open one is read
again every five minutes.
"""

# A thousand sessions, each with some chairs and organisers.
_KEPT = 5_000


@dataclass(slots=True)
class Chairing:
    """Readers of desks; ``counter`` is a steady clock in seconds."""

    counter: Callable[[], float]
    _seen: dict[tuple[SessionId, RegistrantId], tuple[float, str]] = field(
        default_factory=dict
    )

    def came(self, session: SessionId, who: Identity) -> bool:
        """``who`` reads the desk of ``session``; whether he was not there before."""
        now = self.counter()
        former = self._seen.get((session, who.registrant))
        if len(self._seen) >= _KEPT:
            self._seen = {k: v for k, v in self._seen.items() if _lately(v[0], now)}
        self._seen[session, who.registrant] = now, who.name
        return former is None or not _lately(former[0], now)

    def there(self, session: SessionId) -> dict[RegistrantId, str]:
        """Names of those who read the desk of ``session`` lately."""
        now = self.counter()
        return {
            who: name
            for (where, who), (at, name) in self._seen.items()
            if where == session and _lately(at, now)
        }


def _lately(at: float, now: float) -> bool:
    return now - at < SECONDS
