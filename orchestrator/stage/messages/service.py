"""Messages: a chair says something to all, or to the speaker of a talk."""

import re
from dataclasses import replace

from orchestrator.access.model import Identity
from orchestrator.database import Database, now
from orchestrator.ids import SessionId, TalkId
from orchestrator.programme.errors import NoSuchTalk
from orchestrator.programme.model import Event
from orchestrator.registration.likeness import clean
from orchestrator.stage.messages import store
from orchestrator.stage.messages.errors import BadMessage, NoSuchMessage
from orchestrator.stage.messages.latest import latest
from orchestrator.stage.messages.model import MOST_CHARACTERS, Card, Message
from orchestrator.stage.news.service import News
from orchestrator.stage.parties import check_chair, session_named

# As many digits as fit into the column.
_ID = re.compile("[0-9]{1,9}")


class Messages:
    """The messages of every event."""

    def __init__(self, database: Database, news: News) -> None:
        self._database = database
        self._news = news

    async def current(self, event: Event) -> tuple[Message, ...]:
        """The last one to all of each session, and to each speaker, unless it was
        taken back.
        """
        return latest(await self.said(event))

    async def said(self, event: Event) -> tuple[Message, ...]:
        """All that was ever said, in that order; those taken back have a moment for it."""
        async with self._database.reading() as session:
            return await store.of_event(session, event.id)

    async def say(
        self,
        event: Event,
        session: SessionId,
        *,
        talk: TalkId | None = None,
        text: str = "",
        card: Card | None = None,
        by: Identity,
    ) -> Message:
        """Tell all of ``session``, or the speaker of ``talk`` in it.

        Raises ``NoSuchSession``, ``NoSuchTalk``, ``ChairsOnly`` or ``BadMessage``.
        """
        timed = session_named(event, session)
        check_chair(event, by, session)
        if talk is not None and all(slot.talk.id != talk for slot in timed.slots):
            raise NoSuchTalk(f"{timed.session.title} has no talk {talk!a}.", talk=talk)
        said = _readable(text, card)
        async with self._news.change(event) as change:
            message = Message(
                id="",
                session=session,
                talk=talk,
                by=by.name,
                at=await now(change.session) + event.clock_offset,
                text=said,
                card=card,
            )
            ident = await store.add(change.session, event.id, message, by.registrant)
        return replace(message, id=ident)

    async def take_back(self, event: Event, message_id: str, by: Identity) -> None:
        """Have the message told to nobody any more; once is as good as twice.

        Raises ``NoSuchMessage`` or ``ChairsOnly``.
        """
        async with self._news.change(event) as change:
            known = int(message_id) if _ID.fullmatch(message_id) else 0
            message = await store.get(change.session, event.id, known)
            if message is None:
                raise NoSuchMessage(f"{event.slug} has no message {message_id!a}.")
            check_chair(event, by, message.session)
            moment = await now(change.session) + event.clock_offset
            change.made = await store.take_back(change.session, known, moment)


def _readable(text: str, card: Card | None) -> str:
    """``text`` on one line, without control and invisible characters."""
    said = clean(text)
    if bool(said) == (card is not None):
        raise BadMessage("Write a text or choose a card: one of the two.")
    if len(said) > MOST_CHARACTERS:
        raise BadMessage(
            f"It has {len(said)} characters. Say it in {MOST_CHARACTERS}.",
            most=MOST_CHARACTERS,
        )
    return said
