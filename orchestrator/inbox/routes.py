"""HTTP face of the inbox: where the servers of providers tell us what happens.

They are no browsers and carry no cookie; their signature is over the raw bytes,
which are read as they came, whatever they call themselves.
"""

import asyncio
import time
from http import HTTPStatus

import structlog
from aiohttp import hdrs, web

from integrations.errors import BadSignature
from integrations.video.provider import Delivery
from orchestrator.inbox.service import Inbox
from orchestrator.web.limits import Limit
from orchestrator.web.problem import BASE_URL

INBOX = web.AppKey("inbox", Inbox)

LARGEST = 1024 * 1024
"""Bytes of a delivery: a day of six hundred people who come and go takes as much."""

_SECONDS_TO_SEND = 30
_CONNECTION = "/webhooks/{connection}"
_BELOW = "/webhooks/{connection}/{tail:.*}"

# Anybody can send what is refused: the log is not to be filled by that.
_LOGGED = Limit(at_once=5, every=60, counter=time.monotonic)

_log = structlog.get_logger(__name__)

routes = web.RouteTableDef()


@routes.get("/webhooks/{connection}/keys/{name}")
async def published(request: web.Request) -> web.Response:
    """A file that the provider's server fetches: a public key."""
    connection, name = request.match_info["connection"], request.match_info["name"]
    content = request.app[INBOX].published(connection, name)
    kind = "application/json" if name.endswith(".json") else "text/plain"
    kept = {hdrs.CACHE_CONTROL: "public, max-age=300"}
    return web.Response(body=content, content_type=kind, headers=kept)


# Jitsi appends to the address what it tells of; BigBlueButton tells of an end by GET.
# That only notes that somebody should look: whoever follows the link ends nothing.
@routes.post(_CONNECTION)
@routes.post(_BELOW)
@routes.get(_CONNECTION, allow_head=False)
@routes.get(_BELOW, allow_head=False)
async def deliver(request: web.Request) -> web.Response:
    """Take a delivery of a connection's provider; it is durable when it is answered."""
    inbox, connection = request.app[INBOX], request.match_info["connection"]
    inbox.provider(connection)  # what is for nobody is not read
    body = await _body(request) if request.method == hdrs.METH_POST else b""
    delivery = Delivery(
        body=body,
        headers={name.lower(): value for name, value in request.headers.items()},
        url=request.app[BASE_URL] + request.raw_path,
        received=inbox.clock(),
    )
    try:
        reply = await inbox.take(connection, delivery)
    except BadSignature as error:
        if not _LOGGED.take(connection):
            _log.warning("delivery-refused", connection=connection, cause=str(error))
        raise web.HTTPUnauthorized from error
    if not reply:
        return web.Response(status=HTTPStatus.NO_CONTENT)
    return web.Response(body=reply, content_type="application/json")


async def _body(request: web.Request) -> bytes:
    """The raw body; 413 for a large one, of which no more is taken, 408 for a slow
    one.
    """
    if (request.content_length or 0) > LARGEST:
        raise _too_large(request.content_length or 0)
    body = bytearray()
    try:
        async with asyncio.timeout(_SECONDS_TO_SEND):
            async for piece in request.content.iter_any():
                body += piece
                if len(body) > LARGEST:
                    raise _too_large(len(body))
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    return bytes(body)


def _too_large(size: int) -> web.HTTPRequestEntityTooLarge:
    return web.HTTPRequestEntityTooLarge(max_size=LARGEST, actual_size=size)
