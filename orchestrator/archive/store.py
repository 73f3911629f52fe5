"""Questions about attachments, answered in values.

Functions take the session; the service that calls them owns the transaction.
"""

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from orchestrator.archive.model import Attachment, AttachmentKind
from orchestrator.archive.tables import AttachmentRow
from orchestrator.ids import EventId, TalkId


async def of_event(session: AsyncSession, event: EventId) -> tuple[Attachment, ...]:
    """Everything attached to the talks of ``event``."""
    query = select(AttachmentRow).where(AttachmentRow.event_id == event)
    return tuple(row.value() for row in await session.exec(query))


async def find(
    session: AsyncSession, talk: TalkId, kind: AttachmentKind
) -> Attachment | None:
    """What ``talk`` has of ``kind``, None if nothing."""
    row = await _row(session, talk, kind)
    return None if row is None else row.value()


async def save(session: AsyncSession, attachment: Attachment) -> None:
    """Insert ``attachment``, or replace the one with its id."""
    await session.merge(AttachmentRow.of(attachment))
    await session.flush()


async def delete(session: AsyncSession, talk: TalkId, kind: AttachmentKind) -> None:
    """Take away what ``talk`` has of ``kind``; no effect when nothing."""
    row = await _row(session, talk, kind)
    if row is not None:
        await session.delete(row)
        await session.flush()


async def digests(session: AsyncSession) -> frozenset[str]:
    """Every content that some attachment needs, of all events."""
    query = select(AttachmentRow.digest).where(col(AttachmentRow.digest) != "")
    return frozenset(await session.exec(query))


async def hold(session: AsyncSession) -> None:
    """Let nobody attach anything until this transaction ends.

    SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        connection = await session.connection()
        await connection.execute(text("LOCK TABLE attachment IN SHARE MODE"))


async def _row(
    session: AsyncSession, talk: TalkId, kind: AttachmentKind
) -> AttachmentRow | None:
    query = select(AttachmentRow).where(
        AttachmentRow.talk_id == talk, AttachmentRow.kind == kind.value
    )
    return (await session.exec(query)).one_or_none()
