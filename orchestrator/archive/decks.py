"""The decks of a room, for a provider that shows them there."""

from collections.abc import Iterable

from integrations.video.provider import Document
from orchestrator.archive.materials import Shown
from orchestrator.archive.model import AttachmentKind
from orchestrator.programme.model import TimedSession


def decks(
    sessions: Iterable[TimedSession], shown: Shown, *, origin: str
) -> tuple[Document, ...]:
    """The decks of the talks of ``sessions``, in their order, at addresses of ours,
    which everybody may read.

    Those that are kept elsewhere are left out: what is there may be a page.
    """
    talks = (slot.talk.id for timed in sessions for slot in timed.slots)
    return tuple(
        Document(url=f"{origin}{one.href}", name=one.name)
        for talk in talks
        for one in shown.get(talk, ())
        if one.kind is AttachmentKind.SLIDES and not one.external
    )
