"""Files of recordings, for organisers alone: nothing of them is public."""

from pathlib import Path

from aiohttp import hdrs, web

from orchestrator.access.model import Role
from orchestrator.archive.names import content_disposition
from orchestrator.pages.desks import staff

routes = web.RouteTableDef()

_SANDBOX = "sandbox; default-src 'none'"


@routes.get("/e/{slug}/recordings/{recording}")
async def download(request: web.Request) -> web.StreamResponse:
    """The whole recording, to be saved."""
    site, event, _ = await staff(request, Role.ORGANISER)
    take, place = await site.recordings.file(event, request.match_info["recording"])
    if not isinstance(place, Path):
        # The address is a bearer secret of an hour: nobody may keep the answer.
        headers = {hdrs.LOCATION: place, hdrs.CACHE_CONTROL: "no-store"}
        return web.Response(status=302, headers=headers)
    name = content_disposition(f"{event.slug}-{take.id}.mp4", inline=False)
    return web.FileResponse(
        place,
        headers={
            hdrs.CONTENT_TYPE: "application/octet-stream",
            hdrs.CONTENT_DISPOSITION: name,
            hdrs.CACHE_CONTROL: "no-store",
            "Content-Security-Policy": _SANDBOX,
            "X-Content-Type-Options": "nosniff",
        },
    )
