"""What providers tell of recordings, on its way into what is known of them."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from integrations.video.events import Recorded
from orchestrator.inbox.model import Told
from orchestrator.inbox.worker import After, Handler
from orchestrator.programme.model import Event
from orchestrator.rooms.recordings.service import Recordings


def hearing(recordings: Recordings) -> Handler:
    """The handler of the inbox for ``Recorded``."""

    async def hear(session: AsyncSession, told: Sequence[Told]) -> After | None:
        changed: dict[str, Event] = {}
        for one in told:
            if isinstance(one.news, Recorded):
                event = await recordings.take_in(
                    session, one.connection, one.news.recording
                )
                if event is not None:
                    changed[event.id] = event
        if not changed:
            return None

        async def after() -> None:
            for event in changed.values():
                await recordings.tell(event)

        return after

    return hear
