"""HTTP face of attendance: everybody's figures, for organisers."""

from aiohttp import hdrs, web

from orchestrator.access.model import Identity, Role, allows
from orchestrator.access.service import Access
from orchestrator.attendance.errors import OrganisersOnly, UnknownFormat
from orchestrator.attendance.model import Format
from orchestrator.attendance.service import Attendance
from orchestrator.programme.model import Event
from orchestrator.programme.routes import PROGRAMMES
from orchestrator.web.identity import presented
from orchestrator.web.reader import language_of

ATTENDANCE = web.AppKey("attendance", Attendance)
ACCESS = web.AppKey("access", Access)

routes = web.RouteTableDef()

_NAMES = {
    Format.CSV: ("text/csv", "attendance.csv"),
    Format.JSON: ("application/json", "attendance.json"),
    Format.SHEET: ("text/csv", "attendance-sheet.csv"),
}


@routes.get("/api/v1/events/{slug}/attendance")
async def attendance(request: web.Request) -> web.Response:
    """Attendance of everybody, for organisers; ``?format=csv`` or ``sheet`` (the
    list by half-day, to sign) gives a spreadsheet's list instead of JSON, in the
    language of ``?lang=`` or of the reader.
    """
    event, who = await _organised(request)
    form = _format(request.query.get("format", Format.JSON))
    language = language_of(request, default=who.language or "fr")
    text = await request.app[ATTENDANCE].export(event, form, language=language)
    media_type, name = _NAMES[form]
    headers = {
        hdrs.CONTENT_DISPOSITION: f'attachment; filename="{event.slug}-{name}"',
        hdrs.CACHE_CONTROL: "no-store",
    }
    return web.Response(text=text, content_type=media_type, headers=headers)


async def _organised(request: web.Request) -> tuple[Event, Identity]:
    """The event and its organiser; 401 nobody known, 403 anybody else."""
    event = await request.app[PROGRAMMES].find(request.match_info["slug"])
    identity = await request.app[ACCESS].identify(presented(request), event.id)
    if identity is None:
        raise web.HTTPUnauthorized
    if not allows(identity, Role.ORGANISER):
        raise OrganisersOnly("Open the personal link that you received as organiser.")
    return event, identity


def _format(name: str) -> Format:
    try:
        return Format(name)
    except ValueError as error:
        known = ", ".join(Format)
        raise UnknownFormat(f"There is no format {name!a}. Known: {known}.") from error
