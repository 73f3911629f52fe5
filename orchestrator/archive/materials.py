"""Which deck and which recording a page shows for each talk."""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

from orchestrator.archive.addresses import playable_origin
from orchestrator.archive.model import (
    Attachment,
    AttachmentKind,
    Material,
    Source,
)
from orchestrator.ids import TalkId
from orchestrator.programme.model import Event, LinkKind, Talk

Attached = Mapping[TalkId, tuple[Attachment, ...]]
"""The attachments of one event, by talk; slides before video."""

Shown = Mapping[TalkId, tuple[Material, ...]]
"""What pages show of each talk that has anything; slides before video."""


def materials(
    event: Event,
    attached: Attached,
    *,
    stored_origin: str = "",
    video_hosts: Collection[str] = (),
) -> Shown:
    """What to show of each talk that has anything, slides before video.

    What was attached wins over the programme's link of the same kind.
    ``stored_origin`` is where our files are served from when it is not our
    own origin; a linked video plays only from ``video_hosts``.
    """
    found = {}
    for talk in event.programme.all_talks:
        own = attached.get(talk.id, ())
        shown = (
            *(_attached(event, one, stored_origin, video_hosts) for one in own),
            *_from_programme(talk, {one.kind for one in own}, video_hosts),
        )
        if shown:
            found[talk.id] = tuple(sorted(shown, key=_order))
    return MappingProxyType(found)


def by_talk(attachments: Iterable[Attachment]) -> Attached:
    """``attachments`` grouped by talk, slides before video."""
    grouped: dict[TalkId, list[Attachment]] = {}
    for one in attachments:
        grouped.setdefault(one.talk, []).append(one)
    return MappingProxyType(
        {talk: tuple(sorted(own, key=_order)) for talk, own in grouped.items()}
    )


def having(shown: Shown, kind: AttachmentKind) -> frozenset[TalkId]:
    """The talks that show something of ``kind``."""
    return frozenset(
        talk for talk, own in shown.items() if any(one.kind is kind for one in own)
    )


def _order(one: Attachment | Material) -> int:
    return list(AttachmentKind).index(one.kind)


def _attached(
    event: Event, one: Attachment, stored_origin: str, video_hosts: Collection[str]
) -> Material:
    if one.source is Source.URL or one.format is None:
        return _link(one.kind, one.url, video_hosts)
    return Material(
        kind=one.kind,
        href=f"/e/{event.slug}/t/{one.talk}/{one.kind.value}",
        external=False,
        plays=one.format.plays,
        origin=stored_origin,
        media_type=one.format.value,
        size=one.size,
        name=one.name,
    )


def _from_programme(
    talk: Talk, taken: Collection[AttachmentKind], video_hosts: Collection[str]
) -> Iterable[Material]:
    for kind in AttachmentKind:
        link = talk.link(LinkKind(kind.value))
        if link is not None and kind not in taken:
            yield _link(kind, link.url, video_hosts)


def _link(kind: AttachmentKind, url: str, video_hosts: Collection[str]) -> Material:
    origin = playable_origin(url, video_hosts) if kind is AttachmentKind.VIDEO else ""
    return Material(
        kind=kind, href=url, external=True, plays=bool(origin), origin=origin
    )
