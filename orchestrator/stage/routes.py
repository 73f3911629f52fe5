"""HTTP face of the stage: the running order of a session, and what chairs press."""

from aiohttp import hdrs, web

from orchestrator.access.model import Identity, Role, allows
from orchestrator.attendance.routes import ACCESS
from orchestrator.ids import SessionId
from orchestrator.programme.model import Event
from orchestrator.programme.routes import PROGRAMMES
from orchestrator.stage.model import Rundown
from orchestrator.stage.retiming import propose
from orchestrator.stage.schemas import ACTION
from orchestrator.stage.service import MOST_SINCE, Stage
from orchestrator.stage.shown import Plain, action, public, whole
from orchestrator.stage.stale import Stale
from orchestrator.web.body import plain, read_as
from orchestrator.web.conditions import key_of, version_of, version_tag
from orchestrator.web.identity import presented
from orchestrator.web.openapi import told

STAGE = web.AppKey("stage", Stage)

_RUNDOWN = "/api/v1/events/{slug}/sessions/{id}/rundown"
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag of the running order that was seen.",
    "schema": {"type": "string", "examples": ['"14"']},
}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Of one press: repeated under it, it is carried out once.",
    "schema": {"type": "string", "maxLength": 200},
}

routes = web.RouteTableDef()


@routes.get(_RUNDOWN)
async def rundown(request: web.Request) -> web.Response:
    """The running order of a session; its ETag is the version.

    Chairs see as well what is proposed and what was pressed last.
    """
    event = await request.app[PROGRAMMES].find(request.match_info["slug"])
    session, who = _session(request), await _who(request, event)
    found = await request.app[STAGE].rundown(event, session)
    event = await request.app[PROGRAMMES].find(event.slug)
    if who is None or not allows(who, Role.CHAIR, session=session):
        return _answer(public(found, event), found)
    shown = await _whole(request, event, found)
    records = await request.app[STAGE].records(event, session, most=MOST_SINCE)
    return _answer({**shown, "actions": [action(one) for one in records]}, found)


@routes.post(f"{_RUNDOWN}/actions")
@told(parameters=[_IF_MATCH, _KEY], body=ACTION)
async def act(request: web.Request) -> web.Response:
    """Press something, for chairs of the session: 428 without If-Match, 412 with the
    present running order and what was pressed since when somebody was first.
    """
    event = await request.app[PROGRAMMES].find(request.match_info["slug"])
    who = await _who(request, event)
    if who is None:
        raise web.HTTPUnauthorized
    stage, session = request.app[STAGE], _session(request)
    stage.refuse_others(event, session, who)
    version, key = version_of(request), key_of(request)
    wanted = await read_as(request, ACTION)
    try:
        done = await stage.act(event, session, wanted, by=who, version=version, key=key)
    except Stale as stale:
        stale.facts["rundown"] = await _whole(request, event, stale.rundown)
        stale.facts["since"] = [action(one) for one in stale.since]
        raise
    return _answer(
        {
            "action": action(done.record),
            "replayed": done.replayed,
            "rundown": await _whole(request, event, done.rundown),
        },
        done.rundown,
    )


async def _whole(request: web.Request, event: Event, found: Rundown) -> Plain:
    """``found`` as chairs see it."""
    programmes = request.app[PROGRAMMES]
    event = await programmes.find(event.slug)
    proposal = propose(found, programmes.now(event))
    people = await request.app[STAGE].told(event, proposal) if proposal else 0
    return whole(found, event, proposal, people)


def _session(request: web.Request) -> SessionId:
    return SessionId(request.match_info["id"])


async def _who(request: web.Request, event: Event) -> Identity | None:
    return await request.app[ACCESS].identify(presented(request), event.id)


def _answer(value: Plain, found: Rundown) -> web.Response:
    response = plain(value)
    response.headers[hdrs.ETAG] = version_tag(found.version)
    # What chairs are answered follows the clock as well.
    response.headers[hdrs.CACHE_CONTROL] = "no-store"
    return response
