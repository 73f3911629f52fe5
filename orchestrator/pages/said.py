"""What people and chairs have said at a meeting, kept in memory until it changes.

At an opening hundreds load the page of the room at once, and during a vote all of
them have it drawn anew.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from orchestrator.database import Batch
from orchestrator.ids import EventId
from orchestrator.programme.model import Event
from orchestrator.stage.messages.model import Message
from orchestrator.stage.messages.service import Messages
from orchestrator.stage.questions.model import Question
from orchestrator.stage.questions.service import Questions

Find = Callable[[str], Awaitable[Event]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sayings:
    """The questions of a meeting, most votes first, and what chairs told last."""

    questions: tuple[Question, ...] = ()
    messages: tuple[Message, ...] = ()


class Said:
    """The sayings of every meeting."""

    def __init__(self, find: Find, questions: Questions, messages: Messages) -> None:
        self._find = find
        self._questions = questions
        self._messages = messages
        self._kept: dict[str, tuple[EventId, Sayings]] = {}
        self._changes: defaultdict[str, int] = defaultdict(int)
        self._loads: Batch[str, Sayings] = Batch(self._load)

    def changed(self, slug: str) -> None:
        """Something was said, or decided, at the meeting ``slug``."""
        self._changes[slug] += 1
        self._kept.pop(slug, None)

    def forget(self, event: EventId) -> None:
        """``event`` is no more; another one may have its slug later."""
        for slug, (ident, _) in list(self._kept.items()):
            if ident == event:
                self.changed(slug)

    async def of(self, event: Event) -> Sayings:
        """What has been said at ``event``; raises ``DatabaseUnavailable``."""
        kept = self._kept.get(event.slug)
        if kept is not None and kept[0] == event.id:
            return kept[1]
        return await self._loads.get(event.slug) or Sayings()

    async def _load(self, slugs: Sequence[str]) -> dict[str, Sayings]:
        found = {}
        for slug in slugs:
            seen = self._changes[slug]
            event = await self._find(slug)
            found[slug] = Sayings(
                questions=await self._questions.of(event),
                messages=await self._messages.current(event),
            )
            # What was read while it changed may be of before.
            if seen == self._changes[slug]:
                self._kept[slug] = event.id, found[slug]
        return found
