"""HTTP face of readiness: what a speaker tells of himself."""

from aiohttp import web
from pydantic import TypeAdapter

from orchestrator.ids import TalkId
from orchestrator.stage.questions.routes import caller
from orchestrator.stage.readiness.schemas import Tell
from orchestrator.stage.readiness.service import Speakers
from orchestrator.web.body import read
from orchestrator.web.openapi import told

SPEAKERS = web.AppKey("speakers", Speakers)

routes = web.RouteTableDef()


@routes.put("/api/v1/events/{slug}/talks/{talk}/readiness")
@told(body=TypeAdapter(Tell))
async def tell(request: web.Request) -> web.Response:
    """Tell a telephone number, a wish for the recording, or that sound and camera
    were tested just now; for the talk's speaker, of himself.
    """
    event, who = await caller(request)
    said = await read(request, Tell)
    await request.app[SPEAKERS].tell(
        event,
        TalkId(request.match_info["talk"]),
        who,
        phone=said.phone,
        wish=said.wish,
        tested=said.tested,
    )
    return web.Response(status=204)
