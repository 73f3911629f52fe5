"""Of two presses on one version the second is too late."""

from orchestrator.stage.model import Record, Rundown
from orchestrator.web.conditions import StaleVersion


class Stale(StaleVersion):
    """Somebody pressed first; nothing was done.

    ``rundown`` is what there is now, ``since`` what was pressed since, the newest
    first.
    """

    slug = "stale-version"
    title = "The running order has changed since"

    def __init__(self, rundown: Rundown, since: tuple[Record, ...]) -> None:
        who = f"{since[0].name} pressed first: the" if since else "The"
        super().__init__(
            f"{who} running order is at version {rundown.version} now. Look at it, and "
            "press again if that is still wanted.",
            version=rundown.version,
        )
        self.rundown = rundown
        self.since = since


def is_stale(version: int | None, present: int) -> bool:
    """Whether a press is for another version than the ``present``; None is for any."""
    return version is not None and version != present
