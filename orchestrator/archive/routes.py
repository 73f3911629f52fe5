"""HTTP face of the archive: decks and recordings that we keep.

Content comes from speakers, so nothing about it decides how a browser takes
it: the type is the one that was sniffed, a deck is downloaded, and a file that
is opened as a page is in a sandbox where nothing runs.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

from aiohttp import ETag, hdrs, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.web_request import BaseRequest

from orchestrator.archive.model import Attachment, AttachmentKind
from orchestrator.archive.names import content_disposition
from orchestrator.archive.service import Archive
from orchestrator.ids import TalkId
from orchestrator.programme.model import Event

Find = Callable[[str], Awaitable[Event]]
"""The event of a slug; raises ``NotFound``."""

ARCHIVE = web.AppKey("archive", Archive)
# A callable has no class that AppKey could check at run time.
FIND: web.AppKey[Find] = web.AppKey("archive_find")

routes = web.RouteTableDef()

_SANDBOX = "sandbox; default-src 'none'"


@routes.get("/e/{slug}/t/{talk}/slides")
async def slides(request: web.Request) -> web.StreamResponse:
    """The deck of a talk, to be saved."""
    return await _serve(request, AttachmentKind.SLIDES)


@routes.get("/e/{slug}/t/{talk}/video")
async def video(request: web.Request) -> web.StreamResponse:
    """The recording of a talk, to be played, in parts as the player asks."""
    return await _serve(request, AttachmentKind.VIDEO)


async def _serve(request: web.Request, kind: AttachmentKind) -> web.StreamResponse:
    archive = request.app[ARCHIVE]
    event = await request.app[FIND](request.match_info["slug"])
    talk = TalkId(request.match_info["talk"])
    attachment = await archive.file(event, talk, kind)
    if _has(request, attachment.digest):
        headers = {hdrs.ETAG: f'"{attachment.digest}"', hdrs.CACHE_CONTROL: "no-cache"}
        return web.Response(status=304, headers=headers)
    place = await archive.whereabouts(attachment)
    if isinstance(place, Path):
        return _Sent(place, attachment)
    # The address is a bearer secret of some hours: nobody may keep the answer.
    headers = {hdrs.LOCATION: place, hdrs.CACHE_CONTROL: "no-store"}
    return web.Response(status=302, headers=headers)


def _has(request: web.Request, digest: str) -> bool:
    """Whether the browser kept this very content (RFC 9110, 13.1.2)."""
    known = request.if_none_match or ()
    return any(one.value in (digest, "*") for one in known)


class _Sent(web.FileResponse):
    """A kept file; its digest is its version, whenever it came to this disk.

    aiohttp judges conditions by the file's age, which says nothing here: a
    player would be given the rest of one recording behind the beginning of
    another.
    """

    def __init__(self, path: Path, attachment: Attachment) -> None:
        media_type = attachment.format
        name = content_disposition(
            attachment.name, inline=media_type is not None and media_type.plays
        )
        super().__init__(
            path,
            headers={
                hdrs.CONTENT_TYPE: media_type or "application/octet-stream",
                hdrs.CONTENT_DISPOSITION: name,
                "Content-Security-Policy": _SANDBOX,
                "X-Content-Type-Options": "nosniff",
                # The address stays when the file is replaced.
                hdrs.CACHE_CONTROL: "no-cache",
            },
        )
        self._tag = f'"{attachment.digest}"'

    async def prepare(self, request: BaseRequest) -> AbstractStreamWriter | None:
        """Send what is asked for, the conditions being judged already."""
        part = request.headers.get(hdrs.RANGE)
        of = request.headers.get(hdrs.IF_RANGE, self._tag)
        asked = (
            {hdrs.RANGE: part} if part and part.isascii() and of == self._tag else {}
        )
        return await super().prepare(request.clone(headers=asked))

    @property
    def etag(self) -> ETag | None:
        return ETag(value=self._tag.strip('"'))

    @etag.setter
    def etag(self, value: ETag | str | None) -> None:
        self.headers[hdrs.ETAG] = self._tag

    @property
    def last_modified(self) -> datetime | None:
        return None

    @last_modified.setter
    def last_modified(self, value: float | datetime | str | None) -> None:
        """The age of the file on this disk is nobody's business."""
