"""The big screen: one session, projected."""

from aiohttp import web

from orchestrator.ids import SessionId
from orchestrator.pages.room_live import asked_at
from orchestrator.pages.screen_view import screen_page
from orchestrator.pages.site import SITE, answer, event_of
from orchestrator.web.reader import language_of

routes = web.RouteTableDef()


@routes.get("/e/{slug}/screen")
async def show(request: web.Request) -> web.Response:
    """The session that the address names, else the one under way or next."""
    site, event = request.app[SITE], await event_of(request)
    session = request.query.get("session")
    page = screen_page(
        event,
        SessionId(session) if session else None,
        now=site.programmes.now(event),
        language=language_of(request),
        asked=await asked_at(site, event),
    )
    return answer(request, page)
