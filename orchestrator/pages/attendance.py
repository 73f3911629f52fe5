"""The list to sign, for organisers, as a page for paper."""

import asyncio

from aiohttp import web

from orchestrator.access.model import Role
from orchestrator.pages.attendance_view import attendance_page
from orchestrator.pages.desks import staff
from orchestrator.pages.people_view import times_of
from orchestrator.pages.site import answer
from orchestrator.web.reader import language_of

routes = web.RouteTableDef()


@routes.get("/e/{slug}/attendance")
async def show(request: web.Request) -> web.Response:
    """Everybody by half-day, with arrival, departure and a place to sign."""
    site, event, who = await staff(request, Role.ORGANISER)
    language = language_of(request, default=who.language or "fr")
    people, figures = await site.attendance.everybody(event)

    def made() -> web.Response:
        now, times = site.programmes.now(event), times_of(event, language, None)
        page = attendance_page(event, people, figures, now=now, times=times)
        return answer(request, page)

    # Six hundred people in four half-days take long enough for others to notice.
    return await asyncio.to_thread(made)
