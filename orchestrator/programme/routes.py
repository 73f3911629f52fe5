"""HTTP face of programmes: what anybody may read."""

from aiohttp import web

from orchestrator.programme.public import event_facts, event_summary, timetable
from orchestrator.programme.service import Programmes
from orchestrator.web.body import plain
from orchestrator.web.problem import BASE_URL

PROGRAMMES = web.AppKey("programmes", Programmes)

routes = web.RouteTableDef()


@routes.get("/api/v1/events")
async def events(request: web.Request) -> web.Response:
    """Every meeting, the latest first."""
    known = await request.app[PROGRAMMES].all()
    base_url = request.app[BASE_URL]
    return plain({"events": [event_summary(event, base_url) for event in known]})


@routes.get("/api/v1/events/{slug}")
async def event(request: web.Request) -> web.Response:
    """One meeting: what its page says of it."""
    found = await request.app[PROGRAMMES].find(request.match_info["slug"])
    return plain(event_facts(found, request.app[BASE_URL]))


@routes.get("/api/v1/events/{slug}/timetable")
async def slots(request: web.Request) -> web.Response:
    """The timetable of a meeting."""
    found = await request.app[PROGRAMMES].find(request.match_info["slug"])
    return plain(timetable(found))
