"""What time it is: by this, screens set the clocks that they show."""

from aiohttp import web

from orchestrator.pages.site import SITE
from orchestrator.web.body import plain

routes = web.RouteTableDef()


@routes.get("/api/v1/clock")
async def clock(request: web.Request) -> web.Response:
    """The present instant by the service's clock, to the millisecond; with
    ``?event=`` that of a meeting, whose clock may have been moved.
    """
    site, slug = request.app[SITE], request.query.get("event")
    if slug is None:
        now = site.clock()
    else:
        now = site.programmes.now(await site.programmes.find(slug))
    return plain({"now": now.isoformat(timespec="milliseconds")})
