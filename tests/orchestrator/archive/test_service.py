"""Attaching, replacing and removing decks and recordings."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from integrations.errors import Unreachable
from integrations.storage.local import LocalBlobs
from orchestrator.archive.errors import (
    AttachmentTooLarge,
    NoSuchAttachment,
    NoTalkToAttachTo,
    StorageUnavailable,
    UnreadableFile,
    UnusableLink,
    WrongContent,
)
from orchestrator.archive.model import AttachmentKind, Format, Material, Source
from orchestrator.ids import TalkId
from tests.orchestrator.archive import samples
from tests.orchestrator.archive.conftest import GRAPHS, KERNELS, pieces

SLIDES, VIDEO = AttachmentKind.SLIDES, AttachmentKind.VIDEO
FROM_PROGRAMME = Material(
    kind=SLIDES, href="https://talks.example.org/kernels.pdf", external=True
)


async def test_attached_file_is_found_again(world, tmp_path):
    file = tmp_path / "Mon exposé.pdf"
    file.write_bytes(samples.PDF)

    attachment = await world.archive.attach_file(
        await world.event(), KERNELS, SLIDES, file
    )

    found = await world.archive.of(attachment.event)
    assert found == {KERNELS: (attachment,)}
    assert attachment.source is Source.FILE
    assert attachment.format is Format.PDF
    assert attachment.size == len(samples.PDF)
    assert attachment.name == "Mon exposé.pdf"
    assert attachment.revision == 1
    assert await world.contents() == [attachment.digest]


async def test_attaching_and_removing_raise_the_revision_of_the_event(world):
    await world.attach(KERNELS, SLIDES, samples.PDF)
    after_file = await world.event()
    await world.archive.attach_url(after_file, GRAPHS, VIDEO, "video.example.org/1")
    after_url = await world.event()
    await world.archive.remove(after_url, KERNELS, SLIDES)
    after_removal = await world.event()

    seen = [one.revision for one in (after_file, after_url, after_removal)]
    assert seen == [2, 3, 4]


async def test_replacing_keeps_the_place_and_counts(world):
    first = await world.attach(KERNELS, SLIDES, samples.PDF, "one.pdf")
    second = await world.attach(KERNELS, SLIDES, samples.PDF + b"%", "two.pdf")
    third = await world.archive.attach_url(
        await world.event(), KERNELS, SLIDES, "talks.example.org/k.pdf"
    )

    assert await world.archive.of(first.event) == {KERNELS: (third,)}
    assert first.id == second.id == third.id
    assert [first.revision, second.revision, third.revision] == [1, 2, 3]
    assert (third.digest, third.format, third.size, third.name) == ("", None, 0, "")


async def test_many_attaching_at_once_leave_one(world):
    versions = [samples.PDF + b"%" * n for n in range(6)]

    attached = await asyncio.gather(
        *(world.attach(KERNELS, SLIDES, version) for version in versions)
    )

    last = max(attached, key=lambda one: one.revision)
    assert sorted(one.revision for one in attached) == [1, 2, 3, 4, 5, 6]
    assert await world.archive.of(last.event) == {KERNELS: (last,)}


async def test_removed_file_is_shown_no_longer(world):
    attachment = await world.attach(KERNELS, SLIDES, samples.PDF)

    removed = await world.archive.remove(await world.event(), KERNELS, SLIDES)

    assert removed == attachment
    assert await world.archive.of(attachment.event) == {}
    with pytest.raises(NoSuchAttachment):
        await world.archive.remove(await world.event(), KERNELS, SLIDES)


async def test_failed_removal_leaves_the_revision(small_world):
    event = await small_world.event()

    with pytest.raises(NoSuchAttachment):
        await small_world.archive.remove(event, KERNELS, SLIDES)

    assert await small_world.event() == event


@pytest.mark.parametrize(
    ("content", "kind", "error"),
    [
        (b"<html>", SLIDES, WrongContent),
        (samples.MP4, SLIDES, WrongContent),
        (samples.PDF + b"%" * 10_000, SLIDES, AttachmentTooLarge),
        (samples.MP4 + bytes(20_000), VIDEO, AttachmentTooLarge),
    ],
)
async def test_refused_file_leaves_what_was_there(small_world, content, kind, error):
    kept = await small_world.attach(KERNELS, SLIDES, samples.PDF)
    event = await small_world.event()

    with pytest.raises(error):
        await small_world.attach(KERNELS, kind, content)

    assert await small_world.event() == event
    assert await small_world.archive.of(event.id) == {KERNELS: (kept,)}
    assert await small_world.contents() == [kept.digest]


async def test_too_large_a_file_is_told_the_limit(small_world):
    with pytest.raises(AttachmentTooLarge) as refused:
        await small_world.attach(KERNELS, SLIDES, samples.PDF + b"%" * 10_000)

    assert refused.value.facts == {"limit": 10_000}
    assert refused.value.detail == (
        "Slides may have 9 KiB. Make the file smaller, or attach its address instead."
    )


async def test_file_that_is_not_there_is_told(small_world, tmp_path):
    with pytest.raises(UnreadableFile, match=r"absent\.pdf: No such file"):
        await small_world.archive.attach_file(
            await small_world.event(), KERNELS, SLIDES, tmp_path / "absent.pdf"
        )


async def test_talk_of_another_event_or_of_none_is_refused(small_world):
    event = await small_world.event()
    stranger = TalkId("of another event")
    archive = small_world.archive

    for attempt in (
        archive.attach_file(event, stranger, SLIDES, pieces(samples.PDF)),
        archive.attach_url(event, stranger, SLIDES, "https://example.org/a.pdf"),
        archive.remove(event, stranger, SLIDES),
    ):
        with pytest.raises(NoTalkToAttachTo):
            await attempt

    assert await small_world.contents() == []


async def test_unusable_address_is_refused(small_world):
    event = await small_world.event()

    with pytest.raises(UnusableLink):
        await small_world.archive.attach_url(event, KERNELS, SLIDES, "javascript:x")

    assert await small_world.archive.of(event.id) == {}


class Full(LocalBlobs):
    async def put(self, source, **options):
        raise Unreachable("full")


async def test_store_that_does_not_answer_is_told_and_changes_nothing(
    small_world, tmp_path
):
    small_world.archive._blobs = Full(tmp_path / "full")
    event = await small_world.event()

    with pytest.raises(StorageUnavailable):
        await small_world.attach(KERNELS, SLIDES, samples.PDF)

    assert await small_world.event() == event


async def test_pages_show_what_was_attached_before_what_the_programme_links(
    small_world,
):
    before = await small_world.archive.materials(await small_world.event())
    await small_world.attach(KERNELS, SLIDES, samples.PDF, "k.pdf")
    await small_world.attach(KERNELS, VIDEO, samples.MP4, "k.mp4")
    after = await small_world.archive.materials(await small_world.event())
    await small_world.archive.remove(await small_world.event(), KERNELS, SLIDES)
    removed = await small_world.archive.materials(await small_world.event())

    slides = Material(
        kind=SLIDES,
        href="/e/day/t/kernels/slides",
        external=False,
        media_type="application/pdf",
        size=len(samples.PDF),
        name="k.pdf",
    )
    video = Material(
        kind=VIDEO,
        href="/e/day/t/kernels/video",
        external=False,
        plays=True,
        media_type="video/mp4",
        size=len(samples.MP4),
        name="k.mp4",
    )
    assert before == {KERNELS: (FROM_PROGRAMME,)}
    assert after == {KERNELS: (slides, video)}
    assert removed == {KERNELS: (FROM_PROGRAMME, video)}


@pytest.mark.parametrize(
    ("url", "plays", "origin"),
    [
        ("https://media.example.org/k.mp4", True, "https://media.example.org"),
        ("https://video.example.org/watch/k", False, ""),
    ],
)
async def test_linked_video_is_a_link_unless_its_host_is_allowed(
    small_world, url, plays, origin
):
    event = await small_world.event()
    await small_world.archive.attach_url(event, GRAPHS, VIDEO, url)

    shown = await small_world.archive.materials(await small_world.event())

    assert shown[GRAPHS] == (
        Material(kind=VIDEO, href=url, external=True, plays=plays, origin=origin),
    )


async def test_video_that_not_every_browser_plays_is_not_played(small_world):
    await small_world.attach(GRAPHS, VIDEO, samples.MOV)

    shown = await small_world.archive.materials(await small_world.event())

    assert [one.plays for one in shown[GRAPHS]] == [False]


async def test_what_pages_show_is_read_once_a_revision(small_world):
    await small_world.attach(KERNELS, SLIDES, samples.PDF)
    event = await small_world.event()
    first = await small_world.archive.materials(event)

    await small_world.database.close()
    async with small_world.database.engine.begin() as connection:
        await connection.exec_driver_sql("DELETE FROM attachment")

    assert await small_world.archive.materials(event) is first
    newer = await small_world.archive.materials(replace(event, revision=99))
    assert newer == {KERNELS: (FROM_PROGRAMME,)}


async def test_sweep_deletes_only_what_nobody_needs_any_more(world):
    gone = await world.attach(KERNELS, SLIDES, samples.PDF)
    kept = await world.attach(KERNELS, SLIDES, samples.PDF + b"%")
    assert await world.archive.sweep() == 0

    world.now += timedelta(days=2)
    swept = await world.archive.sweep()

    assert swept == 1
    assert not await world.blobs.exists(gone.digest)
    assert await world.contents() == [kept.digest]


async def test_same_file_at_two_talks_stays_while_one_needs_it(small_world):
    await small_world.attach(KERNELS, SLIDES, samples.PDF)
    kept = await small_world.attach(GRAPHS, SLIDES, samples.PDF)
    await small_world.archive.remove(await small_world.event(), KERNELS, SLIDES)

    small_world.now += timedelta(days=2)
    await small_world.archive.sweep()

    assert await small_world.contents() == [kept.digest]


async def test_sweep_looks_again_before_it_deletes(small_world):
    kept = await small_world.attach(KERNELS, SLIDES, samples.PDF)

    deleted = await small_world.archive._delete_unused(kept.digest)

    assert not deleted
    assert await small_world.contents() == [kept.digest]


class Forgetful(LocalBlobs):
    """Loses content between keeping it and looking for it, as a sweep might."""

    async def exists(self, digest):
        await self.delete(digest)
        return await super().exists(digest)


async def test_file_that_was_swept_meanwhile_is_not_confirmed(small_world, tmp_path):
    small_world.archive._blobs = Forgetful(tmp_path / "forgetful")

    with pytest.raises(StorageUnavailable):
        await small_world.attach(KERNELS, SLIDES, samples.PDF)

    event = await small_world.event()
    assert await small_world.archive.of(event.id) == {}
