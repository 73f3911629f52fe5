"""The live stream of a meeting: server-sent events, one stream per browser."""

import random
from collections.abc import Awaitable, Callable, Collection

from aiohttp import web

from orchestrator.hub.errors import ForeignReader
from orchestrator.hub.events import HubEvent
from orchestrator.hub.hub import Hub
from orchestrator.hub.stream import Message, detached
from orchestrator.web.origin import is_ours
from orchestrator.web.problem import BASE_URL

HUB = web.AppKey("hub", Hub)

Channels = Callable[[web.Request], Awaitable[Collection[str]]]
"""What the caller may hear; raises NotFound when there is no such meeting."""

# A callable has no class that AppKey could check at run time.
CHANNELS: web.AppKey[Channels] = web.AppKey("hub_channels")

Missed = Callable[[web.Request], Awaitable[HubEvent | None]]
"""What the caller has to be told at once; must not wait where nothing is missed."""

MISSED: web.AppKey[Missed] = web.AppKey("hub_missed")

# Browsers come back after so many milliseconds, not all in the same instant.
_RETRY = (2000, 4000)

_HEADERS = {"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"}

routes = web.RouteTableDef()


# HEAD would be answered with the stream itself, which has no end.
@routes.get("/api/v1/events/{slug}/live", allow_head=False)
async def live(request: web.Request) -> web.StreamResponse:
    """What changes in the meeting, as it changes, of what the caller may hear."""
    if not is_ours(request, request.app[BASE_URL]):
        raise ForeignReader("Open the meeting at its own address.")
    channels = await request.app[CHANNELS](request)
    answer = web.StreamResponse(headers=_HEADERS)
    # The connection ends with the stream.
    answer.force_close()
    retry = random.randint(*_RETRY)  # noqa: S311 -- to spread, not to hide
    try:
        await answer.prepare(request)
        await answer.write(f"retry: {retry}\n\n".encode())
    except ConnectionError:
        return answer
    # Nothing is waited for from here on: what changes later comes by the hub.
    missed = await request.app[MISSED](request)
    transport = detached(request)
    if transport is not None:
        # HTTP/1.0, which some proxies speak, knows no chunks.
        chunked = answer.headers.get("Transfer-Encoding") == "chunked"
        stream = request.app[HUB].subscribe(transport, channels, chunked=chunked)
        if missed is not None:
            stream.send(Message.of(missed.as_sse(0)))
    return answer
