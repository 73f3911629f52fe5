"""The live stream of a meeting: server-sent events, one stream per browser."""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from orchestrator.hub.hub import Hub

HUB = web.AppKey("hub", Hub)

# Raises NotFound when there is no meeting of that slug.
KNOWS: web.AppKey[Callable[[str], Awaitable[object]]] = web.AppKey("hub_knows")

# Proxies cut silent connections, often after 60 s.
_SECONDS_OF_SILENCE = 25
# Browsers come back after this long, not all in the same instant.
_RETRY = b"retry: 3000\n\n"

routes = web.RouteTableDef()


# HEAD would be answered with the stream itself, which has no end.
@routes.get("/api/v1/events/{slug}/live", allow_head=False)
async def live(request: web.Request) -> web.StreamResponse:
    """What changes in the meeting, as it changes; public topics only."""
    slug = request.match_info["slug"]
    await request.app[KNOWS](slug)
    stream = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"}
    )
    with request.app[HUB].subscription(slug) as queue:
        await stream.prepare(request)
        await stream.write(_RETRY)
        while True:
            try:
                async with asyncio.timeout(_SECONDS_OF_SILENCE):
                    message = await queue.get()
            except TimeoutError:
                message = b": still here\n\n"
            if message is None:
                return stream
            try:
                await stream.write(message)
            except ConnectionError:
                return stream
