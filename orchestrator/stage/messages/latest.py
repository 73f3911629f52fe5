"""Which messages count."""

from collections.abc import Iterable

from orchestrator.stage.messages.model import Message


def latest(messages: Iterable[Message]) -> tuple[Message, ...]:
    """Of each session, and to each speaker, the last one; none where that was taken
    back. ``messages`` come in the order in which they were said, and so do these.
    """
    last: dict[str, Message] = {}
    for one in messages:
        last.pop(one.to, None)
        last[one.to] = one
    return tuple(one for one in last.values() if one.taken_back is None)
