"""Whether the service lives, and whether it can serve."""

from collections.abc import Awaitable, Callable

from aiohttp import web

# Raises an OrchestratorError while the service cannot serve.
READY: web.AppKey[Callable[[], Awaitable[None]]] = web.AppKey("ready")

routes = web.RouteTableDef()


@routes.get("/healthz")
async def alive(_request: web.Request) -> web.Response:
    """The process runs and its loop turns."""
    return web.Response(text="ok\n")


@routes.get("/readyz")
async def ready(request: web.Request) -> web.Response:
    """The database answers; 503 while it does not."""
    await request.app[READY]()
    return web.Response(text="ready\n")
