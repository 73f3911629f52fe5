"""Decks and recordings: taken, kept by their content, shown and taken away."""

import asyncio
from collections.abc import (
    AsyncIterable,
    Awaitable,
    Callable,
    Collection,
    Iterator,
)
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from sqlmodel.ext.asyncio.session import AsyncSession

from integrations.errors import IntegrationError
from integrations.storage.blobs import Blob, Blobs, TooLarge, Unreadable
from orchestrator.archive import store
from orchestrator.archive.addresses import linked
from orchestrator.archive.errors import (
    AttachmentTooLarge,
    NoSuchAttachment,
    NoTalkToAttachTo,
    StorageUnavailable,
    UnreadableFile,
)
from orchestrator.archive.materials import Attached, Shown, by_talk, materials
from orchestrator.archive.model import (
    Attachment,
    AttachmentId,
    AttachmentKind,
    Format,
    Limits,
    Source,
)
from orchestrator.archive.names import display_name
from orchestrator.archive.sniff import sniff
from orchestrator.clock import Clock, utc_now
from orchestrator.database import Database, now
from orchestrator.ids import EventId, TalkId, new_id
from orchestrator.programme.model import Event
from orchestrator.rooms.recordings import store as recordings

Touched = Callable[[AsyncSession, EventId], Awaitable[None]]
"""Told, inside the transaction, that what is shown of an event changed."""

_UNUSED_FOR = timedelta(days=1)
# A player asks the same address again for each part: long enough for a day.
_ADDRESS_LASTS = timedelta(hours=12)
_MIB = 1024**2
_KIB = 1024
_TRY_AGAIN = "Nothing was changed. Please try again in a minute."


class Archive:
    """Attachments of talks, and the blobs behind them.

    ``blobs`` belongs to this installation alone. ``video_hosts`` are the host
    names from which a linked video may play inside a page. Reading what a page
    shows costs no query while the event's revision stays.
    """

    def __init__(
        self,
        database: Database,
        blobs: Blobs,
        *,
        touched: Touched,
        limits: Limits | None = None,
        video_hosts: Collection[str] = (),
        clock: Clock = utc_now,
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._touched = touched
        self._limits = limits or Limits()
        self._video_hosts = frozenset(video_hosts)
        self._clock = clock
        self._kept: dict[EventId, _Kept] = {}

    async def attach_file(
        self,
        event: Event,
        talk: TalkId,
        kind: AttachmentKind,
        source: Path | AsyncIterable[bytes],
        *,
        name: str = "",
    ) -> Attachment:
        """Keep ``source`` as the deck or the recording of ``talk``.

        ``name`` is what readers see (default: the file's own). It replaces
        what was there. Raises ``NoTalkToAttachTo``, ``WrongContent``,
        ``AttachmentTooLarge``, ``UnreadableFile`` or ``StorageUnavailable``;
        what was there then stays.
        """
        _check(event, talk)
        if not name and isinstance(source, Path):
            name = source.name
        blob = await self._put(source, kind)
        draft = Attachment(
            id=AttachmentId(new_id()),
            event=event.id,
            talk=talk,
            kind=kind,
            source=Source.FILE,
            attached=self._clock(),
        )
        attachment = await self._attach(event, _filled(draft, blob, name))
        # What nobody needed for a day may be swept just before it is needed
        # again. sweep() keeps others from committing, so this look is final.
        with _explained():
            if not await self._blobs.exists(blob.digest):
                await self.remove(event, talk, kind)
                raise StorageUnavailable(_TRY_AGAIN)
        return attachment

    async def check(self, source: Path, kind: AttachmentKind) -> None:
        """Refuse a file that ``attach_file`` would refuse; keeps nothing.

        Raises ``WrongContent``, ``AttachmentTooLarge`` or ``UnreadableFile``.
        """
        await asyncio.to_thread(self._check_file, source, kind)

    def _check_file(self, source: Path, kind: AttachmentKind) -> None:
        limit = self._limits.of(kind)
        try:
            if source.stat().st_size > limit:
                raise _too_large(kind, limit)
            with source.open("rb") as content:
                sniff(content, kind)
        except OSError as error:
            raise UnreadableFile(f"{source}: {error.strerror}.") from error

    async def attach_url(
        self, event: Event, talk: TalkId, kind: AttachmentKind, url: str
    ) -> Attachment:
        """Show the address ``url`` with ``talk``; it is never fetched.

        Raises ``NoTalkToAttachTo`` or ``UnusableLink``.
        """
        _check(event, talk)
        draft = Attachment(
            id=AttachmentId(new_id()),
            event=event.id,
            talk=talk,
            kind=kind,
            source=Source.URL,
            attached=self._clock(),
            url=linked(url),
        )
        return await self._attach(event, draft)

    async def remove(
        self, event: Event, talk: TalkId, kind: AttachmentKind
    ) -> Attachment:
        """Show it no longer; returns what was there.

        Its content goes with the next ``sweep``. A link of the programme shows
        again. Raises ``NoTalkToAttachTo`` or ``NoSuchAttachment``.
        """
        _check(event, talk)
        async with self._database.transaction() as session:
            await self._touched(session, event.id)
            found = await store.find(session, talk, kind)
            if found is None:
                raise NoSuchAttachment(f"The talk has no {kind.value} attached.")
            await store.delete(session, talk, kind)
        return found

    async def of(self, event: EventId) -> Attached:
        """The attachments of ``event`` by talk, as the database has them now."""
        async with self._database.reading() as session:
            return by_talk(await store.of_event(session, event))

    async def materials(self, event: Event) -> Shown:
        """What pages show of each talk, links of the programme included.

        Kept until the event has another revision.
        """
        return (await self._of_revision(event)).shown

    async def file(
        self, event: Event, talk: TalkId, kind: AttachmentKind
    ) -> Attachment:
        """The file that ``talk`` has of ``kind``; raises ``NoSuchAttachment``."""
        attached = (await self._of_revision(event)).attached
        for one in attached.get(talk, ()):
            if one.kind is kind and one.source is Source.FILE:
                return one
        raise NoSuchAttachment(f"The talk has no file of its {kind.value}.")

    async def whereabouts(self, attachment: Attachment) -> Path | str:
        """A local file to send, or an address that serves it for some hours."""
        with _explained():
            path = await self._blobs.path(attachment.digest)
            if path is not None:
                return path
            seconds = int(_ADDRESS_LASTS.total_seconds())
            address = await self._blobs.url(attachment.digest, seconds=seconds)
        if address is None:
            raise StorageUnavailable("The file is missing from the store.")
        return address

    async def sweep(self) -> int:
        """Delete content that no attachment and no recording has needed for a day;
        how many.

        For quiet hours: it keeps others from attaching, a moment for each.
        """
        before = self._clock() - _UNUSED_FOR
        with _explained():
            await self._blobs.tidy(before=before)
            idle = [one async for one in self._blobs.digests(before=before)]
        async with self._database.reading() as session:
            needed = await _needed(session)
        return sum(
            [await self._delete_unused(one) for one in idle if one not in needed]
        )

    async def _delete_unused(self, digest: str) -> bool:
        async with self._database.transaction() as session:
            await store.hold(session)
            if digest in await _needed(session):
                return False
            with _explained():
                await self._blobs.delete(digest)
        return True

    async def _attach(self, event: Event, draft: Attachment) -> Attachment:
        async with self._database.transaction() as session:
            # First, since it locks the event's row: two at once come in turn.
            await self._touched(session, event.id)
            before = await store.find(session, draft.talk, draft.kind)
            attachment = replace(
                draft,
                id=before.id if before else draft.id,
                revision=before.revision + 1 if before else 1,
                attached=await now(session),
            )
            await store.save(session, attachment)
        return attachment

    async def _put(
        self, source: Path | AsyncIterable[bytes], kind: AttachmentKind
    ) -> Blob:
        limit = self._limits.of(kind)

        def inspect(content: BinaryIO) -> str:
            return sniff(content, kind).value

        try:
            with _explained():
                return await self._blobs.put(source, inspect=inspect, limit=limit)
        except TooLarge as error:
            raise AttachmentTooLarge(
                f"{kind.value.capitalize()} may have {_spoken(limit)}. Make the file "
                "smaller, or attach its address instead.",
                limit=limit,
            ) from error
        except Unreadable as error:
            raise UnreadableFile(str(error)) from error

    async def _of_revision(self, event: Event) -> "_Kept":
        kept = self._kept.get(event.id)
        if kept is None or kept.revision != event.revision:
            attached = await self.of(event.id)
            shown = materials(
                event,
                attached,
                stored_origin=self._blobs.origin or "",
                video_hosts=self._video_hosts,
            )
            kept = _Kept(event.revision, attached, shown)
            self._kept[event.id] = kept
        return kept


async def _needed(session: AsyncSession) -> set[str]:
    """The content that something refers to."""
    return {*await store.digests(session), *await recordings.digests(session)}


def _too_large(kind: AttachmentKind, limit: int) -> AttachmentTooLarge:
    return AttachmentTooLarge(
        f"{kind.value.capitalize()} may have {limit // _MIB} MiB. Make the "
        "file smaller, or attach its address instead.",
        limit=limit,
    )


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was read for a revision of an event."""

    revision: int
    attached: Attached
    shown: Shown


def _filled(draft: Attachment, blob: Blob, name: str) -> Attachment:
    kept = Format(blob.media_type)
    return replace(
        draft,
        digest=blob.digest,
        format=kept,
        size=blob.size,
        name=display_name(name, kept),
    )


def _spoken(size: int) -> str:
    return f"{size // _MIB} MiB" if size >= _MIB else f"{size // _KIB} KiB"


def _check(event: Event, talk: TalkId) -> None:
    if all(one.id != talk for one in event.programme.all_talks):
        raise NoTalkToAttachTo(
            f"{event.slug} has no talk {talk!r}. The programme names its talks.",
            talk=talk,
        )


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except (TooLarge, Unreadable):
        raise
    except IntegrationError as error:
        raise StorageUnavailable(_TRY_AGAIN) from error
